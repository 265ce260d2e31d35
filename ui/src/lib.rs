//! What the resident sees, compiled from `ui/*.slint`: the window, and one global per subject that the app
//! fills and listens to. No logic lives here.

// Nobody mends what a compiler wrote, and looking at it takes the lints minutes.
#![allow(clippy::all)]

slint::include_modules!();
