//! The decision: are the faces of several frames the face of the card? Pure; knows neither models nor cameras.
//!
//! | a frame at | of 626 true pairs refused | of 9,764 false pairs passed |
//! |---|---|---|
//! | 0.36 | none | 2 |
//! | 0.40 | none | none |
//! | 0.45 | 2 | none |
//! | 0.50 | 13 | none |
//!
//! Measured with a live portrait against a simulated chip photo (102 x 126 pixels, 1 KB), on small sets of mostly
//! Western faces whose pairs share pictures: none of 9,764 bounds the false passes no better than 3 in 10,000. The
//! thresholds are values to start with; they must be measured again with consenting residents before going live.

use super::{Embedding, FaceHint, Place, Seen};
use crate::journey::FaceVerdict;

/// From here up to the likeness at which a face passes, which operators set within what was measured, a better frame may decide; the middle one of all must be at least here to pass.
pub const PERHAPS: f32 = 0.36;
/// Two frames in a row are of one person at this likeness. A proposal, not measured.
pub const SAME_PERSON: f32 = 0.6;
/// Good frames in a row before anything is decided.
pub const LEAST_FRAMES: usize = 3;
/// Good frames in a row after which it is decided in any case.
pub const MOST_FRAMES: usize = 5;
/// Good frames in all: who keeps starting over has no better chance for it.
pub const MOST_IN_ALL: usize = 30;
/// How far a face may move between two frames, in its own widths.
const MOST_MOVE: f32 = 0.5;
/// How much wider or narrower it may become.
const MOST_GROWTH: f32 = 1.3;

/// What follows from a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Not decided: the person should do this.
    Hint(FaceHint),
    /// Decided.
    Decided(FaceVerdict),
}

/// One face check: a card's picture and the frames since. Use a new one for each try.
#[derive(Debug)]
pub struct Check {
    reference: Embedding,
    pass: f32,
    last: Option<(Embedding, Place)>,
    /// Likeness to the card of each frame since the face was last lost, newest last.
    run: Vec<Likeness>,
    good_in_all: usize,
    hint: SteadyHint,
}

impl Check {
    /// Begins a check against the card's picture; at the likeness `pass` it is the person.
    pub fn new(reference: Embedding, pass: f32) -> Self {
        Self { reference, pass, last: None, run: Vec::new(), good_in_all: 0, hint: SteadyHint::default() }
    }

    /// Takes what a frame showed.
    pub fn take(&mut self, seen: Seen) -> Step {
        let hint = match seen {
            Seen::NoFace => FaceHint::NobodyThere,
            Seen::ManyFaces => FaceHint::OnlyOne,
            Seen::Poor(hint) => hint,
            Seen::Good(embedding, place) => {
                return match self.count(embedding, place) {
                    Some(verdict) => Step::Decided(verdict),
                    None => Step::Hint(self.hint.after(FaceHint::HoldStill)),
                };
            }
        };
        self.start_over();
        Step::Hint(self.hint.after(hint))
    }

    fn start_over(&mut self) {
        self.last = None;
        self.run.clear();
    }

    fn count(&mut self, embedding: Embedding, place: Place) -> Option<FaceVerdict> {
        if self.last.as_ref().is_some_and(|last| !is_steady(last, &embedding, place)) {
            self.start_over();
        }
        self.run.push(Likeness(self.reference.likeness(&embedding)));
        self.last = Some((embedding, place));
        self.good_in_all += 1;
        let verdict = decide(&self.run, self.pass);
        if verdict.is_none() && self.good_in_all >= MOST_IN_ALL {
            Some(FaceVerdict::Different)
        } else {
            verdict
        }
    }
}

/// Whether the same face is still there.
fn is_steady((last, from): &(Embedding, Place), embedding: &Embedding, to: Place) -> bool {
    let moved = (to.x - from.x).hypot(to.y - from.y);
    let growth = (to.width / from.width).max(from.width / to.width);
    moved <= from.width * MOST_MOVE && growth <= MOST_GROWTH && last.likeness(embedding) >= SAME_PERSON
}

