//! What an entry does: which procedure its service has, who handles it, and what the registries say where rules decide.
//! Everything that needs nobody's answer is checked first; registries are asked last and only for what rules need.

use super::problem::Fault;
use super::{Central, bookings, licences};
use crate::casework::{ByRules, Filed, HandIn, sealing_context};
use crate::deciding::case::Opening;
use crate::deciding::rules::{Decision, Digest32, Inputs, RuleSet, decide, needed, told};
use crate::intake::{self, Effect, NewWork};
use crate::office::Procedure;
use crate::routing::{self, District};
use crate::services::{ServiceFacts, ServiceKind};
use crate::{registries, sample_registry};
use contract::booking;
use contract::calendar::WorkingDays;
use contract::form::entries;
use contract::message::{Application, CaseReply, Evaluation, Rating, Reply, day_in_china};
use contract::{CaseNumber, EntryId, IdNumber, KioskId, Secret};
use jiff::Timestamp;
use std::sync::Arc;

/// The longest answer to a notice of missing papers, in characters.
const MAX_NOTE: usize = 1_000;

/// What an application does.
pub(super) async fn application(
    central: &Central,
    kiosk: &KioskId,
    id: EntryId,
    application: &Application,
    now: Timestamp,
) -> Result<Effect, Fault> {
    let service = application.service.clone();
    let facts = central
        .services
        .describe(&service)
        .ok_or_else(|| Fault::UnknownService(format!("{service} is not in the catalogue")))?;
    let today = day_in_china(now);
    central.services.check(application, today).map_err(Fault::FormRefused)?;
    if booking::books(&application.form) {
        return bookings::judge(central, kiosk, id, application, now).await;
    }
    if facts.kind == ServiceKind::Rating {
        return rating(application);
    }
    if facts.kind != ServiceKind::Ordinary {
        let number = central.numbers.take(&*central.store, today).await?;
        let answer = sample_registry::answer(&facts, application, id);
        return Ok(Effect::Answer { number, service, answer, holder: masked_holder(application) });
    }
    let office = central.services.office();
    let promises = office.promises(&service);
    let delivery = routing::delivery_for(&promises, &application.fields)
        .map_err(|fault| Fault::FormRefused(fault.to_string()))?;
    let desk = routing::desk_for(&service, &promises, &application.fields, District::FUTIAN);
    let procedure = office.procedure(application);
    let stage = match procedure {
        Procedure::Staged => Some(stage_of(central, application)?),
        Procedure::Instant(_) | Procedure::Counter => None,
    };
    let licences = licences::of_application(central, kiosk, id, application, &facts.name, now).await?;
    let work = |number: CaseNumber, promised_days: u16| NewWork {
        opening: Opening {
            number,
            service: service.clone(),
            department: desk.department.clone(),
            // What is promised on the spot is still decided by somebody, on the next working day.
            limit: WorkingDays(promised_days.max(1)),
            received_at: now,
        },
        filed: Filed { kiosk: kiosk.clone(), entry: id, desk: desk.clone(), delivery: delivery.clone() },
        promised_days,
        fee: facts.fee,
        applicant: application.person().map(Secret::from),
        licences: licences.clone(),
    };
    if let Procedure::Instant(rules) = procedure {
        let known = central.store.read({
            let kiosk = kiosk.clone();
            move |sql| intake::known(sql, &kiosk, id)
        });
        // Nothing is pulled twice for one application; what was answered is found by whoever hears this.
        if known.await?.is_some() {
            return Err(Fault::KeyReused);
        }
        let number = central.numbers.take(&*central.store, today).await?;
        let by = by_rules(central, &rules, &number, application, &facts, now).await?;
        let promised = match by.decision {
            Decision::Approved | Decision::Refused { .. } => 0,
            Decision::ToClerk { .. } => office.limit_by_hand(&service).0,
        };
        return Ok(Effect::Decide(Box::new(work(number, promised)), Box::new(by)));
    }
    let number = central.numbers.take(&*central.store, today).await?;
    let work = Box::new(work(number, facts.promised_days));
    Ok(match stage {
        Some(stage) => Effect::HandIn(work, Box::new(stage)),
        None => Effect::OpenCase(work),
    })
}

