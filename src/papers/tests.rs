//! Sheets that are drawn: turned, seen aslant, noisy, and each of the ways in which a picture is no good.

use super::*;
use contract::picture::{MAX_JPEG_BYTES, encode, fitted};
use image::{GenericImage, Rgb, RgbImage};
use imageproc::filter::gaussian_blur_f32;
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp};
use jiff::civil::date;

const FRAME: (u32, u32) = (1280, 960);
/// The page as it lies straight under the camera.
const STRAIGHT: [(f32, f32); 4] = [(360.0, 80.0), (926.0, 80.0), (926.0, 880.0), (360.0, 880.0)];
const TABLE: Rgb<u8> = Rgb([52, 48, 45]);

/// A written page; a black bar stands at its top left.
fn written() -> RgbImage {
    let mut page = RgbImage::from_pixel(620, 877, Rgb([228, 226, 220]));
    for row in 0..36 {
        for column in 0..60 {
            let (x, y) = (50 + column * 9, 60 + row * 22);
            let mut letter = page.sub_image(x, y, 6, 11);
            for (dx, dy) in (0..6).flat_map(|dx| (0..11).map(move |dy| (dx, dy))) {
                if (dx * 3 + dy * 5 + row + column * 7) % 4 == 0 || dx == 1 {
                    letter.put_pixel(dx, dy, Rgb([30, 30, 34]));
                }
            }
        }
    }
    for (x, y) in (40..240).flat_map(|x| (20..50).map(move |y| (x, y))) {
        page.put_pixel(x, y, Rgb([10, 10, 10]));
    }
    page
}

fn lying(page: &RgbImage, corners: [(f32, f32); 4]) -> RgbImage {
    let mut canvas = RgbImage::from_pixel(FRAME.0, FRAME.1, TABLE);
    canvas.copy_from(page, 0, 0).unwrap();
    let from = [(0.0, 0.0), (620.0, 0.0), (620.0, 877.0), (0.0, 877.0)];
    let onto = Projection::from_control_points(from, corners).unwrap();
    warp(&canvas, onto, Interpolation::Bilinear, Border::Constant(TABLE))
}

fn turned(degrees: f32) -> [(f32, f32); 4] {
    let (sin, cos) = degrees.to_radians().sin_cos();
    STRAIGHT.map(|(x, y)| {
        let (x, y) = ((x - 643.0) * 0.85, (y - 480.0) * 0.85);
        (640.0 + x * cos - y * sin, 480.0 + x * sin + y * cos)
    })
}

fn noisy(frame: RgbImage) -> RgbImage {
    noisy_by(frame, 7)
}

fn noisy_by(mut frame: RgbImage, salt: u32) -> RgbImage {
    let mut state = salt;
    for pixel in frame.pixels_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let shift = i16::try_from(state >> 27).unwrap() - 16;
        pixel.0 = pixel.0.map(|value| u8::try_from((i16::from(value) + shift).clamp(0, 255)).unwrap());
    }
    frame
}

/// The page of pictures in which nothing moves.
fn page(frame: &RgbImage) -> Result<RgbImage, Refusal> {
    let mut scan = Scan::default();
    for _ in 0..2 {
        assert!(!matches!(scan.take(frame), Seen::Page(_)), "a sheet that was just laid down may still move");
    }
    match scan.take(frame) {
        Seen::Page(page) => Ok(page),
        Seen::NotYet(refusal) | Seen::Poor(_, refusal) => Err(refusal),
        Seen::Settling(sheet) => panic!("{sheet:?} does not settle"),
    }
}

/// The bar is where it was written: the page is upright and not mirrored.
fn bar_is_top_left(page: &RgbImage) {
    let at = |right: u32, down: u32| {
        let Rgb([red, ..]) = *page.get_pixel(page.width() * right / 100, page.height() * down / 100);
        red
    };
    assert!(at(20, 4) < 70, "the bar is at the top left: {}", at(20, 4));
    assert!(at(80, 4) > 120 && at(20, 97) > 120 && at(80, 97) > 120);
}

