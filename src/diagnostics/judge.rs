//! Out of how everything stands, what that means and what to do next. Pure: each rule is a line of its own, tested as one.

use super::examined::{mend_scanner, no_sound};
use super::finding::{Finding, Subject, Words};
use super::network::NetworkFacts;
use super::program;
use super::snapshot::{KeyPlace, Snapshot, StoreFacts};
use super::touch;
use crate::screens::store_trouble;
use crate::services::StoreTrouble;
use contract::enrolment::{GOOD_FOR_DAYS, RENEW_FROM_DAY};
use drivers::code_scanner::ScannerStatus;
use drivers::page_printer::{NoPages, PageState};
use drivers::receipt_printer::{Cause, PrinterStatus};
use drivers::speaker::NoSound;
use drivers::{DeviceStatus, PaperStatus};
use jiff::{SignedDuration, Timestamp};
use offline_cache::Filling;

/// Entries that wait longer than a day's network trouble makes.
const MANY_WAIT: u64 = 500;
/// Readings that fail now and then are people who pull their paper away.
const MANY_GARBLED: u64 = 10;
/// How far the clock may be off before signatures and receipts are.
const SKEW: SignedDuration = SignedDuration::from_secs(120);

/// What is found of every part, in the order of [`Subject::ALL`].
pub fn judge(seen: &Snapshot, network: Option<&NetworkFacts>) -> Vec<Finding> {
    vec![
        reader(seen),
        receipt_printer(&seen.printer),
        seen.pages.as_ref().map_or_else(|| Finding::not_fitted(Subject::PagePrinter), pages),
        camera(Subject::Camera, seen.camera),
        seen.documents.map_or_else(
            || Finding::not_fitted(Subject::DocumentCamera),
            |status| camera(Subject::DocumentCamera, status),
        ),
        seen.scanner.map_or_else(|| Finding::not_fitted(Subject::CodeScanner), scanner),
        seen.speaker.as_ref().map_or_else(|| Finding::not_fitted(Subject::Speaker), speaker),
        touch::judge(seen.touch.as_deref()),
        face(seen),
        store(seen.store.as_ref()),
        queue(seen.store.as_ref()),
        network.map_or_else(|| Finding::not_fitted(Subject::Network), way_to_central),
        network.map_or_else(|| Finding::not_fitted(Subject::Clock), clock),
        seen.certificate.as_ref().map_or_else(
            || Finding::not_fitted(Subject::Certificate),
            |certificate| self::certificate(certificate.as_ref().map_err(String::as_str), seen.now),
        ),
        program::judge(seen.program, seen.store.as_ref().ok().map(|store| store.desired)),
    ]
}

/// One that says nothing of itself is as good as its port, and as what it has read.
fn scanner(status: ScannerStatus) -> Finding {
    let subject = Subject::CodeScanner;
    if let Some(finding) = device(subject, status.device) {
        return finding;
    }
    let ScannerStatus { codes_read, garbled, .. } = status;
    if garbled >= MANY_GARBLED && garbled > codes_read {
        return Finding::attention(
            subject,
            Words::of(
                format!("接上了，但 {garbled} 次没读成，只读到 {codes_read} 个码"),
                format!("plugged in, but {garbled} readings failed and {codes_read} were good"),
            ),
            mend_scanner(),
        );
    }
    Finding::good(
        subject,
        Words::of(format!("接上了，读到 {codes_read} 个码"), format!("plugged in; {codes_read} codes read")),
    )
}

/// One that can be opened may still be silent: ears know.
fn speaker(state: &Result<(), NoSound>) -> Finding {
    let subject = Subject::Speaker;
    match state {
        Ok(()) => {
            Finding::good(subject, Words::of("能打开；响不响要人听", "it can be opened; ears know the rest"))
        }
        Err(why) => {
            let (found, next) = no_sound(why);
            Finding::broken(subject, found, next)
        }
    }
}

