//! Accounting: bills, orders, payment channels, providers, and the daily reconciliation of the three.
//!
//! Map: `order` is an order as a value and `course` its rules, both pure; `question` is what is asked outside, `outside`
//! whom; `books` keeps orders and the money book, `holds` keeps bills from being paid twice; `payments` is what a kiosk may
//! ask, `works` carries out what orders ask; `reconcile` compares the files of a day, pure, and `matters` is what people must see to; `signing` is how
//! real channels sign; `case_fees` is the one provider that is central itself. `simulated_*` stand for the outside world and say so in their names.
//!
//! Architecture invariants: at every moment paid = posted + refunded + open; nothing outside is called inside a
//! transaction; no answer is never 'no'.

pub mod books;
pub mod case_fees;
mod course;
#[cfg(test)]
mod course_tests;
mod error;
mod holds;
pub mod matters;
pub mod order;
pub mod outside;
pub mod payments;
pub mod question;
pub mod reconcile;
pub mod signing;
pub mod simulated;
mod simulated_bills;
pub mod simulated_channel;
pub mod simulated_providers;
pub mod simulated_world;
pub mod works;

pub use error::AccountingError;
