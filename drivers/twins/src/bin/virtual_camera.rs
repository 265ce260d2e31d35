//! `virtual-camera --portrait IMAGE|drawn --out DIR`
//!
//! A camera that does not exist: a folder of pictures in which the portrait moves a little. Lines on standard input:
//! `show IMAGE [LEFT TOP WIDTH]` (the window of the picture that is seen), `show drawn`, `nobody`, `unplug` (the folder goes away), `plug`.

use std::path::PathBuf;
use std::process::ExitCode;
use twins::camera::Camera;
use twins::control::option;

fn main() -> ExitCode {
    let run = || {
        let portrait =
            option("--portrait").ok_or("--portrait IMAGE is missing: who stands before the camera")?;
        let folder = option("--out").ok_or("--out DIR is missing: the folder that is the camera")?;
        Camera::new(PathBuf::from(folder), &portrait)?.run()
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err::<(), String>(fault) => {
            eprintln!("virtual-camera: {fault}");
            ExitCode::FAILURE
        }
    }
}
