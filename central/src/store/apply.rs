//! What one entry does to the database, inside a transaction that somebody else opens and commits.

use super::{Applied, Arrival, Effect, Refusal, StoreError};
use contract::message::{CaseState, EntryReceipt, Evaluation, Outcome, day_in_china};
use contract::{CaseNumber, Fen, KioskId, Seq, ServiceCode};
use rusqlite::{Connection, OptionalExtension};

/// Futian (GB/T 2260). One reference central serves one district.
const DISTRICT: u32 = 440_304;

/// The biggest sequence that fits the seven digits of a case number.
const LAST_OF_A_DAY: u32 = 9_999_999;

/// Applies an entry, or finds what was answered to it before.
pub(super) fn apply(db: &Connection, arrival: &Arrival) -> Result<Applied, StoreError> {
    // The constraints decide whether this is the first time: no look before the leap.
    let inserted = db
        .prepare_cached(
            "INSERT INTO entries (kiosk, seq, id, received_at, seal_hash, body, receipt)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, x'') ON CONFLICT DO NOTHING",
        )?
        .execute((
            arrival.kiosk.as_str(),
            arrival.seq.0,
            arrival.id.0.as_bytes(),
            arrival.received_at.as_millisecond(),
            arrival.seal_hash,
            arrival.body.expose(),
        ))?;
    if inserted == 0 {
        return answer_again(db, arrival);
    }
    let receipt = EntryReceipt {
        entry: arrival.id,
        received_at: arrival.received_at,
        outcome: take_effect(db, arrival)?,
    };
    let receipt = serde_json::to_vec(&receipt)?;
    db.prepare_cached("UPDATE entries SET receipt = ?2 WHERE id = ?1")?
        .execute((arrival.id.0.as_bytes(), &receipt))?;
    // An operator may have sent a refused entry again.
    db.prepare_cached("DELETE FROM refusals WHERE kiosk = ?1 AND seq = ?2")?
        .execute((arrival.kiosk.as_str(), arrival.seq.0))?;
    advance_series(db, &arrival.kiosk, arrival.seq)?;
    Ok(Applied::Now(receipt))
}

fn answer_again(db: &Connection, arrival: &Arrival) -> Result<Applied, StoreError> {
    let before = db
        .prepare_cached("SELECT kiosk, seal_hash, receipt FROM entries WHERE id = ?1")?
        .query_row([arrival.id.0.as_bytes()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, [u8; 32]>(1)?, row.get::<_, Vec<u8>>(2)?))
        })
        .optional()?;
    match before {
        None => Err(StoreError::SeqTaken),
        Some((kiosk, hash, receipt)) if kiosk == arrival.kiosk.as_str() && hash == arrival.seal_hash => {
            Ok(Applied::Before(receipt))
        }
        Some(_) => Err(StoreError::KeyReused),
    }
}

fn take_effect(db: &Connection, arrival: &Arrival) -> Result<Outcome, StoreError> {
    match &arrival.effect {
        Effect::OpenCase { service, promised_days, fee } => {
            let case = open_case(db, arrival, service, CaseState::Accepted, *promised_days, None)?;
            Ok(Outcome::CaseOpened { case, promised_days: *promised_days, fee: Fen(fee.0) })
        }
        Effect::Answer { service, answer } => {
            let code = answer.check_code.as_deref();
            let case = open_case(db, arrival, service, CaseState::Completed, 0, code)?;
            Ok(Outcome::Answered { case, lines: answer.lines.clone(), check_code: answer.check_code.clone() })
        }
        Effect::Evaluate(evaluation) => evaluate(db, arrival, evaluation).map(|()| Outcome::Noted),
    }
}

