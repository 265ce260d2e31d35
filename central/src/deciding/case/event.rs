//! What can happen to a case.

use crate::deciding::{Happening, PlainWords};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why the clock stands (特别程序).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// 听证
    Hearing,
    /// 检验、检测、检疫
    Inspection,
    /// 鉴定
    Appraisal,
    /// 专家评审
    ExpertReview,
    /// 招标、拍卖
    Tender,
    /// 公示
    PublicNotice,
}

impl Ground {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::Hearing,
        Self::Inspection,
        Self::Appraisal,
        Self::ExpertReview,
        Self::Tender,
        Self::PublicNotice,
    ];

    /// The words of the law.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Hearing => "听证",
            Self::Inspection => "检验、检测、检疫",
            Self::Appraisal => "鉴定",
            Self::ExpertReview => "专家评审",
            Self::Tender => "招标、拍卖",
            Self::PublicNotice => "公示",
        }
    }

    /// The name in the interface and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hearing => "hearing",
            Self::Inspection => "inspection",
            Self::Appraisal => "appraisal",
            Self::ExpertReview => "expert_review",
            Self::Tender => "tender",
            Self::PublicNotice => "public_notice",
        }
    }
}

impl std::str::FromStr for Ground {
    type Err = &'static str;
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|ground| ground.name() == name)
            .ok_or("a ground is hearing, inspection, appraisal, expert_review, tender or public_notice")
    }
}

/// How a case ends (办结).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "closing")]
pub enum Closing {
    /// 准予
    Approved,
    /// 不予
    Refused {
        /// Why, a line a reason.
        reasons: Vec<PlainWords>,
    },
    /// 不予受理
    NotAccepted {
        /// Why.
        reason: PlainWords,
    },
    /// 撤回: the applicant took it back.
    Withdrawn,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// A clerk took the case; nobody else works on it.
    Claimed,
    /// The clerk gave it back to the queue.
    Released,
    /// 补正: papers are missing.
    PapersAsked {
        /// Which.
        papers: Vec<PlainWords>,
    },
    /// The applicant brought them.
    PapersAnswered,
    /// 受理
    Accepted,
    /// 逾期不告知视为受理 (art. 32): nobody gave notice in time.
    TakenAsAccepted {
        /// The day from which it counts as accepted.
        from: Date,
    },
    /// 特别程序 began: the clock stands.
    Paused {
        /// Why.
        ground: Ground,
    },
    /// The clock runs again.
    Resumed,
    /// 延期 (art. 42).
    Extended {
        /// Why.
        reason: PlainWords,
    },
    /// 办结
    Closed(Closing),
}

impl Happening for Event {
    fn words(&self) -> &'static str {
        match self {
            Self::Claimed => "认领",
            Self::Released => "退回待办",
            Self::PapersAsked { .. } => "通知补正",
            Self::PapersAnswered => "已补正",
            Self::Accepted => "受理",
            Self::TakenAsAccepted { .. } => "逾期视为受理",
            Self::Paused { .. } => "特别程序暂停",
            Self::Resumed => "恢复计时",
            Self::Extended { .. } => "延期",
            Self::Closed(Closing::Approved) => "准予",
            Self::Closed(Closing::Refused { .. }) => "不予",
            Self::Closed(Closing::NotAccepted { .. }) => "不予受理",
            Self::Closed(Closing::Withdrawn) => "撤回",
        }
    }
}
