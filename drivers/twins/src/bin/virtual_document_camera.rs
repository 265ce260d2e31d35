//! `virtual-document-camera --font FONT --out DIR`
//!
//! A document camera that does not exist: a folder of pictures of a shelf. Lines on standard input: `lay`,
//! `lay over the edge`, `lay out of focus`, `lift`, `unplug` (the folder goes away), `plug`.

use std::path::PathBuf;
use std::process::ExitCode;
use twins::control::option;
use twins::document_camera::DocumentCamera;

fn main() -> ExitCode {
    let run = || {
        let font = option("--font").ok_or("--font FONT is missing: it writes what stands on the sheet")?;
        let folder = option("--out").ok_or("--out DIR is missing: the folder that is the camera")?;
        DocumentCamera::new(PathBuf::from(folder), &font)?.run()
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err::<(), String>(fault) => {
            eprintln!("virtual-document-camera: {fault}");
            ExitCode::FAILURE
        }
    }
}
