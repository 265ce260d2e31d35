//! What the technician's pages ask for: a sealed code, lines of the journal, a look at everything, a change of the store.

use super::health::of_disk;
use super::{Hands, Preview, aside as beside, exam};
use crate::diagnostics;
use crate::journey::{
    Aside, Challenge, Change, Deed, DoneHere, DoorNews, NoWayIn, NotDone, Sight, TechnicianAnswer,
    TechnicianAsk,
};
use crate::services::StoreTrouble;
use crate::touch::Calibration;
use contract::Seq;
use contract::fault_ticket::FaultTicket;
use contract::message::EntryBody;
use contract::report::Duty;
use contract::technician::TechnicianCode;
use jiff::Timestamp;
use offline_cache::{Act, DiskFault, Order, Record, Store, StoreError, VendorNews, Work};

/// Entries and records that a page shows: more than anybody reads there.
const MOST_SHOWN: usize = 50;

/// Does it and answers it; what is to be told meanwhile goes to `tell`.
pub(super) async fn answer(
    hands: &Hands,
    ask: TechnicianAsk,
    tell: impl Fn(TechnicianAnswer),
    preview: &Preview,
) -> TechnicianAnswer {
    match ask {
        TechnicianAsk::MakeCode => TechnicianAnswer::Code(make_code(hands).await),
        TechnicianAsk::Note(news) => TechnicianAnswer::Noted(note(hands, news).await),
        TechnicianAsk::Look => TechnicianAnswer::Seen(look(hands).await),
        TechnicianAsk::Examine(asked) => {
            let tell = |sight| tell(TechnicianAnswer::Saw(sight));
            TechnicianAnswer::Examined(exam::take(hands, asked, tell, preview).await)
        }
        TechnicianAsk::Change(wanted) => TechnicianAnswer::Changed(change(hands, wanted).await),
    }
}

async fn make_code(hands: &Hands) -> Result<Challenge, NoWayIn> {
    let store = hands.store.as_ref().map_err(|trouble| NoWayIn::Store(*trouble))?;
    let now = Timestamp::now();
    let made = store.call(move |store| {
        let code = random_code()?;
        Ok((store.seal_code(&code, now)?, code, store.wrong_codes()?))
    });
    let (sealed, code, wrong) = made.await.map_err(|fault| match fault {
        StoreError::NoKey => NoWayIn::NoKey,
        fault => NoWayIn::Store(trouble(&fault)),
    })?;
    let console = hands.local.central.as_ref().and_then(|central| central.console.as_deref());
    let text = match console {
        Some(console) => format!("{console}/technician-code?box={sealed}"),
        None => sealed.to_string(),
    };
    Ok(Challenge { code, text, is_address: console.is_some(), wrong })
}

fn random_code() -> Result<TechnicianCode, StoreError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| StoreError::NoRandomness(error.to_string()))?;
    Ok(TechnicianCode::of(u64::from_be_bytes(random)))
}

async fn note(hands: &Hands, news: DoorNews) -> Result<u8, StoreTrouble> {
    let news = match news {
        DoorNews::Entered => VendorNews::Entered,
        DoorNews::WrongCode => VendorNews::WrongCode,
        DoorNews::LockOver => VendorNews::LockOver,
        DoorNews::Left => VendorNews::Left,
    };
    in_store(hands, move |store| store.note_vendor_mode(news, Timestamp::now())).await
}

/// Everything that the pages show. What the store does not tell is left out; its own part says why.
async fn look(hands: &Hands) -> Sight {
    let parts = diagnostics::look_closely(hands).await;
    let kept = in_store(hands, |store| Ok((store.set_aside_entries()?, store.records(MOST_SHOWN)?))).await;
    let (aside, records) = kept.unwrap_or_default();
    let aside = aside.into_iter().take(MOST_SHOWN).map(|entry| Aside {
        seq: entry.place.seq,
        kind: entry.kind,
        problem: entry.problem.map(|problem| problem.kind),
    });
    Sight {
        parts,
        aside: aside.collect(),
        records: records.into_iter().filter_map(done).collect(),
        log: hands.log.lines().newest_first(),
    }
}

