//! The audit log (审计日志): every act of an operator, each with the hash of the one before it, written in the transaction of
//! the act. Whoever alters or removes an entry breaks the chain behind it.
//!
//! What a chain can't show is that its end was cut off: so each head goes to the log as well, which is collected elsewhere,
//! and `central audit verify --head` compares one that was written down. The hash is that of the suite in force; an entry
//! says which.

use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::KioskId;
use contract::suite::Suite;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use std::fmt;
use std::str::FromStr;

/// How many entries are looked at together.
const PAGE: u32 = 500;
/// The longest text of one column; more is cut.
const LONGEST: usize = 400;

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Deed { $($(#[$doc])* $name),* }

        impl Deed {
            /// Each of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As it is stored.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

deeds! {
    /// Both factors were right.
    LogIn = "log-in",
    /// A password or code was wrong, or the account is closed.
    LogInRefused = "log-in-refused",
    /// The last try before the account waits was wrong.
    LockOut = "lock-out",
    /// The second factor was set up, and an own password chosen.
    Enrol = "enrol",
    /// The session was ended by its own operator.
    LogOut = "log-out",
    /// A door was asked for that the role does not open.
    Denied = "denied",
    /// An operator was added.
    OperatorAdd = "operator-add",
    /// An account was begun anew.
    OperatorReset = "operator-reset",
    /// An account was closed.
    OperatorLock = "operator-lock",
    /// A session was ended by somebody else.
    SessionEnd = "session-end",
    /// A terminal was looked at.
    KioskLook = "kiosk-look",
    /// It was said where a terminal stands.
    KioskPlace = "kiosk-place",
    /// A terminal is gone for good.
    KioskForget = "kiosk-forget",
    /// A terminal was invited to ask for a certificate.
    KioskInvite = "kiosk-invite",
    /// A terminal's key was compared and approved.
    KioskApprove = "kiosk-approve",
    /// Nothing comes of an invitation.
    KioskRefuse = "kiosk-refuse",
    /// A terminal's certificates were ended.
    KioskRevoke = "kiosk-revoke",
    /// A technician was given the code that opens a terminal's diagnostics.
    TechnicianCode = "technician-code",
    /// A change of settings was published, or proposed.
    Publish = "publish",
    /// The second person agreed to a change.
    RolloutApprove = "rollout-approve",
    /// A rollout went on.
    RolloutResume = "rollout-resume",
    /// A rollout was ended.
    RolloutAbort = "rollout-abort",
    /// An emergency notice was proposed, or holds.
    EmergencyAnnounce = "emergency-announce",
    /// The second person agreed to an emergency notice.
    EmergencyAgree = "emergency-agree",
    /// An emergency notice was taken back.
    EmergencyEnd = "emergency-end",
    /// A terminal was asked to do something.
    CommandOrder = "command-order",
    /// A terminal told what became of it, or an operator ended it.
    CommandEnd = "command-end",
    /// The support bundle of a terminal was fetched.
    BundleFetch = "bundle-fetch",
    /// An alarm was taken on.
    AlarmTake = "alarm-take",
    /// A photo was put to a fault ticket.
    TicketPhoto = "ticket-photo",
    /// A fault ticket was settled.
    TicketClose = "ticket-close",
    /// The log was read.
    AuditRead = "audit-read",
    /// The chain was computed again.
    AuditVerify = "audit-verify",
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is no deed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no deed of the audit log")]
pub struct NoDeed(String);

impl FromStr for Deed {
    type Err = NoDeed;

    fn from_str(text: &str) -> Result<Self, NoDeed> {
        let found = Self::ALL.iter().copied().find(|deed| deed.as_str() == text);
        found.ok_or_else(|| NoDeed(text.chars().take(40).collect()))
    }
}

/// Who acts from the machine of the store, and not through the console.
pub const COMMAND_LINE: &str = "command-line";

/// An act, to be written down. Nothing personal of a resident stands in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Who: an operator, [`COMMAND_LINE`], or what somebody said that they are.
    pub actor: String,
    /// What.
    pub deed: Deed,
    /// On what: an operator, a terminal, a rollout; empty where the actor says it.
    pub subject: String,
    /// More about it.
    pub detail: String,
    /// From which address.
    pub address: String,
}

impl Act {
    /// An act from the machine of the store.
    pub fn by_command_line(deed: Deed, subject: &impl ToString, detail: String) -> Self {
        let subject = subject.to_string();
        Self { actor: COMMAND_LINE.to_owned(), deed, subject, detail, address: String::new() }
    }

    /// What a terminal told of itself.
    pub fn by_terminal(deed: Deed, kiosk: &KioskId, detail: String) -> Self {
        Self { actor: kiosk.to_string(), deed, subject: kiosk.to_string(), detail, address: String::new() }
    }
}

/// An act that was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from 1 without a gap.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub act: Act,
    /// Whose hash it is.
    pub suite: Suite,
    /// The hash of this entry and all before it.
    pub hash: [u8; 32],
}

/// The end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries there are.
    pub n: i64,
    /// The hash of the last one; zeros where there is none.
    pub hash: [u8; 32],
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.n, HEXLOWER.encode(&self.hash))
    }
}

