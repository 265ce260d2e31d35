//! A virtual document camera: a folder of pictures of a shelf on which a sheet lies, or none.

use crate::pictures::{PictureFolder, add_noise, answer};
use ab_glyph::{FontVec, PxScale};
use image::{ImageFormat, Rgb, RgbImage};
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
    folder: PictureFolder,
    sheet: RgbImage,
}

impl DocumentCamera {
    /// A camera over an empty shelf. The font writes what stands on the sheet.
    pub fn new(folder: PathBuf, font: &str) -> Result<Self, String> {
        let bytes = std::fs::read(font).map_err(|error| format!("{font}: {error}"))?;
        let font = FontVec::try_from_vec(bytes).map_err(|_| format!("{font} is no font"))?;
        Ok(Self { folder: PictureFolder::new(folder, ImageFormat::Jpeg), sheet: sample_lease(&font) })
    }

    /// Makes the folder and obeys standard input until it ends. Says `ready FOLDER` first.
    pub fn run(&self) -> Result<(), String> {
        let mut shelf = Shelf::Empty;
        self.folder.plug()?;
        self.show(shelf)?;
        let mut serving = self.folder.serve();
        while let Some(line) = serving.next_line() {
            answer(&line, self.obey(&mut shelf, &line));
        }
        Ok(())
    }

    fn obey(&self, shelf: &mut Shelf, line: &str) -> Result<(), String> {
        match line {
            "lay" => *shelf = Shelf::Laid,
            "lay over the edge" => *shelf = Shelf::OverTheEdge,
            "lay out of focus" => *shelf = Shelf::OutOfFocus,
            "lift" => *shelf = Shelf::Empty,
            "unplug" => self.folder.unplug(),
            "plug" => self.folder.plug()?,
            _ => return Err("say lay, lay over the edge, lay out of focus, lift, unplug or plug".into()),
        }
        self.show(*shelf)
    }

    fn show(&self, shelf: Shelf) -> Result<(), String> {
        let scene = match shelf {
            Shelf::Empty => RgbImage::from_pixel(SIZE.0, SIZE.1, SHELF),
            Shelf::Laid => lying(&self.sheet, LAID),
            Shelf::OverTheEdge => lying(&self.sheet, OVER_THE_EDGE),
            Shelf::OutOfFocus => gaussian_blur_f32(&lying(&self.sheet, LAID), 5.0),
        };
        self.folder.show((0..FRAMES).map(|frame| {
            let mut picture = scene.clone();
            add_noise(&mut picture, frame, 0);
            picture
        }))
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
