//! The page of papers (申请材料), with exactly what it knows.

use super::affairs_page::NoticeAnswer;
use super::event::{JobId, PhoneTrouble};
use super::page::Filing;
use crate::forms::Enclosures;
use crate::papers::{Corners, Refusal, TakenPage};
use contract::form::Material;
use contract::phone::DropId;
use contract::{FieldId, Secret, ServiceCode};
use std::time::Duration;

/// Papers that are gathered, for an application or for the answer to a notice.
#[derive(Debug)]
pub struct Papers {
    /// What they belong to; it holds what was taken.
    pub of: PapersOf,
    /// How far it is.
    pub step: PapersStep,
    /// Whose answer about licences counts; none when nobody asks.
    pub asking: Option<JobId>,
}

/// What papers belong to.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one value at a time, moved seldom")]
pub enum PapersOf {
    /// An application in the making.
    Application(Filing),
    /// The answer to a notice of missing papers (补正).
    Notice(NoticeAnswer),
}

impl Papers {
    /// The list of them.
    pub(super) const fn list(of: PapersOf) -> Self {
        Self { of, step: PapersStep::List, asking: None }
    }

    /// What is asked for.
    pub fn materials(&self) -> Vec<&Material> {
        match &self.of {
            PapersOf::Application(filing) => filing.draft.papers().collect(),
            PapersOf::Notice(answer) => answer.materials.iter().collect(),
        }
    }

    /// One of them.
    pub fn material(&self, id: &FieldId) -> Option<&Material> {
        self.materials().into_iter().find(|material| material.id == *id)
    }

    /// What was taken so far.
    pub const fn enclosures(&self) -> &Enclosures {
        match &self.of {
            PapersOf::Application(filing) => &filing.enclosures,
            PapersOf::Notice(answer) => &answer.enclosures,
        }
    }

    pub(super) const fn enclosures_mut(&mut self) -> &mut Enclosures {
        match &mut self.of {
            PapersOf::Application(filing) => &mut filing.enclosures,
            PapersOf::Notice(answer) => &mut answer.enclosures,
        }
    }

    /// The form, where they belong to one.
    pub const fn filing(&self) -> Option<&Filing> {
        match &self.of {
            PapersOf::Application(filing) => Some(filing),
            PapersOf::Notice(_) => None,
        }
    }

    /// For which service.
    pub const fn service(&self) -> &ServiceCode {
        match &self.of {
            PapersOf::Application(filing) => filing.draft.service(),
            PapersOf::Notice(answer) => &answer.shown.case.service,
        }
    }

    /// How many more pages of a material are asked for here: none of one for which a licence stands.
    pub fn room(&self, material: &FieldId) -> u8 {
        let wanted = self.material(material).filter(|of| self.enclosures().licence_for(of).is_none());
        wanted.map_or(0, |of| self.enclosures().room(of))
    }
}

/// The steps of it.
#[derive(Debug)]
pub enum PapersStep {
    /// Which papers, and how many pages of each.
    List,
    /// The camera looks for a page.
    Look(Look),
    /// A phone takes them (手机传图).
    Phone(Phone),
    /// A page was taken: is it right?
    Judge {
        /// Of which paper.
        material: FieldId,
        /// The page.
        page: TakenPage,
        /// The phone that sent it, which may send more; none where the camera took it.
        phone: Option<OpenPhone>,
    },
    /// A page that is kept, to be looked at or taken out.
    Kept {
        /// Of which paper.
        material: FieldId,
        /// Which of its pages, from 0.
        place: usize,
    },
    /// The camera gives no picture.
    NoPicture {
        /// Of which paper.
        material: FieldId,
    },
}

impl PapersStep {
    /// Whose answer is awaited.
    pub(super) const fn asks(&self) -> Option<JobId> {
        match self {
            Self::Look(look) => Some(look.job),
            Self::Phone(Phone { handover: Handover::Opening(job) | Handover::Open(_, job), .. }) => {
                Some(*job)
            }
            _ => None,
        }
    }

    /// The drop that is open while this is shown.
    pub(super) const fn drop(&self) -> Option<DropId> {
        match self {
            Self::Phone(Phone { handover: Handover::Open(open, _), .. })
            | Self::Judge { phone: Some(open), .. } => Some(open.drop),
            _ => None,
        }
    }

    /// The phone's code, while it is on the screen.
    pub const fn shown_code(&self) -> Option<&OpenPhone> {
        match self {
            Self::Phone(Phone { handover: Handover::Open(open, _), .. }) => Some(open),
            _ => None,
        }
    }
}

/// The camera looks.
#[derive(Debug)]
pub struct Look {
    /// For a page of which paper.
    pub material: FieldId,
    /// Whose answer counts.
    pub job: JobId,
    /// What keeps it from being a page; none while it only has to lie still.
    pub why: Option<Refusal>,
    /// Where the sheet lies in the picture.
    pub sheet: Option<Corners>,
}

/// A phone takes the pictures.
#[derive(Debug)]
pub struct Phone {
    /// Of which material.
    pub material: FieldId,
    /// How far it is.
    pub handover: Handover,
}

/// How far a phone is.
#[derive(Debug)]
pub enum Handover {
    /// Central is asked for a drop.
    Opening(JobId),
    /// The code is shown, and the next picture is waited for.
    Open(OpenPhone, JobId),
    /// There is no code to show.
    Trouble(PhoneTrouble),
}

/// A drop whose code a phone has read, or will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPhone {
    /// The drop.
    pub drop: DropId,
    /// What the code says.
    pub address: Secret<String>,
    /// The number of the picture that comes next, from 1.
    pub next: u8,
    /// How many it takes in all.
    pub most: u8,
    /// When central ends it, by uptime.
    pub ends: Duration,
    /// How long the page waits for the next picture, by uptime.
    pub until: Duration,
}
