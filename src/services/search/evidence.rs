//! How well each slot of a reading is answered by each text, from 0 to 1. A character counts fully only beside a
//! neighbour that was asked for beside it: this is what forgives a missing, added, wrong or swapped character, and what
//! keeps characters that merely stand somewhere from adding up. Knows readings and texts; knows no service.

use super::corpus::{Corpus, Text};
use super::reading::{Reading, Slot};
use super::run::{Ear, Run};
use std::ops::Range;

/// What a character counts that stands alone though it was typed among others.
const STRAY: f32 = 0.3;
/// The same where words of the list stand at both of its sides.
const ALONE: f32 = 0.8;
/// Neighbours with one character missing, added or wrong between them.
const NEAR: f32 = 0.8;
/// Neighbours that changed places.
const SWAPPED: f32 = 0.7;

/// For each text a row, for each slot a figure.
#[derive(Debug)]
pub(super) struct Evidence {
    slots: usize,
    figures: Vec<f32>,
}

/// A glyph of a text that fits a unit.
#[derive(Clone, Copy, Debug)]
struct Fit {
    place: usize,
    unit: usize,
    sureness: f32,
}

impl Evidence {
    pub(super) fn gather(reading: &Reading<'_>, corpus: &Corpus) -> Self {
        let slots = reading.slots.len();
        let mut evidence = Self { slots, figures: vec![0.0; slots * corpus.texts().len()] };
        evidence.take_units(reading, corpus);
        for (place, slot) in reading.slots.iter().enumerate() {
            for (phrases, sureness) in &slot.means {
                evidence.take_phrases(place, phrases, *sureness, corpus);
            }
            // One run that is all of the query is looked for as a whole elsewhere.
            if !slot.run.is_empty() && slots > 1 {
                let run = Run::new(&slot.run, corpus, Ear::Sharp);
                for (number, text) in corpus.texts().iter().enumerate() {
                    if let Some(found) = run.find(text) {
                        evidence.raise(number, place, found.sureness);
                    }
                }
            }
        }
        evidence
    }

    /// What a text answers, slot by slot.
    pub(super) fn of(&self, text: usize) -> &[f32] {
        self.figures.get(text * self.slots..(text + 1) * self.slots).unwrap_or_default()
    }

    fn raise(&mut self, text: usize, slot: usize, to: f32) {
        if let Some(figure) = self.figures.get_mut(text * self.slots + slot) {
            *figure = figure.max(to);
        }
    }

    fn take_phrases(&mut self, slot: usize, phrases: &[Vec<char>], sureness: f32, corpus: &Corpus) {
        let Some((first, others)) = phrases.split_first() else { return };
        for (text, _) in corpus.find(first) {
            if others.iter().all(|phrase| corpus.find(phrase).any(|(other, _)| other == text)) {
                self.raise(text, slot, sureness);
            }
        }
    }

    fn take_units(&mut self, reading: &Reading<'_>, corpus: &Corpus) {
        let by_glyph = by_glyph(reading, corpus);
        let stray: Vec<f32> = (0..reading.units.len()).map(|unit| stray(unit, &reading.slots)).collect();
        let mut counts = vec![0.0; reading.units.len()];
        let mut fits = Vec::new();
        for (number, text) in corpus.texts().iter().enumerate() {
            collect(text, &by_glyph, &mut fits);
            if fits.is_empty() {
                continue;
            }
            counts.fill(0.0);
            count(&fits, &stray, &mut counts);
            for (place, slot) in reading.slots.iter().enumerate().filter(|(_, slot)| !slot.units.is_empty()) {
                let units = reading.units.get(slot.units.clone()).unwrap_or_default();
                let counts = counts.get(slot.units.clone()).unwrap_or_default();
                let all: f32 = units.iter().map(|unit| unit.weight).sum();
                let sum: f32 = units.iter().zip(counts).map(|(unit, count)| unit.weight * count).sum();
                self.raise(number, place, sum / all.max(1.0));
            }
        }
    }
}

