//! Looking for a service: tiles, shelves, groups, a guide. Nobody needs to be known for it.

use super::{Ask, Effect, GuideShown, Journey, Page, Printing, Search};
use crate::services::Shelf;
use contract::ServiceCode;
use contract::language::Language;
use std::sync::Arc;

impl Journey {
    pub(super) fn open_tile(&mut self, place: usize) -> Vec<Effect> {
        match self.library.tile(place) {
            Some(tile) if tile.is_all() => self.open_shelf(Shelf::default()),
            Some(tile) => {
                let list = Search::tile(&self.library, tile);
                self.open(Page::Search(list))
            }
            None => Vec::new(),
        }
    }

    /// Another shelf takes the place of the one before: 'back' leads out of them.
    pub(super) fn open_shelf(&mut self, shelf: Shelf) -> Vec<Effect> {
        if let Page::Shelf(shown) = &mut self.page {
            *shown = shelf;
            return Vec::new();
        }
        self.open(Page::Shelf(shelf))
    }

    pub(super) fn open_group(&mut self, place: usize) -> Vec<Effect> {
        let Page::Shelf(shelf) = self.page else { return Vec::new() };
        let list = self.library.groups(shelf).get(place).map(|group| Search::group(&self.library, group));
        list.map_or_else(Vec::new, |list| self.open(Page::Search(list)))
    }

    pub(super) fn choose(&mut self, code: &ServiceCode) -> Vec<Effect> {
        /// More than a hand's breadth of a list would hide what many use.
        const MOST_RECENT: usize = 3;
        match &self.page {
            Page::Home | Page::Search(_) if self.library.find(code).is_some() => {
                self.recent.retain(|other| other != code);
                self.recent.insert(0, code.clone());
                self.recent.truncate(MOST_RECENT);
                self.open(Page::Guide(GuideShown { service: code.clone(), printing: None }))
            }
            _ => Vec::new(),
        }
    }

    /// Prints the guide, to be taken along.
    pub(super) fn print_guide(&mut self) -> Vec<Effect> {
        let library = Arc::clone(&self.library);
        let service = match &self.page {
            Page::Guide(GuideShown { printing: Some(Printing::Busy(_)), .. }) => None,
            Page::Guide(shown) => library.find(&shown.service),
            _ => None,
        };
        let Some(service) = service else { return Vec::new() };
        let guide = library.guide(service, self.health.means(), Language::Chinese);
        let (job, print) = self.ask(Ask::PrintGuide(Box::new(guide)));
        if let Page::Guide(shown) = &mut self.page {
            shown.printing = Some(Printing::Busy(job));
        }
        vec![print]
    }
}
