//! `demo-photo-decoder < photo > picture.bmp`: the demo's stand-in for the closed decoder of card photos.
//!
//! It obeys the same contract (1024 bytes in, a BMP of 102 x 126 out; status 0, or 2 for 'not such a photo'), and
//! knows only the demo's own open format, which no real card carries.

use image::ImageFormat;
use std::io::{Cursor, Read, Write};
use std::process::ExitCode;
use twins::demo_photo::{BYTES, Fault, decode};

fn main() -> ExitCode {
    let mut photo = Vec::new();
    let most = BYTES as u64 + 1;
    if std::io::stdin().lock().take(most).read_to_end(&mut photo).is_err() {
        return ExitCode::FAILURE;
    }
    match decode(&photo) {
        Ok(picture) => {
            let mut bmp = Cursor::new(Vec::new());
            let written = picture.write_to(&mut bmp, ImageFormat::Bmp).is_ok()
                && std::io::stdout().lock().write_all(bmp.get_ref()).is_ok();
            if written { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(Fault::NotAPhoto) => ExitCode::from(2),
        Err(Fault::Broken) => ExitCode::FAILURE,
    }
}
