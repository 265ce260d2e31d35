//! A kiosk's series on its way to central: what an entry is wrapped in, how far central is, and how central notices a
//! kiosk that was copied or set back to an older image.

use crate::base64::Base64;
use crate::message::MAX_BODY_BYTES;
use crate::{EntryId, KioskId, Seq};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The largest request body in bytes: a sealed entry of the largest size as base64, and what stands around it.
pub const MAX_REQUEST_BYTES: usize = MAX_BODY_BYTES / 3 * 4 + 1024;

/// Which of central's keys an entry is sealed to: 1, 2, 3 and so on. The highest is the one in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SealingKeyId(pub u32);

impl fmt::Display for SealingKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An [`crate::message::Entry`] as it travels: sealed to one of central's keys before it was stored. The kiosk can't
/// open it any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SealedEntry {
    /// Place in the kiosk's series; `(kiosk, seq)` is unique, the kiosk is named by its certificate.
    pub seq: Seq,
    /// The key that it is sealed to.
    pub key: SealingKeyId,
    /// The sealed JSON of the entry.
    pub sealed: Base64,
}

/// What is sealed in beside the entry, so that it opens for nobody else's name and no other key: an entry can't be
/// sent again as another one. The seq is not part of it: a kiosk that was readmitted numbers anew.
pub fn sealing_context(kiosk: &KioskId, id: EntryId) -> Vec<u8> {
    format!("budayang entry\n{kiosk}\n{id}").into_bytes()
}

/// How far central has a kiosk's series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tail {
    /// The highest seq below which nothing is missing: each was taken or refused; 0 when there is none.
    pub contiguous: Seq,
    /// The highest seq at all; a kiosk that was readmitted goes on after it.
    pub highest: Seq,
    /// The version of the desired state that this kiosk should have; 0 when none was made for it yet. It asks for it when
    /// it has another.
    pub desired: u64,
}

/// How far a kiosk's journal is: the hash of its last line covers every line before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JournalHead {
    /// Lines.
    pub length: u64,
    /// The hash of the last one.
    pub hash: Base64,
}

/// A kiosk tells central its journal's head, at each start and each hour. Two terminals with one memory can't both
/// go on from the head that central knows, and an older image goes on from an older one: central refuses the second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HeadReport {
    /// What central acknowledged last, as this kiosk remembers it; nothing on a new disk.
    pub previous: Option<JournalHead>,
    /// Where the journal is now. A report that was not acknowledged is sent again as it was.
    pub head: JournalHead,
}
