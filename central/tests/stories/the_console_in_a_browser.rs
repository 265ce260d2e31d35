//! The operator console in a real browser: log-in, lock-out, every page in both languages at the width of a desk and of a
//! tablet. The pictures are in target/console.

use crate::faults_are_written_and_settled::photo;
use crate::support::browser::Browser;
use crate::support::console::{CHOSEN, Operator};
use crate::support::street::{but, fine};
use crate::support::{City, key, receipt, sent};
use central::operators::totp::TotpSecret;
use contract::Secret;
use contract::fault_ticket::{FaultTicket, SparePart, Symptom};
use contract::message::EntryBody;
use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A desk's screen, and a tablet held upright.
const SIZES: [(u32, u32); 2] = [(1366, 768), (820, 1180)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_in_both_languages() {
    let Some(browser) = Browser::start().await else { return };
    let city = City::open().await;
    let first = city.invite("li", "city").await;
    browser.page.goto(&city.console("/operators")).await.unwrap();
    pictures(&browser, "login").await;
    log_in(&browser, "li", "not the password").await;
    assert!(browser.text(".note.stop").await.contains("连续 5 次错误"));
    pictures(&browser, "login-wrong").await;
    log_in(&browser, "li", &first).await;
    let letters = browser.text("#secret").await;
    pictures(&browser, "enrol").await;
    let totp = TotpSecret::of(Secret::new(BASE32_NOPAD.decode(letters.as_bytes()).unwrap()));
    browser.type_into("#code", &totp.code_at(Timestamp::now())).await;
    browser.type_into("#fresh", CHOSEN).await;
    browser.type_into("#again", CHOSEN).await;
    browser.click("form.stack button").await;
    browser.text(".who").await;
    // Refused log-ins are answered as such, and Chromium says so.
    let complaints = browser.complaints().await;
    assert!(complaints.iter().all(|said| said.contains("401 (Unauthorized)")), "{complaints:?}");
    fleet_of_every_kind(&city).await;
    for (page, name) in [
        ("fleet", "fleet"),
        ("fleet?state=down", "fleet-down"),
        ("map", "map"),
        ("kiosks/ft-0003", "kiosk"),
        ("kiosks/ft-0008", "kiosk-with-refusals"),
        ("alarms", "alarms"),
        ("settings", "settings"),
        ("settings?scope=terminal:ft-0001", "settings-terminal"),
        ("rollouts", "rollouts"),
        ("operators", "operators"),
    ] {
        open(&browser, &city, page, name).await;
    }
    a_fault_is_photographed(&browser, &city).await;
    a_terminal_is_invited(&browser, &city).await;
    an_emergency_is_announced(&browser, &city).await;
    a_terminal_is_asked_to_do_something(&browser, &city).await;
    a_notice_is_written(&browser, &city).await;
    a_change_is_typed_and_rolled_out(&browser, &city).await;
    browser.click("form[action='/logout'] button").await;
    log_in(&browser, "li", CHOSEN).await;
    browser.text("#code").await;
    pictures(&browser, "code").await;
    browser.type_into("#code", &totp.code_at(Timestamp::now() + SignedDuration::from_secs(30))).await;
    browser.click("form.stack button").await;
    browser.text(".who").await;
    browser.click("form[action='/logout'] button").await;
    for _ in 0..5 {
        log_in(&browser, "li", "not the password").await;
    }
    log_in(&browser, "li", CHOSEN).await;
    assert!(browser.text(".note.stop").await.contains("账号锁定至"));
    pictures(&browser, "locked-out").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_auditor_sees_what_was_done() {
    let Some(browser) = Browser::start().await else { return };
    let city = City::open().await;
    let mut li = city.operator("li", "city").await;
    for name in ["wang", "chen", "zhao"] {
        li.post("/operators", &[("name", name), ("role", "technician"), ("district", "futian")]).await;
    }
    li.post("/operators/wang/lock", &[]).await;
    let auditor = city.operator("an", "auditor").await;
    log_in_as(&browser, &city, &auditor).await;
    open(&browser, &city, "audit", "audit").await;
    open(&browser, &city, "operators", "operators-read-only").await;
    browser.page.goto(&city.console("/audit")).await.unwrap();
    browser.click("form[action='/audit/verify'] button").await;
    assert!(browser.text(".state.good").await.contains("全部记录未被改动"));
    pictures(&browser, "audit-verified").await;
    browser.close().await;
}

/// Logs in somebody who has set up the second factor just now.
async fn log_in_as(browser: &Browser, city: &City, operator: &Operator) {
    browser.page.goto(&city.console("/login")).await.unwrap();
    log_in(browser, &operator.name, CHOSEN).await;
    browser.text("#code").await;
    browser.type_into("#code", &operator.code(SignedDuration::from_secs(30))).await;
    browser.click("form.stack button").await;
    browser.text(".who").await;
}

async fn log_in(browser: &Browser, name: &str, password: &str) {
    browser.type_into("#name", name).await;
    browser.type_into("#password", password).await;
    browser.click("form.stack button").await;
}

/// Opens a page and takes its pictures; the browser has nothing to complain about.
async fn open(browser: &Browser, city: &City, page: &str, name: &str) {
    browser.complaints().await;
    browser.page.goto(&city.console(&format!("/{page}"))).await.unwrap();
    browser.text("h1").await;
    pictures(browser, name).await;
    assert_eq!(browser.complaints().await, Vec::<String>::new(), "{page}");
}

/// Terminals in every street and state.
async fn fleet_of_every_kind(city: &City) {
    let sites = [
        ("福民路政务服务中心", "futian", fine()),
        ("会展中心地铁站", "futian", fine()),
        ("梅林一村书吧", "meilin", but("/paper", json!("low"))),
        ("莲花山公园南门", "lianhua", fine()),
        ("香蜜公园游客中心", "xiangmihu", but("/devices/card-reader", json!("offline"))),
        ("上沙村党群服务中心", "shatou", fine()),
        ("华强北步行街", "huaqiangbei", but("/queue/waiting", json!(3))),
        ("园岭社区", "yuanling", but("/desired", refusing())),
        ("华富社区", "huafu", aside()),
        ("赤尾社区", "nanyuan", but("/paper", json!("jammed"))),
        ("益田村", "fubao", fine()),
    ];
    for (at, (site, street, report)) in sites.iter().enumerate() {
        city.terminal(&format!("ft-{:04}", at + 1), (site, street), report).await;
    }
    city.look_for_alarms().await;
}

/// A terminal that serves nobody, with some work behind it.
fn aside() -> Value {
    let mut report = fine();
    report["duty"] = json!("out-of-service");
    report["door"] = json!("closed");
    report["counters"] = json!({
        "card-reader": { "done": 214, "failed": 3 }, "receipt-printer": { "done": 198, "failed": 0 },
    });
    report
}

/// A ticket is found in the list, a phone's photo is put to it, and it is settled.
async fn a_fault_is_photographed(browser: &Browser, city: &City) {
    let (kiosk, id) = (city.kiosk("ft-0005"), key());
    let found = FaultTicket { part: SparePart::IdReader, symptom: Symptom::Dead, mended: false };
    receipt(kiosk.post(id, &sent(1, EntryBody::FaultTicket(found))).await).await;
    open(browser, city, "kiosks/ft-0009", "kiosk-aside").await;
    open(browser, city, "tickets", "tickets").await;
    let file = tempfile::NamedTempFile::with_suffix(".jpg").unwrap();
    std::fs::write(file.path(), photo()).unwrap();
    browser.page.goto(&city.console(&format!("/tickets/ft-0005/{id}"))).await.unwrap();
    let field = browser.page.find(fantoccini::Locator::Css("[name='photo']")).await.unwrap();
    field.send_keys(file.path().to_str().unwrap()).await.unwrap();
    browser.click("form[hx-post] button").await;
    let shown = fantoccini::Locator::Css(".photos img");
    browser.page.wait().for_element(shown).await.unwrap();
    open(browser, city, &format!("tickets/ft-0005/{id}"), "ticket").await;
    browser.click("form[action$='/close'] button").await;
    assert!(browser.text(".state.good").await.contains("已处理"));
}

/// A terminal that took none of what it was given.
fn refusing() -> Value {
    json!({
        "floor": 4, "in_force": 2, "on_its_way": null,
        "returned": { "version": 3, "reason": "the screen did not come up within a minute" },
        "refused": { "version": 4, "why": { "reason": "version", "got": 4, "floor": 4 } },
    })
}

/// A notice is written in a row of its own, judged as it is typed, and shown as it will be read.
async fn a_notice_is_written(browser: &Browser, city: &City) {
    browser.complaints().await;
    browser.page.goto(&city.console("/settings?scope=district:futian")).await.unwrap();
    browser.type_into("[name='notices.0.text']", "元旦放假三天，自助终端照常开放").await;
    browser.click("[name='notices.0.sat']").await;
    assert!(browser.text("#verdict-notices .right").await.contains("可用"));
    pictures_of(browser, "settings-notices", "zh").await;
    browser.click("p.end button").await;
    assert_eq!(browser.text("pre.after").await, "元旦放假三天，自助终端照常开放 · 周六");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

/// A change is judged as it is typed, shown before it is published, and followed as it rolls out.
async fn a_change_is_typed_and_rolled_out(browser: &Browser, city: &City) {
    browser.complaints().await;
    browser.page.goto(&city.console("/settings?scope=district:futian")).await.unwrap();
    browser.type_into("[name='visit.idle-seconds']", "9").await;
    assert!(browser.text(".wrong").await.contains("不符合要求"));
    pictures_of(browser, "settings-wrong", "zh").await;
    browser.type_into("[name='visit.idle-seconds']", "90").await;
    browser.text(".right").await;
    browser.click("p.end button").await;
    assert_eq!(browser.text("pre.after").await, "90");
    pictures_of(browser, "settings-review", "zh").await;
    browser.type_into("#reason", "residents asked for more time").await;
    browser.click("form.narrow button").await;
    assert!(browser.text(".progress .state").await.contains("下发中"));
    let id = browser.page.current_url().await.unwrap().path().rsplit('/').next().unwrap().to_owned();
    pictures_of(browser, "rollout-running", "zh").await;
    // Another operator ends it; this page hears of it without being asked.
    let mut other = city.operator("zhao", "city").await;
    other.post(&format!("/rollouts/{id}/abort"), &[]).await;
    let ended = fantoccini::Locator::XPath("//section[contains(., '已中止')]");
    browser.page.wait().for_element(ended).await.unwrap();
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    open(browser, city, &format!("rollouts/{id}"), "rollout-aborted").await;
    open(browser, city, "rollouts", "rollouts-some").await;
}

/// The code of an invitation is shown once; the terminal waits in the list until it is refused.
async fn a_terminal_is_invited(browser: &Browser, city: &City) {
    browser.complaints().await;
    browser.page.goto(&city.console("/enrolment")).await.unwrap();
    browser.type_into("[name='kiosk']", "ft-0042").await;
    browser.click("form.bar button").await;
    let code = browser.text("#claim-code").await;
    assert!(code.parse::<contract::enrolment::ClaimCode>().is_ok(), "{code}");
    pictures_of(browser, "enrolment-invited", "zh").await;
    open(browser, city, "enrolment", "enrolment").await;
    browser.click("form[action='/enrolment/ft-0042/refuse'] button").await;
    assert!(browser.text("td.soft").await.contains("没有等待的终端"));
}

/// A notice holds in a district, and the page hears by itself which terminals have it on their screens.
async fn an_emergency_is_announced(browser: &Browser, city: &City) {
    open(browser, city, "emergencies", "emergencies-none").await;
    browser.page.goto(&city.console("/emergencies")).await.unwrap();
    let scope = browser.page.find(fantoccini::Locator::Css("[name='scope']")).await.unwrap();
    scope.clear().await.unwrap();
    browser.type_into("[name='scope']", "terminal:ft-0001").await;
    browser.type_into("[name='chinese']", "台风红色预警，请尽快回家").await;
    browser.type_into("[name='english']", "Typhoon red alert. Go home as soon as you can.").await;
    pictures_of(browser, "emergency-typed", "zh").await;
    browser.click("form.card button").await;
    assert!(browser.text("#list .state.stop").await.contains("生效中"));
    let id: u64 = browser.text("#list td.number").await.parse().unwrap();
    let mut report = fine();
    report["shown"] = json!([{ "emergency": id, "since": "2026-11-30T01:00:00Z" }]);
    city.terminal("ft-0001", ("福民路政务服务中心", "futian"), &report).await;
    let heard = fantoccini::Locator::XPath("//td[contains(., '1 / 1 台')]");
    browser.page.wait().for_element(heard).await.unwrap();
    open(browser, city, "emergencies", "emergencies").await;
    browser.click("#list form button").await;
    browser.page.wait().for_element(fantoccini::Locator::XPath("//td[contains(., '已结束')]")).await.unwrap();
}

/// A command is on its way, and what the terminal tells of it stands on its page.
async fn a_terminal_is_asked_to_do_something(browser: &Browser, city: &City) {
    browser.page.goto(&city.console("/kiosks/ft-0001")).await.unwrap();
    browser.click("button[value='self-test']").await;
    let on_its_way = fantoccini::Locator::XPath("//td[contains(., '已下达')]");
    browser.page.wait().for_element(on_its_way).await.unwrap();
    let row = fantoccini::Locator::XPath("//tr[contains(., '已下达')]/td[1]");
    let id: u64 = browser.page.find(row).await.unwrap().text().await.unwrap().parse().unwrap();
    let mut report = fine();
    let became = json!({ "outcome": "done", "said": "10 of 10 parts are good" });
    report["commands"] = json!([{ "command": id, "became": became }]);
    city.terminal("ft-0001", ("福民路政务服务中心", "futian"), &report).await;
    open(browser, city, "kiosks/ft-0001", "kiosk-asked").await;
    assert!(browser.text("body").await.contains("10 of 10 parts are good"));
}

/// Pictures of what is open, at both widths.
async fn pictures_of(browser: &Browser, name: &str, language: &str) {
    for size in SIZES {
        browser.take_picture(&format!("{name}-{language}"), size).await;
    }
}

/// Pictures of what is open, in both languages and at both widths.
async fn pictures(browser: &Browser, name: &str) {
    for (language, next) in [("zh", "en"), ("en", "zh")] {
        pictures_of(browser, name, language).await;
        browser.click("form[action='/language'] button").await;
        // What is done next is done on the page that comes, not on the one that goes.
        let came = format!("html[lang|='{next}']");
        browser.page.wait().for_element(fantoccini::Locator::Css(&came)).await.unwrap();
    }
}
