//! A technician enters: knocks at a terminal without a network, reads its code, has it opened at central by the command line,
//! types the digits, sees how every part is, checks reader, printer, camera and panel, writes a fault ticket, puts the terminal out of
//! service, and leaves. Wrong codes lock the way in, also over a restart; everything is a
//! line of the terminal's journal and of central's audit log.

#![cfg(feature = "tour")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/driven.rs"]
mod driven;
#[path = "support/page_printer.rs"]
mod page_printer;
mod support;
#[path = "support/way_in.rs"]
mod way_in;

use contract::suite::Suite;
use corner::Twins;
use driven::{Kiosk, Place, SMALL, eventually};
use drivers::speaker::{Signal, samples};
use offline_cache::journal;
use page_printer::{PagePrinter, codes, told};
pub(crate) use support::repository;
use way_in::{knock, opened, try_code, until_said};

/// Some eight digits that are not these.
fn another(code: &str) -> String {
    if code.starts_with('9') { code.replacen('9', "8", 1) } else { format!("9{}", &code[1..]) }
}

/// A card, a sample print, a picture and the touch grid, each to its verdict.
fn check_every_part(kiosk: &mut Kiosk, twins: &mut Twins) {
    kiosk.ask("touch 读卡器");
    kiosk.ask("touch 试读一张卡");
    until_said(kiosk, "请把卡放在读卡区");
    twins.reader.say("lay sample-citizen");
    until_said(kiosk, "读到一张居民身份证");
    assert!(!kiosk.read().words.join("").contains("陈小福"), "nothing of the card is shown");
    kiosk.ask("touch 返回");
    kiosk.ask("touch 扫码器");
    kiosk.ask("touch 试扫一个码");
    until_said(kiosk, "请把回执的二维码");
    twins.scanner.say("hold 990101195601190027");
    until_said(kiosk, "读到一个 18 个字符的码");
    assert!(!kiosk.read().words.join("").contains("990101195601190027"), "nothing of the code is shown");
    kiosk.ask("touch 返回");
    kiosk.ask("touch 回执打印机");
    kiosk.ask("touch 打印样张");
    kiosk.ask("touch 不清楚");
    until_said(kiosk, "样张不清楚");
    kiosk.ask("touch 返回");
    kiosk.ask("touch 人脸摄像头");
    kiosk.ask("touch 看画面");
    until_said(kiosk, "识别到 1 张脸");
    kiosk.ask("touch 清楚");
    until_said(kiosk, "人脸画面清楚");
    kiosk.ask("touch 返回");
    kiosk.ask("touch 试触摸");
    for cell in 1..=60 {
        kiosk.ask(&format!("touch 第 {cell} 格"));
    }
    kiosk.ask("until bench-grid-over");
    until_said(kiosk, "每一格都有反应");
    kiosk.ask("touch 点十字，查偏差");
    for cross in 1..=9 {
        kiosk.ask(&format!("touch 第 {cross} 个十字"));
    }
    kiosk.ask("until bench-crosses-over");
    until_said(kiosk, "9 个十字都点准了");
    kiosk.ask("touch 返回");
    kiosk.ask("touch 维修记录");
    kiosk.ask("touch 2 卷");
    until_said(kiosk, "装回执纸 2 卷");
    until_said(kiosk, "进入维护模式");
    kiosk.ask("touch 返回");
}

