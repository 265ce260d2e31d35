//! What the kiosk and central say to each other, over any line; sorts everything that can go wrong into what it means
//! for the outbox.

use super::line::{HELD, Line, NoReply, Reply, Request};
use contract::base64::Base64;
use contract::bill::{AccountBills, LookUp};
use contract::booking::FreePlaces;
use contract::command::{CommandId, ScreenPicture};
use contract::desired::SignedDesired;
use contract::enrolment::{EnrolmentAnswer, EnrolmentRequest, RenewalRequest, RenewedCertificate};
use contract::handoff::{DraftClaim, DraftForPhone, DraftTicket, PhoneDraft};
use contract::licence::{HeldLicences, PersonLicences, Prefilled, RegistryKeys};
use contract::message::{CaseProgress, EntryReceipt, OfPerson, PersonCases, Problem};
use contract::order::{OrderRequest, OrderView};
use contract::phone::{DropId, NewDrop, OpenedDrop};
use contract::project::ProjectProgress;
use contract::report::Report;
use contract::series::{HeadReport, SealedEntry, Tail};
use contract::support_bundle::SignedBundle;
use contract::{CaseNumber, EntryId, IdNumber, OrderNumber, ProjectCode, Secret, ServiceCode};
use jiff::Timestamp;
use offline_cache::OutboxEntry;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;

/// The problems that central itself words; anything else in between is not a verdict on an entry.
const OUR_PROBLEMS: &str = "urn:budayang:problem:";

/// Why a request brought nothing, by what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nobody answers.
    Offline,
    /// Who answers is not our central, or central does not believe us.
    ForeignCertificate,
    /// Central has no time, or a balancer has no central. It says nothing about the entry.
    Busy {
        /// How long to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// Central failed, or something in between spoke for it.
    Faulty {
        /// The HTTP status.
        status: u16,
    },
    /// Another entry has this place of the series.
    SeqTaken(Problem),
    /// This kiosk is a copy, or was set back.
    Forked(Problem),
    /// Central will never take this.
    Refused(Problem),
}

/// A way to central.
#[derive(Clone, Debug)]
pub struct CentralClient {
    line: Arc<dyn Line>,
}

impl CentralClient {
    /// Speaks over a line.
    pub fn new(line: impl Line) -> Self {
        Self { line: Arc::new(line) }
    }

    /// Hands over an entry.
    pub async fn post(&self, entry: OutboxEntry) -> Result<EntryReceipt, Failure> {
        let OutboxEntry { id, place, key, sealed, .. } = entry;
        let envelope = SealedEntry { seq: place.seq, key, sealed: Base64(sealed) };
        let request = Request { key: Some(id), ..Request::post("/v1/entries", json(&envelope)?) };
        let receipt: EntryReceipt = self.ask(request).await?;
        if receipt.entry == id { Ok(receipt) } else { Err(Failure::Faulty { status: 200 }) }
    }

    /// How far central has this kiosk's series.
    pub async fn tail(&self) -> Result<Tail, Failure> {
        self.ask(Request::get("/v1/tail")).await
    }

    /// Tells where the journal is; refused when this kiosk is a copy.
    pub async fn report_head(&self, report: &HeadReport) -> Result<(), Failure> {
        let reply = self.exchange(Request::post("/v1/journal-heads", json(report)?)).await?;
        if is_success(reply.status) { Ok(()) } else { Err(refusal(&reply)) }
    }

    /// What is desired of this terminal, if that is newer than what it has; central waits half a minute for it.
    pub async fn desired(&self, after: u64) -> Result<Option<SignedDesired>, Failure> {
        let request = Request { within: HELD, ..Request::get(format!("/v1/desired?after={after}")) };
        let reply = self.exchange(request).await?;
        match reply.status {
            200 => decode(&reply).map(Some),
            204 => Ok(None),
            _ => Err(refusal(&reply)),
        }
    }

    /// Tells how this terminal is.
    pub async fn report(&self, report: &Report) -> Result<(), Failure> {
        let reply = self.exchange(Request::post("/v1/reports", json(report)?)).await?;
        if is_success(reply.status) { Ok(()) } else { Err(refusal(&reply)) }
    }

    /// Hands over the support bundle that a command asked for.
    pub async fn send_bundle(&self, command: CommandId, bundle: &SignedBundle) -> Result<(), Failure> {
        let request = Request::post(format!("/v1/commands/{}/bundle", command.0), json(bundle)?);
        let reply = self.exchange(request).await?;
        if is_success(reply.status) { Ok(()) } else { Err(refusal(&reply)) }
    }

    /// Hands over a picture of the technician's screen, a JPEG, for the operator who asked for it.
    pub async fn send_picture(&self, command: CommandId, jpeg: Vec<u8>) -> Result<(), Failure> {
        let picture = ScreenPicture { jpeg: Base64(jpeg) };
        let request = Request::post(format!("/v1/commands/{}/picture", command.0), json(&picture)?);
        let reply = self.exchange(request).await?;
        if is_success(reply.status) { Ok(()) } else { Err(refusal(&reply)) }
    }

