//! Every service that terminals offer, from its guide to its receipt: the real journey with the real keyboard, the real
//! store and the real central over mutual TLS. Each field that can be wrong is wrong once, and refused with a sentence.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::indexing_slicing, missing_docs)]

#[path = "support/answers.rs"]
mod answers;
#[path = "support/corner.rs"]
mod corner;
#[path = "support/phone.rs"]
mod phone;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::catalogue::{Audience, Service};
use contract::form::{FieldKind, PARTY, Party, Source};
use contract::language::{Language, Voice};
use contract::order::{ChannelName, OrderState};
use contract::providers::PayMode;
use contract::{CaseNumber, FieldId, Secret};
use kiosk::forms::{CONSENT, Draft, Input, SIGNATURE, cell, input_for, shown_for_typing};
use kiosk::journey::{Filing, LogInStep, Outcome, Page, PayStep, Touch};
use kiosk::services::Library;
use kiosk::typing::{Candidate, Key, Layout};
use pinyin::ToPinyin;
use std::collections::BTreeMap;
use std::time::Instant;
use street::Street;
use support::{library, repository};

fn filing(street: &Street) -> &Filing {
    match street.page() {
        Page::Filing(filing) => filing,
        page => panic!("no form: {page:?}"),
    }
}

fn draft(street: &Street) -> &Draft {
    &filing(street).draft
}

/// Opens a service, with a log-in where it is the first that needs one.
async fn open(street: &mut Street, service: &Service) {
    street.touch(Touch::Home);
    street.touch(Touch::Choose(service.code.clone()));
    assert_eq!(street.journey().obstacle(service), None, "{} can't be started", service.name);
    street.touch(Touch::Start);
    if matches!(street.page(), Page::LogIn(_)) {
        street.reader.say("lay sample-citizen");
        let asked = |page: &Page| matches!(page, Page::LogIn(log_in) if matches!(log_in.step, LogInStep::AskConsent(_)));
        street.until("the consent", asked).await;
        street.touch(Touch::AgreeToFace);
    }
    let is_open = |page: &Page| matches!(page, Page::Filing(_) | Page::Review(_) | Page::Paying(_));
    street.until("the form", is_open).await;
}

fn paying(street: &Street) -> &PayStep {
    match street.page() {
        Page::Paying(paying) => &paying.step,
        page => panic!("nothing to pay: {page:?}"),
    }
}

fn is_step(page: &Page, is_so: impl Fn(&PayStep) -> bool) -> bool {
    matches!(page, Page::Paying(paying) if is_so(&paying.step))
}

/// The number to pay for: a notice of its own for each service, an account of the catalogue elsewhere.
fn account(library: &Library, service: &Service, nth: usize) -> String {
    let provider = library.provider_of(&service.code).unwrap();
    match provider.kind.as_str() {
        "notice" => format!("440304261100{nth:08}"),
        _ => provider.samples[nth % provider.samples.len()].expose().to_owned(),
    }
}

fn type_account(street: &mut Street, account: &str) -> Told<()> {
    street.touch(Touch::Key(Key::Clear));
    for c in account.chars() {
        let PayStep::Account { typing, .. } = paying(street) else {
            return Err("no account page".to_owned());
        };
        if matches!(typing.layout(), Layout::Pinyin) && typing.is_chinese() == c.is_ascii() {
            street.touch(Touch::Key(Key::Language));
        }
        press(street, c, |street| match paying(street) {
            PayStep::Account { typing, .. } => typing.candidates(),
            _ => &[],
        })?;
    }
    Ok(())
}

