//! How long each kind of record is kept (保存期限), and what is done when its time is over. `central retention` tells what is
//! due, `central retention --apply` does it.
//!
//! A period is the operator's duty, not a setting: it is changed here, with its ground, and reviewed like everything else.
//! An entry's key and place stay for ever, so that it never takes effect again; only what it says goes.

use crate::drops;
use crate::store::{Sql, StoreError, Value};
use contract::message::day_in_china;
use jiff::{SignedDuration, Timestamp};

/// What is kept, how long, and why.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The kind of record.
    pub kind: &'static str,
    /// Days that it is kept.
    pub days: u32,
    /// What happens then.
    pub then: &'static str,
    /// On what ground.
    pub ground: &'static str,
    dated_by: Dating,
    due: &'static str,
    carry_out: &'static str,
}

/// How a record says when it was made.
#[derive(Clone, Copy, Debug)]
enum Dating {
    Moment,
    Day,
}

/// Every rule. `?1` is when a record's time is over that was made before it, `?2` is nothing, in the place of what was said.
pub const RULES: [Rule; 12] = [
    Rule {
        kind: "pictures from phones that no terminal fetched (手机传图)",
        days: 0,
        then: "they are erased; a running central does so every minute",
        ground: "PIPL art. 19: no longer than its purpose needs, the eight minutes of a visit",
        dated_by: Dating::Moment,
        due: drops::DUE,
        carry_out: drops::ERASE,
    },
    Rule {
        kind: "answers to look-ups (查询结果)",
        days: 180,
        then: "what was asked and answered is erased; key and place stay",
        ground: "PIPL art. 19: no longer than its purpose needs; a terminal that is silent for half a year is set up anew",
        dated_by: Dating::Moment,
        due: "SELECT count(*) FROM entries WHERE received_at < ?1 AND length(body) > 0 AND EXISTS (
                  SELECT 1 FROM cases WHERE cases.kiosk = entries.kiosk AND cases.entry = entries.id
                  AND NOT EXISTS (SELECT 1 FROM casework WHERE casework.number = cases.number))",
        carry_out: "UPDATE entries SET body = ?2, receipt = ?2 WHERE received_at < ?1 AND length(body) > 0 AND EXISTS (
                  SELECT 1 FROM cases WHERE cases.kiosk = entries.kiosk AND cases.entry = entries.id
                  AND NOT EXISTS (SELECT 1 FROM casework WHERE casework.number = cases.number))",
    },
    Rule {
        kind: "verification of printed certificates (证明核验)",
        days: 365,
        then: "the code is forgotten",
        ground: "a certificate is good for three months; a year lets late disputes be settled",
        dated_by: Dating::Day,
        due: "SELECT count(*) FROM certificates WHERE issued_on < ?1",
        carry_out: "DELETE FROM certificates WHERE issued_on < ?1",
    },
    Rule {
        kind: "refused entries (拒收记录)",
        days: 365,
        then: "the reason is forgotten; the series stays whole",
        ground: "GB/T 22239-2019 8.1.4.3: logs six months and more",
        dated_by: Dating::Moment,
        due: "SELECT count(*) FROM refusals WHERE at < ?1 AND EXISTS (
                  SELECT 1 FROM series WHERE series.kiosk = refusals.kiosk AND series.contiguous >= refusals.seq)",
        carry_out: "DELETE FROM refusals WHERE at < ?1 AND EXISTS (
                  SELECT 1 FROM series WHERE series.kiosk = refusals.kiosk AND series.contiguous >= refusals.seq)",
    },
    Rule {
        kind: "heads of journals (日志链头)",
        days: 365,
        then: "all but the newest of each terminal are forgotten",
        ground: "GB/T 22239-2019 8.1.4.3: logs six months and more",
        dated_by: Dating::Moment,
        due: "SELECT count(*) FROM journal_heads WHERE at < ?1 AND EXISTS (
                  SELECT 1 FROM journal_heads newer WHERE newer.kiosk = journal_heads.kiosk AND newer.n > journal_heads.n)",
        carry_out: "DELETE FROM journal_heads WHERE at < ?1 AND EXISTS (
                  SELECT 1 FROM journal_heads newer WHERE newer.kiosk = journal_heads.kiosk AND newer.n > journal_heads.n)",
    },
    Rule {
        kind: "inputs of decided cases (秒批输入)",
        days: 1_095,
        then: "they are erased; the decision, its rules and reasons stay, replay ends",
        ground: "行政复议法 and 行政诉讼法: a decision can be challenged for months, exceptionally for years",
        dated_by: Dating::Moment,
        due: "SELECT count(*) FROM decision_inputs WHERE EXISTS (
                  SELECT 1 FROM decisions WHERE decisions.number = decision_inputs.number AND decisions.decided_at < ?1)",
        carry_out: "DELETE FROM decision_inputs WHERE EXISTS (
                  SELECT 1 FROM decisions WHERE decisions.number = decision_inputs.number AND decisions.decided_at < ?1)",
    },
    Rule {
        kind: "pulls from registries (数据调用记录)",
        days: 1_095,
        then: "they are forgotten",
        ground: "PIPL art. 56: records of processing at least three years",
        dated_by: Dating::Moment,
        due: "SELECT count(*) FROM registry_pulls WHERE at < ?1",
        carry_out: "DELETE FROM registry_pulls WHERE at < ?1",
    },
    Rule {
        kind: "drafts between phone and terminal (手机草稿)",
        days: 1,
        then: "they are erased; most are by their use",
        ground: "PIPL art. 19: nobody has confirmed them yet, and a day is long enough for the way to a terminal",
        dated_by: Dating::Moment,
        due: "SELECT count(*) FROM phone_drafts WHERE made_at < ?1",
        carry_out: "DELETE FROM phone_drafts WHERE made_at < ?1",
    },
    Rule {
        kind: "wrong codes of drafts (手机草稿取用错误)",
        days: 1,
        then: "they are forgotten",
        ground: "PIPL art. 19: they count for a quarter of an hour",
        dated_by: Dating::Moment,
        due: "SELECT count(*) FROM draft_misses WHERE since < ?1",
        carry_out: "DELETE FROM draft_misses WHERE since < ?1",
    },
    Rule {
        kind: "invitations of terminals (终端注册)",
        days: 180,
        then: "they are forgotten; the certificates that came of them stay listed",
        ground: "GB/T 22239-2019 8.1.4.3: logs six months and more",
        dated_by: Dating::Moment,
        due: "SELECT count(*) FROM enrolments WHERE ends_at < ?1",
        carry_out: "DELETE FROM enrolments WHERE ends_at < ?1",
    },
    Rule {
        kind: "alarms that are over (告警记录)",
        days: 365,
        then: "they are forgotten",
        ground: "GB/T 22239-2019 8.1.4.3: logs six months and more",
        dated_by: Dating::Moment,
        due: "SELECT count(*) FROM alarms WHERE ended_at < ?1",
        carry_out: "DELETE FROM alarms WHERE ended_at < ?1",
    },
    Rule {
        kind: "sessions of operators (运维会话)",
        days: 1,
        then: "they are forgotten; the audit log keeps who logged in when",
        ground: "PIPL art. 19: a session is over after eight hours",
        dated_by: Dating::Moment,
        due: "SELECT count(*) FROM operator_sessions WHERE made_at < ?1",
        carry_out: "DELETE FROM operator_sessions WHERE made_at < ?1",
    },
];

