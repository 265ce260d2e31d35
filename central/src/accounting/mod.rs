//! Accounting: bills, orders, payment channels, providers, and the daily reconciliation of the three.
//!
//! Map: `order` is an order as a value and `course` its rules, both pure; `question` is what is asked outside, `outside`
//! whom. `simulated_*` stand for the outside world and say so in their names.
//!
//! Architecture invariants: at every moment paid = posted + refunded + open; nothing outside is called inside a
//! transaction; no answer is never 'no'.

mod course;
pub mod order;
pub mod outside;
pub mod question;
mod simulated_bills;
pub mod simulated_channel;
pub mod simulated_providers;
pub mod simulated_world;