/// The longest stretch of a text that the reading speaks of.
pub(super) fn marked(reading: &Reading<'_>, corpus: &Corpus, number: usize) -> Range<usize> {
    let Some(text) = corpus.text(number) else { return 0..0 };
    let mut is_marked = vec![false; text.glyphs.len()];
    let mut mark = |range: Range<usize>| {
        if let Some(part) = is_marked.get_mut(range) {
            part.fill(true);
        }
    };
    for slot in reading.slots.iter().filter(|slot| slot.weight > 0.0) {
        for phrase in slot.means.iter().flat_map(|(phrases, _)| phrases.iter()) {
            corpus.find(phrase).filter(|(text, _)| *text == number).for_each(|(_, range)| mark(range));
        }
        if !slot.run.is_empty()
            && let Some(found) = Run::new(&slot.run, corpus, Ear::Sharp).find(text)
        {
            mark(found.glyphs);
        }
    }
    let mut fits = Vec::new();
    collect(text, &by_glyph(reading, corpus), &mut fits);
    for fit in &fits {
        let is_joined = fits.iter().any(|other| join(fit, other) > 0.0 || join(other, fit) > 0.0);
        if is_joined || reading.units.len() == 1 {
            mark(fit.place..fit.place + 1);
        }
    }
    longest(&is_marked)
}

fn longest(is_marked: &[bool]) -> Range<usize> {
    let (mut best, mut start) = (0..0, 0);
    for (place, marked) in is_marked.iter().enumerate() {
        if !marked {
            start = place + 1;
        } else if place + 1 - start > best.len() {
            best = start..place + 1;
        }
    }
    best
}

/// For each glyph the units that it fits, and how well.
fn by_glyph(reading: &Reading<'_>, corpus: &Corpus) -> Vec<Vec<(usize, f32)>> {
    let mut by_glyph = vec![Vec::new(); corpus.glyphs().len()];
    for (place, unit) in reading.units.iter().enumerate() {
        for (id, fit) in &unit.glyphs {
            if let Some(units) = by_glyph.get_mut(*id) {
                units.push((place, *fit));
            }
        }
    }
    by_glyph
}

fn collect(text: &Text, by_glyph: &[Vec<(usize, f32)>], fits: &mut Vec<Fit>) {
    fits.clear();
    for (place, id) in text.glyphs.iter().enumerate() {
        let units = by_glyph.get(*id).into_iter().flatten();
        fits.extend(units.map(|(unit, fit)| Fit { place, unit: *unit, sureness: *fit }));
    }
}

fn count(fits: &[Fit], stray: &[f32], counts: &mut [f32]) {
    let mut raise = |fit: &Fit, strength: f32| {
        let (Some(count), Some(stray)) = (counts.get_mut(fit.unit), stray.get(fit.unit)) else { return };
        *count = count.max(fit.sureness * (stray + (1.0 - stray) * strength));
    };
    for (first, a) in fits.iter().enumerate() {
        raise(a, 0.0);
        for b in fits.iter().skip(first + 1).take_while(|b| b.place - a.place <= 2) {
            let strength = join(a, b);
            if strength > 0.0 {
                raise(a, strength * b.sureness);
                raise(b, strength * a.sureness);
            }
        }
    }
}

/// How much of neighbours two fits are, the first standing first in the text.
fn join(a: &Fit, b: &Fit) -> f32 {
    match (b.place.checked_sub(a.place), b.unit.checked_sub(a.unit)) {
        (Some(1), Some(1)) => 1.0,
        (Some(2), Some(1 | 2)) | (Some(1), Some(2)) => NEAR,
        (Some(1), None) if a.unit - b.unit == 1 => SWAPPED,
        _ => 0.0,
    }
}

fn stray(unit: usize, slots: &[Slot<'_>]) -> f32 {
    let is_single = |place: Option<usize>| {
        place.is_some_and(|place| {
            slots.iter().any(|slot| slot.weight > 0.0 && slot.units == (place..place + 1))
        })
    };
    if !is_single(Some(unit)) || is_single(unit.checked_sub(1)) || is_single(Some(unit + 1)) {
        STRAY
    } else if slots.len() == 1 {
        1.0
    } else {
        ALONE
    }
}
