//! What a kiosk and central say to each other: entries going up, receipts coming back, problems by RFC 9457.

use crate::{CaseNumber, EntryId, Fen, FieldId, FormId, KioskId, LocalNumber, Secret, Seq, ServiceCode};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest entry in bytes of JSON. A form with a signature stays far below.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// The header that carries the [`EntryId`] (draft-ietf-httpapi-idempotency-key-header-07).
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The civil day that stands in local numbers and case numbers: China has one time zone and no summer time.
pub fn day_in_china(at: Timestamp) -> Date {
    jiff::tz::offset(8).to_datetime(at).date()
}

/// One thing a resident confirmed. It is sealed to central's key before it is stored (see `series::SealedEntry`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The number that the resident was given until central gave one.
    pub number: LocalNumber,
    /// When it was confirmed by the kiosk's clock. For people; nothing is ordered by it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub made_at: Timestamp,
    /// What it is.
    pub body: EntryBody,
}

/// The kinds of entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum EntryBody {
    /// A resident applies for a service (办件申请).
    Application(Application),
    /// A resident rates a case (好差评).
    Evaluation(Evaluation),
}

/// How sure the terminal was of who stood before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// L0: nobody in particular.
    Anonymous,
    /// L2: an ID card was read.
    Card,
    /// L3: an ID card was read and the live face is the card's.
    CardAndFace,
}

/// An application as the resident signed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The service item.
    pub service: ServiceCode,
    /// The template that the fields belong to.
    pub form: FormId,
    /// How the applicant was identified.
    pub assurance: Assurance,
    /// Every field that was filled, in the canonical text of its type (see `validate`).
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub fields: BTreeMap<FieldId, Secret<String>>,
}

/// The five levels of 好差评 (GB/T 39735-2020).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// 非常不满意
    VeryDissatisfied,
    /// 不满意
    Dissatisfied,
    /// 基本满意
    Fair,
    /// 满意
    Satisfied,
    /// 非常满意
    VerySatisfied,
}

impl Rating {
    /// From worst to best.
    pub const ALL: [Self; 5] =
        [Self::VeryDissatisfied, Self::Dissatisfied, Self::Fair, Self::Satisfied, Self::VerySatisfied];

    /// 1 (worst) to 5 (best), as the national platform counts.
    pub const fn stars(self) -> u8 {
        match self {
            Self::VeryDissatisfied => 1,
            Self::Dissatisfied => 2,
            Self::Fair => 3,
            Self::Satisfied => 4,
            Self::VerySatisfied => 5,
        }
    }

    /// The words of the standard.
    pub const fn words(self) -> &'static str {
        match self {
            Self::VeryDissatisfied => "非常不满意",
            Self::Dissatisfied => "不满意",
            Self::Fair => "基本满意",
            Self::Satisfied => "满意",
            Self::VerySatisfied => "非常满意",
        }
    }
}

/// A rating of one application. A second rating of the same application is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// The entry that is rated: known to the kiosk even before central gave a case number.
    pub application: EntryId,
    /// The level.
    pub rating: Rating,
}

/// Central's answer to an entry. It is stored with the entry and given again, byte for byte, to the same key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryReceipt {
    /// The key that this answers.
    pub entry: EntryId,
    /// When central committed it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub received_at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// A case was opened (受理).
    CaseOpened {
        /// The number to quote.
        case: CaseNumber,
        /// Working days promised; 0 is on the spot (即办).
        promised_days: u16,
        /// What is to pay.
        fee: Fen,
    },
    /// A look-up or a certificate was answered on the spot.
    Answered {
        /// The number to quote.
        case: CaseNumber,
        /// The answer, line by line, as the screen and the printout show it.
        lines: Vec<AnswerLine>,
        /// The code by which anyone can check a printed certificate; none for a look-up.
        check_code: Option<String>,
    },
    /// An evaluation was noted.
    Noted,
}

/// One line of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerLine {
    /// What it is, 参保险种.
    pub label: String,
    /// The value.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub value: Secret<String>,
}

/// The state of a case, for anyone who knows its number. It holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseProgress {
    /// The case.
    pub case: CaseNumber,
    /// The service item.
    pub service: ServiceCode,
    /// Where it stands.
    pub state: CaseState,
    /// The day it was accepted.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub accepted_on: Date,
    /// Working days promised.
    pub promised_days: u16,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// 已受理
    Accepted,
    /// 已办结
    Completed,
}

/// A whole record as central holds it, for the clerk's command line and the tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRecord {
    /// Who sent it, by certificate.
    pub kiosk: KioskId,
    /// Its place in the kiosk's series.
    pub seq: Seq,
    /// The key.
    pub id: EntryId,
    /// What was sent.
    pub entry: Entry,
    /// What was answered.
    pub receipt: EntryReceipt,
}

/// A problem document (RFC 9457, `application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The kind of problem, `urn:budayang:problem:key-reused`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status code.
    pub status: u16,
    /// The kind in words.
    pub title: String,
    /// What is wrong with this request and what to do; no personal data.
    pub detail: String,
}