#[test]
fn a_sheet_is_cut_upright_however_it_lies() {
    let aslant = [(420.0, 120.0), (880.0, 140.0), (980.0, 860.0), (330.0, 830.0)];
    for corners in [STRAIGHT, turned(12.0), turned(-25.0), aslant] {
        let frame = noisy(lying(&written(), corners));
        let sheet = find(&frame).unwrap();
        for (found, drawn) in sheet.corners.into_iter().zip(corners) {
            let off = (found.0 - drawn.0).hypot(found.1 - drawn.1);
            assert!(off < 4.0, "{found:?} is {off} from {drawn:?}");
        }
        bar_is_top_left(&page(&frame).unwrap());
    }
}

#[test]
fn a_sheet_that_lies_across_is_read_as_it_lies() {
    let [a, b, c, d] = turned(-90.0);
    let frame = lying(&written(), [a, b, c, d]);
    let lying_across = page(&frame).unwrap();
    assert!(lying_across.width() > lying_across.height());
    bar_is_top_left(&image::imageops::rotate90(&lying_across));
    let shape = f64::from(lying_across.width()) / f64::from(lying_across.height());
    assert!((shape - 877.0 / 620.0).abs() < 0.02, "its shape is its own: {shape}");
}

#[test]
fn a_sheet_that_is_pushed_is_no_page_until_it_lies() {
    let mut scan = Scan::default();
    for degrees in [0.0, 3.0, 6.0, 9.0] {
        assert!(matches!(scan.take(&lying(&written(), turned(degrees))), Seen::Settling(_)));
    }
    let lies = |salt: u32| noisy_by(lying(&written(), turned(9.0)), salt);
    assert!(matches!(scan.take(&lies(1)), Seen::Settling(_)));
    assert!(matches!(scan.take(&lies(2)), Seen::Page(_)), "noise is no movement");
    assert!(matches!(scan.take(&lying(&written(), turned(40.0))), Seen::Settling(_)));
}

#[test]
fn a_taken_page_is_marked_and_fits_and_the_screen_has_a_smaller_one() {
    let purpose = Purpose { service: "居住登记".to_owned(), on: date(2026, 11, 29) };
    let frame = lying(&written(), STRAIGHT);
    for page in [page(&frame).unwrap(), fitted(frame)] {
        let shape = f64::from(page.width()) / f64::from(page.height());
        let taken = TakenPage::of(page, Some(&purpose)).unwrap();
        let jpeg = image::load_from_memory(taken.jpeg.expose()).unwrap();
        let Shown { width, height, rgb } = &taken.shown;
        assert_eq!(rgb.expose().len(), (width * height * 3) as usize);
        assert!(width.max(height) <= &900 && jpeg.width() >= *width && jpeg.height() >= *height);
        assert!((f64::from(*width) / f64::from(*height) - shape).abs() < 0.01);
    }
    assert!(TakenPage::of(RgbImage::new(900, 100), Some(&purpose)).is_none(), "a strip is no page");
}

#[test]
fn a_sheet_is_found_where_the_light_falls_from_one_side() {
    let mut frame = lying(&written(), turned(5.0));
    for (x, _, pixel) in frame.enumerate_pixels_mut() {
        // Full light on the left, 60 % of it on the right.
        let share = 1000 - 400 * x / FRAME.0;
        pixel.0 = pixel.0.map(|value| u8::try_from(u32::from(value) * share / 1000).unwrap());
    }
    bar_is_top_left(&page(&frame).unwrap());
}

#[test]
fn an_empty_table_has_no_sheet() {
    let table = RgbImage::from_pixel(FRAME.0, FRAME.1, TABLE);
    assert_eq!(find(&noisy(table)), Err(Refusal::NoSheet));
    assert_eq!(find(&RgbImage::from_pixel(FRAME.0, FRAME.1, Rgb([240; 3]))), Err(Refusal::NoSheet));
    assert_eq!(find(&RgbImage::new(1, 1)), Err(Refusal::NoSheet));
    assert_eq!(find(&RgbImage::new(0, 0)), Err(Refusal::NoSheet));
}

