//! Emergency notices, over whatever page is shown. A warning stands until whoever is there has read it, and again before the
//! next one who comes, be it a resident or a technician; where everybody is to leave, the visit ends and nothing else is done.

use super::{Effect, Journey, Now, Page, Touch};
use contract::emergency::{Emergency, EmergencyId, Urgency};
use std::collections::BTreeSet;

/// What holds at this terminal, and what whoever stands there has read of it.
#[derive(Debug, Default)]
pub(super) struct Emergencies {
    hold: Vec<Emergency>,
    read: BTreeSet<EmergencyId>,
    /// What was over a page: one notice hides those behind it.
    shown: BTreeSet<EmergencyId>,
}

impl Journey {
    /// The notice that is over the page.
    pub fn emergency(&self) -> Option<&Emergency> {
        let Emergencies { hold, read, .. } = &self.emergencies;
        let unread = hold.iter().filter(|emergency| !read.contains(&emergency.id));
        unread.min_by_key(|emergency| (emergency.urgency, std::cmp::Reverse(emergency.id)))
    }

    /// Others hold from here on. Whoever sent them is told that they are on the screen.
    pub(super) fn take_emergencies(&mut self, hold: Vec<Emergency>, now: Now) -> Vec<Effect> {
        let holds = |id: &EmergencyId| hold.iter().any(|emergency| emergency.id == *id);
        self.emergencies.shown.retain(holds);
        self.emergencies.hold = hold;
        let mut effects = vec![self.note_shown()];
        effects.extend(self.leave_in_emergency(now));
        effects
    }

    /// The one on top is on the screen.
    fn note_shown(&mut self) -> Effect {
        let top = self.emergency().map(|emergency| emergency.id);
        self.emergencies.shown.extend(top);
        Effect::Shown(self.emergencies.shown.iter().copied().collect())
    }

    /// Where everybody is to leave, nobody's visit goes on; what is being committed is committed first.
    pub(super) fn leave_in_emergency(&mut self, now: Now) -> Vec<Effect> {
        match &self.page {
            _ if !self.is_evacuating() => Vec::new(),
            Page::Attract | Page::Goodbye { .. } | Page::Submitting(_) => Vec::new(),
            Page::Technician(_) => self.leave_technician(),
            _ => self.end(now),
        }
    }

    /// A touch while a notice is over the page: it is read, or nothing.
    pub(super) fn touch_emergency(&mut self, touch: &Touch) -> Option<Vec<Effect>> {
        let Emergency { id, urgency, .. } = self.emergency()?;
        if *touch == Touch::EmergencyRead && *urgency == Urgency::Warning {
            self.emergencies.read.insert(*id);
            return Some(vec![self.note_shown()]);
        }
        Some(Vec::new())
    }

    /// The next one who comes has read nothing.
    pub(super) fn forget_read(&mut self) {
        self.emergencies.read.clear();
    }

    fn is_evacuating(&self) -> bool {
        self.emergencies.hold.iter().any(|emergency| emergency.urgency == Urgency::Evacuate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::{Event, Rules};
    use crate::services::Library;
    use jiff::Timestamp;
    use std::sync::Arc;
    use std::time::Duration;

    fn now(second: u64) -> Now {
        let local = jiff::civil::date(2026, 11, 30).at(9, 0, 0, 0);
        Now { uptime: Duration::from_secs(second), local }
    }

    fn notice(id: u64, urgency: Urgency) -> Emergency {
        let (chinese, english) = ("台风红色预警".to_owned(), "Typhoon red alert".to_owned());
        Emergency { id: EmergencyId(id), urgency, chinese, english, until: Timestamp::MAX }
    }

    fn terminal() -> Journey {
        Journey::new(Arc::new(Library::default()), Rules::default())
    }

    fn over(journey: &Journey) -> Option<u64> {
        journey.emergency().map(|emergency| emergency.id.0)
    }

    #[test]
    fn a_warning_is_read_in_the_middle_of_a_visit_and_again_by_the_next_one() {
        let mut journey = terminal();
        journey.handle(Event::Touch(Touch::Begin), now(0));
        journey.handle(Event::Touch(Touch::OpenSearch), now(1));
        let effects = journey.handle(Event::Emergencies(vec![notice(7, Urgency::Warning)]), now(2));
        assert!(matches!(&effects[..], [Effect::Shown(ids)] if ids[..] == [EmergencyId(7)]), "{effects:?}");
        journey.handle(Event::Touch(Touch::Home), now(3));
        assert!(matches!(journey.page(), Page::Search(_)), "nothing behind the notice is touched");
        journey.handle(Event::Touch(Touch::EmergencyRead), now(4));
        assert!(matches!(journey.page(), Page::Search(_)) && over(&journey).is_none());
        journey.handle(Event::Touch(Touch::End), now(5));
        assert_eq!(over(&journey), Some(7), "whoever comes next has not read it");
        journey.handle(Event::Tick, now(60));
        journey.handle(Event::Touch(Touch::EmergencyRead), now(61));
        assert!(
            matches!(journey.page(), Page::Attract) && over(&journey).is_none(),
            "reading begins nothing"
        );
        journey.handle(Event::Tick, now(62));
        assert_eq!(over(&journey), None);
        journey.handle(Event::Tick, now(122));
        assert_eq!(over(&journey), Some(7), "whoever read it has gone");
    }

    #[test]
    fn a_notice_is_shown_when_it_is_on_top() {
        let mut journey = terminal();
        let shown = |effects: &[Effect]| {
            let of = |effect: &Effect| match effect {
                Effect::Shown(ids) => Some(ids.iter().map(|id| id.0).collect::<Vec<_>>()),
                _ => None,
            };
            effects.iter().find_map(of)
        };
        let both = vec![notice(7, Urgency::Warning), notice(8, Urgency::Warning)];
        assert_eq!(shown(&journey.handle(Event::Emergencies(both), now(0))), Some(vec![8]));
        let read = journey.handle(Event::Touch(Touch::EmergencyRead), now(1));
        assert_eq!((shown(&read), over(&journey)), (Some(vec![7, 8]), Some(7)));
        let left = journey.handle(Event::Emergencies(vec![notice(7, Urgency::Warning)]), now(2));
        assert_eq!(shown(&left), Some(vec![7]), "what holds no longer is not told");
    }

    #[test]
    fn who_is_to_leave_is_kept_by_nothing() {
        let mut journey = terminal();
        journey.handle(Event::Touch(Touch::Begin), now(0));
        let both = vec![notice(8, Urgency::Warning), notice(7, Urgency::Evacuate)];
        let effects = journey.handle(Event::Emergencies(both), now(1));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Forget { .. })), "the visit has ended");
        assert_eq!(over(&journey), Some(7), "the more urgent one");
        for touch in [Touch::EmergencyRead, Touch::Begin, Touch::KeepGoing] {
            journey.handle(Event::Touch(touch), now(20));
            assert_eq!(over(&journey), Some(7));
        }
        journey.handle(Event::Tick, now(20));
        assert!(matches!(journey.page(), Page::Attract));
        journey.handle(Event::Emergencies(Vec::new()), now(30));
        journey.handle(Event::Touch(Touch::Begin), now(31));
        assert!(matches!(journey.page(), Page::Home) && over(&journey).is_none());
    }
}