/// What a run of good frames of one face says.
fn decide(run: &[Likeness], pass: f32) -> Option<FaceVerdict> {
    if run.len() < LEAST_FRAMES {
        return None;
    }
    let mut sorted: Vec<f32> = run.iter().map(|likeness| likeness.0).collect();
    sorted.sort_by(f32::total_cmp);
    let best = sorted.last().copied()?;
    // One lucky frame among bad ones opens nothing.
    let middle = sorted.get((sorted.len() - 1) / 2).copied()?;
    if best >= pass && middle >= PERHAPS {
        Some(FaceVerdict::Same)
    } else if best < PERHAPS || run.len() >= MOST_FRAMES {
        Some(FaceVerdict::Different)
    } else {
        None
    }
}

/// A likeness says something of a person: not for logs.
#[derive(Clone, Copy)]
struct Likeness(f32);

impl std::fmt::Debug for Likeness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The hint on the screen: it changes when two frames in a row agree, so that it can be read.
#[derive(Debug)]
struct SteadyHint {
    shown: FaceHint,
    last: FaceHint,
}

impl Default for SteadyHint {
    fn default() -> Self {
        Self { shown: FaceHint::LookHere, last: FaceHint::LookHere }
    }
}

impl SteadyHint {
    fn after(&mut self, hint: FaceHint) -> FaceHint {
        if std::mem::replace(&mut self.last, hint) == hint {
            self.shown = hint;
        }
        self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASS: f32 = 0.42;
    use proptest::prelude::*;

    const HERE: Place = Place { x: 0.5, y: 0.3, width: 0.25 };

    fn check() -> Check {
        Check::new(Embedding::at_angle(0.0), PASS)
    }

    /// A good frame with this likeness to the card.
    fn good(likeness: f32) -> Seen {
        Seen::Good(Embedding::at_angle(likeness.acos()), HERE)
    }

    fn after(likenesses: &[f32]) -> Step {
        let mut check = check();
        likenesses.iter().map(|likeness| check.take(good(*likeness))).last().unwrap()
    }

    #[test]
    fn three_good_frames_of_the_person_pass_and_two_do_not() {
        assert!(matches!(after(&[0.7, 0.7]), Step::Hint(_)));
        assert_eq!(after(&[0.7, 0.7, 0.7]), Step::Decided(FaceVerdict::Same));
    }

    #[test]
    fn a_stranger_is_refused_after_three() {
        assert_eq!(after(&[0.1, 0.1, 0.1]), Step::Decided(FaceVerdict::Different));
    }

    #[test]
    fn a_doubtful_face_gets_five_frames_and_the_best_counts() {
        assert!(matches!(after(&[0.39, 0.39, 0.39, 0.39]), Step::Hint(FaceHint::HoldStill)));
        assert_eq!(after(&[0.39, 0.39, 0.39, 0.39, 0.39]), Step::Decided(FaceVerdict::Different));
        assert_eq!(after(&[0.39, 0.39, 0.39, 0.43]), Step::Decided(FaceVerdict::Same));
    }

    #[test]
    fn one_lucky_frame_among_bad_ones_opens_nothing() {
        assert!(matches!(after(&[0.2, 0.2, 0.43]), Step::Hint(_)));
        assert_eq!(after(&[0.2, 0.2, 0.43, 0.2, 0.2]), Step::Decided(FaceVerdict::Different));
    }

    #[test]
    fn a_face_that_was_lost_begins_again() {
        for lost in [Seen::NoFace, Seen::ManyFaces, Seen::Poor(FaceHint::Closer)] {
            let mut check = check();
            let frames = [good(0.7), good(0.7), lost, good(0.7), good(0.7)];
            for seen in frames {
                assert!(matches!(check.take(seen), Step::Hint(_)));
            }
            assert_eq!(check.take(good(0.7)), Step::Decided(FaceVerdict::Same));
        }
    }

    #[test]
    fn another_person_or_a_jump_begins_again() {
        let jumped = Place { x: 0.8, ..HERE };
        let nearer = Place { width: 0.4, ..HERE };
        let same = || Embedding::at_angle(0.7_f32.acos());
        // As like the card, on the other side of it: not like the face before.
        let other = Embedding::at_angle(-(0.7_f32.acos()));
        for seen in [Seen::Good(same(), jumped), Seen::Good(same(), nearer), Seen::Good(other, HERE)] {
            let mut check = check();
            check.take(good(0.7));
            check.take(good(0.7));
            assert!(matches!(check.take(seen), Step::Hint(_)));
        }
    }

    #[test]
    fn who_keeps_starting_over_is_refused_in_the_end() {
        let mut check = check();
        for turn in 0.. {
            assert!(turn < MOST_IN_ALL);
            check.take(Seen::NoFace);
            check.take(good(0.41));
            if check.take(good(0.41)) == Step::Decided(FaceVerdict::Different) {
                break;
            }
        }
    }

    #[test]
    fn a_hint_changes_when_two_frames_agree() {
        let mut check = check();
        assert_eq!(check.take(Seen::NoFace), Step::Hint(FaceHint::LookHere));
        assert_eq!(check.take(Seen::Poor(FaceHint::Closer)), Step::Hint(FaceHint::LookHere));
        assert_eq!(check.take(Seen::Poor(FaceHint::Closer)), Step::Hint(FaceHint::Closer));
        assert_eq!(check.take(Seen::NoFace), Step::Hint(FaceHint::Closer));
    }

    #[derive(Clone, Copy, Debug)]
    enum Shown {
        Nobody,
        Two,
        Blurred,
        Face { likeness: f32, x: f32 },
    }

    fn shown() -> impl Strategy<Value = Shown> {
        prop_oneof![
            1 => Just(Shown::Nobody),
            1 => Just(Shown::Two),
            1 => Just(Shown::Blurred),
            9 => (-1.0..=1.0_f32, prop_oneof![9 => Just(0.5_f32), 1 => Just(0.9)])
                .prop_map(|(likeness, x)| Shown::Face { likeness, x }),
            9 => (0.3..=0.5_f32).prop_map(|likeness| Shown::Face { likeness, x: 0.5 }),
        ]
    }

    proptest! {
        /// Whatever comes, nobody passes without three good frames in a row, one at the threshold and half of them
        /// not far below it.
        #[test]
        fn nobody_passes_without_enough_good_frames(frames in proptest::collection::vec(shown(), 0..60)) {
            let mut check = check();
            let mut faces: Vec<f32> = Vec::new();
            for frame in frames {
                let step = check.take(match frame {
                    Shown::Nobody => Seen::NoFace,
                    Shown::Two => Seen::ManyFaces,
                    Shown::Blurred => Seen::Poor(FaceHint::HoldStill),
                    Shown::Face { likeness, x } => {
                        faces.push(likeness);
                        Seen::Good(Embedding::at_angle(likeness.acos()), Place { x, ..HERE })
                    }
                });
                if !matches!(frame, Shown::Face { .. }) {
                    faces.clear();
                }
                match step {
                    Step::Hint(_) => {}
                    Step::Decided(FaceVerdict::Same) => {
                        let recent = &faces[faces.len().saturating_sub(MOST_FRAMES)..];
                        prop_assert!(recent.len() >= LEAST_FRAMES);
                        prop_assert!(recent.iter().any(|likeness| *likeness >= PASS - 1e-3));
                        prop_assert!(recent.iter().filter(|likeness| **likeness >= PERHAPS - 1e-3).count() >= 2);
                        break;
                    }
                    Step::Decided(verdict) => {
                        prop_assert_eq!(verdict, FaceVerdict::Different);
                        break;
                    }
                }
            }
        }
    }
}
