//! The shared registries (一库共享): what other bodies of the city know, asked one resource at a time and only for a
//! purpose.
//!
//! `resources` says what may be asked and on what legal ground, as data; [`Registries`] asks; `pull` asks several with a
//! time limit; `sample` is the reference implementation, which says in its name that nothing of it is real. A registry
//! that does not answer is an answer of its own, [`Answer::NoAnswer`]: nothing in central turns it into a yes.
//! Knows nothing of cases, rules or HTTP.

mod pull;
mod resources;
mod sample;

use contract::Secret;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

pub use contract::condition::{Fact, FactKind};
pub use pull::{Pulled, TIME_LIMIT, pull};
pub use resources::{Resource, ResourceField, ResourceId, Resources};
pub use sample::{Manner, SampleFault, SampleRegistries};

/// The licence library (电子证照库), as `data-resources.csv` names it.
pub const LICENCES: &str = "licences";

/// How a registry says that a licence may be used.
const IN_FORCE: [&str; 3] = ["有效", "正常", "存续"];

/// What a registry says of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum Answer {
    /// It has a record.
    Found {
        /// The fields that it holds; what is empty there is missing here.
        fields: BTreeMap<String, Fact>,
        /// The day on which the registry stood so.
        as_of: Date,
    },
    /// It has none.
    NotFound {
        /// The day on which the registry stood so.
        as_of: Date,
    },
    /// It said nothing that can be used.
    NoAnswer {
        /// Why.
        why: Silence,
    },
}

impl Answer {
    /// Whether it is a record of something that is in force on a day: its state says so, and its time is not over.
    pub fn is_in_force(&self, today: Date) -> bool {
        let Self::Found { fields, .. } = self else { return false };
        let text = |field: &str| match fields.get(field) {
            Some(Fact::Text(text)) => Some(text.as_str()),
            Some(Fact::Bool(_) | Fact::Int(_)) | None => None,
        };
        let stands = text("status").is_some_and(|status| IN_FORCE.contains(&status));
        let is_over =
            text("valid_to").and_then(|day| day.parse::<Date>().ok()).is_some_and(|day| day < today);
        stands && !is_over
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// The form has nothing to ask with.
    NoKey,
    /// It took longer than [`TIME_LIMIT`].
    TooSlow,
    /// The registry or the way to it is down.
    Unreachable,
}

impl Silence {
    /// The words for clerk and resident.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoKey => "表单未提供查询条件",
            Self::TooSlow => "数据源未在时限内答复",
            Self::Unreachable => "数据源暂不可用",
        }
    }
}

/// An answer, later.
pub type Reply<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// The registries of a city.
pub trait Registries: Send + Sync + 'static {
    /// Asks one resource for one key. It may take as long as it likes: who asks has the time limit.
    fn ask<'a>(&'a self, resource: &'a Resource, key: &'a Secret<String>) -> Reply<'a>;
}
