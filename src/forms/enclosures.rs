//! What is enclosed in an application (申请材料): pages that were taken at the terminal, and licences that stand for a
//! paper (免提交). Pure; knows no camera and no central.

use super::Draft;
use crate::papers::TakenPage;
use contract::FieldId;
use contract::form::Material;
use contract::licence::{HeldLicence, HeldLicences};

/// The papers of an application in the making. They wipe themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enclosures {
    pages: Vec<(FieldId, TakenPage)>,
    library: Option<HeldLicences>,
}

/// How far a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enclosed<'a> {
    /// The licence library has it: nobody is asked for it.
    Held(&'a HeldLicence),
    /// So many pages were taken.
    Pages(u8),
    /// None was taken, and the form wants one.
    Missing,
    /// None was taken, and none need be.
    LeftOut,
}

/// A page that goes with an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnclosedPage {
    /// Of which paper.
    pub material: FieldId,
    /// Which page, from 1.
    pub page: u8,
    /// Of how many.
    pub pages: u8,
    /// The page.
    pub taken: TakenPage,
}

impl Enclosures {
    /// What the licence library said.
    pub fn set_library(&mut self, held: HeldLicences) {
        self.library = Some(held);
    }

    /// Who applies, or for whom, may be another now: what the library said is asked anew.
    pub fn forget_library(&mut self) {
        self.library = None;
    }

    /// Whether the library has said anything.
    pub const fn has_asked(&self) -> bool {
        self.library.is_some()
    }

    /// Whether any page was taken.
    pub const fn has_pages(&self) -> bool {
        !self.pages.is_empty()
    }

    /// The licence that stands for a paper.
    pub fn licence_for(&self, material: &Material) -> Option<&HeldLicence> {
        let wanted = material.licence.as_ref()?;
        self.library.as_ref()?.held.iter().find(|held| held.name == *wanted)
    }

    /// How far a paper is.
    pub fn of(&self, material: &Material) -> Enclosed<'_> {
        if let Some(held) = self.licence_for(material) {
            return Enclosed::Held(held);
        }
        match u8::try_from(self.pages_of(&material.id).count()).unwrap_or(u8::MAX) {
            0 if material.min == 0 => Enclosed::LeftOut,
            0 => Enclosed::Missing,
            pages => Enclosed::Pages(pages),
        }
    }

    /// The pages of a paper, in their order.
    pub fn pages_of(&self, material: &FieldId) -> impl Iterator<Item = &TakenPage> {
        self.pages.iter().filter(move |(of, _)| of == material).map(|(_, page)| page)
    }

    /// Adds a page, up to as many as the paper may have.
    pub fn add(&mut self, material: &Material, page: TakenPage) {
        if self.room(material) > 0 {
            self.pages.push((material.id.clone(), page));
        }
    }

    /// How many more pages of a material may be taken.
    pub fn room(&self, material: &Material) -> u8 {
        let taken = u8::try_from(self.pages_of(&material.id).count()).unwrap_or(u8::MAX);
        material.max.saturating_sub(taken)
    }

    /// Takes a page out, by its place among those of its paper.
    pub fn remove(&mut self, material: &FieldId, place: usize) {
        let mut of_it = 0;
        self.pages.retain(|(of, _)| {
            let here = of == material && of_it == place;
            of_it += usize::from(of == material);
            !here
        });
    }

    /// What is sent along: the pages of what is asked for now and that no licence stands for.
    pub fn to_send<'a>(&self, asked: impl Iterator<Item = &'a Material>) -> Vec<EnclosedPage> {
        let wanted = asked.filter(|material| self.licence_for(material).is_none());
        wanted
            .flat_map(|material| {
                let taken: Vec<&TakenPage> = self.pages_of(&material.id).collect();
                let pages = u8::try_from(taken.len()).unwrap_or(u8::MAX);
                (1..=pages).zip(taken).map(move |(page, taken)| EnclosedPage {
                    material: material.id.clone(),
                    page,
                    pages,
                    taken: taken.clone(),
                })
            })
            .collect()
    }

    /// The papers for which a licence stands.
    pub fn licences(&self, draft: &Draft) -> impl Iterator<Item = FieldId> {
        draft.papers().filter(|material| self.licence_for(material).is_some()).map(|paper| paper.id.clone())
    }
}