/// What a device says that does not work, and where to look.
fn device(subject: Subject, status: DeviceStatus) -> Option<Finding> {
    let (found, next) = match status {
        DeviceStatus::Online | DeviceStatus::DeviceBusy => return None,
        DeviceStatus::Starting => (
            Words::of("还没有应答", "it has not answered yet"),
            Words::of("等十秒再看一次", "look again in ten seconds"),
        ),
        DeviceStatus::NoDevice => (
            Words::of(
                "没有接上，或 kiosk.toml 里的端口名不对",
                "not plugged in, or named wrongly in kiosk.toml",
            ),
            Words::of(
                "检查电源和数据线；用 ls -l /dev/kiosk 看 udev 起的名字",
                "check power and cable; 'ls -l /dev/kiosk' shows the names that udev gives",
            ),
        ),
        DeviceStatus::PowerOff | DeviceStatus::Offline => (
            Words::of("接上了但没有应答", "plugged in, and it does not answer"),
            Words::of(
                "断电十秒再上电；还不行就换数据线，再换设备",
                "switch it off for ten seconds; then try another cable, then another device",
            ),
        ),
        DeviceStatus::HardwareError => (
            Words::of("设备报告硬件故障", "it reports a hardware error"),
            Words::of("更换设备并登记序列号", "replace it and note the serial number"),
        ),
        DeviceStatus::UserError => (
            Words::of("设备等人处理", "it waits for a person"),
            Words::of("看设备上的指示灯和盖子", "look at its lamps and its cover"),
        ),
        DeviceStatus::FraudAttempt | DeviceStatus::PotentialFraud => (
            Words::of("设备报告可能有人动过它", "it reports that somebody may have tampered with it"),
            Words::of(
                "停用本机，拍照，通知运维中心",
                "take the terminal out of service, take photos, call the operator",
            ),
        ),
    };
    Some(Finding::broken(subject, found, next))
}

fn reader(seen: &Snapshot) -> Finding {
    if let Some(broken) = device(Subject::IdReader, seen.reader.device) {
        return broken;
    }
    let (read, lost) = (seen.reader.cards_read, seen.reader.link_errors);
    let found = Words::of(
        format!("正常；启动后读卡 {read} 张，通信出错 {lost} 次"),
        format!("works; {read} cards read and {lost} answers lost since the start"),
    );
    if lost > 20 && lost > read {
        let next = Words::of(
            "数据线接触不良的可能大：换线，远离电源线",
            "probably the cable: replace it, away from power lines",
        );
        return Finding::attention(Subject::IdReader, found, next);
    }
    Finding::good(Subject::IdReader, found)
}

fn receipt_printer(status: &PrinterStatus) -> Finding {
    let subject = Subject::ReceiptPrinter;
    if let Some(cause) = status.cause {
        let (zh, en, next) = match cause {
            Cause::CoverOpen => ("盖子开着", "the cover is open", ("关上盖子", "close it")),
            Cause::PaperOut => ("没有纸", "no paper", ("装一卷新纸，记下张数", "put in a new roll")),
            Cause::CutterJam => (
                "切刀卡住",
                "the cutter is stuck",
                ("打开盖子，取出纸屑，再关上", "open, take the paper out, close"),
            ),
            Cause::HeadHot => {
                ("打印头过热", "the print head is too hot", ("等五分钟，会自己恢复", "wait five minutes"))
            }
            Cause::Broken => (
                "设备报告不能恢复的故障",
                "it reports an unrecoverable error",
                ("更换打印机", "replace the printer"),
            ),
            Cause::Busy => ("打印机忙", "it is busy", ("等一分钟再看", "look again in a minute")),
        };
        return Finding::broken(subject, Words::of(zh, en), Words::of(next.0, next.1));
    }
    if let Some(broken) = device(subject, status.device) {
        return broken;
    }
    let found = Words::of(
        format!("正常；启动后打印 {} 张，纸：{}", status.printed, paper(status.paper)),
        format!("works; {} receipts since the start, paper {}", status.printed, status.paper),
    );
    match status.paper {
        PaperStatus::Low => Finding::attention(
            subject,
            found,
            Words::of("纸快用完：换一卷", "nearly out of paper: change the roll"),
        ),
        PaperStatus::Out | PaperStatus::Jammed => {
            Finding::broken(subject, found, Words::of("装纸或取出卡纸", "put paper in, or take the jam out"))
        }
        PaperStatus::Full | PaperStatus::Unknown => Finding::good(subject, found),
    }
}

pub(super) const fn paper(status: PaperStatus) -> &'static str {
    match status {
        PaperStatus::Full => "充足",
        PaperStatus::Low => "快用完",
        PaperStatus::Out => "用完",
        PaperStatus::Unknown => "打印机不报告",
        PaperStatus::Jammed => "卡纸",
    }
}

