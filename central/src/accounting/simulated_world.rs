//! Simulator. The ledger of the outside world: what the simulated channels and providers remember, in a file of its own
//! that no transaction of central touches; and the list of what shall go wrong next.
//!
//! Two instances of central may share the file: they are then talking to the same world.

use super::outside::{Later, NoAnswer};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const SHAPE: &str = "
CREATE TABLE IF NOT EXISTS trades (
    channel TEXT NOT NULL, number TEXT NOT NULL, token TEXT NOT NULL UNIQUE, amount INTEGER NOT NULL,
    subject TEXT NOT NULL, state TEXT NOT NULL, dies_at INTEGER NOT NULL, paid INTEGER, txn TEXT, paid_at INTEGER,
    PRIMARY KEY (channel, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refunds (
    channel TEXT NOT NULL, number TEXT NOT NULL, amount INTEGER NOT NULL, done_at INTEGER NOT NULL,
    PRIMARY KEY (channel, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notices (
    n INTEGER PRIMARY KEY, channel TEXT NOT NULL, number TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS postings (
    provider TEXT NOT NULL, key TEXT NOT NULL, account TEXT NOT NULL, bills TEXT NOT NULL, amount INTEGER NOT NULL,
    outcome TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (provider, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS paid_bills (
    provider TEXT NOT NULL, bill TEXT NOT NULL, PRIMARY KEY (provider, bill)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS faults (
    n INTEGER PRIMARY KEY, whom TEXT NOT NULL, act TEXT NOT NULL, fault TEXT NOT NULL
) STRICT;
";

/// What the simulated channels and providers remember.
#[derive(Clone, Debug)]
pub struct SimulatedWorld(Arc<Mutex<Connection>>);

/// Why there is no simulated world.
#[derive(Debug, thiserror::Error)]
#[error("the simulated payments can't use {path}: {source}; name a file in a folder that can be written")]
pub struct NoWorld {
    path: String,
    source: rusqlite::Error,
}

/// Where something shall go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// A channel makes a code.
    MakeCode,
    /// A channel is queried.
    Query,
    /// A channel closes.
    Close,
    /// A channel gives money back.
    Refund,
    /// A channel is asked about a refund.
    QueryRefund,
    /// A payer pays.
    Pay,
    /// A channel sends a notice.
    Notice,
    /// A provider looks up an account.
    LookUp,
    /// A provider takes a payment.
    Post,
    /// A provider is asked about a payment.
    QueryPost,
}

/// What shall go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The call never arrives.
    LostRequest,
    /// The call has its effect, the answer never arrives.
    LostAnswer,
    /// The call is never answered and never ends.
    Silent,
    /// The answer takes three seconds.
    Slow,
    /// It is refused.
    Refuse,
    /// Not now.
    Busy,
    /// A look-up's answer does not add up.
    Wrong,
    /// A posting comes into effect minutes later.
    LateEffect,
    /// The payer pays in the moment before.
    PaidFirst,
    /// The payment goes through although the trade is closed.
    LatePayment,
    /// Another amount is taken.
    WrongAmount,
    /// A notice is sent twice.
    Twice,
}

/// A word that names nothing here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{word}' is not one of: {known}")]
pub struct UnknownWord {
    word: String,
    known: String,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// As it is written on the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { word: text.chars().take(40).collect(), known: [$($word),+].join(", ") }),
                }
            }
        }
    };
}

words!(Act {
    MakeCode = "make-code",
    Query = "query",
    Close = "close",
    Refund = "refund",
    QueryRefund = "query-refund",
    Pay = "pay",
    Notice = "notice",
    LookUp = "look-up",
    Post = "post",
    QueryPost = "query-post",
});

words!(Fault {
    LostRequest = "lost-request",
    LostAnswer = "lost-answer",
    Silent = "silent",
    Slow = "slow",
    Refuse = "refuse",
    Busy = "busy",
    Wrong = "wrong",
    LateEffect = "late-effect",
    PaidFirst = "paid-first",
    LatePayment = "late-payment",
    WrongAmount = "wrong-amount",
    Twice = "twice",
});

/// Who in the world: a channel by its name, or all providers together.
pub(super) const PROVIDERS: &str = "providers";

impl SimulatedWorld {
    /// A world in a file, made when it is not there.
    pub fn open(path: &Path) -> Result<Self, NoWorld> {
        Connection::open(path)
            .and_then(|db| {
                db.busy_timeout(Duration::from_secs(5))?;
                db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
                Self::shaped(db)
            })
            .map_err(|source| NoWorld { path: path.display().to_string(), source })
    }

    /// A world that ends with the process.
    pub fn in_memory() -> Result<Self, NoWorld> {
        Connection::open_in_memory()
            .and_then(Self::shaped)
            .map_err(|source| NoWorld { path: "memory".to_owned(), source })
    }

    fn shaped(db: Connection) -> rusqlite::Result<Self> {
        // Without this the engine plans a statement anew for each value that is bound to it: a quarter of the time.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        db.set_prepared_statement_cache_capacity(64);
        db.execute_batch(SHAPE)?;
        Ok(Self(Arc::new(Mutex::new(db))))
    }

    /// Lets something go wrong once, the next time `whom` (a channel's name, or `providers`) does it.
    pub fn misbehave(&self, whom: &str, act: Act, fault: Fault) -> Result<(), NoAnswer> {
        self.change(|db| {
            db.prepare_cached("INSERT INTO faults (whom, act, fault) VALUES (?1, ?2, ?3)")?.execute((
                whom,
                act.as_str(),
                fault.as_str(),
            ))?;
            Ok(())
        })
    }

    /// From now on nothing goes wrong.
    pub fn behave(&self) -> Result<(), NoAnswer> {
        self.change(|db| db.execute("DELETE FROM faults", ()).map(drop))
    }

    /// The world begins anew.
    pub fn forget(&self) -> Result<(), NoAnswer> {
        self.change(|db| {
            db.execute_batch(
                "DELETE FROM trades; DELETE FROM refunds; DELETE FROM notices; DELETE FROM postings;
                 DELETE FROM paid_bills; DELETE FROM faults;",
            )
        })
    }

    /// Does something with the ledger, whole or not at all.
    pub(super) fn change<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, NoAnswer> {
        let mut db = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let done = db.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|change| {
            let result = work(&change)?;
            change.commit()?;
            Ok(result)
        });
        done.map_err(|error| {
            tracing::error!(%error, "the simulated payments' file failed");
            NoAnswer
        })
    }

    /// What goes wrong this time.
    pub(super) fn take_fault(db: &Connection, whom: &str, act: Act) -> rusqlite::Result<Option<Fault>> {
        let fault: Option<(i64, String)> = db
            .prepare_cached("SELECT n, fault FROM faults WHERE whom = ?1 AND act = ?2 ORDER BY n LIMIT 1")?
            .query_row((whom, act.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((n, fault)) = fault else { return Ok(None) };
        db.prepare_cached("DELETE FROM faults WHERE n = ?1")?.execute([n])?;
        Ok(fault.parse().ok())
    }

    /// Answers a call, or does not, as the list of faults has it.
    pub(super) fn answer<T, W>(&self, whom: String, act: Act, work: W) -> Later<'_, T>
    where
        T: Send,
        W: FnOnce(&Connection, Option<Fault>) -> rusqlite::Result<T> + Send + 'static,
    {
        Box::pin(async move {
            let (fault, answer) = self.change(|db| {
                let fault = Self::take_fault(db, &whom, act)?;
                let arrives = !matches!(fault, Some(Fault::LostRequest | Fault::Silent));
                let answer = if arrives { Some(work(db, fault)?) } else { None };
                Ok((fault, answer))
            })?;
            match fault {
                Some(Fault::Silent) => std::future::pending().await,
                Some(Fault::Slow) => tokio::time::sleep(Duration::from_secs(3)).await,
                Some(Fault::LostAnswer | Fault::LateEffect) => return Err(NoAnswer),
                _ => {}
            }
            answer.ok_or(NoAnswer)
        })
    }
}
