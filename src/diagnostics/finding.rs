//! What is found of one part of the terminal: a verdict, what was seen, and what to do next, in both languages.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A part of the terminal, by the word of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The ID-card reader.
    IdReader,
    /// The receipt printer.
    ReceiptPrinter,
    /// The page printer.
    PagePrinter,
    /// The camera for faces.
    Camera,
    /// The camera for papers.
    DocumentCamera,
    /// The code scanner.
    CodeScanner,
    /// The speaker.
    Speaker,
    /// The touch panel.
    TouchPanel,
    /// Decoder and models of the face check.
    Face,
    /// The store.
    Store,
    /// What waits for central.
    Queue,
    /// The way to central.
    Network,
    /// The clock, beside central's.
    Clock,
    /// The terminal's certificate.
    Certificate,
    /// The program and its updates.
    Program,
}

impl Subject {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 15] = [
        Self::IdReader,
        Self::ReceiptPrinter,
        Self::PagePrinter,
        Self::Camera,
        Self::DocumentCamera,
        Self::CodeScanner,
        Self::Speaker,
        Self::TouchPanel,
        Self::Face,
        Self::Store,
        Self::Queue,
        Self::Network,
        Self::Clock,
        Self::Certificate,
        Self::Program,
    ];

    /// The word of the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::IdReader => "id-reader",
            Self::ReceiptPrinter => "receipt-printer",
            Self::PagePrinter => "page-printer",
            Self::Camera => "camera",
            Self::DocumentCamera => "document-camera",
            Self::CodeScanner => "code-scanner",
            Self::Speaker => "speaker",
            Self::TouchPanel => "touch-panel",
            Self::Face => "face",
            Self::Store => "store",
            Self::Queue => "queue",
            Self::Network => "network",
            Self::Clock => "clock",
            Self::Certificate => "certificate",
            Self::Program => "program",
        }
    }

    /// Its name to a technician.
    pub const fn name(self) -> &'static str {
        match self {
            Self::IdReader => "读卡器",
            Self::ReceiptPrinter => "回执打印机",
            Self::PagePrinter => "A4 打印机",
            Self::Camera => "人脸摄像头",
            Self::DocumentCamera => "材料摄像头",
            Self::CodeScanner => "扫码器",
            Self::Speaker => "扬声器",
            Self::TouchPanel => "触摸屏",
            Self::Face => "面部核对",
            Self::Store => "本机存储",
            Self::Queue => "待发队列",
            Self::Network => "网络",
            Self::Clock => "时钟",
            Self::Certificate => "终端证书",
            Self::Program => "终端程序",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What is no part of a terminal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no part of a terminal is called so; there are {}", Subject::ALL.map(Subject::word).join(", "))]
pub struct NoSuchPart;

impl FromStr for Subject {
    type Err = NoSuchPart;

    fn from_str(text: &str) -> Result<Self, NoSuchPart> {
        Self::ALL.into_iter().find(|subject| subject.word() == text).ok_or(NoSuchPart)
    }
}

/// How it is, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// This terminal has none, by its settings.
    NotFitted,
    /// It works.
    Good,
    /// It works, and somebody should see to it soon.
    Attention,
    /// It does not work.
    Broken,
}

impl Verdict {
    /// The word of the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotFitted => "not fitted",
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Broken => "BROKEN",
        }
    }

    /// The same to a technician who reads Chinese.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotFitted => "未配置",
            Self::Good => "正常",
            Self::Attention => "需处理",
            Self::Broken => "故障",
        }
    }
}

/// The same in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

impl Words {
    pub(super) fn of(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// What is found of one part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Of which.
    pub subject: Subject,
    /// How it is.
    pub verdict: Verdict,
    /// What was seen.
    pub found: Words,
    /// What to do next; nothing, where nothing is to be done.
    pub next: Option<Words>,
}

impl Finding {
    pub(super) fn good(subject: Subject, found: Words) -> Self {
        Self { subject, verdict: Verdict::Good, found, next: None }
    }

    pub(super) fn attention(subject: Subject, found: Words, next: Words) -> Self {
        Self { subject, verdict: Verdict::Attention, found, next: Some(next) }
    }

    pub(super) fn broken(subject: Subject, found: Words, next: Words) -> Self {
        Self { subject, verdict: Verdict::Broken, found, next: Some(next) }
    }

    pub(super) fn not_fitted(subject: Subject) -> Self {
        let found = Words::of("本机没有配置", "this terminal has none, by its settings");
        Self { subject, verdict: Verdict::NotFitted, found, next: None }
    }
}
