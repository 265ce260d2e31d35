//! What a kiosk and central say to each other: entries going up, receipts coming back, problems by RFC 9457.

use crate::base64::Base64;
use crate::booking::Place;
use crate::calendar::WorkingDays;
use crate::fault_ticket::FaultTicket;
use crate::ruling::RuleSaid;
use crate::{
    CaseNumber, EntryId, Fen, FieldId, FormId, IdNumber, KioskId, LocalNumber, Secret, Seq, ServiceCode,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The largest entry in bytes of JSON. A form with a signature stays far below.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// The header that carries the [`EntryId`] (draft-ietf-httpapi-idempotency-key-header-07).
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The civil day that stands in local numbers and case numbers: China has one time zone and no summer time.
pub fn day_in_china(at: Timestamp) -> Date {
    jiff::tz::offset(8).to_datetime(at).date()
}

/// One thing a resident confirmed. It is sealed to central's key before it is stored (see `series::SealedEntry`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The number that the resident was given until central gave one.
    pub number: LocalNumber,
    /// When it was confirmed by the kiosk's clock. For people; nothing is ordered by it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub made_at: Timestamp,
    /// What it is.
    pub body: EntryBody,
}

/// The kinds of entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum EntryBody {
    /// A resident applies for a service (办件申请).
    Application(Application),
    /// A resident rates a case (好差评).
    Evaluation(Evaluation),
    /// The applicant answers in a case that is under way (补正, 撤回).
    CaseReply(CaseReply),
    /// A page of a paper that belongs to an application (申请材料).
    Paper(Paper),
    /// A technician found something at this terminal (故障单).
    FaultTicket(FaultTicket),
}

/// How sure the terminal was of who stood before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// L0: nobody in particular.
    Anonymous,
    /// L2: an ID card was read.
    Card,
    /// L3: an ID card was read and the live face is the card's.
    CardAndFace,
}

/// An application as the resident signed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The service item.
    pub service: ServiceCode,
    /// The template that the fields belong to.
    pub form: FormId,
    /// How the applicant was identified.
    pub assurance: Assurance,
    /// Every field that was filled, in the canonical text of its type (see `validate`).
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub fields: BTreeMap<FieldId, Secret<String>>,
    /// The papers for which a licence of the library stands (免提交): central looks it up itself.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub licences: BTreeSet<FieldId>,
}

impl Application {
    /// The number of the person who applied, for themselves or for a body; none where nobody said who it was.
    pub fn person(&self) -> Option<&str> {
        let is_person = |id: &FieldId| matches!(id.as_str(), "id_no" | "agent_id_no");
        self.fields.iter().find(|(id, _)| is_person(id)).map(|(_, number)| number.expose().as_str())
    }
}

/// What an applicant says in a case of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseReply {
    /// The case.
    pub case: CaseNumber,
    /// Who says it, by the card that was read: it must be who applied.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id_no: IdNumber,
    /// What is said.
    pub reply: Reply,
}

/// The answers that an applicant may give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// 补正: the papers that were asked for.
    Supplement {
        /// What they say, as the resident confirmed it; 1 to 1,000 characters.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        note: Secret<String>,
    },
    /// 撤回: the application is taken back.
    Withdraw,
}

/// The most pages of one paper that a notice (补正) asked for.
pub const MOST_ASKED_PAGES: u8 = 10;

/// A paper that a notice asked for, as the pages of its answer name it: `asked-1` is the first that the notice names.
pub fn asked_paper(place: usize) -> Option<FieldId> {
    format!("asked-{}", place + 1).parse().ok()
}

/// One page of a paper, as the document camera or a phone saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// The entry that it belongs to, of the same kiosk: an application, or the answer to a notice of missing papers.
    pub application: EntryId,
    /// Which of the form's papers it is; of an answer, which of the notice's: `asked-1`, `asked-2`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub material: FieldId,
    /// Which page, from 1.
    pub page: u8,
    /// Of how many.
    pub pages: u8,
    /// The picture, a JPEG as base64.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub jpeg: Secret<String>,
}

impl Paper {
    /// The picture's bytes; none where the text is no base64.
    pub fn picture(&self) -> Option<Secret<Vec<u8>>> {
        self.jpeg.expose().parse::<Base64>().ok().map(|bytes| Secret::new(bytes.0))
    }
}

/// The five levels of 好差评 (GB/T 39735-2020).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// 非常不满意
    VeryDissatisfied,
    /// 不满意
    Dissatisfied,
    /// 基本满意
    Fair,
    /// 满意
    Satisfied,
    /// 非常满意
    VerySatisfied,
}

impl Rating {
    /// From worst to best.
    pub const ALL: [Self; 5] =
        [Self::VeryDissatisfied, Self::Dissatisfied, Self::Fair, Self::Satisfied, Self::VerySatisfied];

    /// Whether a reason belongs to it: the two lowest levels (GB/T 39735-2020).
    pub const fn asks_for_reason(self) -> bool {
        matches!(self, Self::VeryDissatisfied | Self::Dissatisfied)
    }

    /// 1 (worst) to 5 (best), as the national platform counts.
    pub const fn stars(self) -> u8 {
        match self {
            Self::VeryDissatisfied => 1,
            Self::Dissatisfied => 2,
            Self::Fair => 3,
            Self::Satisfied => 4,
            Self::VerySatisfied => 5,
        }
    }
}

/// A rating of one application. A second rating of the same application is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// The entry that is rated: known to the kiosk even before central gave a case number.
    pub application: EntryId,
    /// The level.
    pub rating: Rating,
    /// Why, in the words that belong to the level (see [`Templates::rating_tags`](crate::form::Templates::rating_tags)); one
    /// that [asks for a reason](Rating::asks_for_reason) has at least one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
}

