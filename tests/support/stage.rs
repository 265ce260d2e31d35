//! A terminal whose outside is a test: every page is drawn by the real renderer, measured, and laid down as a picture.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, missing_docs)]

use crate::support;
use contract::language::Language;
use contract::report::Duty;
use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use kiosk::journey::{Answer, Ask, Connection, Effect, Event, Health, JobId, Journey, Rules, Touch, VisitId};
use kiosk::screens::headless::Headless;
use kiosk::screens::{Panel, Place, Terminal};
use kiosk::typing::Key;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;

/// A terminal whose outside is this test.
pub(crate) struct Stage {
    pub(crate) headless: Headless,
    pub(crate) terminal: Rc<Terminal>,
    pub(crate) effects: UnboundedReceiver<Effect>,
    pub(crate) panel: Panel,
    /// In which language visits begin.
    pub(crate) language: Language,
    pub(crate) last: (VisitId, JobId),
    pub(crate) faults: Vec<String>,
    /// How often each page is drawn, and how long each drawing took; nothing, where its picture is wanted.
    pub(crate) rounds: usize,
    pub(crate) drawn: Vec<(String, Vec<Duration>)>,
}

/// Everything works, as far as the terminal has it.
pub(crate) fn working() -> Health {
    Health {
        connection: Connection::Online,
        reader: true,
        printer: true,
        pages: None,
        documents: None,
        scanner: None,
        phone: false,
        face: true,
        store: None,
        waiting: 0,
        duty: Duty::InService,
        door: None,
    }
}

/// Whether a picture shows less than eight colours. One that shows more does so near its top.
fn is_nearly_empty(picture: &[u8]) -> bool {
    let mut seen = BTreeSet::new();
    !picture.chunks(3).any(|pixel| seen.insert(pixel) && seen.len() == 8)
}

impl Stage {
    pub(crate) fn open(panel: Panel, rules: Rules) -> Self {
        let headless = Headless::install(panel.width, panel.height).unwrap();
        let (sender, effects) = tokio::sync::mpsc::unbounded_channel();
        let journey = Journey::new(support::library(), rules);
        let place = Place { site: "福田区政务服务中心 · 1 号终端".to_owned() };
        let terminal = Terminal::open(journey, place, panel, sender).unwrap();
        let mut stage = Self {
            headless,
            terminal,
            effects,
            panel,
            language: Language::default(),
            last: (VisitId(0), JobId(0)),
            faults: Vec::new(),
            rounds: 0,
            drawn: Vec::new(),
        };
        stage.health(Connection::Online);
        stage
    }

    pub(crate) fn health(&mut self, connection: Connection) {
        self.terminal.happen(Event::Health(Health { connection, ..working() }));
    }

    /// Somebody comes.
    pub(crate) fn begin(&mut self) {
        self.touch(self.language.say(&Touch::Begin, &Touch::OtherLanguage).clone());
    }

    pub(crate) fn touch(&mut self, touch: Touch) {
        self.terminal.happen(Event::Touch(touch));
        self.take_in();
    }

    pub(crate) fn answer(&mut self, answer: Answer) {
        let (visit, job) = self.last;
        self.terminal.happen(Event::Answer { visit, job, answer });
        self.take_in();
    }

    fn take_in(&mut self) {
        while let Ok(effect) = self.effects.try_recv() {
            if let Effect::Ask { visit, job, ask } = effect {
                // A rating is committed beside the print, whose answer is still awaited.
                if !matches!(&ask, Ask::Commit(contract::message::EntryBody::Evaluation(_))) {
                    self.last = (visit, job);
                }
            }
        }
    }

    pub(crate) fn keys(&mut self, keys: &str) {
        for c in keys.chars() {
            self.touch(Touch::Key(Key::Char(c)));
        }
    }

    /// Draws the page, keeps its picture, measures what a finger can reach; or takes the time of it.
    pub(crate) fn look(&mut self, name: &str) {
        if self.rounds > 0 {
            let round = || {
                let since = Instant::now();
                std::hint::black_box(self.headless.picture());
                since.elapsed()
            };
            let times = std::iter::repeat_with(round).take(self.rounds).collect();
            self.drawn.push((name.to_owned(), times));
            return;
        }
        let Panel { width, height, .. } = self.panel;
        let kind = match (self.language, self.panel.is_landscape()) {
            (Language::Chinese, false) => "portrait",
            (Language::Chinese, true) => "landscape",
            (Language::English, false) => "portrait-english",
            (Language::English, true) => "landscape-english",
        };
        let bytes = self.headless.picture();
        if is_nearly_empty(&bytes) {
            self.faults.push(format!("{kind} {name}: the picture is nearly empty"));
        }
        let folder = support::repository().join("target/screens").join(kind);
        std::fs::create_dir_all(&folder).unwrap();
        image::RgbImage::from_raw(width, height, bytes)
            .unwrap()
            .save(folder.join(format!("{name}.png")))
            .unwrap();
        self.measure(&format!("{kind} {name}"));
    }

    fn measure(&mut self, name: &str) {
        let buttons: Vec<ElementHandle> = ElementQuery::from_root(self.terminal.app())
            .match_predicate(|element| element.accessible_role() == Some(AccessibleRole::Button))
            .find_all();
        assert!(
            !buttons.is_empty() || name.contains("submitting") || name.contains("goodbye"),
            "{name} has no button"
        );
        let smallest = 14.0 * self.panel.px_per_mm;
        for button in buttons {
            let label = button.accessible_label().unwrap_or_default();
            let (size, position) = (button.size(), button.absolute_position());
            if self.language == Language::English && !Self::may_be_chinese(name, &label) {
                self.faults.push(format!("{name}: '{label}' is said in Chinese"));
            }
            if label.is_empty() {
                self.faults.push(format!("{name}: a button has no label"));
            }
            if size.height < smallest || size.width < smallest * 0.8 {
                self.faults.push(format!("{name}: '{label}' is only {}x{} px", size.width, size.height));
            }
            #[expect(clippy::cast_precision_loss, reason = "a panel's width")]
            let right = self.panel.width as f32;
            let scrolls_sideways = label.chars().count() == 1;
            if position.x < -0.5 || (position.x + size.width > right + 0.5 && !scrolls_sideways) {
                self.faults.push(format!("{name}: '{label}' stands outside of the window"));
            }
        }
    }

    /// What is nobody's to translate: the page before a visit, what pinyin stands for, names of places, words of clerks.
    fn may_be_chinese(page: &str, label: &str) -> bool {
        const PAGES: [&str; 5] = ["01-attract", "24-search-pinyin", "25-form-pinyin", "74-case-", "88-place"];
        let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        !label.contains(is_chinese)
            || label == Language::Chinese.name()
            || PAGES.iter().any(|chinese| page.contains(chinese))
    }
}