/// What is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head is the number of an entry, a colon and 64 digits of 0-9 a-f")]
pub struct NoHead;

impl FromStr for Head {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Self, NoHead> {
        let (n, hash) = text.split_once(':').ok_or(NoHead)?;
        let hash = HEXLOWER.decode(hash.as_bytes()).map_err(|_| NoHead)?;
        Ok(Self { n: n.parse().map_err(|_| NoHead)?, hash: hash.try_into().map_err(|_| NoHead)? })
    }
}

/// Where the chain is not what was written down.
#[derive(Debug, thiserror::Error)]
pub enum AuditFault {
    /// An entry is missing.
    #[error("entry {0} of the audit log was removed: compare with a copy of the store")]
    Missing(i64),
    /// An entry is not what it was.
    #[error("entry {0} of the audit log was altered: compare with a copy of the store")]
    Altered(i64),
    /// The end was cut off, or put there.
    #[error("the audit log ends with entry {found}, not {expected}: compare with a copy of the store")]
    Cut {
        /// Where it ends.
        found: i64,
        /// Where it should.
        expected: i64,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// From now on entries are hashed as this suite does.
pub fn hash_by(sql: &mut dyn Sql, suite: Suite) -> Result<(), StoreError> {
    sql.execute("UPDATE audit_head SET suite = ?1 WHERE one = 1", values![suite.to_string()])?;
    Ok(())
}

/// Writes an act down.
pub fn append(sql: &mut dyn Sql, act: &Act, now: Timestamp) -> Result<Head, StoreError> {
    let row = sql.query_one("SELECT n, hash, suite FROM audit_head WHERE one = 1 FOR UPDATE", &[])?;
    let row = row.ok_or(StoreError::Stopped)?;
    let (last, suite) = (head_of(&row)?, row.parsed(2)?);
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let act = Act {
        actor: cut(&act.actor),
        deed: act.deed,
        subject: cut(&act.subject),
        detail: cut(&act.detail),
        address: cut(&act.address),
    };
    let at = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    let n = last.n + 1;
    let hash = chained(suite, &last.hash, n, at, &act);
    sql.execute(
        "INSERT INTO audit (n, at, actor, deed, subject, detail, address, suite, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        values![
            n,
            at,
            &act.actor,
            act.deed.as_str(),
            &act.subject,
            &act.detail,
            &act.address,
            suite.to_string(),
            hash
        ],
    )?;
    sql.execute("UPDATE audit_head SET n = ?1, hash = ?2 WHERE one = 1", values![n, hash])?;
    let head = Head { n, hash };
    tracing::info!(%head, deed = %act.deed, "the audit log grew");
    Ok(head)
}

fn chained(suite: Suite, previous: &[u8; 32], n: i64, at: Timestamp, act: &Act) -> [u8; 32] {
    suite.hash(&[
        previous,
        &n.to_be_bytes(),
        &at.as_millisecond().to_be_bytes(),
        act.actor.as_bytes(),
        act.deed.as_str().as_bytes(),
        act.subject.as_bytes(),
        act.detail.as_bytes(),
        act.address.as_bytes(),
    ])
}

fn head_of(row: &Row) -> Result<Head, StoreError> {
    let n = row.int(0)?;
    Ok(Head { n, hash: if n == 0 { [0; 32] } else { row.digest(1)? } })
}

/// The end of the chain.
pub fn head(sql: &mut dyn Sql) -> Result<Head, StoreError> {
    let row = sql.query_one("SELECT n, hash FROM audit_head WHERE one = 1", &[])?;
    head_of(&row.ok_or(StoreError::Stopped)?)
}

/// Computes the whole chain again, and compares its end with what is known of it.
pub fn verify(sql: &mut dyn Sql, known: Option<Head>) -> Result<Head, AuditFault> {
    let expected = head(sql)?;
    let mut last = Head { n: 0, hash: [0; 32] };
    let mut known = known.filter(|known| known.n > 0);
    loop {
        let rows = sql.query(
            "SELECT n, at, actor, deed, subject, detail, address, suite, hash FROM audit WHERE n > ?1 ORDER BY n LIMIT ?2",
            values![last.n, PAGE],
        )?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let n = row.int(0)?;
            if n != last.n + 1 {
                return Err(AuditFault::Missing(last.n + 1));
            }
            let entry = read(row).map_err(|_| AuditFault::Altered(n))?;
            if chained(entry.suite, &last.hash, n, entry.at, &entry.act) != entry.hash {
                return Err(AuditFault::Altered(n));
            }
            last = Head { n, hash: entry.hash };
            if let Some(of_then) = known.take_if(|known| known.n == n)
                && of_then != last
            {
                return Err(AuditFault::Altered(n));
            }
        }
    }
    match known {
        // The written-down head lies beyond the end.
        Some(known) => Err(AuditFault::Cut { found: last.n, expected: known.n }),
        None if last == expected => Ok(last),
        None => Err(AuditFault::Cut { found: last.n, expected: expected.n }),
    }
}

