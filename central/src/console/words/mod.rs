//! Every word of the console, Chinese first, English beside it: `sentences` that stand for themselves, and here what is made
//! of something. Nothing is said in any other folder.

mod sentences;

use crate::alarms;
use crate::audit::Deed;
use crate::fleet::{FleetError, NotNow, Phase};
use crate::operators::Role;
use crate::sites;
use contract::command::Errand;
use contract::fault_ticket::{SparePart, Symptom};
use contract::language::Language;
use contract::report::{Counters, Device};
use contract::settings::{Key, Kind, Layer, NoNotice, Notice, SettingFault, Weekday, Wrong};
use jiff::{SignedDuration, Timestamp};
pub(super) use sentences::*;

/// One sentence in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words(&'static str, &'static str);

impl Words {
    pub(super) const fn in_(self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.0,
            Language::English => self.1,
        }
    }
}

/// The account waits, until when.
pub(super) fn waiting_until(language: Language, until: Timestamp) -> String {
    let at = moment(until);
    match language {
        Language::Chinese => format!("连续输错 5 次，账号锁定至 {at}。"),
        Language::English => format!("Five wrong tries: the account waits until {at}."),
    }
}

/// A role, and where.
pub(super) fn role(language: Language, role: &Role) -> String {
    match role {
        Role::City => ROLE_CITY.in_(language).to_owned(),
        Role::District(district) => format!("{} {district}", ROLE_DISTRICT.in_(language)),
        Role::Technician(district) => format!("{} {district}", ROLE_TECHNICIAN.in_(language)),
        Role::Auditor => ROLE_AUDITOR.in_(language).to_owned(),
    }
}

/// What was done.
pub(super) const fn deed(deed: Deed) -> Words {
    match deed {
        Deed::LogIn => Words("登录", "logged in"),
        Deed::LogInRefused => Words("登录被拒", "log-in refused"),
        Deed::LockOut => Words("输错锁定", "locked out"),
        Deed::Enrol => Words("绑定验证器", "enrolled"),
        Deed::LogOut => Words("退出", "logged out"),
        Deed::Denied => Words("越权被拒", "denied"),
        Deed::OperatorAdd => Words("新增人员", "operator added"),
        Deed::OperatorReset => Words("重置账号", "operator reset"),
        Deed::OperatorLock => Words("停用账号", "operator locked"),
        Deed::SessionEnd => Words("强制下线", "session ended"),
        Deed::KioskPlace => Words("登记位置", "terminal placed"),
        Deed::KioskForget => Words("注销终端", "terminal forgotten"),
        Deed::KioskInvite => Words("邀请终端", "terminal invited"),
        Deed::KioskApprove => Words("批准终端", "terminal approved"),
        Deed::KioskRefuse => Words("拒绝终端", "terminal refused"),
        Deed::KioskRevoke => Words("吊销终端", "terminal revoked"),
        Deed::TechnicianCode => Words("查看维护码", "technician's code shown"),
        Deed::Publish => Words("发布设置", "published"),
        Deed::RolloutApprove => Words("批准下发", "rollout approved"),
        Deed::RolloutResume => Words("继续下发", "rollout resumed"),
        Deed::RolloutAbort => Words("中止下发", "rollout aborted"),
        Deed::EmergencyAnnounce => Words("发布紧急通告", "emergency announced"),
        Deed::EmergencyAgree => Words("批准紧急通告", "emergency agreed to"),
        Deed::EmergencyEnd => Words("撤回紧急通告", "emergency ended"),
        Deed::CommandOrder => Words("下达指令", "command ordered"),
        Deed::CommandEnd => Words("指令结果", "result of a command"),
        Deed::BundleFetch => Words("下载诊断包", "bundle fetched"),
        Deed::KioskLook => Words("查看终端", "looked at a terminal"),
        Deed::AlarmTake => Words("认领告警", "alarm taken"),
        Deed::TicketPhoto => Words("补故障照片", "photographed a fault"),
        Deed::TicketClose => Words("处理故障单", "settled a fault ticket"),
        Deed::AuditRead => Words("查看审计", "read the log"),
        Deed::AuditVerify => Words("校验审计", "verified the chain"),
    }
}