fn pages(state: &Result<PageState, NoPages>) -> Finding {
    let subject = Subject::PagePrinter;
    let look = Words::of("看打印机面板", "look at its panel");
    match state {
        Ok(state) if state.is_out_of_paper() => {
            Finding::broken(subject, Words::of("没有 A4 纸", "no A4 paper"), Words::of("装 A4 纸", "load A4"))
        }
        Ok(state) if !state.is_accepting || !state.takes_pdf => {
            let reasons = state.reasons.join(", ");
            let found = Words::of(format!("不接收任务：{reasons}"), format!("it takes no jobs: {reasons}"));
            Finding::broken(subject, found, look)
        }
        Ok(_) => Finding::good(subject, Words::of("正常，有 A4 纸", "works, A4 is loaded")),
        Err(why) => Finding::broken(
            subject,
            Words::of("没有应答", why.to_string()),
            Words::of("检查电源、USB 线和 ipp-usb 服务", "check power, cable and the service ipp-usb"),
        ),
    }
}

fn camera(subject: Subject, status: DeviceStatus) -> Finding {
    let works = || Finding::good(subject, Words::of("正常", "works"));
    device(subject, status).unwrap_or_else(works)
}

fn face(seen: &Snapshot) -> Finding {
    let subject = Subject::Face;
    if !seen.decoder {
        return Finding::attention(
            subject,
            Words::of(
                "没有芯片照片解码程序：居民改用其他方式登录",
                "no decoder of chip photos: people log in by other ways",
            ),
            Words::of("在 kiosk.toml 写明 photo_decoder", "name photo_decoder in kiosk.toml"),
        );
    }
    if !seen.models {
        return Finding::broken(
            subject,
            Words::of("人脸模型没有载入（故障 E03）", "the face models are not loaded (E03)"),
            Words::of(
                "启动后等一分钟；还没有就看日志里的文件名和摘要",
                "wait a minute after the start; then the log names the file and its digest",
            ),
        );
    }
    Finding::good(subject, Words::of("解码程序和模型都在", "decoder and models are there"))
}

fn store(store: Result<&StoreFacts, &StoreTrouble>) -> Finding {
    let subject = Subject::Store;
    match store {
        Err(trouble) => {
            let code = store_trouble::code(*trouble);
            Finding::broken(
                subject,
                Words::of(
                    format!("不能保存申请（故障 {code}）"),
                    format!("it takes no applications ({code})"),
                ),
                Words::of(
                    "按 docs/failure-states.md 的这一行处理；不要删除任何文件",
                    "do what that line of docs/failure-states.md says; delete nothing",
                ),
            )
        }
        Ok(StoreFacts { desired: 0, .. }) => Finding::broken(
            subject,
            Words::of("还没有封存密钥（故障 E12）", "there is no key to seal to yet (E12)"),
            Words::of("让本机联网一次", "let the terminal reach central once"),
        ),
        Ok(StoreFacts { filling: Filling::NearlyFull { .. }, .. }) => Finding::broken(
            subject,
            Words::of(
                "快满了，暂停接收新申请（故障 E04）",
                "nearly full: it takes no new applications (E04)",
            ),
            Words::of("恢复网络，让待发的申请发出去", "mend the network, so that what waits is sent"),
        ),
        Ok(StoreFacts { desired, .. }) => Finding::good(
            subject,
            Words::of(
                format!("正常，配置版本 {desired}"),
                format!("works, desired state {desired} in force"),
            ),
        ),
    }
}

fn queue(store: Result<&StoreFacts, &StoreTrouble>) -> Finding {
    let subject = Subject::Queue;
    let Ok(StoreFacts { waiting, set_aside, .. }) = store else {
        return Finding::broken(
            subject,
            Words::of("存储打不开，队列未知", "unknown: the store does not open"),
            Words::of("先处理本机存储", "see to the store first"),
        );
    };
    let found = Words::of(
        format!("待发 {waiting} 件，被拒 {set_aside} 件"),
        format!("{waiting} wait, {set_aside} were refused"),
    );
    if *set_aside > 0 {
        let next = Words::of(
            "看原因（维护模式的本页，或 kiosk outbox list），处理后重发；不能删除",
            "the terminal's own page or 'kiosk outbox list' says why; then send it again; nothing is deleted",
        );
        return Finding::attention(subject, found, next);
    }
    if *waiting > MANY_WAIT {
        let next = Words::of("检查网络；恢复后会自己发出", "look at the network; they go by themselves");
        return Finding::attention(subject, found, next);
    }
    Finding::good(subject, found)
}

