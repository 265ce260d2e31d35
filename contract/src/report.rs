//! What a terminal reports of itself: what is in force, what it refused and why, how its parts are. Without anything of a
//! resident: states, counts and codes only.

use crate::app_version::AppVersion;
use crate::command::{CommandId, CommandOutcome, MOST_COMMANDS};
use crate::desired::Refusal;
use crate::emergency::{EmergencyId, MOST_EMERGENCIES};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest reason in characters.
pub const LONGEST_REASON: usize = 200;

/// A terminal's report. Central keeps the last of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The version of its program.
    pub app: AppVersion,
    /// Its clock; central compares it with its own.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// Since the program started, in seconds.
    pub uptime_seconds: u64,
    /// The desired states.
    pub desired: DesiredReport,
    /// The devices, by what they are for.
    pub devices: BTreeMap<Device, DeviceState>,
    /// The paper of the receipt printer; none where it does not say.
    pub paper: Option<Paper>,
    /// The failure code of the store, `E04`; none when it takes entries.
    pub store_trouble: Option<StoreCode>,
    /// Entries on their way to central.
    pub queue: Queue,
    /// Until when its certificate is good; none where that is not known.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub certificate_until: Option<Timestamp>,
    /// The emergency notices that hold and are on the screen.
    #[serde(default)]
    pub shown: Vec<ShownReport>,
    /// The commands of its document that were begun.
    #[serde(default)]
    pub commands: Vec<CommandReport>,
    /// Whether residents are served there.
    #[serde(default)]
    pub duty: Duty,
    /// The door of the cabinet (柜门); none where no switch tells.
    #[serde(default)]
    pub door: Option<Door>,
    /// What its devices did since the program started.
    #[serde(default)]
    pub counters: BTreeMap<Device, Counters>,
}

/// Whether residents are served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Duty {
    /// They are.
    #[default]
    InService,
    /// A technician has said that they are not (停用).
    OutOfService,
}

/// The door of the cabinet, in the words of XFS4IoT's auxiliaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// It is closed.
    Closed,
    /// It stands open.
    Open,
}

/// What a device did since the program started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Counters {
    /// Cards that were read, receipts that were printed.
    pub done: u64,
    /// Those that were not, or perhaps not.
    pub failed: u64,
}

/// An emergency notice that is on the screen: the receipt of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ShownReport {
    /// Which.
    pub emergency: EmergencyId,
    /// Since when, by the terminal's clock.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub since: Timestamp,
}

/// How a command stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CommandReport {
    /// Which.
    pub command: CommandId,
    /// What became of it.
    pub became: CommandOutcome,
}

/// How the desired states of a terminal stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DesiredReport {
    /// The highest version that was ever taken.
    pub floor: u64,
    /// The version in force; none before the first.
    pub in_force: Option<u64>,
    /// The version that waits for the end of a visit, or is on probation.
    pub on_its_way: Option<u64>,
    /// The last that did not work, and that was given back.
    pub returned: Option<ReturnedReport>,
    /// The last that was refused since the program started.
    pub refused: Option<RefusedReport>,
}

/// A state that was given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnedReport {
    /// Its version.
    pub version: u64,
    /// What the self-check found, at most 200 characters.
    pub reason: String,
}

/// A state that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefusedReport {
    /// The version that it claimed, if that could be read.
    pub version: Option<u64>,
    /// Why.
    pub why: Refusal,
}

/// A device, by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Device {
    /// 读卡器
    CardReader,
    /// 回执打印机
    ReceiptPrinter,
    /// A4 打印机
    PagePrinter,
    /// 摄像头
    Camera,
    /// 高拍仪
    DocumentCamera,
    /// 扫码器
    CodeScanner,
    /// 人脸比对
    FaceEngine,
}

/// Whether a device works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DeviceState {
    /// It works.
    Online,
    /// It does not.
    Offline,
}

/// The paper of the receipt printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Paper {
    /// Enough.
    Full,
    /// It ends soon.
    Low,
    /// It has ended.
    Out,
    /// It is stuck.
    Jammed,
}

/// A failure code of the store (docs/failure-states.md), `E04`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct StoreCode(String);

impl TryFrom<String> for StoreCode {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text.strip_prefix('E').filter(|digits| digits.len() == 2);
        match digits {
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Ok(Self(text)),
            _ => Err("a failure code is E and two digits"),
        }
    }
}

impl From<StoreCode> for String {
    fn from(code: StoreCode) -> Self {
        code.0
    }
}

impl StoreCode {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Entries on their way to central.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// They wait.
    pub waiting: u64,
    /// Central refused them; a technician should look.
    pub set_aside: u64,
}

impl Report {
    /// Whether its words and lists have a sensible length.
    pub fn is_bounded(&self) -> bool {
        let returned = self.desired.returned.as_ref();
        returned.is_none_or(|returned| returned.reason.chars().count() <= LONGEST_REASON)
            && self.shown.len() <= MOST_EMERGENCIES
            && self.commands.len() <= MOST_COMMANDS
            && self.commands.iter().all(|command| command.became.is_bounded())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_what_the_schema_asks_or_it_is_none() {
        let report = r#"{"app":"0.1.0","at":"2026-11-30T00:00:00Z","uptime_seconds":60,
            "desired":{"floor":3,"in_force":2,"on_its_way":null,"returned":{"version":3,"reason":"no screen"},
            "refused":{"version":1,"why":{"reason":"version","got":1,"floor":3}}},
            "devices":{"card-reader":"online"},"paper":"low","store_trouble":"E04","queue":{"waiting":1,"set_aside":0}}"#;
        let read: Report = serde_json::from_str(report).unwrap();
        assert!(read.is_bounded());
        assert_eq!(read.store_trouble.as_ref().map(StoreCode::as_str), Some("E04"));
        assert_eq!(serde_json::from_str::<Report>(&serde_json::to_string(&read).unwrap()).unwrap(), read);
        for (from, to) in
            [("E04", "张三"), ("card-reader", "toaster"), ("\"low\"", "\"blue\""), ("\"queue\"", "\"line\"")]
        {
            assert!(serde_json::from_str::<Report>(&report.replace(from, to)).is_err(), "{to}");
        }
        let long = report.replace("no screen", &"x".repeat(LONGEST_REASON + 1));
        assert!(!serde_json::from_str::<Report>(&long).unwrap().is_bounded());
    }
}