/// Kinds that are never erased here, and why.
pub const KEPT: [(&str, &str); 4] = [
    ("cases and their traces (办件档案)", "archives law: they go to the archive, not away"),
    (
        "the audit log of operators (审计日志)",
        "a chain has no gaps; GB/T 22239-2019 8.1.4.3 asks for six months at least",
    ),
    ("orders and the money book (账簿)", "会计档案管理办法: 30 years"),
    (
        "certificates of terminals (终端证书)",
        "who is let in is looked up there; a revoked one never comes back",
    ),
];

impl Rule {
    /// How many records' time is over.
    pub fn due(&self, sql: &mut dyn Sql, now: Timestamp) -> Result<i64, StoreError> {
        let count = sql.query_one(self.due, &[self.limit(now)])?;
        count.ok_or(StoreError::Stopped)?.int(0)
    }

    /// Does what is due; how many records it was.
    pub fn carry_out(&self, sql: &mut dyn Sql, now: Timestamp) -> Result<u64, StoreError> {
        let (limit, nothing) = (self.limit(now), Value::Bytes(Vec::new()));
        if self.carry_out.contains("?2") {
            sql.execute(self.carry_out, &[limit, nothing])
        } else {
            sql.execute(self.carry_out, &[limit])
        }
    }

    fn limit(&self, now: Timestamp) -> Value {
        let limit = now - SignedDuration::from_hours(24 * i64::from(self.days));
        match self.dated_by {
            Dating::Moment => Value::from(limit),
            Dating::Day => Value::from(day_in_china(limit)),
        }
    }
}
