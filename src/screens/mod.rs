//! Journey state to Slint properties, Slint callbacks to touches. One file a subject; nothing is decided here.

mod affairs;
mod bench;
mod booking;
mod browse;
mod code;
mod decided;
mod drafts;
mod emergency;
mod filing;
pub mod first_start;
mod handoff;
pub mod headless;
mod interrupted;
mod keyboard;
mod log_in;
mod outcome;
mod papers;
mod pay;
mod phone;
mod print;
mod project;
mod shell;
pub(crate) mod store_trouble;
mod technician;
mod terminal;
mod ticket;
pub mod watched;

pub use shell::Place;
pub use terminal::{Terminal, TerminalHandle};

use crate::services::Library;
use contract::language::Language;
use contract::message::AnswerLine;
use kiosk_ui::LineView;
use slint::{Model, ModelRc, SharedString, VecModel};

/// The panel: pixels and their size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Panel {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pixels a millimetre.
    pub px_per_mm: f32,
}

impl Panel {
    /// 21.5 inch, upright.
    pub const PORTRAIT: Self = Self { width: 1080, height: 1920, px_per_mm: 4.03 };
    /// 15.4 inch, lying; letters a little smaller than on the upright panel, so that a page fits.
    pub const LANDSCAPE: Self = Self { width: 1280, height: 800, px_per_mm: 3.2 };

    /// Whether the action bar stands at the side.
    pub const fn is_landscape(self) -> bool {
        self.width > self.height
    }
}

/// What the catalogue says, or an answer in its words, as whoever stands here reads it.
fn named(library: &Library, language: Language, chinese: &str) -> SharedString {
    library.say(language, chinese).as_ref().into()
}

/// A line of an answer.
fn line_view(language: Language, library: &Library, line: &AnswerLine) -> LineView {
    LineView {
        label: named(library, language, &line.label),
        value: named(library, language, line.value.expose()),
    }
}

/// A list for Slint.
fn list<T: Clone + 'static>(rows: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from_iter(rows))
}

/// Texts for Slint.
fn texts<'a>(rows: impl IntoIterator<Item = &'a str>) -> ModelRc<SharedString> {
    list(rows.into_iter().map(SharedString::from))
}

/// Puts rows into a list in place where it can, so that a list keeps its scroll position and only changed rows are
/// drawn again. Gives a new list when the length differs.
fn refresh<T: Clone + PartialEq + 'static>(model: &ModelRc<T>, rows: Vec<T>) -> Option<ModelRc<T>> {
    let Some(current) = model.as_any().downcast_ref::<VecModel<T>>() else { return Some(list(rows)) };
    if current.row_count() != rows.len() {
        return Some(list(rows));
    }
    for (place, row) in rows.into_iter().enumerate() {
        if current.row_data(place).as_ref() != Some(&row) {
            current.set_row_data(place, row);
        }
    }
    None
}