/// A moment as it is read on the wall of an office in China.
pub(super) fn moment(at: Timestamp) -> String {
    jiff::tz::offset(8).to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// What is wrong.
pub(super) const fn alarm(kind: alarms::Kind) -> Words {
    match kind {
        alarms::Kind::Offline => Words("离线", "offline"),
        alarms::Kind::Paper => Words("回执纸", "paper"),
        alarms::Kind::FailureRate => Words("数据被拒过多", "too many refusals"),
        alarms::Kind::QueueAge => Words("数据积压", "queue is stuck"),
        alarms::Kind::Device => Words("设备故障", "device down"),
        alarms::Kind::Door => Words("柜门打开", "cabinet open"),
    }
}

/// What to do about it.
pub(super) const fn what_to_do(kind: alarms::Kind) -> Words {
    match kind {
        alarms::Kind::Offline => Words("检查供电和网络", "look at power and network"),
        alarms::Kind::Paper => Words("带纸前往更换", "bring paper"),
        alarms::Kind::FailureRate => {
            Words("查看被拒收的数据和目录版本", "look at what was refused, and at the catalogue")
        }
        alarms::Kind::QueueAge => {
            Words("检查网络，再看被拒待查的数据", "look at the network, then at what was set aside")
        }
        alarms::Kind::Device => Words("到现场运行诊断", "run the diagnostics at the terminal"),
        alarms::Kind::Door => Words(
            "查明是否有技术员在场，没有就派人前往",
            "find out whether a technician is there, else send somebody",
        ),
    }
}

/// What a terminal is asked to do.
pub(super) const fn errand(errand: Errand) -> Words {
    match errand {
        Errand::Restart => Words("重启程序", "Restart the program"),
        Errand::SelfTest => Words("自检", "Self-test"),
        Errand::SupportBundle => Words("上传诊断包", "Upload a support bundle"),
        Errand::Assist => Words("远程协助", "Assist the technician"),
    }
}

/// How many of how many terminals, and how long the slowest took.
pub(super) fn shown_by(
    language: Language,
    shown: usize,
    of: usize,
    slowest: Option<SignedDuration>,
) -> String {
    let seconds = slowest.map(|slowest| slowest.as_secs_f64());
    match (language, seconds) {
        (Language::Chinese, Some(seconds)) => format!("{shown} / {of} 台，最慢 {seconds:.1} 秒"),
        (Language::English, Some(seconds)) => format!("{shown} of {of}, the slowest after {seconds:.1} s"),
        (Language::Chinese, None) => format!("{shown} / {of} 台"),
        (Language::English, None) => format!("{shown} of {of}"),
    }
}

/// A street.
pub(super) const fn street(language: Language, street: sites::Street) -> &'static str {
    Words(street.chinese(), street.english()).in_(language)
}

/// A device.
pub(super) const fn device(device: Device) -> Words {
    match device {
        Device::CardReader => Words("读卡器", "Card reader"),
        Device::ReceiptPrinter => Words("回执打印机", "Receipt printer"),
        Device::PagePrinter => Words("A4 打印机", "Page printer"),
        Device::Camera => Words("摄像头", "Camera"),
        Device::DocumentCamera => Words("高拍仪", "Document camera"),
        Device::CodeScanner => Words("扫码器", "Code scanner"),
        Device::FaceEngine => Words("人脸比对", "Face check"),
    }
}

/// A part, as a fault ticket names it.
pub(super) const fn spare_part(part: SparePart) -> Words {
    Words(
        part.chinese(),
        match part {
            SparePart::IdReader => "card reader",
            SparePart::ReceiptPrinter => "receipt printer",
            SparePart::Cutter => "cutter",
            SparePart::Camera => "camera",
            SparePart::TouchPanel => "touch panel",
            SparePart::Display => "display",
            SparePart::CodeScanner => "code scanner",
            SparePart::PagePrinter => "page printer",
            SparePart::Speaker => "speaker",
            SparePart::Cable => "cable",
            SparePart::PowerSupply => "power supply",
            SparePart::Battery => "board battery",
        },
    )
}