#[test]
fn a_round_thing_is_no_sheet() {
    let mut frame = RgbImage::from_pixel(FRAME.0, FRAME.1, TABLE);
    imageproc::drawing::draw_filled_circle_mut(&mut frame, (640, 480), 350, Rgb([230; 3]));
    assert_eq!(find(&frame), Err(Refusal::NoSheet));
}

#[test]
fn a_sheet_over_the_edge_is_cut_off() {
    let over = STRAIGHT.map(|(x, y)| (x, y + 200.0));
    assert_eq!(page(&lying(&written(), over)), Err(Refusal::CutOff));
}

#[test]
fn print_out_of_focus_is_blurred_with_noise_and_without() {
    let blurred = gaussian_blur_f32(&lying(&written(), STRAIGHT), 4.0);
    assert_eq!(page(&blurred), Err(Refusal::Blurred));
    assert_eq!(page(&noisy(blurred)), Err(Refusal::Blurred));
}

#[test]
fn a_lamp_in_the_page_is_glare() {
    let mut frame = lying(&written(), STRAIGHT);
    imageproc::drawing::draw_filled_circle_mut(&mut frame, (640, 400), 80, Rgb([255; 3]));
    assert_eq!(page(&frame), Err(Refusal::Glare));
}

#[test]
fn a_mark_is_seen_all_over_and_the_page_is_still_read() {
    let clean = page(&lying(&written(), STRAIGHT)).unwrap();
    let marked = mark(clean.clone(), "居住登记", date(2026, 11, 29)).unwrap();
    let other = mark(clean.clone(), "居住登记", date(2026, 11, 30)).unwrap();
    assert_ne!(marked, other, "the day stands in it");
    let quarters = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(right, down)| {
        let (width, height) = (clean.width() / 2, clean.height() / 2);
        let differs = |(x, y)| clean.get_pixel(x, y) != marked.get_pixel(x, y);
        let pixels =
            (0..width).flat_map(|x| (0..height).map(move |y| (x + right * width, y + down * height)));
        pixels.filter(|at| differs(*at)).count()
    });
    assert!(quarters.iter().all(|changed| *changed > 2_000), "{quarters:?}");
    assert_eq!(quality::judge(&marked), Ok(()));
}

#[test]
fn a_photo_carries_no_mark() {
    let (photo, today) = (written(), date(2026, 11, 29));
    let purpose = Purpose { service: "居住登记".to_owned(), on: today };
    let [plain, marked] = [None, Some(&purpose)].map(|why| TakenPage::of(photo.clone(), why).unwrap());
    assert!(plain.shown != marked.shown, "a paper is marked");
    let again = image::load_from_memory(plain.jpeg.expose()).unwrap().into_rgb8();
    let differs = |(a, b): (&Rgb<u8>, &Rgb<u8>)| (0..3).any(|i| a.0[i].abs_diff(b.0[i]) > 60);
    assert_eq!(
        again.pixels().zip(photo.pixels()).filter(|pair| differs(*pair)).count(),
        0,
        "as it was taken"
    );
}

#[test]
fn a_jpeg_fits_in_an_entry_even_of_a_page_of_noise() {
    let page = noisy(RgbImage::from_pixel(1240, 1754, Rgb([128; 3])));
    for page in [page, page_of_dice()] {
        let jpeg = encode(&page, MAX_JPEG_BYTES).unwrap();
        assert!(jpeg.expose().len() <= MAX_JPEG_BYTES);
        let again = image::load_from_memory(jpeg.expose()).unwrap();
        assert!(again.height() > again.width());
    }
    assert!(MAX_JPEG_BYTES.div_ceil(3) * 4 < contract::message::MAX_BODY_BYTES);
}

/// Nothing is harder to make small.
fn page_of_dice() -> RgbImage {
    let mut state = 1_u32;
    RgbImage::from_fn(1240, 1754, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        Rgb([a, b, c])
    })
}
