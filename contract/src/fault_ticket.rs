//! Fault tickets (故障单): what a technician found at a terminal, as it is written there, also without a network, and reaches
//! central among the terminal's entries. It names a part and chooses from lists: nothing of a person stands in one.

use serde::{Deserialize, Serialize};

/// A ticket as the technician wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FaultTicket {
    /// Which part.
    pub part: SparePart,
    /// What is wrong with it.
    pub symptom: Symptom,
    /// Whether it works again.
    pub mended: bool,
}

/// A part that technicians look after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SparePart {
    /// 读卡器
    IdReader,
    /// 回执打印机
    ReceiptPrinter,
    /// 切刀
    Cutter,
    /// 摄像头
    Camera,
    /// 触摸框
    TouchPanel,
    /// 显示屏
    Display,
    /// 扫码器
    CodeScanner,
    /// A4 打印机
    PagePrinter,
    /// 扬声器
    Speaker,
    /// 数据线
    Cable,
    /// 电源
    PowerSupply,
    /// 主板电池
    Battery,
}

impl SparePart {
    /// All of them, as they are offered.
    pub const ALL: [Self; 12] = [
        Self::IdReader,
        Self::ReceiptPrinter,
        Self::Cutter,
        Self::Camera,
        Self::TouchPanel,
        Self::Display,
        Self::CodeScanner,
        Self::PagePrinter,
        Self::Speaker,
        Self::Cable,
        Self::PowerSupply,
        Self::Battery,
    ];

    /// Its word in journals and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::IdReader => "id-reader",
            Self::ReceiptPrinter => "receipt-printer",
            Self::Cutter => "cutter",
            Self::Camera => "camera",
            Self::TouchPanel => "touch-panel",
            Self::Display => "display",
            Self::CodeScanner => "code-scanner",
            Self::PagePrinter => "page-printer",
            Self::Speaker => "speaker",
            Self::Cable => "cable",
            Self::PowerSupply => "power-supply",
            Self::Battery => "battery",
        }
    }

    /// Its name.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::IdReader => "读卡器",
            Self::ReceiptPrinter => "回执打印机",
            Self::Cutter => "切刀",
            Self::Camera => "摄像头",
            Self::TouchPanel => "触摸框",
            Self::Display => "显示屏",
            Self::CodeScanner => "扫码器",
            Self::PagePrinter => "A4 打印机",
            Self::Speaker => "扬声器",
            Self::Cable => "数据线",
            Self::PowerSupply => "电源",
            Self::Battery => "主板电池",
        }
    }
}

/// What is wrong with a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Symptom {
    /// 不工作
    Dead,
    /// 时好时坏
    Fitful,
    /// 外观损坏
    Damaged,
    /// 被人动过
    Tampered,
}

impl Symptom {
    /// All of them, as they are offered.
    pub const ALL: [Self; 4] = [Self::Dead, Self::Fitful, Self::Damaged, Self::Tampered];

    /// Its word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Fitful => "fitful",
            Self::Damaged => "damaged",
            Self::Tampered => "tampered",
        }
    }

    /// Its name.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Dead => "不工作",
            Self::Fitful => "时好时坏",
            Self::Damaged => "外观损坏",
            Self::Tampered => "被人动过",
        }
    }
}

/// A word that names no part or symptom.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no word of a fault ticket: a newer program wrote it")]
pub struct NoTicketWord(String);

fn of<T: Copy>(all: &[T], word: fn(T) -> &'static str, text: &str) -> Result<T, NoTicketWord> {
    let found = all.iter().copied().find(|one| word(*one) == text);
    found.ok_or_else(|| NoTicketWord(text.chars().take(40).collect()))
}

impl std::str::FromStr for SparePart {
    type Err = NoTicketWord;

    fn from_str(text: &str) -> Result<Self, NoTicketWord> {
        of(&Self::ALL, Self::word, text)
    }
}

impl std::str::FromStr for Symptom {
    type Err = NoTicketWord;

    fn from_str(text: &str) -> Result<Self, NoTicketWord> {
        of(&Self::ALL, Self::word, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_tables_and_messages_are_the_same() {
        for part in SparePart::ALL {
            assert_eq!(serde_json::to_value(part).unwrap(), part.word());
            assert_eq!(part.word().parse(), Ok(part));
        }
        for symptom in Symptom::ALL {
            assert_eq!(serde_json::to_value(symptom).unwrap(), symptom.word());
            assert_eq!(symptom.word().parse(), Ok(symptom));
        }
        assert!("toaster".parse::<SparePart>().is_err());
    }
}
