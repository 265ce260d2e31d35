//! What the resident sees, compiled from `ui/*.slint`: the window, and one global per subject that the app
//! fills and listens to. No logic lives here.

slint::include_modules!();
