//! Asking several resources at once, none for longer than the time limit.

use super::{Answer, Registries, Resource, Silence};
use contract::Secret;
use contract::form::Fields;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// The longest that a resident waits for a registry.
pub const TIME_LIMIT: Duration = Duration::from_secs(1);

/// What became of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// What was asked.
    pub resource: Resource,
    /// What was answered.
    pub answer: Answer,
    /// When the answer or its absence was known.
    pub at: Timestamp,
}

/// Asks each resource with its key out of the form, all at the same time.
pub async fn pull(
    registries: &Arc<dyn Registries>,
    resources: impl IntoIterator<Item = Resource>,
    form: &Fields,
) -> Vec<Pulled> {
    let mut asked = JoinSet::new();
    for resource in resources {
        let (registries, key) = (Arc::clone(registries), key_of(&resource, form));
        asked.spawn(async move {
            let answer = match key {
                None => Answer::NoAnswer { why: Silence::NoKey },
                Some(key) => tokio::time::timeout(TIME_LIMIT, registries.ask(&resource, &key))
                    .await
                    .unwrap_or(Answer::NoAnswer { why: Silence::TooSlow }),
            };
            Pulled { resource, answer, at: Timestamp::now() }
        });
    }
    let mut pulled = Vec::new();
    while let Some(joined) = asked.join_next().await {
        match joined {
            Ok(one) => pulled.push(one),
            // Whoever evaluates finds no answer of this resource, which is what happened.
            Err(error) => tracing::error!(%error, "a client of a registry failed"),
        }
    }
    pulled.sort_by(|a, b| a.resource.id.cmp(&b.resource.id));
    pulled
}

fn key_of(resource: &Resource, form: &Fields) -> Option<Secret<String>> {
    let filled = |key| form.get(key).filter(|value| !value.expose().is_empty());
    resource.keys.iter().find_map(filled).cloned()
}
