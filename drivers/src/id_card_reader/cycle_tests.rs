//! The reading cycle driven by hand, with invented time.

use super::*;

fn at(seconds: u64) -> Instant {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    *START.get_or_init(Instant::now) + Duration::from_secs(seconds)
}

/// A text with a wrong kind: enough for the cycle, which delivers its data fault.
fn chip(filler: u8) -> Told {
    Told::Chip(Ok(ChipData { text: Secret::new(vec![filler; 256]), photo: None }))
}

fn asks(step: &Step, ask: Ask) -> bool {
    matches!(step, Step::Ask(asked) if *asked == ask)
}

/// Brings a cycle to where the read was asked.
fn reading() -> ReadingCycle {
    let mut cycle = ReadingCycle::new();
    cycle.start(Goal::Read);
    assert!(asks(&cycle.handle(Told::Done, at(0)), Ask::Select));
    assert!(asks(&cycle.handle(Told::Done, at(0)), Ask::Read));
    cycle
}

#[test]
fn no_card_is_looked_for_again_after_a_pause() {
    let mut cycle = ReadingCycle::new();
    cycle.start(Goal::Read);
    let step = cycle.handle(Told::Refused(Refusal::NoCard), at(0));
    assert!(matches!(step, Step::Pause(pause) if (300..=500).contains(&pause.as_millis())));
    assert!(asks(&cycle.begin(), Ask::Find));
}

#[test]
fn a_garbled_read_is_repeated_twice_and_then_a_fault_of_the_link() {
    let mut cycle = reading();
    assert!(asks(&cycle.handle(Told::Garbled, at(0)), Ask::Read));
    assert!(asks(&cycle.handle(Told::Garbled, at(0)), Ask::Read));
    let step = cycle.handle(Told::Garbled, at(0));
    assert!(matches!(step, Step::Deliver(Err(CardFault::Module(ModuleFault::Link)))));
}

#[test]
fn a_lost_read_whose_repetition_is_refused_resets_the_module() {
    let mut cycle = reading();
    assert!(asks(&cycle.handle(Told::Silence, at(0)), Ask::Read));
    assert!(asks(&cycle.handle(Told::Refused(Refusal::ReadFailed), at(0)), Ask::Reset));
    assert!(asks(&cycle.handle(Told::Done, at(0)), Ask::Find));
}

#[test]
fn select_is_never_repeated_alone() {
    let mut cycle = ReadingCycle::new();
    cycle.start(Goal::Read);
    cycle.handle(Told::Done, at(0));
    assert!(asks(&cycle.handle(Told::Garbled, at(0)), Ask::Find));
}

#[test]
fn a_card_that_keeps_moving_is_tried_three_times_and_then_asked_to_hold_still() {
    let mut cycle = reading();
    for _ in 0..2 {
        assert!(asks(&cycle.handle(Told::Refused(Refusal::ReadFailed), at(0)), Ask::Find));
        cycle.handle(Told::Done, at(0));
        cycle.handle(Told::Done, at(0));
    }
    let step = cycle.handle(Told::Refused(Refusal::ReadFailed), at(0));
    assert!(matches!(step, Step::Deliver(Err(CardFault::HoldStill))));
}

#[test]
fn an_unnamed_error_resets_once_and_is_then_a_fault() {
    let mut cycle = reading();
    assert!(asks(&cycle.handle(Told::Refused(Refusal::Unnamed), at(0)), Ask::Reset));
    assert!(asks(&cycle.handle(Told::Done, at(0)), Ask::Find));
    let step = cycle.handle(Told::Refused(Refusal::Unnamed), at(0));
    assert!(matches!(step, Step::Deliver(Err(CardFault::Module(ModuleFault::Unnamed)))));
}

#[test]
fn a_card_that_stays_is_delivered_once_and_again_when_it_was_away() {
    let mut cycle = reading();
    assert!(matches!(cycle.handle(chip(b'x'), at(1)), Step::Deliver(_)));
    // Found again within two seconds, same text: it never left.
    cycle.start(Goal::Read);
    cycle.handle(Told::Done, at(3));
    cycle.handle(Told::Done, at(3));
    assert!(matches!(cycle.handle(chip(b'x'), at(3)), Step::Pause(_)));
    // Another text is another card.
    cycle.begin();
    cycle.handle(Told::Done, at(4));
    cycle.handle(Told::Done, at(4));
    assert!(matches!(cycle.handle(chip(b'y'), at(4)), Step::Deliver(_)));
    // The same text, found later than two seconds after.
    cycle.start(Goal::Read);
    cycle.handle(Told::Done, at(7));
    cycle.handle(Told::Done, at(7));
    assert!(matches!(cycle.handle(chip(b'y'), at(7)), Step::Deliver(_)));
}

#[test]
fn a_card_laid_down_anew_within_two_seconds_is_not_lost() {
    let mut cycle = reading();
    assert!(matches!(cycle.handle(chip(b'x'), at(1)), Step::Deliver(_)));
    // Lifted and laid down again while nobody looked, on a module that finds a card once.
    cycle.start(Goal::Read);
    cycle.handle(Told::Done, at(2));
    cycle.handle(Told::Done, at(2));
    assert!(matches!(cycle.handle(chip(b'x'), at(2)), Step::Pause(_)));
    cycle.begin();
    assert!(asks(&cycle.handle(Told::Refused(Refusal::NoCard), at(2)), Ask::Reset));
    cycle.handle(Told::Done, at(2));
    cycle.handle(Told::Done, at(2));
    cycle.handle(Told::Done, at(2));
    assert!(matches!(cycle.handle(chip(b'x'), at(2)), Step::Deliver(_)));
}

#[test]
fn lifting_is_seen_by_a_reset_and_find() {
    let mut cycle = ReadingCycle::new();
    assert!(asks(&cycle.start(Goal::Lift), Ask::Reset));
    assert!(asks(&cycle.handle(Told::Done, at(0)), Ask::Find));
    assert!(matches!(cycle.handle(Told::Done, at(0)), Step::Pause(_)));
    cycle.begin();
    assert!(matches!(cycle.handle(Told::Refused(Refusal::NoCard), at(0)), Step::Lifted));
}