fn acts(place: &Place) -> Vec<String> {
    let file = place.folder().join("state/kiosk.db");
    journal::verify(&file, Suite::International).unwrap();
    let db = rusqlite::Connection::open(file).unwrap();
    let mut query =
        db.prepare("SELECT act ->> 'act' FROM journal WHERE act LIKE '%vendor%' OR act LIKE '%service%' OR act LIKE '%paper_loaded%' OR act LIKE '%fault%' ORDER BY n").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn by_a_code_that_central_alone_reads_without_a_network() {
    let place = Place::prepare(SMALL);
    let mut twins = Twins::start(place.folder());
    let central = place.central();
    assert!(central.until_ready());
    let mut kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    kiosk.ask("works reader printer face online store");
    let sealed = knock(&mut kiosk, &place);
    let code = opened(&place, &sealed).unwrap();
    try_code(&mut kiosk, &code);
    kiosk.ask("until bench");
    until_said(&mut kiosk, "网络：正常");
    kiosk.ask("touch 网络");
    kiosk.ask("touch 测网速");
    until_said(&mut kiosk, "KB/秒");
    kiosk.ask("touch 退出维护");
    kiosk.ask("until attract");
    // The line is cut: from here on the terminal has what it has.
    drop(central);
    kiosk.ask("works offline");

    let sealed = knock(&mut kiosk, &place);
    let code = opened(&place, &sealed).unwrap();
    assert!(!sealed.contains(&code));
    try_code(&mut kiosk, &another(&code));
    until_said(&mut kiosk, "再错 4 次");
    try_code(&mut kiosk, &code);
    kiosk.ask("until bench");
    kiosk.ask("touch 读卡器");
    kiosk.ask("until bench-part");
    kiosk.ask("touch 返回");
    until_said(&mut kiosk, "读卡器：正常");
    until_said(&mut kiosk, "网络：故障");
    check_every_part(&mut kiosk, &mut twins);
    kiosk.ask("touch 故障单");
    for chosen in ["切刀", "不工作", "没修好，待处理", "写下并发送"] {
        kiosk.ask(&format!("touch {chosen}"));
    }
    until_said(&mut kiosk, "故障单已写下：切刀不工作");
    kiosk.ask("touch 返回");
    kiosk.ask("touch 停用本机");
    until_said(&mut kiosk, "本机已停用");
    kiosk.ask("touch 退出维护");
    kiosk.ask("until attract");
    until_said(&mut kiosk, "请使用附近的其他终端");

    // It is used up: the next one is another, and the old digits are wrong for it.
    let next = knock(&mut kiosk, &place);
    assert_ne!(opened(&place, &next).unwrap(), code);
    for left in (1..5).rev() {
        try_code(&mut kiosk, &code);
        until_said(&mut kiosk, &format!("再错 {left} 次"));
    }
    drop(kiosk);
    let mut kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    until_said(&mut kiosk, "请使用附近的其他终端");
    let last = knock(&mut kiosk, &place);
    let right = opened(&place, &last).unwrap();
    try_code(&mut kiosk, &another(&right));
    kiosk.ask("until technician-shut");
    until_said(&mut kiosk, "已锁定");
    drop(kiosk);
    let mut kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    kiosk.ask("knock");
    until_said(&mut kiosk, "已锁定");
    drop(kiosk);

    let (visit, tries) = (
        [
            "vendor_mode_entered",
            "vendor_mode_left",
            "vendor_code_wrong",
            "vendor_mode_entered",
            "paper_loaded",
            "fault_reported",
            "out_of_service",
            "vendor_mode_left",
        ],
        ["vendor_code_wrong"; 5],
    );
    let expected: Vec<&str> = visit.into_iter().chain(tries).chain(["vendor_mode_locked"]).collect();
    assert_eq!(acts(&place), expected);

    assert!(opened(&place, "ft-0001.1.AAAA").unwrap_err().contains("scan its screen again"));
    assert!(opened(&place, "hello").unwrap_err().contains("scan its screen again"));
    let db = rusqlite::Connection::open(place.database()).unwrap();
    let told: i64 = db
        .query_row(
            "SELECT count(*) FROM audit WHERE deed = 'technician-code' AND subject = 'ft-0001'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(told, 4, "each code that was told stands in the audit log");

    // The line is back, and what was written without it arrives.
    let central = place.central();
    assert!(central.until_ready());
    let kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    let ticket =
        "SELECT part || ' ' || symptom, closed_at IS NULL FROM fault_tickets WHERE kiosk = 'ft-0001'";
    let arrived = eventually("the ticket at central", || {
        db.query_row(ticket, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?))).ok()
    });
    assert_eq!(arrived, ("cutter dead".to_owned(), true));
}

/// A part: its name, its check, what is seen of it, what the technician says of it.
fn check(kiosk: &mut Kiosk, part: &str, check: &str, seen: &str) {
    kiosk.ask(&format!("touch {part}"));
    kiosk.ask(&format!("touch {check}"));
    until_said(kiosk, seen);
}

/// What no device says of itself is tried: a page, the speaker, a card's photo, the disk, the certificate.
#[test]
fn what_a_part_is_there_for_is_tried_and_judged() {
    let place = Place::prepare(SMALL);
    let mut twins = Twins::start(place.folder());
    let printer = PagePrinter::start();
    if let Some(printer) = &printer {
        let file = place.folder().join("kiosk.toml");
        let settings = std::fs::read_to_string(&file).unwrap();
        let with = format!("[devices]\npage_printer = \"{}\"", printer.address());
        std::fs::write(&file, settings.replace("[devices]", &with)).unwrap();
    }
    let central = place.central();
    assert!(central.until_ready());
    let mut kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    kiosk.ask("works reader printer face online store");
    let sealed = knock(&mut kiosk, &place);
    try_code(&mut kiosk, &opened(&place, &sealed).unwrap());
    kiosk.ask("until bench");
    until_said(&mut kiosk, "扬声器：正常");

    check(&mut kiosk, "扬声器", "试听", "都听清楚了吗");
    let heard = std::fs::read(place.folder().join("heard.raw")).unwrap();
    assert!(heard.starts_with(&samples(Signal::Check)), "ALSA got left, right and both");
    kiosk.ask("touch 不清楚");
    until_said(&mut kiosk, "alsamixer");
    kiosk.ask("touch 返回");
    check(&mut kiosk, "面部核对", "试一张卡的照片", "请把卡放在读卡区");
    twins.reader.say("lay sample-citizen");
    until_said(&mut kiosk, "认出脸用");
    kiosk.ask("touch 返回");
    check(&mut kiosk, "本机存储", "试写、通读", "没有损坏");
    kiosk.ask("touch 返回");
    kiosk.ask("stroke");
    check(&mut kiosk, "终端证书", "向中心出示", "中心认可本机证书");
    kiosk.ask("touch 返回");
    let Some(printer) = printer else { return };
    check(&mut kiosk, "A4 打印机", "打印样页", "四边的框完整吗");
    let pages = printer.pages();
    let [page] = pages.as_slice() else { panic!("one page: {pages:?}") };
    let text = told("pdftotext", &["-layout"], page);
    assert!(text.contains("打印样页") && text.contains("测试终端"), "{text}");
    let time = codes(page);
    assert!(text.contains(time.trim()) && time.starts_with("20"), "the code says when: {time}");
    kiosk.ask("touch 清楚");
    until_said(&mut kiosk, "样页清楚");
}
