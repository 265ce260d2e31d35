//! Operators of the fleet (运维人员): who they are, what they may do, how they prove it, where they are logged in. Knows no
//! page and no HTTP; what is asked of the store happens inside a transaction that somebody else opens and commits.
//!
//! Two factors, as GB/T 22239-2019 8.1.4.1 asks of whoever runs a system: a password, and a code of an authenticator. Five
//! wrong tries at either close the account for a quarter of an hour. An account begins with a first password that is good
//! once, for three days; with it the operator chooses their own and gets the second factor's secret.

mod accounts;
mod log_in;
pub mod password;
mod role;
mod sessions;
pub mod totp;

use crate::store::StoreError;
use password::PasswordFault;

pub use accounts::{Operator, Standing, add, find, list, lock, reset};
pub use log_in::{CodeVerdict, Try, check_code, enrol, first_secret, give_back, secret_of, take_try};
pub use role::{Act, NoRole, Place, Role, may};
pub use sessions::{
    Session, SessionKey, Stage, Token, end_all_of, end_session, find_session, list_sessions, open_session,
    sweep_sessions, touch_session,
};

/// Why something was not done with an operator.
#[derive(Debug, thiserror::Error)]
pub enum OperatorFault {
    /// The name is taken.
    #[error("there is an operator of this name: choose another, or reset that one")]
    Exists,
    /// Nobody has the name.
    #[error("there is no operator of this name: see 'central operator list'")]
    Nobody,
    /// What was to be the password.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// Randomness, or sealing it.
    #[error("the second factor can't be made or opened ({0}): look at central's keys and try again")]
    Secret(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