/// From the account to the slip of what was paid.
async fn pay(street: &mut Street, account: &str, nth: usize) -> Told<usize> {
    type_account(street, &account[..account.len() - 1])?;
    street.touch(Touch::Next);
    let refused = matches!(paying(street), PayStep::Account { fault: Some(_), .. });
    ensure(refused, || "an account that is too short went through".to_owned())?;
    type_account(street, account)?;
    street.touch(Touch::Next);
    street
        .until("the bills", |page| {
            is_step(page, |step| matches!(step, PayStep::Bills(_) | PayStep::Account { .. }))
        })
        .await;
    let PayStep::Bills(bills) = paying(street) else { return Err(format!("no bills: {:?}", paying(street))) };
    if bills.account.balance_fen.is_some() {
        street.touch(Touch::Next);
        ensure(matches!(paying(street), PayStep::Bills(_)), || "nothing was chosen".to_owned())?;
        let Page::Paying(page) = street.page() else { return Err("no page".to_owned()) };
        let library = street.journey().library();
        let Some(PayMode::TopUp { steps }) = library.provider(&page.provider).map(|provider| &provider.mode)
        else {
            return Err("it is not prepaid".to_owned());
        };
        let step = steps[0];
        street.touch(Touch::ChooseAmount(step));
    }
    street.touch(Touch::Next);
    let PayStep::Confirm(confirm) = paying(street) else { return Err(format!("{:?}", paying(street))) };
    let amount = confirm.amount;
    street.touch(Touch::PayBy(ChannelName::ALL[nth % 2]));
    street.touch(Touch::Next);
    let has_code = |step: &PayStep| matches!(step, PayStep::Code(code) if code.order.code_url.is_some());
    street
        .until("the code", |page| is_step(page, |step| has_code(step) || matches!(step, PayStep::Confirm(_))))
        .await;
    let PayStep::Code(code) = paying(street) else { return Err(format!("no code: {:?}", paying(street))) };
    ensure(code.order.amount_fen == amount, || "the code is for another amount".to_owned())?;
    let url = code.order.code_url.clone().unwrap();
    tokio::task::spawn_blocking(move || phone::press(&url, "pay")).await.unwrap().unwrap();
    street.touch(Touch::HaveIPaid);
    let is_slip = |step: &PayStep| matches!(step, PayStep::Outcome(outcome) if outcome.printing.is_some());
    street.until("the slip", |page| is_step(page, is_slip)).await;
    let PayStep::Outcome(outcome) = paying(street) else { return Err("no outcome".to_owned()) };
    let state = outcome.order.state;
    ensure(state == OrderState::Posted, || format!("the order is {state}"))?;
    Ok(1)
}

/// How often somebody who looks for a character turns the leaf of candidates.
const MOST_LEAVES: usize = 8;

/// What a person should look at.
type Told<T> = Result<T, String>;

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Told<()> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// Types a canonical text as a resident would.
fn keys(street: &mut Street, id: &FieldId, text: &str) -> Told<()> {
    street.touch(Touch::Focus(id.clone()));
    street.touch(Touch::Key(Key::Clear));
    let kind = draft(street).kind(id).unwrap().clone();
    for c in shown_for_typing(&kind, text).chars() {
        let typing = filing(street).typing.as_ref();
        let (_, typing) = typing.ok_or_else(|| format!("{id} has no keyboard"))?;
        let switches = matches!(typing.layout(), Layout::Pinyin) && typing.is_chinese() == c.is_ascii();
        let is_written_by_itself =
            matches!(typing.layout(), Layout::Date | Layout::DateTime) && !c.is_ascii_digit();
        if is_written_by_itself {
            continue;
        }
        if switches {
            street.touch(Touch::Key(Key::Language));
        }
        press(street, c, |street| {
            filing(street).typing.as_ref().map_or(&[], |(_, typing)| typing.candidates())
        })?;
    }
    street.touch(Touch::CloseKeyboard);
    Ok(())
}

/// Presses the keys of a character: itself, or its sound and its place among the candidates.
fn press(street: &mut Street, c: char, candidates: impl Fn(&Street) -> &[Candidate]) -> Told<()> {
    if c.is_ascii() {
        street.touch(Touch::Key(Key::Char(c)));
        return Ok(());
    }
    for letter in c.to_pinyin().unwrap().plain().chars() {
        street.touch(Touch::Key(Key::Char(letter)));
    }
    for _ in 0..MOST_LEAVES {
        let place = candidates(street).iter().position(|candidate| candidate.text == c.to_string());
        if let Some(place) = place {
            street.touch(Touch::Key(Key::Candidate(place)));
            return Ok(());
        }
        street.touch(Touch::Key(Key::More));
    }
    Err(format!("{c} can't be typed"))
}