/// Asks the registries and lets the rules decide.
async fn by_rules(
    central: &Central,
    rules: &Arc<RuleSet>,
    number: &CaseNumber,
    application: &Application,
    facts: &ServiceFacts,
    now: Timestamp,
) -> Result<ByRules, Fault> {
    let office = central.services.office();
    let template = office.form(application).ok_or(Fault::Internal)?;
    let inputs = Inputs::gather(rules, &template, &application.fields, day_in_china(now));
    let resources: Vec<_> =
        needed(rules, &inputs).into_iter().filter_map(|id| office.resources.find(id)).cloned().collect();
    let pulls = registries::pull(&office.registries, resources, &application.fields).await;
    let inputs = inputs.answered(&pulls);
    let (decision, outcomes) = decide(rules, &inputs);
    let sealable = inputs.salted(salt()?);
    let broken = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "the inputs of a decision can't be kept");
        Fault::Internal
    };
    let digest = sealable.digest().map_err(|error| broken(&error))?;
    let plain = Secret::new(serde_json::to_vec(&sealable).map_err(|error| broken(&error))?);
    let (sealing_key, sealer) = central.keys.sealer();
    let sealed = sealer.seal(&sealing_context(number), plain.expose()).map_err(|error| broken(&error))?;
    let purpose = format!("秒批：{}", facts.name);
    let (set, said) = (Arc::clone(rules), told(&outcomes, office.resources()));
    Ok(ByRules { set, decision, outcomes, said, digest, sealing_key, sealed, pulls, purpose })
}

fn salt() -> Result<Digest32, Fault> {
    let mut salt = Digest32::default();
    getrandom::fill(&mut salt).map_err(|error| {
        tracing::error!(%error, "the system gives no random numbers");
        Fault::Internal
    })?;
    Ok(salt)
}

/// For which stage of which project an application is.
fn stage_of(central: &Central, application: &Application) -> Result<HandIn, Fault> {
    let field = |wanted| field(application, wanted);
    let code = field("project_code")
        .parse()
        .map_err(|_| Fault::FormRefused("project_code: digits in groups of 4, 6, 2, 2 and 6".to_owned()))?;
    let plan = central.services.office().plan(&application.fields);
    let plan = plan.ok_or_else(|| Fault::FormRefused("invest_kind: 深圳90 has no such kind".to_owned()))?;
    Ok(HandIn { code, stage: field("stage").to_owned(), plan: (**plan).clone() })
}

/// The rating of a case that the resident names by its number.
fn rating(application: &Application) -> Result<Effect, Fault> {
    let refused = |detail: &str| Fault::FormRefused(detail.to_owned());
    let case = field(application, "case_no").parse().map_err(|_| refused("case_no: no case number"))?;
    let id_no = IdNumber::parse(field(application, "id_no")).map_err(|_| refused("id_no: no ID number"))?;
    let stars = field(application, "level");
    let rating = Rating::ALL.into_iter().find(|rating| rating.stars().to_string() == stars);
    let round = field(application, "round").parse().map_err(|_| refused("round: 1 to 9"))?;
    let tags = entries(field(application, "tags")).unwrap_or_default();
    let tags = tags.into_iter().map(|tag| tag.expose().clone()).collect();
    Ok(Effect::Rate { case, id_no, rating: rating.ok_or_else(|| refused("level: 1 to 5"))?, tags, round })
}

/// The value of a field, or nothing.
fn field<'a>(application: &'a Application, wanted: &str) -> &'a str {
    let found = application.fields.iter().find(|(id, _)| id.as_str() == wanted);
    found.map_or("", |(_, value)| value.expose().as_str())
}

/// What a rating at the terminal does. One that is bad says why, or nobody can mend anything.
pub(super) fn evaluation(central: &Central, evaluation: Evaluation) -> Result<Effect, Fault> {
    let refused = |detail: &str| Err(Fault::FormRefused(detail.to_owned()));
    if evaluation.rating.asks_for_reason() && evaluation.tags.is_empty() {
        return refused("tags: a rating of one or two stars has at least one");
    }
    let known = central.services.office().templates.rating_tags(evaluation.rating);
    if evaluation.tags.iter().any(|tag| !known.contains(tag)) {
        return refused("tags: only those of the level");
    }
    Ok(Effect::Evaluate(evaluation))
}

/// What the applicant's word in a case does.
pub(super) fn reply(reply: CaseReply) -> Result<Effect, Fault> {
    if let Reply::Supplement { note } = &reply.reply {
        let length = note.expose().chars().count();
        if !(1..=MAX_NOTE).contains(&length) {
            return Err(Fault::FormRefused(format!("note: 1 to {MAX_NOTE} characters")));
        }
    }
    Ok(Effect::Reply(reply))
}

/// Whom a certificate names, as anyone may see it who checks one: the first character and the end of the ID number.
fn masked_holder(application: &Application) -> String {
    let name = field(application, "name").chars();
    let masked = name.enumerate().map(|(at, c)| if at == 0 { c } else { '*' });
    let number = field(application, "id_no");
    let end: String = number.chars().skip(number.chars().count().saturating_sub(4)).collect();
    masked.chain(" …".chars()).chain(end.chars()).collect()
}