/// What is wrong with it.
pub(super) const fn symptom(symptom: Symptom) -> Words {
    Words(
        symptom.chinese(),
        match symptom {
            Symptom::Dead => "does not work",
            Symptom::Fitful => "works at times",
            Symptom::Damaged => "damaged",
            Symptom::Tampered => "tampered with",
        },
    )
}

/// What a device did since its terminal's program started.
pub(super) fn counted(language: Language, Counters { done, failed }: Counters) -> String {
    match language {
        Language::Chinese => format!("启动后成功 {done} 次，失败 {failed} 次"),
        Language::English => format!("{done} done, {failed} failed since the start"),
    }
}

/// A layer of settings.
pub(super) const fn layer(layer: Layer) -> Words {
    match layer {
        Layer::City => Words("全市", "city"),
        Layer::District => Words("区", "district"),
        Layer::Group => Words("分组", "group"),
        Layer::Terminal => Words("本终端", "this terminal"),
    }
}

/// What a setting means.
pub(super) const fn meaning(language: Language, key: Key) -> &'static str {
    Words(key.chinese(), key.english()).in_(language)
}

/// What a setting takes.
pub(super) fn takes(language: Language, kind: Kind) -> String {
    if language == Language::English {
        return kind.to_string();
    }
    match kind {
        Kind::Flag => "true 或 false".to_owned(),
        Kind::Whole { least, most, unit } => {
            let unit = match unit {
                "seconds" => "秒",
                "hundredths" => "（百分之一）",
                other => other,
            };
            format!("{least} 至 {most} {unit}")
        }
        Kind::Choice(words) => words.join("、"),
        Kind::Text { most } => format!("1 至 {most} 个字，一行"),
        Kind::Services { most } => format!("事项或部门编码，以空格分隔，最多 {most} 个"),
        Kind::Hours => "时段，如 22:00-06:00，或 none".to_owned(),
        Kind::Version => "版本号，三段数字，如 0.2.0".to_owned(),
        Kind::Notices { most } => format!("最多 {most} 条公告"),
    }
}

/// A value does not fit, and what would.
pub(super) fn wrong(language: Language, wrong: &Wrong) -> String {
    if language == Language::English {
        return wrong.to_string();
    }
    match wrong {
        Wrong::Kind(kind) => format!("不符合要求，应为：{}", takes(language, *kind)),
        Wrong::Code(code) => {
            format!("不符合要求：“{}”不是事项编码（SZ-HZ-000078）或部门编码（HZ）", code.as_str())
        }
        Wrong::Notice { place, why } => {
            let why = match why {
                NoNotice::Text => format!("内容应为 1 至 {} 个字，一行", Notice::LONGEST),
                NoNotice::Priority => format!("优先级应为 0 至 {}", Notice::MOST_URGENT),
                NoNotice::EndsFirst => "结束时间应晚于开始时间".to_owned(),
                NoNotice::Written(detail) => format!("写法不对（{detail}）"),
            };
            format!("不符合要求：第 {place} 条公告，{why}")
        }
    }
}

/// Why the fleet does not do it.
pub(super) fn refusal(language: Language, refusal: &FleetError) -> String {
    if language == Language::English {
        return refusal.to_string();
    }
    match refusal {
        FleetError::Setting(SettingFault::Value { key, wrong: why }) => {
            format!("{key} {}：{}", meaning(language, *key), wrong(language, why))
        }
        FleetError::Setting(SettingFault::NotHere { key, .. }) => format!("{key}：这一范围不能设置此项"),
        FleetError::NothingNew(_) => "没有改动：请先改一项的值".to_owned(),
        FleetError::Busy(id) => format!("同一范围的第 {id} 次下发还没有结束：请等它结束，或先中止它"),
        FleetError::NoSuchRollout(id) => format!("没有第 {id} 次下发"),
        FleetError::NotNow(NotNow::SamePerson(who)) => format!("由 {who} 提出，需另一人批准"),
        FleetError::NotNow(NotNow::NotProposed) => "这次下发不在等待批准".to_owned(),
        FleetError::NotNow(NotNow::NotStopped) => "这次下发没有停止：停止的才能继续".to_owned(),
        FleetError::NotNow(NotNow::Over) => "这次下发已经结束；要回到原来的设置，请重新发布".to_owned(),
        FleetError::BadTime(hours) => {
            format!("紧急通告有效一分钟至 {hours} 小时；更久的请用“设置”里的公告")
        }
        FleetError::SamePerson => "提出的人不能自己批准：请另一人批准".to_owned(),
        FleetError::NoSuchEmergency(_) => "没有这条紧急通告，或它已经过了这一步".to_owned(),
        FleetError::NoSuchTerminal(kiosk) => format!("终端 {kiosk} 从未联系过中心"),
        FleetError::TooManyCommands(count) => format!("这台终端还有 {count} 条指令没有执行完，请稍候"),
        FleetError::Stale => "期间有别的改动，请刷新后再试".to_owned(),
        // Of what nobody at a console can have caused.
        FleetError::Setting(_) | FleetError::NotSigned(_) | FleetError::Store(_) => refusal.to_string(),
    }
}

