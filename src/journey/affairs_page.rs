//! What each step of looking after one's own cases knows.

use super::event::JobId;
use super::page::Printing;
use crate::typing::Typing;
use contract::CaseNumber;
use contract::licence::PersonLicences;
use contract::message::{CaseProgress, CaseState, PersonCases, Reply};
use contract::project::ProjectProgress;
use std::time::Duration;

/// Cases (办件) that are under way, found by number or by card.
#[derive(Debug)]
pub struct Affairs {
    /// How far it is.
    pub step: AffairsStep,
}

/// The steps of it.
#[derive(Debug)]
pub enum AffairsStep {
    /// Between two steps; never shown.
    Away,
    /// A number is typed, of a case or a project, or a card is chosen instead.
    Number {
        /// What is typed.
        typing: Typing,
        /// Why it brought nothing.
        fault: Option<AffairsTrouble>,
    },
    /// Central is asked.
    Asking {
        /// Whose answer counts.
        job: JobId,
        /// Since when, by uptime.
        since: Duration,
        /// What was typed.
        typing: Typing,
    },
    /// The cases of the person whose card was read.
    Own(PersonCases),
    /// Their licences.
    Licences(PersonLicences),
    /// One case.
    Case(CaseShown),
    /// One construction project.
    Project(ProjectShown),
    /// 补正: the answer to a notice of missing papers is typed.
    Answering {
        /// In which case.
        shown: CaseShown,
        /// What is typed.
        typing: Typing,
        /// Whether it was handed in with nothing in it.
        is_empty: bool,
    },
    /// 撤回: once more before it is done.
    Withdrawing(CaseShown),
    /// What was said is committed and sent.
    Saying {
        /// Whose answer counts.
        job: JobId,
        /// Since when, by uptime.
        since: Duration,
        /// Whether the store has it.
        is_committed: bool,
        /// Which of the two.
        kind: SaidKind,
        /// In which case.
        case: CaseNumber,
    },
    /// What became of it.
    Said {
        /// Which of the two.
        kind: SaidKind,
        /// In which case.
        case: CaseNumber,
        /// How it went.
        result: Said,
    },
}

/// A project on the screen.
#[derive(Debug)]
pub struct ProjectShown {
    /// How it stands.
    pub project: ProjectProgress,
    /// How its print goes; none was asked for.
    pub printing: Option<Printing>,
}

/// A case on the screen.
#[derive(Debug)]
pub struct CaseShown {
    /// How it stands.
    pub case: CaseProgress,
    /// The list that it was chosen from: then it is the resident's own, and can be answered.
    pub own: Option<PersonCases>,
}

impl CaseShown {
    /// Whether papers are awaited from whoever stands here.
    pub fn can_answer(&self) -> bool {
        self.own.is_some() && self.case.state == CaseState::PapersAsked
    }

    /// Whether whoever stands here can take it back.
    pub fn can_withdraw(&self) -> bool {
        let is_open = matches!(
            self.case.state,
            CaseState::Received | CaseState::PapersAsked | CaseState::Accepted | CaseState::Paused
        );
        self.own.is_some() && is_open
    }
}

/// What an applicant says in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidKind {
    /// 补正
    Supplement,
    /// 撤回
    Withdrawal,
}

impl From<&Reply> for SaidKind {
    fn from(reply: &Reply) -> Self {
        match reply {
            Reply::Supplement { .. } => Self::Supplement,
            Reply::Withdraw => Self::Withdrawal,
        }
    }
}

/// What became of what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The department has it.
    Noted,
    /// It is kept here and goes on by itself.
    SavedHere,
    /// Central refused it: the case had gone on meanwhile.
    Refused,
    /// The store did not take it.
    NotKept(crate::services::StoreTrouble),
}

/// Why there is no case to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AffairsTrouble {
    /// It can't be a number of a case or a project.
    NotANumber,
    /// There is no such case.
    NoSuchCase,
    /// There is no such project.
    NoSuchProject,
    /// No line to central.
    Offline,
    /// Nobody answered in time.
    NoAnswer,
    /// Reader or camera is away: nobody is recognised by a card.
    NoCard,
}