/// Central's answer to an entry. It is stored with the entry and given again, byte for byte, to the same key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryReceipt {
    /// The key that this answers.
    pub entry: EntryId,
    /// When central committed it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub received_at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
    /// 秒批: what each rule said; empty where none was asked. It is the applicant's alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleSaid>,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// A case was opened (受理).
    CaseOpened {
        /// The number to quote.
        case: CaseNumber,
        /// Working days promised; 0 is on the spot (即办).
        promised_days: u16,
        /// What is to pay.
        fee: Fen,
    },
    /// A look-up or a certificate was answered on the spot.
    Answered {
        /// The number to quote.
        case: CaseNumber,
        /// The answer, line by line, as the screen and the printout show it.
        lines: Vec<AnswerLine>,
        /// The code by which anyone can check a printed certificate; none for a look-up.
        check_code: Option<String>,
    },
    /// 秒批: rules decided at once.
    Decided {
        /// The number to quote.
        case: CaseNumber,
        /// What they decided.
        decision: RulesDecision,
        /// Why not, a line a reason; empty when it was approved.
        reasons: Vec<String>,
        /// What comes next, in Chinese.
        #[serde(default)]
        next_step: String,
        /// What is to pay.
        fee: Fen,
    },
    /// An evaluation, a reply or a fault ticket was noted.
    Noted,
}

/// What rules can decide. When they can't, a clerk does, and the outcome is a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RulesDecision {
    /// 已批准
    Approved,
    /// 不予批准
    Refused,
}

/// One line of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerLine {
    /// What it is, 参保险种.
    pub label: String,
    /// The value.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub value: Secret<String>,
}

/// The state of a case, for anyone who knows its number. It holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseProgress {
    /// The case.
    pub case: CaseNumber,
    /// The service item.
    pub service: ServiceCode,
    /// Where it stands.
    pub state: CaseState,
    /// The day it was handed in.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub accepted_on: Date,
    /// Working days promised.
    pub promised_days: u16,
    /// The last day for the decision; none while the clock stands, papers are awaited, or all is done.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub due_on: Option<Date>,
    /// Working days that are left until then, counted from today; 0 on the last day and after it.
    pub days_left: Option<WorkingDays>,
    /// How the time stands.
    pub light: Light,
    /// What comes next, in Chinese.
    pub next_step: String,
    /// The papers that the applicant is to bring (补正).
    pub papers: Vec<String>,
    /// Why it was refused, a line a reason.
    pub reasons: Vec<String>,
    /// What happened so far, the first first.
    pub steps: Vec<CaseStep>,
    /// 秒批: what each rule said; told to who applied, and to nobody else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleSaid>,
    /// The place that is held for it: where and when the applicant is awaited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booked: Option<Place>,
    /// What it costs; none where it is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<CaseFee>,
}

/// What an application costs (规费). It is paid to the provider [`crate::order::CASE_FEES`], with the case's number for an
/// account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseFee {
    /// How much.
    pub amount_fen: Fen,
    /// Whether it is paid.
    pub is_paid: bool,
}

impl CaseProgress {
    /// What is to pay now: nothing where it is free, paid, or came to nothing.
    pub fn fee_due(&self) -> Option<Fen> {
        let is_due = |fee: &CaseFee| !fee.is_paid && !self.state.comes_to_nothing();
        self.fee.filter(is_due).map(|fee| fee.amount_fen)
    }

    /// Whether the applicant has booked a place and is awaited there.
    pub fn is_awaited(&self) -> bool {
        let is_open = matches!(self.state, CaseState::Received | CaseState::Accepted | CaseState::Paused);
        is_open && self.booked.is_some()
    }
}

/// One line of a case's course (办理进程). It names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseStep {
    /// The day in China.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub on: Date,
    /// What happened, in Chinese.
    pub words: String,
}

/// Whose cases are asked for: the person whose card was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OfPerson {
    /// The number of the card.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id_no: IdNumber,
}

/// The cases that a person applied in, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonCases {
    /// At most [`MOST_CASES`].
    pub cases: Vec<CaseProgress>,
    /// Whether there are older ones, which are found by their number.
    pub has_older: bool,
}

/// More cases than anybody looks through at a terminal.
pub const MOST_CASES: usize = 20;

/// How the time of a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// In time, or no time runs.
    Green,
    /// 80 % of the working days are used.
    Amber,
    /// Late.
    Red,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// 已收件: nobody has said yet whether it is complete.
    Received,
    /// 待补正: papers are awaited.
    PapersAsked,
    /// 已受理
    Accepted,
    /// 特别程序: the clock stands.
    Paused,
    /// 已批准
    Approved,
    /// 不予批准
    Refused,
    /// 不予受理
    NotAccepted,
    /// 已撤回
    Withdrawn,
    /// 已办结: answered on the spot.
    Completed,
}

impl CaseState {
    /// Whether nothing comes of the case, so that nothing is paid for it either.
    pub const fn comes_to_nothing(self) -> bool {
        matches!(self, Self::Refused | Self::NotAccepted | Self::Withdrawn)
    }
}

/// A whole record as central holds it, for the clerk's command line and the tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRecord {
    /// Who sent it, by certificate.
    pub kiosk: KioskId,
    /// Its place in the kiosk's series.
    pub seq: Seq,
    /// The key.
    pub id: EntryId,
    /// What was sent.
    pub entry: Entry,
    /// What was answered.
    pub receipt: EntryReceipt,
}

/// A problem document (RFC 9457, `application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The kind of problem, `urn:budayang:problem:key-reused`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status code.
    pub status: u16,
    /// The kind in words.
    pub title: String,
    /// What is wrong with this request and what to do; no personal data.
    pub detail: String,
}
