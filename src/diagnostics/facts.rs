//! What is known of one part beside its verdict: counters and states, as lines of a table. Pure.

use super::finding::{Finding, Subject};
use super::judge::{judge, paper};
use super::network::NetworkFacts;
use super::program;
use super::snapshot::{KeyPlace, Snapshot};
use super::touch;
use drivers::{DeviceStatus, DoorStatus};
use jiff::Timestamp;
use offline_cache::Filling;
use std::time::Duration;

/// One line: what, and how much or how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// 启动后读卡
    pub label: &'static str,
    /// `17`
    pub value: String,
}

/// One part: its verdict, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The verdict.
    pub finding: Finding,
    /// The lines of its table.
    pub facts: Vec<Fact>,
}

/// Every part, in the order of [`Subject::ALL`].
pub fn parts(seen: &Snapshot, network: Option<&NetworkFacts>) -> Vec<Part> {
    let facts = |finding: Finding| Part { facts: facts(finding.subject, seen, network), finding };
    judge(seen, network).into_iter().map(facts).collect()
}

pub(super) fn fact(label: &'static str, value: impl Into<String>) -> Fact {
    Fact { label, value: value.into() }
}

fn facts(subject: Subject, seen: &Snapshot, network: Option<&NetworkFacts>) -> Vec<Fact> {
    match subject {
        Subject::IdReader => vec![
            fact("设备状态", device(seen.reader.device)),
            fact(
                "安全模块",
                seen.reader.module.map_or_else(|| "未知".to_owned(), |module| module.to_string()),
            ),
            fact("启动后读卡", format!("{} 张", seen.reader.cards_read)),
            fact("启动后没读成", format!("{} 次", seen.reader.cards_failed)),
            fact(
                "最近一次读芯片",
                seen.reader
                    .last_read
                    .map_or_else(|| "还没有".to_owned(), |took| format!("{} 毫秒", took.as_millis())),
            ),
            fact("启动后通信出错", format!("{} 次", seen.reader.link_errors)),
        ],
        Subject::ReceiptPrinter => [
            fact("设备状态", device(seen.printer.device)),
            fact("纸", paper(seen.printer.paper)),
            fact("启动后打印", format!("{} 张，{} 行", seen.printer.printed, seen.printer.lines)),
            fact("启动后切纸", format!("{} 次", seen.printer.cuts)),
            fact("启动后没打成", format!("{} 张", seen.printer.failed)),
        ]
        .into_iter()
        .chain(seen.printer.door.map(door))
        .collect(),
        Subject::Camera => vec![fact("设备状态", device(seen.camera))],
        Subject::DocumentCamera => {
            seen.documents.map(|status| fact("设备状态", device(status))).into_iter().collect()
        }
        Subject::CodeScanner => seen.scanner.map_or_else(Vec::new, |scanner| {
            vec![
                fact("设备状态", device(scanner.device)),
                fact("启动后读到", format!("{} 个码", scanner.codes_read)),
                fact("启动后没读成", format!("{} 次", scanner.garbled)),
            ]
        }),
        Subject::PagePrinter | Subject::Speaker => Vec::new(),
        Subject::TouchPanel => touch::lines(seen.touch.as_deref()),
        Subject::Face => {
            vec![fact("芯片照片解码程序", present(seen.decoder)), fact("人脸模型", present(seen.models))]
        }
        Subject::Store => store(seen),
        Subject::Queue => seen.store.as_ref().map_or_else(
            |_| Vec::new(),
            |store| {
                vec![
                    fact("待发", format!("{} 件", store.waiting)),
                    fact("被拒，留在本机", format!("{} 件", store.set_aside)),
                ]
            },
        ),
        Subject::Network => network.map(way).unwrap_or_default(),
        Subject::Clock => {
            let mut lines = vec![fact("本机时间", moment(seen.now))];
            if let Some(NetworkFacts::Answered { ahead: Some(ahead), .. }) = network {
                lines.push(fact("比中心快", format!("{} 毫秒", ahead.as_millis())));
            }
            lines
        }
        Subject::Certificate => match &seen.certificate {
            Some(Ok((ends_at, place))) => vec![
                fact("有效至", moment(*ends_at)),
                fact(
                    "密钥文件",
                    match place {
                        KeyPlace::Chip => "由安全芯片（TPM）封存",
                        KeyPlace::PrivateFile => "只有本服务能读",
                        KeyPlace::OpenFile => "别人也能读",
                    },
                ),
            ],
            Some(Err(why)) => vec![fact("读取证书", why.as_str())],
            None => Vec::new(),
        },
        Subject::Program => program::lines(seen.program),
    }
}

/// The cabinet's door, where its switch is wired to the printer.
fn door(door: DoorStatus) -> Fact {
    let words = match door {
        DoorStatus::Closed => "关着",
        DoorStatus::Open => "开着",
    };
    fact("柜门（接在打印机钱箱口）", words)
}

fn store(seen: &Snapshot) -> Vec<Fact> {
    let Ok(store) = &seen.store else { return Vec::new() };
    let filling = match store.filling {
        Filling::Roomy => "有余量".to_owned(),
        Filling::NearlyFull { oldest: None } => "将满".to_owned(),
        Filling::NearlyFull { oldest: Some(oldest) } => format!("将满，最早的一件 {}", moment(oldest)),
    };
    vec![fact("期望状态版本", store.desired.to_string()), fact("容量", filling)]
}

fn way(facts: &NetworkFacts) -> Vec<Fact> {
    let millis = |time: Duration| format!("{} 毫秒", time.as_millis());
    match facts {
        NetworkFacts::Answered { name, connection, answer, .. } => vec![
            fact("域名解析（DNS）", millis(*name)),
            fact("建立连接（TCP）", millis(*connection)),
            fact("握手和应答（TLS、接口）", millis(*answer)),
        ],
        NetworkFacts::NoAddress(host) => vec![fact("域名解析（DNS）", format!("{host} 没有地址"))],
        NetworkFacts::NoConnection(address) => vec![fact("建立连接（TCP）", format!("{address} 连不上"))],
        NetworkFacts::NotTrusted => vec![fact("握手（TLS）", "证书不被认可")],
        NetworkFacts::NoAnswer(why) => vec![fact("接口", why.as_str())],
    }
}

/// The state of XFS4IoT, and what it means.
fn device(status: DeviceStatus) -> String {
    let words = match status {
        DeviceStatus::Starting => "还没有应答",
        DeviceStatus::Online => "在线",
        DeviceStatus::Offline => "没有应答",
        DeviceStatus::PowerOff => "没有电",
        DeviceStatus::NoDevice => "没有接上",
        DeviceStatus::HardwareError => "硬件故障",
        DeviceStatus::UserError => "等人处理",
        DeviceStatus::DeviceBusy => "正在工作",
        DeviceStatus::FraudAttempt | DeviceStatus::PotentialFraud => "可能被人动过",
    };
    format!("{words}（{status}）")
}

const fn present(is_there: bool) -> &'static str {
    if is_there { "在" } else { "不在" }
}

/// In Shenzhen.
fn moment(at: Timestamp) -> String {
    jiff::tz::offset(8).to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
