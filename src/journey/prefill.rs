//! What registries fill in of a form (免填): asked as soon as the form has what they are asked with, and never waited for.

use super::event::{Answer, JobId};
use super::{Ask, Connection, Effect, Filing, Journey, Page};
use crate::forms::Draft;
use contract::Secret;
use contract::licence::RegistryKeys;

/// How far asking the registries is.
#[derive(Debug, Default)]
pub struct Prefilling {
    /// With what they were asked last.
    asked_with: Option<RegistryKeys>,
    /// Whose answer counts.
    job: Option<JobId>,
}

impl Journey {
    /// What the registries are asked with, of the person whose card was read; none where nobody is to be asked.
    pub(super) fn registry_keys(&self, draft: &Draft) -> Option<RegistryKeys> {
        let resident = self.resident.as_ref().filter(|_| draft.is_identified())?;
        // Half a number is nobody's.
        let named = |field: &str| {
            let id = field.parse().ok()?;
            let is_right = !draft.value(&id).is_empty() && draft.asks(field) && draft.fault(&id).is_none();
            is_right.then(|| Secret::from(draft.value(&id)))
        };
        Some(RegistryKeys {
            service: draft.service().clone(),
            id_no: resident.number.clone(),
            uscc: named("uscc"),
            licence_no: named("licence_no"),
        })
    }

    /// Asks where the form has a new number; what hung on the old one is gone.
    pub(super) fn prefill(&mut self) -> Vec<Effect> {
        let Page::Filing(Filing { draft, prefilling, .. }) = &self.page else { return Vec::new() };
        let keys = self.registry_keys(draft).filter(|_| draft.can_be_prefilled());
        if keys.is_none() || keys == prefilling.asked_with {
            return Vec::new();
        }
        // Without a network nobody is asked; what hung on another number is gone all the same.
        let is_online = self.health.connection == Connection::Online;
        let asked_with = keys.filter(|_| is_online);
        let (job, ask) = asked_with.clone().map(|keys| self.ask(Ask::Prefill(keys))).unzip();
        if let Page::Filing(Filing { draft, prefilling, .. }) = &mut self.page {
            draft.forget_known();
            *prefilling = Prefilling { asked_with, job };
        }
        ask.into_iter().collect()
    }

    /// Late is too late: only the form itself is filled in.
    pub(super) fn answer_prefill(&mut self, job: JobId, answer: Answer) -> Vec<Effect> {
        if let Page::Filing(Filing { draft, prefilling, typing, .. }) = &mut self.page
            && prefilling.job == Some(job)
            && let Answer::Prefilled(told) = answer
        {
            prefilling.job = None;
            if let Some(told) = told {
                draft.prefill(&told);
            }
            // A keyboard never stands over what can't be written.
            if typing.as_ref().is_some_and(|(field, _)| draft.known(field).is_some()) {
                *typing = None;
            }
        }
        Vec::new()
    }
}
