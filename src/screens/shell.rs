//! The strip at the top, the countdown, the ways out.

use super::refresh;
use super::terminal::sends;
use crate::forms::words::weekday;
use crate::identity::Resident;
use crate::journey::{Connection, Health, Journey, Now, Page, Touch};
use contract::report::Duty;
use contract::settings::{Settings, Text};
use jiff::civil::DateTime;
use kiosk_ui::{App, PageKind, Shell};
use slint::{ComponentHandle, SharedString};

/// Where the terminal stands, as the strip says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// 福田区政务服务中心 · 1 号终端
    pub site: String,
}

pub(super) fn listen(app: &App) {
    let shell = app.global::<Shell>();
    shell.on_begin(sends(Touch::Begin));
    shell.on_knock(sends(Touch::Knock));
    shell.on_end(sends(Touch::End));
    shell.on_home(sends(Touch::Home));
    shell.on_back(sends(Touch::Back));
    shell.on_keep_going(sends(Touch::KeepGoing));
}

pub(super) fn show(app: &App, journey: &Journey, place: &Place, now: Now) {
    let shell = app.global::<Shell>();
    let health = journey.health();
    shell.set_page(page_kind(journey.page()));
    let settings = journey.settings();
    shell.set_site(settings.site_name.as_ref().map_or(place.site.as_str(), Text::as_str).into());
    if let Some(notices) = refresh(&shell.get_notices(), notices(settings, now)) {
        shell.set_notices(notices);
    }
    shell.set_online(health.connection == Connection::Online);
    shell.set_out_of_service(health.duty == Duty::OutOfService);
    shell.set_connection(connection(health).into());
    shell.set_clock(format!("{:02}:{:02}", now.local.hour(), now.local.minute()).into());
    shell.set_date(chinese_day(now.local).into());
    shell.set_limits(limits(health).into());
    let countdown = journey.countdown(now).and_then(|left| i32::try_from(left).ok()).unwrap_or(-1);
    shell.set_countdown(countdown);
    shell.set_quiet(matches!(journey.page(), Page::Attract) && settings.quiet_hours.cover(now.local));
    shell.set_logged_in(journey.resident().is_some());
    let greeting = journey.resident().map(Resident::masked_name).unwrap_or_default();
    shell.set_greeting(greeting.expose().as_str().into());
}

/// What operators have to say at this moment, as much as the page holds.
fn notices(settings: &Settings, now: Now) -> Vec<SharedString> {
    /// Two lines each fit between the clock and the button of the smallest panel.
    const MOST: usize = 2;
    let shown = settings.notices.shown(now.local).into_iter().take(MOST);
    shown.map(|notice| notice.text.as_str().into()).collect()
}

fn page_kind(page: &Page) -> PageKind {
    match page {
        Page::Attract => PageKind::Attract,
        Page::Home => PageKind::Home,
        Page::Search(_) => PageKind::Search,
        Page::Shelf(_) => PageKind::Shelf,
        Page::Guide(_) => PageKind::Guide,
        Page::LogIn(_) => PageKind::LogIn,
        Page::Filing(_) => PageKind::Form,
        Page::Papers(papers) => super::papers::page_kind(&papers.step),
        Page::Review(_) => PageKind::Review,
        Page::DraftFound(_) => PageKind::DraftFound,
        Page::DraftKept(_) => PageKind::DraftKept,
        Page::FindingDraft(_) | Page::KeepingDraft(_) | Page::Submitting(_) => PageKind::Submitting,
        Page::Done(done) if super::decided::is_shown(done) => PageKind::Decided,
        Page::Done(_) => PageKind::Done,
        Page::Goodbye { .. } => PageKind::Goodbye,
        Page::Trouble(_) => PageKind::Trouble,
        Page::Paying(paying) => super::pay::page_kind(&paying.step),
        Page::Affairs(affairs) => super::affairs::page_kind(&affairs.step),
        Page::Handoff(phone) => super::handoff::page_kind(&phone.step),
        Page::Technician(mode) => super::technician::page_kind(mode),
        Page::Booking(booking) => super::booking::page_kind(booking),
    }
}

fn connection(health: Health) -> &'static str {
    match health.connection {
        Connection::Online => "已联网",
        Connection::Offline => "暂时离线，可先办理",
        Connection::Untrusted => "网络不可信，已停用联网（故障 E06）",
        Connection::Refused => "本机暂停受理申请（故障 E09）",
    }
}

/// What does not work right now, in words.
fn limits(health: Health) -> String {
    let mut limits = Vec::new();
    if !health.reader {
        limits.push("读卡器暂不可用，可查看指南（故障 E01）");
    }
    if !health.printer {
        limits.push("回执暂不能打印，可记下号码（故障 E02）");
    }
    if health.pages == Some(false) {
        limits.push("A4 证明暂不能打印（故障 E14）");
    }
    if health.documents == Some(false) {
        limits.push(if health.phone {
            "材料请用手机拍（故障 E15）"
        } else {
            "材料暂不能拍摄（故障 E15）"
        });
    }
    if !health.face {
        limits.push("面部核对暂不可用（故障 E03）");
    }
    if let Some(trouble) = health.store {
        limits.push(super::store_trouble::in_the_strip(trouble));
    }
    limits.join("；")
}

/// `2026年11月23日（周一）`
fn chinese_day(local: DateTime) -> String {
    let weekday = weekday(local.weekday());
    format!("{}年{}月{}日（周{weekday}）", local.year(), local.month(), local.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_in_chinese() {
        assert_eq!(chinese_day(date(2026, 11, 23).at(9, 0, 0, 0)), "2026年11月23日（周一）");
    }

    #[test]
    fn what_fails_is_named_with_its_code() {
        let fine = Health { reader: true, printer: true, face: true, ..Health::default() };
        assert_eq!(limits(fine), "");
        assert!(limits(Health { printer: false, ..fine }).contains("故障 E02"));
    }
}
