//! The schema: every key, what it takes, who may set it, what it means. Each is written down once, here.

use super::closed::ClosedServices;
use super::kind::{Hundredths, Kind, LogLevel, Seconds, Setting, Text, Wrong};
use super::layers::Layer;
use super::notice::Notices;
use super::quiet::QuietHours;
use crate::app_version::AppVersion;
use crate::language::Languages;
use serde_json::{Value, json};
use std::fmt;
use std::str::FromStr;

/// The first app: whatever says nothing of what came later is for it, too.
pub const OLDEST_APP: AppVersion = V0_1;

const V0_1: AppVersion = AppVersion::new(0, 1, 0);

/// Every layer may set it.
const ANY: &[Layer] = &[Layer::City, Layer::District, Layer::Group, Layer::Terminal];

/// A name that is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no setting '{0}': see docs/SETTINGS.md for those that there are")]
pub struct UnknownKey(pub String);

macro_rules! schema {
    ($($key:ident $field:ident: $kind:ty = $name:literal since $since:expr, $default:expr, $layers:expr, $zh:literal, $en:literal;)*) => {
        /// A key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Key { $(#[doc = $zh] $key),* }

        /// What is in force, typed.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Settings { $(#[doc = $zh] pub $field: $kind),* }

        impl Key {
            /// All keys, in the order in which they are told.
            pub const ALL: &[Self] = &[$(Self::$key),*];

            /// Its name, `visit.idle-seconds`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$key => $name),* }
            }

            /// The oldest app that knows it.
            pub const fn since(self) -> AppVersion {
                match self { $(Self::$key => $since),* }
            }

            /// What it takes.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$key => <$kind as Setting>::KIND),* }
            }

            /// Whether what several layers say stands together; else the narrowest layer alone is heard.
            pub const fn adds_up(self) -> bool {
                match self { $(Self::$key => <$kind as Setting>::ADDS_UP),* }
            }

            /// Which layers may set it.
            pub const fn layers(self) -> &'static [Layer] {
                match self { $(Self::$key => $layers),* }
            }

            /// What holds until somebody sets it; null where the terminal has it by itself ([`Kind::unset`]).
            pub fn default(self) -> Value {
                match self { $(Self::$key => $default),* }
            }

            /// What it means, in Chinese.
            pub const fn chinese(self) -> &'static str {
                match self { $(Self::$key => $zh),* }
            }

            /// What it means, in English.
            pub const fn english(self) -> &'static str {
                match self { $(Self::$key => $en),* }
            }

            /// Whether a value is one of this key; what is wrong with it is told with what would be right.
            pub fn check(self, value: &Value) -> Result<(), Wrong> {
                match self { $(Self::$key => <$kind>::parse(value).map(drop)),* }
            }
        }

        impl Settings {
            /// Takes in what a layer says of a key, over what wider ones said.
            pub(super) fn take(&mut self, key: Key, value: &Value) -> Result<(), Wrong> {
                match key {
                    $(Key::$key => {
                        let narrower = <$kind>::parse(value)?;
                        self.$field = self.$field.clone().under(narrower);
                    })*
                }
                Ok(())
            }
        }
    };
}

schema! {
    SiteName site_name: Option<Text<40>> = "site.name" since V0_1, Value::Null, &[Layer::Terminal],
        "终端所在地点，显示在顶栏并印在回执上；未设置时用本机 kiosk.toml 的 site。",
        "Where the terminal stands, in the strip at the top and on receipts; unset, `site` of its own kiosk.toml.";
    ServicesOpen services_open: bool = "services.open" since V0_1, json!(true), ANY,
        "是否受理事项；关闭后仍可查看指南和办件进度。",
        "Whether services are taken at all; closed, guides and progress are still shown.";
    ServicesClosed services_closed: ClosedServices = "services.closed" since V0_1, json!([]), ANY,
        "暂停办理的事项或部门，按编码；各层所关合并生效，下层不能打开上层所关。",
        "Services or departments that are closed, by code; what any layer closes is closed.";
    Notices notices: Notices = "notices" since V0_1, json!([]), ANY,
        "待机页公告：内容（text）、起止（start、end，当地时间）、星期（weekdays）、优先级（priority，0 到 9，大的在前）；各层公告一并显示。",
        "Notices on the page that nobody stands before: text, start, end (local time), weekdays, priority (0 to 9); those of all layers stand together.";
    VisitIdle idle: Seconds<30, 300> = "visit.idle-seconds" since V0_1, json!(60), ANY,
        "无人触摸多久后开始倒计时。",
        "How long nobody touches before the countdown begins.";
    VisitGrace grace: Seconds<20, 120> = "visit.grace-seconds" since V0_1, json!(20), ANY,
        "倒计时的长度；无障碍要求（WCAG 2.2.1）不少于 20 秒。",
        "How long the countdown runs; WCAG 2.2.1 asks for 20 seconds at least.";
    VisitGoodbye goodbye: Seconds<3, 30> = "visit.goodbye-seconds" since V0_1, json!(8), ANY,
        "告别页停留多久。",
        "How long the goodbye stays.";
    Languages languages: Languages = "languages" since V0_1, json!("zh-CN,en"), ANY,
        "居民可以选择的界面语言；中文始终在内，每次使用从中文开始。",
        "The languages that residents may choose; Chinese is always one, and every visit begins in it.";
    QuietHours quiet_hours: QuietHours = "quiet.hours" since V0_1, json!("none"), ANY,
        "静默时段（当地时间），如 22:00-06:00：其间没有人使用时屏幕调暗，一触即亮；none 表示没有。",
        "Quiet hours (local time) as 22:00-06:00: meanwhile the screen is dim while nobody uses it, and bright at a touch; none: there are none.";
    FacePass face_pass: Hundredths<40, 50> = "face.pass-hundredths" since V0_1, json!(42), &[Layer::City],
        "人脸比对通过的相似度；实测 0.40 以下会放过他人，0.50 会拒绝 2% 的本人。",
        "At which likeness a face passes; measured: below 0.40 strangers pass, at 0.50 two in a hundred are refused.";
    UpdateVersion update_version: Option<AppVersion> = "update.version" since V0_1, Value::Null, ANY,
        "终端应运行的软件版本；未设置时保持已安装的版本。由终端自己的软件源安装，不在有人使用时进行，装不成即退回原版本。",
        "Which version of the terminal's software shall run; unset, what is installed stays. It is installed from the terminal's own package repository, never during a visit, and the earlier one again where it does not work.";
    LogLevel log_level: LogLevel = "log.level" since V0_1, json!("info"), ANY,
        "日志详细程度。",
        "How much is logged.";
}

/// What holds where nobody has set anything.
impl Default for Settings {
    fn default() -> Self {
        Self {
            site_name: None,
            services_open: true,
            services_closed: ClosedServices::default(),
            notices: Notices::default(),
            idle: Seconds::clamped(60),
            grace: Seconds::clamped(20),
            goodbye: Seconds::clamped(8),
            languages: Languages::default(),
            quiet_hours: QuietHours::default(),
            face_pass: Hundredths::clamped(42),
            update_version: None,
            log_level: LogLevel::Info,
        }
    }
}

impl FromStr for Key {
    type Err = UnknownKey;
    fn from_str(name: &str) -> Result<Self, UnknownKey> {
        let key = Self::ALL.iter().find(|key| key.name() == name).copied();
        key.ok_or_else(|| UnknownKey(name.chars().take(60).collect()))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
