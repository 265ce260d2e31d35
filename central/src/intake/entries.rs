//! What one entry does.

use super::{Applied, Arrival, Effect, IntakeError, NewWork, RecordName, series};
use crate::bookings;
use crate::cases::{self, NewCase};
use crate::casework;
use crate::deciding::case::Dossier;
use crate::deciding::rules::Decision;
use crate::deciding::{Actor, PlainWords};
use crate::store::{Sql, StoreError};
use crate::tickets::{self, TicketName};
use crate::values;
use contract::message::{
    EntryBody, EntryReceipt, EntryRecord, Outcome, Paper, Rating, RulesDecision, day_in_china,
};
use contract::{CaseNumber, EntryId, KioskId, ServiceCode};
use std::collections::BTreeSet;

/// Applies an entry, or finds what was answered to it before.
pub fn apply(sql: &mut dyn Sql, arrival: &Arrival) -> Result<Applied, IntakeError> {
    let receipt = EntryReceipt {
        entry: arrival.id,
        received_at: arrival.received_at,
        outcome: outcome(&arrival.effect),
        rules: match &arrival.effect {
            Effect::Decide(_, by) => by.said.clone(),
            _ => Vec::new(),
        },
    };
    let receipt = serde_json::to_vec(&receipt).map_err(StoreError::from)?;
    // The constraints decide whether this is the first time: no look before the leap.
    let inserted = sql.execute(
        "INSERT INTO entries (kiosk, id, seq, received_at, seal_hash, body, receipt)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        values![
            &arrival.kiosk,
            arrival.id,
            arrival.seq,
            arrival.received_at,
            arrival.seal_hash,
            arrival.body.expose().as_slice(),
            receipt.as_slice()
        ],
    )?;
    if inserted == 0 {
        return answer_again(sql, arrival);
    }
    take_effect(sql, arrival)?;
    series::account_for(sql, &arrival.kiosk, arrival.seq)?;
    Ok(Applied::Now(receipt))
}

fn answer_again(sql: &mut dyn Sql, arrival: &Arrival) -> Result<Applied, IntakeError> {
    match super::known(sql, &arrival.kiosk, arrival.id)? {
        None => Err(IntakeError::SeqTaken),
        Some(known) if known.seal_hash == arrival.seal_hash => Ok(Applied::Before(known.receipt)),
        Some(_) => Err(IntakeError::KeyReused),
    }
}

fn outcome(effect: &Effect) -> Outcome {
    match effect {
        Effect::OpenCase(work) | Effect::Book(work, _) | Effect::HandIn(work, _) => opened(work),
        Effect::Decide(work, by) => {
            let decided = |decision, reasons: &[PlainWords], next: &str| Outcome::Decided {
                case: work.opening.number.clone(),
                decision,
                reasons: reasons.iter().map(ToString::to_string).collect(),
                next_step: next.to_owned(),
                fee: work.fee,
            };
            match &by.decision {
                Decision::Approved => {
                    decided(RulesDecision::Approved, &[], casework::collect(work.filed.delivery.name()))
                }
                Decision::Refused { reasons } => decided(RulesDecision::Refused, reasons, casework::APPEAL),
                Decision::ToClerk { .. } => opened(work),
            }
        }
        Effect::Answer { number, answer, .. } => Outcome::Answered {
            case: number.clone(),
            lines: answer.lines.clone(),
            check_code: answer.check_code.clone(),
        },
        Effect::Evaluate(_)
        | Effect::Rate { .. }
        | Effect::Reply(_)
        | Effect::Paper(_)
        | Effect::Ticket(..) => Outcome::Noted,
    }
}

fn opened(work: &NewWork) -> Outcome {
    Outcome::CaseOpened {
        case: work.opening.number.clone(),
        promised_days: work.promised_days,
        fee: work.fee,
    }
}

