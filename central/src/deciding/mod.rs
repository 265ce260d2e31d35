//! How a case is decided: by rules at once (`rules`, 秒批), by a clerk (`case`, 承诺件), or stage by stage by several
//! departments (`project`, 深圳90).
//!
//! Each of the three is a pure core: values in, values out, `now` a parameter. Stores, registries and HTTP are
//! elsewhere.

pub mod case;
pub mod project;
pub mod rules;
mod trace;
mod words;

pub use trace::{Actor, Happening, Recorded};
pub use words::PlainWords;
