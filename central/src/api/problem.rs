//! What is wrong with a request, as a problem document (RFC 9457). The words tell what to do and hold nothing of the
//! body.

use super::money_problem::MoneyFault;
use crate::cases::NoNumberLeft;
use crate::casework::{ReplayError, WorkError};
use crate::deciding::case::Refusal;
use crate::deciding::project::ProjectRefusal;
use crate::fleet::FleetError;
use crate::intake::IntakeError;
use crate::store::StoreError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::message::Problem;

/// Seconds after which a kiosk may come back to a busy central; kiosks add their own jitter.
const COME_BACK_AFTER: &str = "2";

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NotForYou(&'static str),
    NotAdmitted,
    NotInvited,
    CodeOfAnother,
    NoAuthority,
    KeyMissing,
    KeyIllFormed,
    TooLarge,
    BodyBroken(String),
    NotAnEntry(String),
    NotAnAct,
    UnknownService(String),
    FormRefused(String),
    SealBroken,
    SealKeyNotHere,
    KeyReused,
    InProgress,
    SeqTaken,
    Forked,
    AlreadyEvaluated,
    NothingToEvaluate,
    NoSuchApplication,
    PageTaken,
    NoSuchPage,
    NoSuchDrop,
    DropOver,
    SlotTaken,
    NotBookable,
    Money(MoneyFault),
    NoSuchCase,
    NotTheApplicant,
    NoSuchProject,
    NoSuchDraft,
    /// The service that it is of.
    OtherService(String),
    /// Seconds until the next try.
    DraftLocked(u64),
    CaseChanged(String),
    ActRefused(String),
    ReplyRefused(String),
    StageRefused(String),
    OtherDepartment(String),
    CalendarEnds,
    NotDecided,
    ReplayFailed(String),
    NoSuchPath,
    MethodNotAllowed,
    TooSlow,
    /// Seconds until the next turn.
    TooMany(u64),
    Busy,
    Internal,
}