fn read(row: &Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        n: row.int(0)?,
        at: row.at(1)?,
        act: Act {
            actor: row.text(2)?.to_owned(),
            deed: row.parsed(3)?,
            subject: row.text(4)?.to_owned(),
            detail: row.text(5)?.to_owned(),
            address: row.text(6)?.to_owned(),
        },
        suite: row.parsed(7)?,
        hash: row.digest(8)?,
    })
}

/// What is looked for in the log; what is empty is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Who.
    pub actor: String,
    /// What.
    pub deed: Option<Deed>,
    /// On what.
    pub subject: String,
    /// Only what came before this entry.
    pub before: Option<i64>,
}

/// At most so many entries, the newest first.
pub fn list(sql: &mut dyn Sql, wanted: &Wanted, most: u32) -> Result<Vec<Entry>, StoreError> {
    let rows = sql.query(
        "SELECT n, at, actor, deed, subject, detail, address, suite, hash FROM audit
         WHERE n < ?1 AND (?2 = '' OR actor = ?2) AND (?3 = '' OR deed = ?3) AND (?4 = '' OR subject = ?4)
         ORDER BY n DESC LIMIT ?5",
        values![
            wanted.before.unwrap_or(i64::MAX),
            &wanted.actor,
            wanted.deed.map_or("", Deed::as_str),
            &wanted.subject,
            most
        ],
    )?;
    rows.iter().map(read).collect()
}