/// Answers one field or cell.
fn answer(street: &mut Street, id: &FieldId) -> Told<()> {
    let draft = draft(street);
    let (kind, today) = (draft.kind(id).unwrap().clone(), draft.today());
    let pattern = draft.field(id).and_then(|field| field.pattern.clone());
    // A place is chosen from what central has free, and from nothing else.
    let input = draft.offered(id).map_or_else(
        || input_for(&kind, pattern.as_ref(), draft.fields(), Language::Chinese),
        |free| Input::Options(free.iter().map(|free| (free.value(), free.words(Voice::CHINESE))).collect()),
    );
    match input {
        Input::Options(options) => {
            let least = if let FieldKind::Picks { min, .. } = &kind { usize::from(*min).max(1) } else { 1 };
            ensure(options.len() >= least, || format!("{id} offers too little: {options:?}"))?;
            for (value, _) in options.iter().take(least) {
                street.touch(Touch::Pick(id.clone(), Secret::from(value.as_str())));
            }
        }
        Input::Keys { .. } => {
            let samples = answers::right(id.as_str(), &kind, pattern.is_some(), today);
            for text in &samples {
                keys(street, id, text)?;
                let draft = self::draft(street);
                if draft.column(id).map_or_else(|| draft.fault(id), |_| draft.cell_fault(id)).is_none() {
                    return Ok(());
                }
            }
            let draft = self::draft(street);
            let fault = draft.fault(id);
            return Err(format!("{id} takes none of {samples:?}: '{}' {fault:?}", draft.value(id)));
        }
        Input::Table => add_row(street, id)?,
        Input::Finger | Input::Nothing => {}
    }
    Ok(())
}

/// One row; where numbers must add up, it has them all.
fn add_row(street: &mut Street, table: &FieldId) -> Told<()> {
    let columns = draft(street).table(table).unwrap().columns.len();
    let total = draft(street).table(table).unwrap().total;
    for column in 0..columns {
        let cell = cell(table, column).unwrap();
        match total {
            Some((place, total)) if place == column => keys(street, &cell, &total.to_string())?,
            _ => answer(street, &cell)?,
        }
    }
    street.touch(Touch::AddRow(table.clone()));
    let fault = &filing(street).row_fault;
    ensure(fault.is_none(), || format!("the row of {table} is right, but {fault:?}"))
}

/// Presses 'next' on a page whose answers are missing or wrong; every one of them is told in a sentence.
fn is_refused(street: &mut Street, wrong: &[FieldId]) -> Told<usize> {
    let step = filing(street).step;
    street.touch(Touch::Next);
    let stays = matches!(street.page(), Page::Filing(filing) if filing.step == step);
    ensure(stays, || format!("{wrong:?} went through"))?;
    for id in wrong {
        let value = draft(street).value(id);
        let fault = draft(street).fault(id).ok_or_else(|| format!("{id} is taken: '{value}'"))?;
        let sentence = fault.sentence(Language::Chinese);
        let is_sentence = sentence.chars().count() >= 4 && !sentence.is_ascii();
        ensure(is_sentence, || format!("{id}: '{sentence}' is no sentence"))?;
    }
    Ok(wrong.len())
}

/// Fills the page that is shown; how many wrong answers were refused on it.
fn fill_page(street: &mut Street) -> Told<usize> {
    let mut refused = 0;
    loop {
        let (draft, step) = (draft(street), filing(street).step);
        let shown = draft.steps()[step].fields().iter().filter(|id| {
            let field = draft.field(id).unwrap();
            draft.is_shown(field) && matches!(field.source, Source::Manual | Source::Lookup)
        });
        let empty: Vec<FieldId> = shown.filter(|id| draft.value(id).is_empty()).cloned().collect();
        if empty.is_empty() {
            return Ok(refused);
        }
        let required: Vec<FieldId> =
            empty.iter().filter(|id| draft.is_required(draft.field(id).unwrap())).cloned().collect();
        let typed: Vec<(FieldId, &str)> = empty
            .iter()
            .filter_map(|id| Some((id.clone(), answers::wrong(draft.field(id).unwrap())?)))
            .filter(|(id, _)| draft.typing_for(id).is_some())
            .collect();
        if !required.is_empty() {
            refused += is_refused(street, &required)?;
        }
        for (id, text) in &typed {
            keys(street, id, text)?;
        }
        if !typed.is_empty() {
            refused += is_refused(street, &typed.into_iter().map(|(id, _)| id).collect::<Vec<_>>())?;
        }
        for id in &empty {
            answer(street, id)?;
        }
    }
}