impl Fault {
    /// Whether sending the same again can never be taken: the place in the series is accounted for by it.
    pub(super) const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::SealBroken
                | Self::NotAnEntry(_)
                | Self::UnknownService(_)
                | Self::FormRefused(_)
                | Self::AlreadyEvaluated
                | Self::NothingToEvaluate
                | Self::NoSuchApplication
                | Self::PageTaken
                | Self::SlotTaken
                | Self::NotTheApplicant
                | Self::ReplyRefused(_)
                | Self::StageRefused(_)
        )
    }

    pub(super) fn problem(&self) -> Problem {
        let (status, kind, title) = self.kind();
        Problem {
            kind: format!("urn:budayang:problem:{kind}"),
            status: status.as_u16(),
            title: title.to_owned(),
            detail: self.detail(),
        }
    }

    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotForYou(_) => (StatusCode::FORBIDDEN, "not-for-you", "This is for somebody else"),
            Self::NotAdmitted => (StatusCode::FORBIDDEN, "not-admitted", "This certificate is not let in"),
            Self::NotInvited => (StatusCode::FORBIDDEN, "not-invited", "Nobody was invited so"),
            Self::CodeOfAnother => {
                (StatusCode::CONFLICT, "code-of-another", "The code was used with another key")
            }
            Self::NoAuthority => {
                (StatusCode::SERVICE_UNAVAILABLE, "no-authority", "The authority's key is not here")
            }
            Self::KeyMissing => (StatusCode::BAD_REQUEST, "key-missing", "The idempotency key is missing"),
            Self::KeyIllFormed => {
                (StatusCode::BAD_REQUEST, "key-ill-formed", "The idempotency key is no UUIDv7")
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::BodyBroken(_) => (StatusCode::BAD_REQUEST, "body-broken", "The body can't be read"),
            Self::NotAnEntry(_) => (StatusCode::UNPROCESSABLE_ENTITY, "not-an-entry", "The body is no entry"),
            Self::NotAnAct => (StatusCode::UNPROCESSABLE_ENTITY, "not-an-act", "The body is no act"),
            Self::UnknownService(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "unknown-service", "There is no such service")
            }
            Self::FormRefused(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "form-refused", "The form is not right")
            }
            Self::SealBroken => (StatusCode::UNPROCESSABLE_ENTITY, "seal-broken", "The seal does not open"),
            Self::SealKeyNotHere => {
                (StatusCode::SERVICE_UNAVAILABLE, "seal-key-not-here", "The sealing key is not here")
            }
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "key-reused", "The key was used before"),
            Self::InProgress => (StatusCode::CONFLICT, "in-progress", "The same key is being worked on"),
            Self::Forked => (StatusCode::CONFLICT, "forked", "The journal goes on from somewhere else"),
            Self::SeqTaken => (StatusCode::CONFLICT, "seq-taken", "The place in the series is taken"),
            Self::AlreadyEvaluated => (StatusCode::CONFLICT, "already-evaluated", "It was rated before"),
            Self::NothingToEvaluate => {
                (StatusCode::UNPROCESSABLE_ENTITY, "nothing-to-evaluate", "There is no such application")
            }
            Self::NoSuchApplication => {
                (StatusCode::UNPROCESSABLE_ENTITY, "no-such-application", "There is no such application")
            }
            Self::PageTaken => (StatusCode::CONFLICT, "page-taken", "The page came before"),
            Self::NoSuchPage => (StatusCode::NOT_FOUND, "no-such-page", "There is no such page"),
            Self::NoSuchDrop => (StatusCode::NOT_FOUND, "no-such-drop", "There is no such drop"),
            Self::DropOver => (StatusCode::GONE, "drop-over", "The drop is over"),
            Self::SlotTaken => (StatusCode::CONFLICT, "slot-taken", "The place is taken"),
            Self::NotBookable => (StatusCode::NOT_FOUND, "not-bookable", "Nothing is booked for it"),
            Self::Money(fault) => fault.kind(),
            Self::NoSuchCase => (StatusCode::NOT_FOUND, "no-such-case", "There is no such case"),
            Self::NotTheApplicant => {
                (StatusCode::FORBIDDEN, "not-the-applicant", "The card is not the applicant's")
            }
            Self::NoSuchProject => (StatusCode::NOT_FOUND, "no-such-project", "There is no such project"),
            Self::NoSuchDraft => (StatusCode::NOT_FOUND, "no-such-draft", "There is no such draft"),
            Self::OtherService(_) => {
                (StatusCode::CONFLICT, "draft-of-another-service", "The draft is of another service")
            }
            Self::DraftLocked(_) => (StatusCode::LOCKED, "draft-locked", "Too many wrong codes"),
            Self::CaseChanged(_) => (StatusCode::CONFLICT, "case-changed", "It has changed meanwhile"),
            Self::ActRefused(_) => (StatusCode::CONFLICT, "act-refused", "It can't be done now"),
            Self::ReplyRefused(_) => (StatusCode::CONFLICT, "reply-refused", "The case takes no such reply"),
            Self::StageRefused(_) => (StatusCode::CONFLICT, "stage-refused", "The stage is not open"),
            Self::OtherDepartment(_) => {
                (StatusCode::FORBIDDEN, "other-department", "It is another department's")
            }
            Self::CalendarEnds => {
                (StatusCode::SERVICE_UNAVAILABLE, "calendar-ends", "The working-day calendar ends too early")
            }
            Self::NotDecided => (StatusCode::NOT_FOUND, "not-decided", "No rules have decided this case"),
            Self::ReplayFailed(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "replay-failed", "The decision can't be done again")
            }
            Self::NoSuchPath => (StatusCode::NOT_FOUND, "no-such-path", "There is nothing here"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method", "Not by this method"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too-slow", "The request took too long"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Central is busy"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Central failed"),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::NotForYou(whom) => format!("only the certificate of {whom} may ask this"),
            Self::NotAdmitted => "it was revoked, or another one took its place: enrol the terminal again".into(),
            Self::NotInvited => "check the code; it is good for a day and for five tries: ask the operator for another".into(),
            Self::CodeOfAnother => "somebody else used this code: ask the operator for another, and tell them".into(),
            Self::NoAuthority => "ask again later; the operator lays ca-key.pem where central finds it".into(),
            Self::KeyMissing => "send the entry's UUIDv7 in the header Idempotency-Key".into(),
            Self::KeyIllFormed => "Idempotency-Key must be one UUIDv7, in its usual text form".into(),
            Self::TooLarge => format!("a body has at most {} bytes", contract::series::MAX_REQUEST_BYTES),
            Self::BodyBroken(detail)
            | Self::NotAnEntry(detail)
            | Self::UnknownService(detail)
            | Self::FormRefused(detail)
            | Self::CaseChanged(detail)
            | Self::ActRefused(detail)
            | Self::ReplyRefused(detail)
            | Self::StageRefused(detail)
            | Self::OtherDepartment(detail)
            | Self::ReplayFailed(detail) => detail.clone(),
            Self::NotAnAct => "send an act as the schema asks: its name, the version seen, and words of 1 to 200 characters \
                               without numbers of persons, telephones or cards"
                .into(),
            Self::NotTheApplicant => "lay the card of whoever applied on the reader".into(),
            Self::NoSuchProject => "check the project code; a project begins with its first stage".into(),
            Self::NoSuchDraft => "check the six digits; a draft is of the person whose card is read, good once and \
                                  for a day"
                .into(),
            Self::OtherService(service) => format!("open the form of {service} and claim it there"),
            Self::DraftLocked(_) => "come back after Retry-After, or fill the form in at the terminal".into(),
            Self::CalendarEnds => {
                "an operator adds the next year to calendar.csv; send it again later".into()
            }
            Self::NotDecided => "see GET /v1/cases/{case} for where it stands".into(),
            Self::SealBroken => {
                "the entry was not sealed to this key for this kiosk and idempotency key, or was altered"
                    .into()
            }
            Self::SealKeyNotHere => {
                "this instance lacks the key: send it again later; an operator was told".into()
            }
            Self::InProgress => "send it again with the same key in a moment".into(),
            Self::Forked => {
                "the kiosk is a copy, or was set back to an older image: stop it; an operator decides with \
                 'central readmit'"
                    .into()
            }
            Self::KeyReused => "the same key came with another body; make a new key".into(),
            Self::SeqTaken => "another entry has this seq; ask /v1/tail and go on after 'highest'".into(),
            Self::AlreadyEvaluated => "an application is rated once; the first rating stands".into(),
            Self::NothingToEvaluate => "send the application before its evaluation".into(),
            Self::NoSuchApplication => "send the application before its papers, from the same kiosk".into(),
            Self::PageTaken => "a page is taken once; the first one stands".into(),
            Self::NoSuchPage => "the case lists its papers and how many pages each has".into(),
            Self::NoSuchDrop => "open another: a terminal has one at a time".into(),
            Self::DropOver => "open another: it was closed, or its time is over".into(),
            Self::SlotTaken => "no place of this slot is left, or it has begun: choose another of the free places".into(),
            Self::NotBookable => {
                "name a service that books, or one that terminals do not do themselves".into()
            }
            Self::Money(fault) => fault.detail(),
            Self::NoSuchCase => "check the number: 21 digits and a check character".into(),
            Self::NoSuchPath => "see /v1/openapi.json".into(),
            Self::MethodNotAllowed => "see /v1/openapi.json for the methods of this path".into(),
            Self::TooSlow => "send it again with the same key".into(),
            Self::TooMany(_) => {
                "this caller asks more than a terminal can need; come back after Retry-After".into()
            }
            Self::Busy => "send it again with the same key after Retry-After".into(),
            Self::Internal => "send it again later with the same key; the log of central says more".into(),
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let problem = self.problem();
        let (status, ..) = self.kind();
        // A struct of strings and a number always serialises.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        let come_back = match &self {
            Self::TooMany(seconds) | Self::DraftLocked(seconds) => Some(HeaderValue::from(*seconds)),
            Self::Busy | Self::SealKeyNotHere | Self::InProgress | Self::CalendarEnds => {
                Some(HeaderValue::from_static(COME_BACK_AFTER))
            }
            _ => None,
        };
        if let Some(seconds) = come_back {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

impl From<IntakeError> for Fault {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::KeyReused => Self::KeyReused,
            IntakeError::SeqTaken => Self::SeqTaken,
            IntakeError::Forked => Self::Forked,
            IntakeError::AlreadyEvaluated => Self::AlreadyEvaluated,
            IntakeError::NothingToEvaluate => Self::NothingToEvaluate,
            IntakeError::PageTaken => Self::PageTaken,
            IntakeError::SlotTaken => Self::SlotTaken,
            IntakeError::Work(error) => match error {
                WorkError::Case(Refusal::Calendar(_)) | WorkError::Project(ProjectRefusal::Calendar(_)) => {
                    calendar_ends(&error)
                }
                WorkError::Case(refusal) => Self::ReplyRefused(refusal.to_string()),
                WorkError::Project(refusal) => Self::StageRefused(refusal.to_string()),
                WorkError::NoSuchCase => Self::ReplyRefused(WorkError::NoSuchCase.to_string()),
                other => other.into(),
            },
            IntakeError::Store(error) => error.into(),
        }
    }
}

