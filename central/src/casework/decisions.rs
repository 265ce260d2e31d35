//! Decisions by rules: what was decided, by which rules, on what inputs, and which registries were asked for it.

use super::WorkError;
use super::dossiers::save;
use crate::cases::DISTRICT;
use crate::deciding::case::{Closing, Dossier};
use crate::deciding::rules::{Decision, Digest32, RuleOutcome, RuleSet, Version};
use crate::registries::{Answer, Pulled};
use crate::store::{Sql, StoreError};
use crate::values;
use contract::CaseNumber;
use contract::calendar::Calendar;
use contract::ruling::RuleSaid;
use contract::series::SealingKeyId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A decision that rules have come to, ready to be written down.
#[derive(Clone, Debug)]
pub struct ByRules {
    /// The rules.
    pub set: Arc<RuleSet>,
    /// What they decided.
    pub decision: Decision,
    /// What each of them said.
    pub outcomes: Vec<RuleOutcome>,
    /// The same as the applicant reads it.
    pub said: Vec<RuleSaid>,
    /// The keyed digest of the inputs.
    pub digest: Digest32,
    /// The key that the inputs are sealed to.
    pub sealing_key: SealingKeyId,
    /// The inputs, sealed.
    pub sealed: Vec<u8>,
    /// What was asked of the registries for it.
    pub pulls: Vec<Pulled>,
    /// For what, in words: the service.
    pub purpose: String,
}

/// Writes a decision down, in the transaction of its entry. A case that was decided is closed by it; one that was not
/// stays on its desk.
pub fn decide(
    sql: &mut dyn Sql,
    dossier: &mut Dossier,
    by: &ByRules,
    at: Timestamp,
    calendar: &Calendar,
) -> Result<(), WorkError> {
    let number = dossier.opening.number.clone();
    let set = &by.set;
    sql.execute(
        "INSERT INTO rule_sets (district, version, id, text, used_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
        values![DISTRICT, set.version.as_str(), set.id.as_str(), set.text(), at],
    )?;
    sql.execute(
        "INSERT INTO decisions (number, rules, digest, decision, outcomes, decided_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![
            &number,
            set.version.as_str(),
            by.digest,
            serde_json::to_string(&by.decision).map_err(StoreError::from)?,
            serde_json::to_string(&by.outcomes).map_err(StoreError::from)?,
            at
        ],
    )?;
    sql.execute(
        "INSERT INTO decision_inputs (number, sealing_key, sealed) VALUES (?1, ?2, ?3)",
        values![&number, by.sealing_key.0, by.sealed.as_slice()],
    )?;
    for pulled in &by.pulls {
        note_pull(sql, number.as_str(), pulled, &by.purpose)?;
    }
    let closing = match &by.decision {
        Decision::Approved => Closing::Approved,
        Decision::Refused { reasons } => Closing::Refused { reasons: reasons.clone() },
        Decision::ToClerk { .. } => return Ok(()),
    };
    let happened = dossier.decided_by_rules(&set.id, closing, at);
    save(sql, dossier, &happened, calendar)
}

/// Writes down that a registry was asked: for a case, or for a look-up by its own name.
pub fn note_pull(sql: &mut dyn Sql, number: &str, pulled: &Pulled, purpose: &str) -> Result<(), StoreError> {
    let resource = &pulled.resource;
    let fields: Vec<&str> = resource.fields.iter().map(|field| field.id.as_str()).collect();
    let outcome = match pulled.answer {
        Answer::Found { .. } => "found",
        Answer::NotFound { .. } => "not_found",
        Answer::NoAnswer { .. } => "no_answer",
    };
    sql.execute(
        "INSERT INTO registry_pulls (number, resource, at, registry, owner, purpose, legal_ground, fields, outcome,
                                     retention)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        values![
            number,
            resource.id.as_str(),
            pulled.at,
            &resource.registry,
            &resource.owner,
            purpose,
            &resource.legal_ground,
            fields.join(","),
            outcome,
            &resource.retention
        ],
    )?;
    Ok(())
}

/// A decision as it was written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// The case.
    pub case: CaseNumber,
    /// The version of the rules.
    pub rules: Version,
    /// What they decided.
    pub decision: Decision,
    /// What each rule said.
    pub outcomes: Vec<RuleOutcome>,
    /// When.
    pub decided_at: Timestamp,
}

/// The decision of a case.
pub fn decision(sql: &mut dyn Sql, number: &CaseNumber) -> Result<Option<DecisionRecord>, StoreError> {
    let row = sql.query_one(
        "SELECT rules, decision, outcomes, decided_at FROM decisions WHERE number = ?1",
        values![number],
    )?;
    row.map(|row| {
        Ok(DecisionRecord {
            case: number.clone(),
            rules: row.parsed(0)?,
            decision: serde_json::from_str(row.text(1)?)?,
            outcomes: serde_json::from_str(row.text(2)?)?,
            decided_at: row.at(3)?,
        })
    })
    .transpose()
}

/// What was asked of the registries in a case: resource, purpose, legal ground, fields and outcome, a line each.
pub fn pulls(sql: &mut dyn Sql, number: &CaseNumber) -> Result<Vec<[String; 5]>, StoreError> {
    let rows = sql.query(
        "SELECT resource, purpose, legal_ground, fields, outcome FROM registry_pulls WHERE number = ?1 ORDER BY resource",
        values![number],
    )?;
    let line = |row: &crate::store::Row| {
        let text = |column| row.text(column).map(str::to_owned);
        Ok([text(0)?, text(1)?, text(2)?, text(3)?, text(4)?])
    };
    rows.iter().map(line).collect()
}