/// From the form to the receipt.
async fn file(street: &mut Street, party: Option<Party>) -> Told<usize> {
    let mut refused = 0;
    if let Some(party) = party
        && matches!(street.page(), Page::Filing(_))
        && draft(street).asks(PARTY)
    {
        street.touch(Touch::Pick(PARTY.parse().unwrap(), Secret::from(party.words())));
    }
    while matches!(street.page(), Page::Filing(_)) {
        let step = filing(street).step;
        refused += fill_page(street)?;
        street.touch(Touch::Next);
        if let Page::Filing(filing) = street.page() {
            let faults = filing.draft.faults_of_step(step);
            let row_fault = &filing.row_fault;
            ensure(filing.step > step, || format!("page {step} is right, but {faults:?} {row_fault:?}"))?;
        }
    }
    if matches!(street.page(), Page::Papers(_)) {
        let is_told = |page: &Page| matches!(page, Page::Papers(papers) if papers.asking.is_none());
        street.until("the library's word", is_told).await;
        street.touch(Touch::Next);
    }
    let Page::Review(review) = street.page() else { return Err(format!("no review: {:?}", street.page())) };
    let (consents, signs) = (review.filing.draft.asks(CONSENT), review.filing.draft.asks(SIGNATURE));
    if consents || signs {
        street.touch(Touch::Submit);
        let stays = matches!(street.page(), Page::Review(_));
        ensure(stays, || "it went out without consent and signature".to_owned())?;
    }
    if consents {
        street.touch(Touch::ToggleConsent);
    }
    if signs {
        let stroke: Vec<String> =
            (0..24).map(|i| format!("{},{}", 100 + i * 20, 60 + (i % 5) * 40)).collect();
        street.touch(Touch::Stroke(Secret::new(stroke.join(" "))));
    }
    street.touch(Touch::Submit);
    if let Page::Review(review) = street.page() {
        return Err(format!("not submitted: {:?}", review.filing.draft.faults()));
    }
    street.until("the receipt", |page| matches!(page, Page::Done(_))).await;
    let Page::Done(done) = street.page() else { return Err(format!("no receipt: {:?}", street.page())) };
    ensure(matches!(done.outcome, Outcome::Received(_)), || "central does not take it".to_owned())?;
    ensure(!done.slip.number.is_empty(), || "there is no number to quote".to_owned())?;
    ensure(!done.is_booked || done.slip.lines(Voice::CHINESE).len() == 3, || {
        "the receipt names no place".to_owned()
    })?;
    if done.slip.applicant.is_some() && done.slip.code.parse::<CaseNumber>().is_ok() {
        answers::CASES.lock().unwrap().push(done.slip.code.clone());
    }
    Ok(refused)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_reaches_its_receipt() {
    let library = library();
    let mut street = Street::open().await;
    street.touch(Touch::Begin);
    let started = Instant::now();
    let at_terminal: Vec<&Service> =
        library.services().iter().filter(|service| service.at_terminal).collect();
    let (mut refused, mut failed) = (0, BTreeMap::<String, Vec<String>>::new());
    let mut paid = 0;
    for service in &at_terminal {
        let parties = match service.audience {
            _ if library.provider_of(&service.code).is_some() => &[None],
            Audience::Both => &[Some(Party::Person), Some(Party::Entity)][..],
            Audience::Person | Audience::Entity => &[None],
        };
        for party in parties {
            let told = if let Some(obstacle) = library.obstacle(service) {
                Err(format!("{obstacle:?}"))
            } else {
                open(&mut street, service).await;
                if library.provider_of(&service.code).is_some() {
                    paid += 1;
                    pay(&mut street, &account(&library, service, paid), paid).await
                } else {
                    file(&mut street, *party).await
                }
            };
            match told {
                Ok(count) => refused += count,
                Err(why) => {
                    let failed = failed.entry(format!("{}: {why}", service.form)).or_default();
                    failed.push(service.name.clone());
                    break;
                }
            }
        }
    }
    let (all, missing) = (at_terminal.len(), failed.values().map(Vec::len).sum::<usize>());
    eprintln!(
        "{} of {all} services, {refused} wrong answers refused, in {:?}",
        all - missing,
        started.elapsed()
    );
    for (why, services) in &failed {
        eprintln!("  {} of them: {why}: {}", services.len(), services[0]);
    }
    assert_eq!(missing, 0, "every service that terminals offer reaches its receipt; see above which do not");
}