impl From<WorkError> for Fault {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::NoSuchCase => Self::NoSuchCase,
            WorkError::NoSuchProject => Self::NoSuchProject,
            WorkError::NotTheApplicant => Self::NotTheApplicant,
            WorkError::Store(error) => error.into(),
            WorkError::Calendar(_)
            | WorkError::Case(Refusal::Calendar(_))
            | WorkError::Project(ProjectRefusal::Calendar(_)) => calendar_ends(&error),
            WorkError::Case(Refusal::Changed { .. }) | WorkError::Project(ProjectRefusal::Changed { .. }) => {
                Self::CaseChanged(error.to_string())
            }
            WorkError::Case(Refusal::OtherDepartment(_))
            | WorkError::Project(ProjectRefusal::OtherDepartment(_) | ProjectRefusal::NotLead(_)) => {
                Self::OtherDepartment(error.to_string())
            }
            WorkError::Case(_) | WorkError::Project(_) => Self::ActRefused(error.to_string()),
        }
    }
}

impl From<ReplayError> for Fault {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::NotDecided => Self::NotDecided,
            ReplayError::Store(error) => error.into(),
            other => {
                tracing::error!(error = %other, "a decision can't be done again");
                Self::ReplayFailed(other.to_string())
            }
        }
    }
}

fn calendar_ends(error: &WorkError) -> Fault {
    tracing::error!(%error, "no deadline can be counted");
    Fault::CalendarEnds
}

impl From<NoNumberLeft> for Fault {
    fn from(error: NoNumberLeft) -> Self {
        match error {
            NoNumberLeft::Store(error) => error.into(),
            NoNumberLeft::Today => {
                tracing::error!(%error, "nothing can be taken before midnight");
                Self::Busy
            }
        }
    }
}

impl From<FleetError> for Fault {
    fn from(error: FleetError) -> Self {
        match error {
            FleetError::Store(error) => error.into(),
            FleetError::Stale => Self::Busy,
            other => {
                tracing::error!(error = %other, "a desired state can't be made");
                Self::Internal
            }
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            error if error.passes() => {
                tracing::error!(%error, "the store can't take anything at present");
                Self::Busy
            }
            other => {
                tracing::error!(error = %other, "the store failed");
                Self::Internal
            }
        }
    }
}