fn open_case(
    db: &Connection,
    arrival: &Arrival,
    service: &ServiceCode,
    state: CaseState,
    promised_days: u16,
    check_code: Option<&str>,
) -> Result<CaseNumber, StoreError> {
    let day = day_in_china(arrival.received_at);
    let sequence: u32 = db
        .prepare_cached(
            "INSERT INTO case_days (district, day, last) VALUES (?1, ?2, 1)
             ON CONFLICT (district, day) DO UPDATE SET last = last + 1 RETURNING last",
        )?
        .query_row((DISTRICT, day.to_string()), |row| row.get(0))?;
    let case = if sequence <= LAST_OF_A_DAY { CaseNumber::compose(DISTRICT, day, sequence) } else { None };
    let case = case.ok_or(StoreError::NoNumberLeft)?;
    db.prepare_cached(
        "INSERT INTO cases (number, entry, service, state, accepted_on, promised_days, check_code)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((
        case.as_str(),
        arrival.id.0.as_bytes(),
        service.as_str(),
        state_text(state),
        day.to_string(),
        promised_days,
        check_code,
    ))?;
    Ok(case)
}

fn evaluate(db: &Connection, arrival: &Arrival, evaluation: &Evaluation) -> Result<(), StoreError> {
    let application = evaluation.application.0.as_bytes();
    let exists = db
        .prepare_cached("SELECT 1 FROM cases WHERE entry = ?1")?
        .query_row([application], |_| Ok(()))
        .optional()?;
    if exists.is_none() {
        return Err(StoreError::NothingToEvaluate);
    }
    let inserted = db
        .prepare_cached(
            "INSERT INTO evaluations (application, entry, stars) VALUES (?1, ?2, ?3)
             ON CONFLICT (application) DO NOTHING",
        )?
        .execute((application, arrival.id.0.as_bytes(), evaluation.rating.stars()))?;
    if inserted == 0 { Err(StoreError::AlreadyEvaluated) } else { Ok(()) }
}

/// Remembers a refusal. One that was taken meanwhile is not refused any more.
pub(super) fn refuse(db: &Connection, refusal: &Refusal) -> Result<(), StoreError> {
    let kiosk = refusal.kiosk.as_str();
    let taken = db
        .prepare_cached("SELECT 1 FROM entries WHERE kiosk = ?1 AND seq = ?2")?
        .exists((kiosk, refusal.seq.0))?;
    if taken {
        return Ok(());
    }
    db.prepare_cached(
        "INSERT INTO refusals (kiosk, seq, id, at, problem) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (kiosk, seq) DO UPDATE SET id = excluded.id, at = excluded.at, problem = excluded.problem",
    )?
    .execute((kiosk, refusal.seq.0, refusal.id.0.as_bytes(), refusal.at.as_millisecond(), &refusal.problem))?;
    advance_series(db, &refusal.kiosk, refusal.seq)
}

/// Moves the kiosk's tail as far as its series has no gap.
fn advance_series(db: &Connection, kiosk: &KioskId, seq: Seq) -> Result<(), StoreError> {
    let (kiosk, seq) = (kiosk.as_str(), seq.0);
    let (mut contiguous, highest): (u64, u64) = db
        .prepare_cached("SELECT contiguous, highest FROM series WHERE kiosk = ?1")?
        .query_row([kiosk], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .unwrap_or_default();
    let mut next = db.prepare_cached(
        "SELECT 1 FROM entries WHERE kiosk = ?1 AND seq = ?2
         UNION ALL SELECT 1 FROM refusals WHERE kiosk = ?1 AND seq = ?2",
    )?;
    while next.exists((kiosk, contiguous + 1))? {
        contiguous += 1;
    }
    db.prepare_cached(
        "INSERT INTO series (kiosk, contiguous, highest) VALUES (?1, ?2, ?3)
         ON CONFLICT (kiosk) DO UPDATE SET contiguous = excluded.contiguous, highest = excluded.highest",
    )?
    .execute((kiosk, contiguous, highest.max(seq)))?;
    Ok(())
}

pub(super) const fn state_text(state: CaseState) -> &'static str {
    match state {
        CaseState::Accepted => "accepted",
        CaseState::Completed => "completed",
    }
}