fn take_effect(sql: &mut dyn Sql, arrival: &Arrival) -> Result<(), IntakeError> {
    let (now, calendar) = (arrival.received_at, arrival.calendar.as_ref());
    match &arrival.effect {
        Effect::OpenCase(work) => {
            open(sql, arrival, work)?;
        }
        Effect::Book(work, booking) => {
            let is_late = series::has_lost_its_place(sql, arrival)?;
            if is_late || !bookings::take(sql, &work.opening.number, booking)? {
                return Err(IntakeError::SlotTaken);
            }
            open(sql, arrival, work)?;
        }
        Effect::Decide(work, by) => {
            let mut dossier = open(sql, arrival, work)?;
            casework::decide(sql, &mut dossier, by, now, calendar)?;
        }
        Effect::HandIn(work, stage) => {
            let actor = Actor::Applicant { kiosk: arrival.kiosk.clone() };
            casework::hand_in(sql, stage, &work.opening.number, &actor, now, calendar)?;
            open(sql, arrival, work)?;
        }
        Effect::Answer { number, service, answer, holder } => {
            let day = day_in_china(now);
            cases::open(sql, &new_case(arrival, number, service, 0))?;
            if let Some(code) = &answer.check_code {
                cases::issue_certificate(sql, number, service, code, day, holder)?;
            }
        }
        Effect::Evaluate(evaluation) => {
            let rated = Rated { rating: evaluation.rating, tags: &evaluation.tags, round: 1 };
            evaluate(sql, arrival, &arrival.kiosk, evaluation.application, &rated)?;
        }
        Effect::Rate { case, id_no, rating, tags, round } => {
            let filed = super::record(sql, &RecordName::Case(case.clone()))?;
            let is_theirs = |record: &EntryRecord| match &record.entry.body {
                EntryBody::Application(application) => application.person() == Some(id_no.expose()),
                EntryBody::Evaluation(_)
                | EntryBody::CaseReply(_)
                | EntryBody::Paper(_)
                | EntryBody::FaultTicket(_) => false,
            };
            // Somebody else's case is no more told of than one that does not exist.
            let filed = filed.filter(is_theirs).ok_or(IntakeError::NothingToEvaluate)?;
            let rated = Rated { rating: *rating, tags, round: *round };
            evaluate(sql, arrival, &filed.kiosk, filed.id, &rated)?;
        }
        Effect::Paper(paper) => file_page(sql, arrival, paper)?,
        Effect::Ticket(ticket, at) => {
            let name = TicketName { kiosk: arrival.kiosk.clone(), entry: arrival.id };
            tickets::open(sql, &name, *ticket, *at)?;
        }
        Effect::Reply(reply) => casework::reply(sql, reply, &arrival.kiosk, arrival.id, now, calendar)?,
    }
    Ok(())
}

/// Puts a page to its application, each once. That the application is there was seen before: it is never taken away.
fn file_page(sql: &mut dyn Sql, arrival: &Arrival, paper: &Paper) -> Result<(), IntakeError> {
    let inserted = sql.execute(
        "INSERT INTO papers (kiosk, application, material, page, entry) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
        values![&arrival.kiosk, paper.application, paper.material.as_str(), paper.page, arrival.id],
    )?;
    if inserted == 0 { Err(IntakeError::PageTaken) } else { Ok(()) }
}

/// Gives a case its number and puts it on its desk.
fn open(sql: &mut dyn Sql, arrival: &Arrival, work: &NewWork) -> Result<Dossier, IntakeError> {
    let opening = &work.opening;
    cases::open(sql, &new_case(arrival, &opening.number, &opening.service, work.promised_days))?;
    cases::fees::set(sql, &opening.number, work.fee)?;
    if let Some(person) = &work.applicant {
        cases::note_applicant(sql, person, &opening.number, arrival.received_at)?;
    }
    let looked =
        work.licences.iter().flat_map(|looked| looked.pulls.iter().map(|pull| (pull, &looked.purpose)));
    for (pull, purpose) in looked {
        casework::note_pull(sql, opening.number.as_str(), pull, purpose)?;
    }
    Ok(casework::open(sql, opening, &work.filed, &arrival.calendar)?)
}

fn new_case<'a>(
    arrival: &'a Arrival,
    number: &'a CaseNumber,
    service: &'a ServiceCode,
    promised_days: u16,
) -> NewCase<'a> {
    NewCase {
        number,
        kiosk: &arrival.kiosk,
        entry: arrival.id,
        service,
        accepted_on: day_in_china(arrival.received_at),
        promised_days,
    }
}

/// What somebody says of a case, once in a round (一事一评).
struct Rated<'a> {
    rating: Rating,
    tags: &'a BTreeSet<String>,
    round: u8,
}

fn evaluate(
    sql: &mut dyn Sql,
    arrival: &Arrival,
    kiosk: &KioskId,
    application: EntryId,
    rated: &Rated<'_>,
) -> Result<(), IntakeError> {
    let case = sql
        .query_one("SELECT number FROM cases WHERE kiosk = ?1 AND entry = ?2", values![kiosk, application])?;
    if case.is_none() {
        return Err(IntakeError::NothingToEvaluate);
    }
    let inserted = sql.execute(
        "INSERT INTO ratings (kiosk, application, round, entry, stars, tags) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO NOTHING",
        values![
            kiosk,
            application,
            rated.round,
            arrival.id,
            rated.rating.stars(),
            serde_json::to_string(rated.tags).map_err(StoreError::from)?
        ],
    )?;
    if inserted == 0 { Err(IntakeError::AlreadyEvaluated) } else { Ok(()) }
}
