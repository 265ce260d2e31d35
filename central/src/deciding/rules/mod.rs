//! Instant approval (秒批): rules over a form and the shared registries, decided without a human step.
//!
//! Rules are data (`rules.json`); a condition is a CEL expression. `language` says which names they may use, and
//! `contract::condition` which expressions are conditions; `sets` reads the rule sets; `inputs` is everything that a decision
//! hangs on; `decide` is a pure function of a rule set and inputs, so that a decision can be done again years later.
//!
//! Architecture invariant: a rule passes only when its condition is true *and* every resource that stands in it has
//! answered. No missing answer, no failed evaluation and no unknown name ever becomes a pass.

mod decide;
mod inputs;
mod language;
mod sets;
mod told;

pub use decide::{Decision, RuleOutcome, Verdict, decide, needed};
pub use inputs::{Digest32, Inputs, Sealable};
pub use language::Condition;
pub use sets::{Rule, RuleSet, RuleSets, RulesFault, Version};
pub use told::told;