    /// Where a case stands; `None` when central knows no such case.
    pub async fn case(&self, case: &CaseNumber) -> Result<Option<CaseProgress>, Failure> {
        self.find(Request::get(format!("/v1/cases/{case}"))).await
    }

    /// Where a construction project stands; `None` when central knows no such project.
    pub async fn project(&self, code: &ProjectCode) -> Result<Option<ProjectProgress>, Failure> {
        self.find(Request::get(format!("/v1/projects/{code}"))).await
    }

    /// What is free to be booked for a service.
    pub async fn places(&self, service: &ServiceCode) -> Result<FreePlaces, Failure> {
        self.ask(Request::get(format!("/v1/services/{service}/places"))).await
    }

    /// The cases of a person whose card was read here.
    pub async fn cases_of(&self, id_no: IdNumber) -> Result<PersonCases, Failure> {
        self.ask(Request::post("/v1/people/cases", json(&OfPerson { id_no })?)).await
    }

    /// The licences of a person whose card was read here.
    pub async fn licences_of(&self, id_no: IdNumber) -> Result<PersonLicences, Failure> {
        self.ask(Request::post("/v1/people/licences", json(&OfPerson { id_no })?)).await
    }

    /// Which licences stand for papers of an application.
    pub async fn licences_for(&self, wanted: &RegistryKeys) -> Result<HeldLicences, Failure> {
        self.ask(Request::post("/v1/people/licences-held", json(wanted)?)).await
    }

    /// What registries fill in of a form.
    pub async fn prefilled(&self, keys: &RegistryKeys) -> Result<Prefilled, Failure> {
        self.ask(Request::post("/v1/people/prefill", json(keys)?)).await
    }

    /// Takes the draft of a phone for the person whose card was read here.
    pub async fn claim_draft(&self, claim: &DraftClaim) -> Result<PhoneDraft, Failure> {
        self.ask(Request::post("/v1/drafts/claims", json(claim)?)).await
    }

    /// Has a form kept for the phone of the person whose card was read here.
    pub async fn hand_draft(&self, draft: &DraftForPhone) -> Result<DraftTicket, Failure> {
        self.ask(Request::post("/v1/drafts", json(draft)?)).await
    }

    /// What an account owes.
    pub async fn look_up(&self, asked: &LookUp) -> Result<AccountBills, Failure> {
        self.ask(Request::post("/v1/bills/look-up", json(asked)?)).await
    }

    /// Makes an order; the same key makes it once.
    pub async fn order(&self, key: EntryId, request: &OrderRequest) -> Result<OrderView, Failure> {
        self.ask(Request { key: Some(key), ..Request::post("/v1/orders", json(request)?) }).await
    }

    /// This terminal's orders that somebody may still ask for: of the last 24 hours, not ended, or ended since.
    pub async fn orders(&self) -> Result<Vec<OrderView>, Failure> {
        self.ask(Request::get("/v1/orders")).await
    }

    /// How an order stands.
    pub async fn order_of(&self, number: &OrderNumber) -> Result<OrderView, Failure> {
        self.ask(Request::get(format!("/v1/orders/{number}"))).await
    }

    /// The channel is to be asked whether it is paid.
    pub async fn ask_paid(&self, number: &OrderNumber) -> Result<OrderView, Failure> {
        self.ask(Request::post(format!("/v1/orders/{number}/ask"), Vec::new())).await
    }

    /// The resident has left: the code is to be closed.
    pub async fn leave(&self, number: &OrderNumber) -> Result<OrderView, Failure> {
        self.ask(Request::post(format!("/v1/orders/{number}/leave"), Vec::new())).await
    }

    /// Opens a drop for so many pictures from a phone.
    pub async fn open_drop(&self, most: u8) -> Result<OpenedDrop, Failure> {
        self.ask(Request::post("/v1/drops", json(&NewDrop { most })?)).await
    }

    /// The n-th picture of a drop, a JPEG; none while it has not come. Those before it have arrived.
    pub async fn picture(&self, drop: DropId, n: u8) -> Result<Option<Secret<Vec<u8>>>, Failure> {
        let reply =
            self.exchange(Request::post(format!("/v1/drops/{drop}/pictures/{n}"), Vec::new())).await?;
        match reply.status {
            200 => Ok(Some(Secret::new(reply.body))),
            204 => Ok(None),
            _ => Err(refusal(&reply)),
        }
    }

    /// Nobody looks at a drop any more.
    pub async fn close_drop(&self, drop: DropId) -> Result<(), Failure> {
        let reply = self.exchange(Request::post(format!("/v1/drops/{drop}/close"), Vec::new())).await?;
        if is_success(reply.status) { Ok(()) } else { Err(refusal(&reply)) }
    }

