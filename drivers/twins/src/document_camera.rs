//! A virtual document camera: a folder of pictures of a shelf on which a sheet lies, or none.

use crate::control::{ControlLines, say};
use ab_glyph::{FontVec, PxScale};
use image::{Rgb, RgbImage};
use imageproc::drawing::draw_text_mut;
use imageproc::filter::gaussian_blur_f32;
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp_into};
use std::path::PathBuf;

/// Width and height of a picture.
const SIZE: (u32, u32) = (1600, 1200);
/// Width and height of the sheet as it is drawn.
const SHEET: (u32, u32) = (1000, 1414);
/// Pictures until the noise begins again.
const FRAMES: u32 = 3;
const SHELF: Rgb<u8> = Rgb([58, 56, 54]);
/// The sheet as somebody lays it who is not exact.
const LAID: [(f32, f32); 4] = [(470.0, 70.0), (1190.0, 105.0), (1140.0, 1120.0), (422.0, 1085.0)];
/// Too far down: its foot is outside of the picture.
const OVER_THE_EDGE: [(f32, f32); 4] = [(470.0, 370.0), (1190.0, 405.0), (1140.0, 1420.0), (422.0, 1385.0)];

/// What lies on the shelf.
#[derive(Clone, Copy, Debug)]
enum Shelf {
    Empty,
    Laid,
    OverTheEdge,
    OutOfFocus,
}

/// The virtual document camera; while it is plugged in its folder exists.
#[derive(Debug)]
pub struct DocumentCamera {
    folder: PathBuf,
    sheet: RgbImage,
    shelf: Shelf,
}

impl DocumentCamera {
    /// A camera over an empty shelf. The font writes what stands on the sheet.
    pub fn new(folder: PathBuf, font: &str) -> Result<Self, String> {
        let bytes = std::fs::read(font).map_err(|error| format!("{font}: {error}"))?;
        let font = FontVec::try_from_vec(bytes).map_err(|_| format!("{font} is no font"))?;
        Ok(Self { folder, sheet: sample_lease(&font), shelf: Shelf::Empty })
    }

    /// Makes the folder and obeys standard input until it ends. Says `ready FOLDER` first.
    pub fn run(&mut self) -> Result<(), String> {
        self.plug()?;
        say(&format!("ready {}", self.folder.display()));
        let mut control = ControlLines::new();
        while !control.ended() {
            control.read();
            while let Some(line) = control.next_line() {
                match self.obey(line.trim()) {
                    Ok(()) => say(&format!("ok {line}")),
                    Err(fault) => say(&format!("error {fault}")),
                }
            }
        }
        self.unplug();
        Ok(())
    }

    fn obey(&mut self, line: &str) -> Result<(), String> {
        self.shelf = match line {
            "lay" => Shelf::Laid,
            "lay over the edge" => Shelf::OverTheEdge,
            "lay out of focus" => Shelf::OutOfFocus,
            "lift" => Shelf::Empty,
            "unplug" => {
                self.unplug();
                return Ok(());
            }
            "plug" => return self.plug(),
            _ => return Err("say lay, lay over the edge, lay out of focus, lift, unplug or plug".into()),
        };
        if self.folder.is_dir() { self.write() } else { Ok(()) }
    }

    fn plug(&self) -> Result<(), String> {
        std::fs::create_dir_all(&self.folder)
            .map_err(|error| format!("{}: {error}", self.folder.display()))?;
        self.write()
    }

    fn unplug(&self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    /// Each picture appears whole: it is written beside its place and moved there.
    fn write(&self) -> Result<(), String> {
        let scene = self.scene();
        for frame in 0..FRAMES {
            let name = self.folder.join(format!("frame-{frame:02}.jpg"));
            let beside = self.folder.join(format!("frame-{frame:02}.new"));
            noisy(&scene, frame)
                .save_with_format(&beside, image::ImageFormat::Jpeg)
                .map_err(|error| error.to_string())
                .and_then(|()| std::fs::rename(&beside, &name).map_err(|error| error.to_string()))
                .map_err(|error| format!("{}: {error}", name.display()))?;
        }
        Ok(())
    }

    fn scene(&self) -> RgbImage {
        let laid = |corners| lying(&self.sheet, corners);
        match self.shelf {
            Shelf::Empty => RgbImage::from_pixel(SIZE.0, SIZE.1, SHELF),
            Shelf::Laid => laid(LAID),
            Shelf::OverTheEdge => laid(OVER_THE_EDGE),
            Shelf::OutOfFocus => gaussian_blur_f32(&laid(LAID), 5.0),
        }
    }
}

fn lying(sheet: &RgbImage, corners: [(f32, f32); 4]) -> RgbImage {
    let mut scene = RgbImage::from_pixel(SIZE.0, SIZE.1, SHELF);
    #[expect(clippy::cast_precision_loss, reason = "pixels")]
    let (right, foot) = (SHEET.0 as f32, SHEET.1 as f32);
    let page = [(0.0, 0.0), (right, 0.0), (right, foot), (0.0, foot)];
    if let Some(onto) = Projection::from_control_points(page, corners) {
        warp_into(sheet, onto, Interpolation::Bilinear, Border::Constant(SHELF), &mut scene);
    }
    scene
}

/// A paper of which every line says that it is a sample.
fn sample_lease(font: &FontVec) -> RgbImage {
    let mut sheet = RgbImage::from_pixel(SHEET.0, SHEET.1, Rgb([226, 224, 218]));
    let ink = Rgb([34, 34, 40]);
    draw_text_mut(&mut sheet, ink, 250, 110, PxScale::from(64.0), font, "房屋租赁凭证（样例）");
    let lines = [
        "凭证编号：样例 2026-000001",
        "出租人：样例某某    承租人：样例某某",
        "房屋坐落：深圳市福田区样例路 1 号 101 房",
        "租赁用途：居住    建筑面积：60.00 平方米",
        "租赁期限：2026年9月1日至2027年8月31日",
        "月租金：人民币样例元整",
        "",
        "本页为演示用的样例材料，由程序绘制，",
        "不是任何真实凭证，不得用于任何真实业务。",
        "",
        "登记机构：样例机构（印章样例）",
        "登记日期：2026年9月1日",
    ];
    let mut y = 270;
    for line in lines {
        draw_text_mut(&mut sheet, ink, 110, y, PxScale::from(40.0), font, line);
        y += 82;
    }
    sheet
}

/// A little of what every sensor adds, different in each frame and the same in each run.
fn noisy(scene: &RgbImage, frame: u32) -> RgbImage {
    let mut picture = scene.clone();
    let mut state = 0x9E37_79B9 ^ frame.wrapping_mul(0x85EB_CA6B);
    for pixel in picture.pixels_mut() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let noise = i16::try_from(state % 7).unwrap_or(3) - 3;
        for part in &mut pixel.0 {
            *part = u8::try_from((i16::from(*part) + noise).clamp(0, 255)).unwrap_or(*part);
        }
    }
    picture
}
