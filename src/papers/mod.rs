//! Pictures of papers (申请材料): finds the sheet under the document camera, cuts it to an upright page, says in one plain
//! reason why a picture is no good, and makes a JPEG that says what it may be used for.
//!
//! Pure: pictures in, pictures out. Knows no camera, no page of the screen and no form.

mod quality;
mod scan;
mod sheet;
mod taken;
mod watermark;

pub use scan::{Scan, Seen};
pub use sheet::{Corners, Sheet, find};
pub use taken::{Purpose, Shown, TakenPage};
pub use watermark::mark;

/// Why a picture is no page; the first that is wrong, because a resident mends one thing at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing with four corners lies there.
    #[error("no sheet lies under the camera")]
    NoSheet,
    /// It reaches over the edge of the picture.
    #[error("the sheet is cut off")]
    CutOff,
    /// It can't be read.
    #[error("the page is blurred, or nothing is on it")]
    Blurred,
    /// A lamp is mirrored in it.
    #[error("a part of the page is covered by glare")]
    Glare,
}

#[cfg(test)]
mod tests;