    /// Central's clock, if it tells; it shows that the way there is whole.
    pub async fn clock(&self) -> Result<Option<Timestamp>, Failure> {
        let reply = self.exchange(Request::get("/v1/tail")).await?;
        if is_success(reply.status) { Ok(reply.date) } else { Err(refusal(&reply)) }
    }

    /// Fetches something large that every central has, its published interface; how many bytes that was.
    pub async fn download(&self) -> Result<usize, Failure> {
        let reply = self.exchange(Request::get("/v1/openapi.json")).await?;
        if is_success(reply.status) { Ok(reply.body.len()) } else { Err(refusal(&reply)) }
    }

    /// Asks for a first certificate.
    pub async fn enrol(&self, request: &EnrolmentRequest) -> Result<EnrolmentAnswer, Failure> {
        self.ask(Request::post("/v1/enrolment", json(request)?)).await
    }

    /// Asks for a certificate for a new key, by a request of PEM.
    pub async fn renew(&self, request: String) -> Result<RenewedCertificate, Failure> {
        self.ask(Request::post("/v1/certificate", json(&RenewalRequest { request })?)).await
    }

    /// The terminal's papers are new.
    pub fn show_new_papers(&self) {
        self.line.show_new_papers();
    }

    /// Nothing of past answers is held any longer.
    pub fn forget(&self) {
        self.line.forget();
    }

    async fn ask<T: DeserializeOwned>(&self, request: Request) -> Result<T, Failure> {
        let reply = self.exchange(request).await?;
        if !is_success(reply.status) {
            return Err(refusal(&reply));
        }
        decode(&reply)
    }

    async fn find<T: DeserializeOwned>(&self, request: Request) -> Result<Option<T>, Failure> {
        match self.ask(request).await {
            Ok(found) => Ok(Some(found)),
            Err(Failure::Refused(problem)) if problem.status == 404 => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn exchange(&self, request: Request) -> Result<Reply, Failure> {
        self.line.exchange(request).await.map_err(|none| match none {
            NoReply::Offline => Failure::Offline,
            NoReply::ForeignCertificate => Failure::ForeignCertificate,
        })
    }
}

/// What is sent are our own plain structures: they always serialise.
fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|_| Failure::Faulty { status: 0 })
}

fn decode<T: DeserializeOwned>(reply: &Reply) -> Result<T, Failure> {
    serde_json::from_slice(&reply.body).map_err(|_| Failure::Faulty { status: reply.status })
}

const fn is_success(status: u16) -> bool {
    status >= 200 && status < 300
}

/// What an answer other than success means.
fn refusal(reply: &Reply) -> Failure {
    let &Reply { status, retry_after, .. } = reply;
    let problem = serde_json::from_slice::<Problem>(&reply.body).ok();
    let problem = problem.filter(|problem| problem.kind.starts_with(OUR_PROBLEMS));
    match (status, problem) {
        (408 | 425 | 429 | 502..=504, _) => Failure::Busy { retry_after },
        (400..=499, Some(problem)) => match problem.kind.trim_start_matches(OUR_PROBLEMS) {
            "in-progress" => Failure::Busy { retry_after },
            "seq-taken" => Failure::SeqTaken(problem),
            "forked" => Failure::Forked(problem),
            // It says nothing about the entry: what waits here goes to central under the terminal's next certificate.
            "not-admitted" => Failure::ForeignCertificate,
            _ => Failure::Refused(problem),
        },
        // A wrongly configured proxy must not make a fleet set its outboxes aside.
        _ => Failure::Faulty { status },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, kind: &str) -> Reply {
        let kind = kind.to_owned();
        let problem = Problem { kind, status, title: String::new(), detail: String::new() };
        Reply {
            status,
            date: None,
            retry_after: Some(Duration::from_secs(2)),
            body: serde_json::to_vec(&problem).unwrap(),
        }
    }

    #[test]
    fn an_answer_is_sorted_by_what_it_means_for_the_entry() {
        let ours = |status, kind: &str| refusal(&reply(status, &format!("{OUR_PROBLEMS}{kind}")));
        assert!(matches!(ours(422, "form-refused"), Failure::Refused(_)));
        assert!(matches!(ours(409, "seq-taken"), Failure::SeqTaken(_)));
        assert!(matches!(ours(409, "forked"), Failure::Forked(_)));
        assert!(
            matches!(ours(403, "not-admitted"), Failure::ForeignCertificate),
            "a revoked terminal keeps what it has"
        );
        assert!(matches!(ours(409, "in-progress"), Failure::Busy { retry_after: Some(_) }));
        assert!(matches!(ours(503, "seal-key-not-here"), Failure::Busy { .. }));
        assert!(matches!(ours(500, "internal"), Failure::Faulty { status: 500 }));
        assert!(
            matches!(refusal(&reply(403, "about:blank")), Failure::Faulty { status: 403 }),
            "a proxy's word"
        );
    }
}