fn way_to_central(facts: &NetworkFacts) -> Finding {
    let subject = Subject::Network;
    match facts {
        NetworkFacts::NoAddress(host) => Finding::broken(
            subject,
            Words::of(format!("{host} 没有地址（DNS）"), format!("{host} has no address (DNS)")),
            Words::of("检查网线、路由器和 DNS 设置", "check cable, router and DNS"),
        ),
        NetworkFacts::NoConnection(address) => Finding::broken(
            subject,
            Words::of(format!("连不上 {address}"), format!("nobody takes a connection at {address}")),
            Words::of("检查防火墙和线路；问运维中心是否在维护", "check firewall and line; ask the operator"),
        ),
        NetworkFacts::NotTrusted => Finding::broken(
            subject,
            Words::of(
                "对方不是我们的中心，或不认本机证书（故障 E06）",
                "not our central, or it does not take our certificate (E06)",
            ),
            Words::of(
                "检查地址和 ca.pem；证书被吊销的，请运维重新邀请并 kiosk enrol",
                "check address and ca.pem; a revoked terminal is invited again and enrolled by 'kiosk enrol'",
            ),
        ),
        NetworkFacts::NoAnswer(why) => Finding::broken(
            subject,
            Words::of("中心没有正确应答", format!("central did not answer as it should: {why}")),
            Words::of("稍后再试；还不行请联系运维中心", "try again later; then call the operator"),
        ),
        NetworkFacts::Answered { name, connection, answer, .. } => {
            let (name, connection, answer) = (name.as_millis(), connection.as_millis(), answer.as_millis());
            Finding::good(
                subject,
                Words::of(
                    format!("正常：解析 {name} ms，连接 {connection} ms，握手和应答 {answer} ms"),
                    format!(
                        "works: name {name} ms, connection {connection} ms, handshake and answer {answer} ms"
                    ),
                ),
            )
        }
    }
}

fn clock(facts: &NetworkFacts) -> Finding {
    let subject = Subject::Clock;
    let NetworkFacts::Answered { ahead: Some(ahead), .. } = facts else {
        return Finding::attention(
            subject,
            Words::of(
                "没有连上中心，不知道准不准",
                "central was not reached: nobody knows whether it is right",
            ),
            Words::of("先处理网络", "see to the network first"),
        );
    };
    let seconds = ahead.as_secs();
    let found = Words::of(format!("与中心相差 {seconds} 秒"), format!("{seconds} s before central's"));
    if ahead.abs() > SKEW {
        let next =
            Words::of("检查 systemd-timesyncd 和主板电池", "check systemd-timesyncd and the board's battery");
        return Finding::attention(subject, found, next);
    }
    Finding::good(subject, found)
}

fn certificate(certificate: Result<&(Timestamp, KeyPlace), &str>, now: Timestamp) -> Finding {
    let subject = Subject::Certificate;
    let enrol = || {
        Words::of("请运维邀请本机，然后 kiosk enrol", "ask the operator for a claim code, then 'kiosk enrol'")
    };
    let (ends_at, place) = match certificate {
        Ok(facts) => *facts,
        Err(why) => return Finding::broken(subject, Words::of("没有可用的证书", why), enrol()),
    };
    let days = ends_at.duration_since(now).as_hours() / 24;
    let key = match place {
        KeyPlace::Chip => {
            Words::of("密钥由本机安全芯片（TPM）封存", "its key is sealed to the security chip (TPM)")
        }
        KeyPlace::PrivateFile => {
            Words::of("密钥在只有本服务可读的文件里", "its key is in a file for its owner alone")
        }
        KeyPlace::OpenFile => Words::of("密钥文件别人也能读", "its key is in a file that others can read"),
    };
    let found = Words::of(
        format!("还有 {days} 天到期；{}", key.zh),
        format!("good for {days} more days; {}", key.en),
    );
    if days < 0 {
        return Finding::broken(subject, found, enrol());
    }
    if place == KeyPlace::OpenFile {
        let next = Words::of("chmod 600 这个文件", "chmod 600 that file");
        return Finding::attention(subject, found, next);
    }
    // Renewed from then on every few hours: half of that time without success is not chance.
    if days < (GOOD_FOR_DAYS - RENEW_FROM_DAY) / 2 {
        let next = Words::of("续期没有成功：看日志里的 E06", "it is not renewed: look for E06 in the log");
        return Finding::attention(subject, found, next);
    }
    Finding::good(subject, found)
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
