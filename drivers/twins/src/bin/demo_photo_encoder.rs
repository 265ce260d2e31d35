//! `demo-photo-encoder IMAGE X Y WIDTH HEIGHT OUT` cuts a portrait out of a picture and makes a demo photo of it;
//! `demo-photo-encoder drawn OUT` makes one of the drawn face. The format is the demo's own and not WLT.

use image::RgbImage;
use image::imageops::{FilterType, crop_imm, resize};
use std::process::ExitCode;
use twins::demo_photo::{SIZE, encode};
use twins::drawn_face;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("demo-photo-encoder: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), String> {
    let (portrait, out) = match words {
        ["drawn", out] => (drawn_face::draw(), out),
        [image, x, y, width, height, out] => {
            let number =
                |text: &&str| text.parse::<u32>().map_err(|_| format!("'{text}' is no number of pixels"));
            let whole = image::open(image).map_err(|error| format!("{image}: {error}"))?.into_rgb8();
            (crop_imm(&whole, number(x)?, number(y)?, number(width)?, number(height)?).to_image(), out)
        }
        _ => return Err("say IMAGE X Y WIDTH HEIGHT OUT, or drawn OUT".into()),
    };
    let small: RgbImage = resize(&portrait, SIZE.0, SIZE.1, FilterType::CatmullRom);
    std::fs::write(out, encode(&small)?).map_err(|error| format!("{out}: {error}"))
}
