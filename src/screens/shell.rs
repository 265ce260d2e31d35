//! The strip at the top, the countdown, the ways out.

use super::refresh;
use super::terminal::sends;
use crate::forms::words::whole_day;
use crate::identity::Resident;
use crate::journey::{Connection, Health, Journey, Now, Page, Touch};
use contract::language::Language;
use contract::report::Duty;
use contract::settings::{Settings, Text};
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
    shell.on_switch_language(sends(Touch::OtherLanguage));
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
    shell.set_updating(journey.is_held());
    shell.set_out_of_service(health.duty == Duty::OutOfService);
    let language = journey.language();
    speak(language);
    shell.set_other_language(journey.other_language().map(Language::name).unwrap_or_default().into());
    shell.set_connection(connection(language, health).into());
    shell.set_clock(format!("{:02}:{:02}", now.local.hour(), now.local.minute()).into());
    shell.set_date(whole_day(language, now.today()).into());
    shell.set_limits(limits(language, health).into());
    let countdown = journey.countdown(now).and_then(|left| i32::try_from(left).ok()).unwrap_or(-1);
    shell.set_countdown(countdown);
    shell.set_quiet(matches!(journey.page(), Page::Attract) && settings.quiet_hours.cover(now.local));
    shell.set_logged_in(journey.resident().is_some());
    let greeting = journey.resident().map(Resident::masked_name).unwrap_or_default();
    shell.set_greeting(greeting.expose().as_str().into());
}

/// What stands in the Slint files is said in this language from here on; what is there already is drawn anew.
pub(super) fn speak(language: Language) {
    // Chinese is what the files are written in: it has no translation, and the name of none.
    let bundled = language.say("", language.tag());
    if let Err(missing) = slint::select_bundled_translation(bundled) {
        tracing::error!(%missing, "the screen can't change its language");
    }
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

const fn connection(language: Language, health: Health) -> &'static str {
    let (chinese, english) = match health.connection {
        Connection::Online => ("已联网", "Online"),
        Connection::Offline => ("暂时离线，可先办理", "Offline, still usable"),
        Connection::Untrusted => ("网络不可信，已停用联网（故障 E06）", "Network not trusted (fault E06)"),
        Connection::Refused => ("本机暂停受理申请（故障 E09）", "No applications now (fault E09)"),
    };
    language.say(chinese, english)
}

/// What does not work right now, in words.
fn limits(language: Language, health: Health) -> String {
    let mut limits = Vec::new();
    let mut add = |chinese, english| limits.push(language.say(chinese, english));
    if !health.reader {
        add("读卡器暂不可用，可查看指南（故障 E01）", "Card reader down, guides can be read (fault E01)");
    }
    if !health.printer {
        add("回执暂不能打印，可记下号码（故障 E02）", "No receipts, please note the number (fault E02)");
    }
    if health.pages == Some(false) {
        add("A4 证明暂不能打印（故障 E14）", "No A4 certificates (fault E14)");
    }
    match (health.documents, health.phone) {
        (Some(false), true) => {
            add("材料请用手机拍（故障 E15）", "Photograph papers by phone (fault E15)");
        }
        (Some(false), false) => {
            add("材料暂不能拍摄（故障 E15）", "Papers can't be photographed (fault E15)");
        }
        _ => {}
    }
    if !health.face {
        add("面部核对暂不可用（故障 E03）", "No face check (fault E03)");
    }
    limits.extend(health.store.map(|trouble| super::store_trouble::in_the_strip(language, trouble)));
    limits.join(language.semicolon())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_named_with_its_code() {
        let fine = Health { reader: true, printer: true, face: true, ..Health::default() };
        assert_eq!(limits(Language::Chinese, fine), "");
        assert!(limits(Language::Chinese, Health { printer: false, ..fine }).contains("故障 E02"));
        let both = limits(Language::English, Health { printer: false, face: false, ..fine });
        assert!(both.contains("(fault E02); ") && both.ends_with("(fault E03)"), "{both}");
    }
}