/// `周一`
pub(super) const fn weekday(language: Language, day: Weekday) -> &'static str {
    let words = match day {
        Weekday::Mon => Words("周一", "Mon"),
        Weekday::Tue => Words("周二", "Tue"),
        Weekday::Wed => Words("周三", "Wed"),
        Weekday::Thu => Words("周四", "Thu"),
        Weekday::Fri => Words("周五", "Fri"),
        Weekday::Sat => Words("周六", "Sat"),
        Weekday::Sun => Words("周日", "Sun"),
    };
    words.in_(language)
}

/// From a moment on.
pub(super) fn from(language: Language, moment: &str) -> String {
    match language {
        Language::Chinese => format!("{moment} 起"),
        Language::English => format!("from {moment}"),
    }
}

/// Until a moment.
pub(super) fn until(language: Language, moment: &str) -> String {
    match language {
        Language::Chinese => format!("至 {moment}"),
        Language::English => format!("until {moment}"),
    }
}

/// How many terminals.
pub(super) fn terminals(language: Language, count: usize) -> String {
    match language {
        Language::Chinese => format!("共 {count} 台"),
        Language::English if count == 1 => "1 terminal".to_owned(),
        Language::English => format!("{count} terminals"),
    }
}

/// Not all that was found is shown.
pub(super) fn only_the_first(language: Language, shown: usize, found: usize) -> String {
    match language {
        Language::Chinese => format!("共找到 {found} 台，只显示前 {shown} 台，请缩小范围。"),
        Language::English => format!("The first {shown} of {found}: narrow the search."),
    }
}

/// Which wave it is.
pub(super) fn wave(language: Language, phase: &Phase) -> String {
    match (phase, language) {
        (Phase::Running { wave, .. } | Phase::Stopped { wave, .. }, Language::Chinese) => {
            format!("第 {} 批", wave + 1)
        }
        (Phase::Running { wave, .. } | Phase::Stopped { wave, .. }, Language::English) => {
            format!("wave {}", wave + 1)
        }
        _ => String::new(),
    }
}

/// How long ago.
pub(super) fn ago(language: Language, time: SignedDuration) -> String {
    let length = length(language, u64::try_from(time.as_secs()).unwrap_or_default());
    match language {
        Language::Chinese => format!("{length}前"),
        Language::English => format!("{length} ago"),
    }
}

/// A length of time, in the largest unit that fits.
pub(super) fn length(language: Language, seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=59 => (seconds, Words(" 秒", " s")),
        60..=3_599 => (seconds / 60, Words(" 分钟", " min")),
        3_600..=86_399 => (seconds / 3_600, Words(" 小时", " h")),
        _ => (seconds / 86_400, Words(" 天", " d")),
    };
    format!("{count}{}", unit.in_(language))
}

/// How far a terminal's clock is off.
pub(super) fn skew(language: Language, skew: SignedDuration) -> String {
    let length = length(language, skew.as_secs().unsigned_abs());
    match (skew.as_secs(), language) {
        (-2..=2, Language::Chinese) => "准".to_owned(),
        (-2..=2, Language::English) => "right".to_owned(),
        (3.., Language::Chinese) => format!("快 {length}"),
        (3.., Language::English) => format!("{length} fast"),
        (_, Language::Chinese) => format!("慢 {length}"),
        (_, Language::English) => format!("{length} slow"),
    }
}
