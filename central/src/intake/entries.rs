//! What one entry does.

use super::{Applied, Arrival, Effect, IntakeError, series};
use crate::cases::{self, NewCase};
use crate::store::{Sql, StoreError};
use crate::values;
use contract::message::{CaseState, EntryReceipt, Evaluation, Outcome, day_in_china};

/// Applies an entry, or finds what was answered to it before.
pub fn apply(sql: &mut dyn Sql, arrival: &Arrival) -> Result<Applied, IntakeError> {
    let receipt = EntryReceipt {
        entry: arrival.id,
        received_at: arrival.received_at,
        outcome: outcome(&arrival.effect),
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
        Effect::OpenCase { number, promised_days, fee, .. } => {
            Outcome::CaseOpened { case: number.clone(), promised_days: *promised_days, fee: *fee }
        }
        Effect::Answer { number, answer, .. } => Outcome::Answered {
            case: number.clone(),
            lines: answer.lines.clone(),
            check_code: answer.check_code.clone(),
        },
        Effect::Evaluate(_) => Outcome::Noted,
    }
}

fn take_effect(sql: &mut dyn Sql, arrival: &Arrival) -> Result<(), IntakeError> {
    let day = day_in_china(arrival.received_at);
    let case = |number, service, state, promised_days| NewCase {
        number,
        kiosk: &arrival.kiosk,
        entry: arrival.id,
        service,
        state,
        accepted_on: day,
        promised_days,
    };
    match &arrival.effect {
        Effect::OpenCase { number, service, promised_days, .. } => {
            cases::open(sql, &case(number, service, CaseState::Accepted, *promised_days))?;
        }
        Effect::Answer { number, service, answer, holder } => {
            cases::open(sql, &case(number, service, CaseState::Completed, 0))?;
            if let Some(code) = &answer.check_code {
                cases::issue_certificate(sql, number, service, code, day, holder)?;
            }
        }
        Effect::Evaluate(evaluation) => evaluate(sql, arrival, evaluation)?,
    }
    Ok(())
}

fn evaluate(sql: &mut dyn Sql, arrival: &Arrival, evaluation: &Evaluation) -> Result<(), IntakeError> {
    let (kiosk, application) = (&arrival.kiosk, evaluation.application);
    let case = sql
        .query_one("SELECT number FROM cases WHERE kiosk = ?1 AND entry = ?2", values![kiosk, application])?;
    if case.is_none() {
        return Err(IntakeError::NothingToEvaluate);
    }
    let inserted = sql.execute(
        "INSERT INTO evaluations (kiosk, application, entry, stars) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        values![kiosk, application, arrival.id, evaluation.rating.stars()],
    )?;
    if inserted == 0 { Err(IntakeError::AlreadyEvaluated) } else { Ok(()) }
}
