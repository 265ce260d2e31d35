//! Everything that a visit asks of the outside.

use super::event::{JobId, VisitId};
use super::obeying::SettingsNews;
use super::page::Own;
use super::slip::Slip;
use super::technician::TechnicianAsk;
use crate::forms::EnclosedPage;
use crate::identity::Portrait;
use crate::papers::Purpose;
use contract::bill::LookUp;
use contract::emergency::EmergencyId;
use contract::form::Fields;
use contract::guide::Guide;
use contract::handoff::{DraftClaim, DraftForPhone};
use contract::licence::RegistryKeys;
use contract::message::{AnswerLine, Application, CaseReply, EntryBody};
use contract::order::OrderRequest;
use contract::phone::DropId;
use contract::project::ProjectProgress;
use contract::{CaseNumber, EntryId, IdNumber, OrderNumber, ProjectCode, Secret, ServiceCode};
use jiff::civil::Date;
use std::time::Duration;

/// Something must be done.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one value at a time, moved seldom")]
pub enum Effect {
    /// Do this and answer it.
    Ask {
        /// The visit that asks.
        visit: VisitId,
        /// To be named in the answer.
        job: JobId,
        /// What to do.
        ask: Ask,
    },
    /// Nobody waits for this any more: stop it.
    Cancel {
        /// The visit that asked.
        visit: VisitId,
        /// What was asked.
        job: JobId,
    },
    /// These emergency notices hold and were on the screen.
    Shown(Vec<EmergencyId>),
    /// The countdown has come over the page: whoever looks away hears it.
    CountsDown,
    /// Nobody is there: the program ends, and is started again by the system.
    GoDown,
    /// What became of settings that were to be obeyed.
    Settings(SettingsNews),
    /// This order's code is on the screen: keep its number over a restart, and nothing else of it.
    KeepOrder(OrderNumber),
    /// This order has ended, or its resident has left: its number is not kept any longer.
    DropOrder(OrderNumber),
    /// The visit is over: wipe frames, keys, pictures, spool; remind of the card.
    Forget {
        /// The visit.
        visit: VisitId,
        /// Whether a card was read, so that somebody is reminded of it.
        card_was_read: bool,
    },
}

/// What can be asked.
#[derive(Debug)]
pub enum Ask {
    /// Wait for the next card.
    ReadCard,
    /// Compare the face before the camera with the card's picture.
    CheckFace(Option<Portrait>),
    /// Commit this to the local store. Never cancelled.
    Commit(EntryBody),
    /// Commit an application with its pages, all of it or nothing. Never cancelled.
    Submit(Application, Vec<EnclosedPage>),
    /// Commit what an applicant says in a case with its pages, all of it or nothing. Never cancelled.
    Reply(CaseReply, Vec<EnclosedPage>),
    /// Ask which licences stand for papers.
    FindLicences(RegistryKeys),
    /// Ask what registries fill in of a form.
    Prefill(RegistryKeys),
    /// Look for a page under the document camera.
    Scan(Purpose),
    /// Take the picture of the document camera as it is.
    ScanWhole(Purpose),
    /// Open a drop for so many pictures from a phone.
    OpenDrop(u8),
    /// Wait for a picture of a drop.
    AwaitPicture(AwaitedPicture),
    /// Nobody looks at this drop any more: nothing is to stay in it. Never cancelled.
    CloseDrop(DropId),
    /// Wait for central's receipt, for some seconds.
    AwaitReceipt(EntryId),
    /// Print this.
    Print(Slip),
    /// Print a guide to be taken along.
    PrintGuide(Box<Guide>),
    /// Print this page of A4.
    PrintPage(Box<Certificate>),
    /// Look up what an account owes, and what was paid for it here of late.
    LookUpBills(LookUp),
    /// Make an order. Never cancelled: whether it is one is asked until it is known.
    Order(OrderRequest),
    /// After a pause, ask how an order stands.
    FollowOrder(OrderNumber, Duration),
    /// The resident says that it is paid: let the channel be asked now.
    AskPaid(OrderNumber),
    /// The resident leaves: let the code be closed. Never cancelled.
    LeaveOrder(OrderNumber),
    /// Ask what is free to be booked for a service.
    FindPlaces(ServiceCode),
    /// Ask where a case stands.
    FindCase(CaseNumber),
    /// Ask where a construction project stands.
    FindProject(ProjectCode),
    /// Print the board of a project.
    PrintBoard(Box<ProjectProgress>),
    /// Ask for what belongs to the person whose card was read.
    Own(Own, IdNumber),
    /// Take a draft that was typed on a phone.
    ClaimDraft(DraftClaim),
    /// Have a form kept for a phone.
    HandToPhone(DraftForPhone),
    /// Keep what was typed, so that only this card opens it again.
    KeepDraft(DraftOf, Fields),
    /// Look for a draft that was kept.
    FindDraft(DraftOf),
    /// Nobody needs that draft any more. Never cancelled.
    DropDraft(DraftOf),
    /// Something for the technician's pages.
    Technician(TechnicianAsk),
}

/// A picture that a phone is to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitedPicture {
    /// Into which drop.
    pub drop: DropId,
    /// Which one of it, from 1.
    pub n: u8,
    /// What is written over it; none where it is no paper.
    pub purpose: Option<Purpose>,
}

/// Which draft: one a card and service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftOf {
    /// The service applied for.
    pub service: ServiceCode,
    /// Everything that the card says, as [`crate::identity::Resident::card_bytes`] gives it.
    pub card: Secret<Vec<u8>>,
}

/// A certificate (证明), as content; `printing` lays it out on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// 无犯罪记录证明
    pub title: String,
    /// 姓名
    pub holder: Secret<String>,
    /// 公民身份号码
    pub number: Secret<String>,
    /// What was found, line by line.
    pub lines: Vec<AnswerLine>,
    /// The body that answers for it.
    pub issuer: String,
    /// 办件编号
    pub case: String,
    /// 核验码
    pub check_code: Secret<String>,
    /// The day of issue.
    pub issued_on: Date,
    /// How many are printed.
    pub copies: u8,
}
