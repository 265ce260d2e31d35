//! Checks that a technician makes: a device does something (external), or a person looks at what it did (interactive), as
//! against what it says of itself (internal). What there is to be checked, and what the technician's own senses say of it. Pure.

use super::examined::{Examined, attention, good};
use super::finding::{Subject, Words};
use crate::face::FaceHint;
use std::time::Duration;

/// How long a card or a code is waited for.
pub const LAID_WAIT: Duration = Duration::from_secs(30);

/// What a check does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exam {
    /// A card is laid down and read; nothing of it is kept or shown.
    Card,
    /// A sample is printed and cut.
    SamplePrint,
    /// A sample page of A4 is printed.
    SamplePage,
    /// A code is held before the scanner; nothing of it is kept or shown.
    Code,
    /// The picture of the camera, with what the face check sees in it.
    Face,
    /// The picture of the document camera.
    Papers,
    /// Left, right and both sides of the speaker are played on.
    Sound,
    /// The photo of a card is decoded and a face looked for in it; nothing of it is kept or shown.
    Photo,
    /// The disk is written on as for an application, and everything read.
    Store,
    /// How fast the line to central carries something large.
    Line,
    /// The certificate is shown to central anew.
    Certificate,
}

impl Exam {
    /// The check of a part, where there is one.
    pub const fn of(subject: Subject) -> Option<Self> {
        match subject {
            Subject::IdReader => Some(Self::Card),
            Subject::ReceiptPrinter => Some(Self::SamplePrint),
            Subject::CodeScanner => Some(Self::Code),
            Subject::Camera => Some(Self::Face),
            Subject::DocumentCamera => Some(Self::Papers),
            Subject::PagePrinter => Some(Self::SamplePage),
            Subject::Speaker => Some(Self::Sound),
            Subject::Face => Some(Self::Photo),
            Subject::Store => Some(Self::Store),
            Subject::Network => Some(Self::Line),
            Subject::Certificate => Some(Self::Certificate),
            // The panel's checks take the whole panel. The others are looked at, and nothing can be done with them.
            Subject::TouchPanel | Subject::Queue | Subject::Clock | Subject::Program => None,
        }
    }

    /// Whether it shows a picture as long as it goes on.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Face | Self::Papers)
    }

    /// Whether only a person's senses tell how it came out, once the device has done its part.
    pub const fn is_judged_after(self) -> bool {
        matches!(self, Self::SamplePrint | Self::SamplePage | Self::Sound)
    }
}

/// What the technician's own eyes say, or ears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eye {
    /// 清楚
    Well,
    /// 不清楚
    Badly,
}

/// Where a face is in a frame: left, top, width and height in thousandths of the frame's width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaceBox {
    /// From the left edge.
    pub left: u16,
    /// From the top edge.
    pub top: u16,
    /// Of the box.
    pub width: u16,
    /// Of the box.
    pub height: u16,
}

/// What the face check sees in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceSight {
    /// The faces, the widest first.
    pub boxes: Vec<FaceBox>,
    /// What it would tell the person; nothing, where the face could be compared.
    pub hint: Option<FaceHint>,
}

/// What the technician's eyes or ears say; nothing of a check that neither judges.
pub fn by_eye(exam: Exam, eye: Eye) -> Option<Examined> {
    let (what, next) = match exam {
        Exam::Card | Exam::Code | Exam::Photo | Exam::Store | Exam::Line | Exam::Certificate => return None,
        Exam::SamplePrint => (
            "样张",
            Words::of(
                "用酒精棉擦打印头，检查纸的方向；仍不清楚就更换打印头",
                "clean the head, check how the paper lies; then replace the head",
            ),
        ),
        Exam::SamplePage => (
            "样页",
            Words::of(
                "看墨粉和纸；有竖条或淡块就更换粉盒",
                "look at toner and paper; stripes or pale places: replace the cartridge",
            ),
        ),
        Exam::Face => (
            "人脸画面",
            Words::of(
                "擦镜头，检查补光灯和角度；逆光就调整安装",
                "clean the lens, check lamp and angle; mind light from behind",
            ),
        ),
        Exam::Papers => (
            "材料画面",
            Words::of("擦镜头和台面，检查灯和高度", "clean lens and shelf, check lamp and height"),
        ),
        Exam::Sound => (
            "声音",
            Words::of(
                "用 alsamixer 看音量和静音；少一边就查接线，有杂音就更换",
                "'alsamixer' shows volume and mute; one side missing: its wires; noise: replace it",
            ),
        ),
    };
    Some(match eye {
        Eye::Well => {
            good(Words::of(format!("维护人员确认：{what}清楚"), "the technician says that it is good"))
        }
        Eye::Badly => attention(
            Words::of(format!("维护人员确认：{what}不清楚"), "the technician says that it is not good"),
            next,
        ),
    })
}
