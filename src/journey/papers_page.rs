//! The page of papers (申请材料), with exactly what it knows.

use super::event::JobId;
use super::page::Filing;
use crate::papers::{Corners, Refusal, TakenPage};
use contract::FieldId;

/// Papers of an application in the making; what was taken is in its filing.
#[derive(Debug)]
pub struct Papers {
    /// The form.
    pub filing: Filing,
    /// How far it is.
    pub step: PapersStep,
    /// Whose answer about licences counts; none when nobody asks.
    pub asking: Option<JobId>,
}

/// The steps of it.
#[derive(Debug)]
pub enum PapersStep {
    /// Which papers, and how many pages of each.
    List,
    /// The camera looks for a page.
    Look(Look),
    /// A page was taken: is it right?
    Judge {
        /// Of which paper.
        material: FieldId,
        /// The page.
        page: TakenPage,
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