fn done(record: Record) -> Option<DoneHere> {
    let deed = match record.act {
        Act::VendorModeEntered => Deed::Entered,
        Act::VendorModeLeft => Deed::Left,
        Act::VendorCodeWrong { .. } => Deed::WrongCode,
        Act::VendorModeLocked => Deed::Locked,
        Act::PaperLoaded { rolls } => Deed::PaperLoaded(rolls),
        Act::PartReplaced { part } => Deed::PartReplaced(part),
        Act::FaultReported { part } => Deed::Reported(part),
        Act::TouchCalibrated => Deed::Calibrated,
        Act::InService => Deed::Duty(Duty::InService),
        Act::OutOfService => Deed::Duty(Duty::OutOfService),
        _ => return None,
    };
    Some(DoneHere { at: jiff::tz::offset(8).to_datetime(record.at), deed })
}

async fn change(hands: &Hands, wanted: Change) -> Result<(), NotDone> {
    let now = Timestamp::now();
    let done = match wanted {
        Change::Calibrated(measured) => return calibrate(hands, measured).await,
        Change::SendAgain(seq) => in_store(hands, move |store| send_again(store, seq, now)).await,
        Change::Duty(duty) => {
            let kept = in_store(hands, move |store| store.set_duty(duty, now)).await;
            if kept.is_ok() {
                hands.duty.send_replace(duty);
            }
            kept
        }
        Change::PaperLoaded(rolls) => {
            in_store(hands, move |store| store.note_work(Work::PaperLoaded(rolls), now)).await
        }
        Change::Report(ticket) => report(hands, ticket).await,
        Change::PartReplaced(part) => {
            let work = Work::PartReplaced(part.word().to_owned());
            in_store(hands, move |store| store.note_work(work, now)).await
        }
    };
    done.map_err(NotDone::Store)
}

/// Touches are put right even where no record of it can be written.
async fn calibrate(hands: &Hands, measured: Calibration) -> Result<(), NotDone> {
    let touch = hands.touch.clone();
    match beside(move || touch.correct(measured)).await {
        Some(Ok(())) => {}
        Some(Err(fault)) => {
            tracing::error!(%fault, "the touch panel is not calibrated");
            return Err(NotDone::Panel);
        }
        None => return Err(NotDone::Panel),
    }
    if in_store(hands, |store| store.note_work(Work::TouchCalibrated, Timestamp::now())).await.is_err() {
        tracing::warn!("the touch panel is calibrated, and no record tells of it here");
    }
    Ok(())
}

/// Puts a ticket among the entries, and notes for those who look here later that there is one. Once it is an entry it is written:
/// a note that fails must not have the technician write it again.
async fn report(hands: &Hands, ticket: FaultTicket) -> Result<(), StoreTrouble> {
    let now = Timestamp::now();
    let put = move |store: &mut Store| {
        store.append(EntryBody::FaultTicket(ticket), Order::Free, now)?;
        if let Err(fault) = store.note_work(Work::FaultReported(ticket.part.word().to_owned()), now) {
            tracing::warn!(%fault, "a fault ticket is among the entries, and no record tells of it here");
        }
        Ok(())
    };
    in_store(hands, put).await?;
    if let Some(sync) = &hands.sync {
        sync.notify();
    }
    Ok(())
}

/// As `kiosk outbox retry` does.
fn send_again(store: &mut Store, seq: Seq, now: Timestamp) -> Result<(), StoreError> {
    let refused = store.set_aside_entries()?;
    let entry = refused.iter().find(|entry| entry.place.seq == seq).ok_or(StoreError::NoSuchEntry(seq))?;
    store.put_back(entry.place, now)
}

/// Work on the store; a change is on the disk when this returns.
async fn in_store<T: Send + 'static>(
    hands: &Hands,
    work: impl FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreTrouble> {
    let store = hands.store.as_ref().map_err(|trouble| *trouble)?;
    store.call(work).await.map_err(|fault| trouble(&fault))
}

fn trouble(fault: &StoreError) -> StoreTrouble {
    tracing::error!(%fault, "the technician's pages can't use the store");
    DiskFault::of(fault).map_or(StoreTrouble::Broken, of_disk)
}
