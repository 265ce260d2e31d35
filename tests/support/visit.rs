//! A visit without any hands: what is asked of the outside is answered by the test, late, never or wrong.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use crate::support::library;
use jiff::civil::date;
use kiosk::identity::Resident;
use kiosk::journey::{
    Answer, Ask, Connection, Effect, Event, FaceNews, FaceVerdict, Health, JobId, Journey, Now, Rules, Touch,
    VisitId,
};
use kiosk::typing::Key;
use std::time::Duration;

/// A visit whose outside is the test.
pub struct Visit {
    pub journey: Journey,
    pub uptime: Duration,
    pub asked: Vec<(VisitId, JobId, Ask)>,
}

impl Visit {
    /// A terminal whose devices work, before its first visitor.
    pub fn begin(connection: Connection) -> Self {
        let journey = Journey::new(library(), Rules::default());
        let mut visit = Self { journey, uptime: Duration::ZERO, asked: Vec::new() };
        let health = Health { connection, reader: true, printer: true, face: true, ..Health::default() };
        visit.happen(Event::Health(health));
        visit
    }

    pub fn happen(&mut self, event: Event) {
        let now = Now { uptime: self.uptime, local: date(2026, 11, 23).at(9, 30, 0, 0) };
        for effect in self.journey.handle(event, now) {
            if let Effect::Ask { visit, job, ask } = effect {
                self.asked.push((visit, job, ask));
            }
        }
    }

    pub fn touch(&mut self, touch: Touch) {
        self.happen(Event::Touch(touch));
    }

    /// Answers what was asked last.
    pub fn answer(&mut self, answer: Answer) {
        let (visit, job, _) = self.asked.last().unwrap();
        let (visit, job) = (*visit, *job);
        self.happen(Event::Answer { visit, job, answer });
    }

    pub fn wait(&mut self, time: Duration) {
        self.uptime += time;
        self.happen(Event::Tick);
    }

    /// Lays the card down and shows the face.
    pub fn recognised(&mut self, who: Resident) {
        self.answer(Answer::Card(Ok(who)));
        self.touch(Touch::AgreeToFace);
        self.answer(Answer::Face(FaceNews::Verdict(FaceVerdict::Same)));
    }

    /// Types on the keyboard that is open.
    pub fn keys(&mut self, keys: &str) {
        for key in keys.chars() {
            self.touch(Touch::Key(Key::Char(key)));
        }
    }

    /// What was asked last.
    pub fn last_ask(&self) -> &Ask {
        &self.asked.last().unwrap().2
    }
}
