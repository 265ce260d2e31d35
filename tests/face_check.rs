//! A resident before the camera: the card's picture, twelve frames, a verdict. With the published models and the
//! demo's own pictures.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a story that breaks should panic"
)]

use contract::settings::Settings;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use kiosk::face::{Check, Embedding, FaceEngine, FaceHint, Seen, Step};
use kiosk::journey::FaceVerdict;
use std::path::{Path, PathBuf};
use std::time::Instant;
use twins::demo_photo;

const HALL: Rgb<u8> = Rgb([126, 132, 140]);

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn engine() -> FaceEngine {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("face");
    FaceEngine::load(&repository().join("models"), &cache).unwrap()
}

fn demo(name: &str) -> PathBuf {
    repository().join("drivers/demo").join(name)
}

fn chip_photo(name: &str) -> RgbImage {
    demo_photo::decode(&std::fs::read(demo(name)).unwrap()).unwrap()
}

fn astronaut() -> RgbImage {
    image::open(demo("astronaut.png")).unwrap().into_rgb8()
}

/// A frame of 640 x 480 with pictures in it: each with its place and size.
fn frame(pictures: &[(&RgbImage, i64, i64, u32)]) -> RgbImage {
    let mut frame = RgbImage::from_pixel(640, 480, HALL);
    for (picture, left, top, width) in pictures {
        let height = picture.height() * width / picture.width();
        let sized = imageops::resize(*picture, *width, height, FilterType::Triangle);
        imageops::replace(&mut frame, &sized, *left, *top);
    }
    frame
}

/// The astronaut as the camera of the demo sees her, swaying a little.
fn somebody(step: i64) -> RgbImage {
    frame(&[(&astronaut(), -120 + step * 2, -30 + step, 900)])
}

fn look(engine: &FaceEngine, frame: &RgbImage) -> Seen {
    engine.look(frame.width(), frame.height(), frame.as_raw())
}

fn verdict(engine: &FaceEngine, reference: Embedding, frame: impl Fn(i64) -> RgbImage) -> Step {
    let mut check = Check::new(reference, Settings::default().face_pass.share());
    let steps = (0..6).map(|step| check.take(look(engine, &frame(step))));
    steps.into_iter().find(|step| matches!(step, Step::Decided(_))).unwrap_or(Step::Hint(FaceHint::LookHere))
}

#[test]
fn the_person_of_the_card_passes() {
    let engine = engine();
    let reference = engine.reference(&chip_photo("photos/astronaut.photo")).unwrap();
    if let Seen::Good(face, _) = look(&engine, &somebody(0)) {
        println!("chip photo against frame: {:.3}", reference.likeness(&face));
    }
    assert_eq!(verdict(&engine, reference, somebody), Step::Decided(FaceVerdict::Same));
}

#[test]
fn a_card_with_another_face_does_not_pass() {
    let engine = engine();
    // A drawing may or may not look like a face to the detector; it never looks like this person.
    let Some(reference) = engine.reference(&chip_photo("photos/drawn.photo")) else {
        println!("the drawing has no face");
        return;
    };
    assert_eq!(verdict(&engine, reference, somebody), Step::Decided(FaceVerdict::Different));
}

#[test]
fn an_empty_hall_shows_nobody() {
    assert!(matches!(look(&engine(), &frame(&[])), Seen::NoFace));
}

#[test]
fn a_picture_without_a_face_is_no_reference() {
    assert!(engine().reference(&RgbImage::from_pixel(102, 126, HALL)).is_none());
}

#[test]
fn two_persons_are_too_many_and_a_queue_behind_is_not() {
    let (engine, her) = (engine(), astronaut());
    assert!(matches!(look(&engine, &frame(&[(&her, -50, 60, 400), (&her, 330, 60, 400)])), Seen::ManyFaces));
    let queue = frame(&[
        (&her, -120, -30, 900),
        (&imageops::crop_imm(&her, 140, 20, 160, 180).to_image(), 0, 10, 110),
    ]);
    assert!(matches!(look(&engine, &queue), Seen::Good(..)), "{:?}", look(&engine, &queue));
}

#[test]
fn what_is_wrong_with_the_picture_is_said() {
    let (engine, her) = (engine(), astronaut());
    let dimmed = |by: u8| {
        let mut frame = somebody(0);
        frame.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(|value| value / by));
        frame
    };
    // As of a turned head: one side of the face, from the nose on, is narrow, the other one wide.
    let turned = {
        let (full, nose) = (somebody(0), 267.0_f32);
        RgbImage::from_fn(640, 480, |x, y| {
            let from_nose = f32::from(u16::try_from(x).unwrap()) - nose;
            let x = nose + if from_nose > 0.0 { from_nose * 3.0 } else { from_nose / 1.3 };
            if x < 639.0 { *full.get_pixel(x.abs() as u32, y) } else { HALL }
        })
    };
    let cases = [
        ("dark", dimmed(7), FaceHint::Light),
        ("black", dimmed(60), FaceHint::Light),
        ("far", frame(&[(&her, 150, 100, 330)]), FaceHint::Closer),
        ("near", frame(&[(&her, -1000, -200, 2600)]), FaceHint::FurtherAway),
        ("turned", turned, FaceHint::Straight),
        ("moving", imageops::blur(&somebody(0), 6.0), FaceHint::HoldStill),
    ];
    for (name, frame, expected) in cases {
        let seen = look(&engine, &frame);
        assert!(matches!(seen, Seen::Poor(hint) if hint == expected), "{name}: {seen:?}");
    }
}

#[test]
fn a_frame_that_lies_about_its_size_shows_nobody() {
    assert!(matches!(engine().look(640, 480, &[0; 10]), Seen::NoFace));
}

/// Photographs that don't belong into the repository: give their folder in `BUDAYANG_FACES`.
#[test]
fn photographs_of_two_men_are_told_apart() {
    let Some(folder) = std::env::var_os("BUDAYANG_FACES").map(PathBuf::from) else {
        println!("skipped: BUDAYANG_FACES names no folder with obama.jpg, obama2.jpg, biden.jpg");
        return;
    };
    let engine = engine();
    let open = |name: &str| {
        let picture = image::open(folder.join(name)).unwrap();
        if picture.width() > 640 || picture.height() > 640 {
            picture.resize(640, 640, FilterType::Triangle)
        } else {
            picture
        }
        .into_rgb8()
    };
    let of = |name: &str| engine.reference(&open(name)).unwrap();
    let (obama, again, biden) = (of("obama.jpg"), of("obama2.jpg"), of("biden.jpg"));
    let (chip, other_chip, her_chip) =
        (of("idchip_obama.png"), of("idchip_biden.png"), of("idchip_astronaut.png"));
    let her = engine.reference(&astronaut()).unwrap();
    let pairs = [
        ("obama obama2", &obama, &again, 0.757),
        ("obama chip-obama", &obama, &chip, 0.845),
        ("obama2 chip-obama", &again, &chip, 0.677),
        ("biden chip-biden", &biden, &other_chip, 0.720),
        ("astronaut chip-astronaut", &her, &her_chip, 0.761),
        ("obama biden", &obama, &biden, 0.112),
        ("obama2 biden", &again, &biden, 0.261),
        ("obama chip-biden", &obama, &other_chip, 0.151),
        ("biden chip-obama", &biden, &chip, 0.109),
        ("astronaut chip-biden", &her, &other_chip, 0.223),
    ];
    for (name, one, other, opencv) in pairs {
        let likeness = one.likeness(other);
        println!("{name}: {likeness:.3} (OpenCV at full size {opencv})");
        assert_eq!(likeness >= 0.42, opencv >= 0.42, "{name}: {likeness}");
    }
    let same = verdict(&engine, of("idchip_obama.png"), |step| frame(&[(&open("obama.jpg"), step, 0, 400)]));
    let different =
        verdict(&engine, of("idchip_biden.png"), |step| frame(&[(&open("obama.jpg"), step, 0, 400)]));
    assert_eq!((same, different), (Step::Decided(FaceVerdict::Same), Step::Decided(FaceVerdict::Different)));
}

/// Prints what a check costs; asserts only what would be unbearable.
#[test]
fn a_look_takes_a_fraction_of_a_second() {
    let cache = tempfile::tempdir().unwrap();
    let timed = |name: &str, act: &mut dyn FnMut()| {
        let start = Instant::now();
        act();
        println!("{name}: {:.0} ms; {}", start.elapsed().as_secs_f64() * 1e3, resident_memory());
        start.elapsed()
    };
    let mut engine = None;
    for name in ["load, unpacking", "load from cache"] {
        drop(engine.take());
        timed(name, &mut || {
            engine = Some(FaceEngine::load(&repository().join("models"), cache.path()).unwrap());
        });
    }
    let engine = engine.unwrap();
    let (photo, frame) = (chip_photo("photos/astronaut.photo"), somebody(0));
    timed("reference", &mut || drop(engine.reference(&photo)));
    let quickest = (0..5).map(|_| timed("look", &mut || drop(look(&engine, &frame)))).min().unwrap();
    assert!(quickest.as_millis() < 1500);
}

fn resident_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"))
        .collect::<Vec<_>>()
        .join(" ")
}
