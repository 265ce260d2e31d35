//! The technician's way in; what lies behind it is in `bench`.

use super::code::picture;
use super::store_trouble;
use super::terminal::sends;
use crate::journey::{
    CodeFault, CodeTyped, Journey, NoWayIn, Now, Page, Technician as Mode, TechnicianTouch, Touch, WayIn,
};
use kiosk_ui::{App, PageKind, Technician};
use slint::{ComponentHandle, Image, SharedString};

pub(super) fn listen(app: &App) {
    let view = app.global::<Technician>();
    view.on_another_code(sends(Touch::Technician(TechnicianTouch::AnotherCode)));
    view.on_next(sends(Touch::Next));
}

pub(super) const fn page_kind(mode: &Mode) -> PageKind {
    match mode {
        Mode::WayIn(WayIn::Code(_)) => PageKind::TechnicianCode,
        Mode::WayIn(_) => PageKind::TechnicianShut,
        Mode::Bench(bench) => super::bench::page_kind(&bench.page),
    }
}

pub(super) fn show(app: &App, journey: &Journey, now: Now) {
    app.global::<Technician>().set_watched(journey.is_watched());
    let Page::Technician(mode) = journey.page() else { return forget(app) };
    let view = app.global::<Technician>();
    if let Mode::WayIn(way) = mode.as_ref() {
        show_way_in(&view, way, now);
    } else {
        forget(app);
    }
}

/// A code and its picture open the door: they go with the page.
pub(super) fn forget(app: &App) {
    let view = app.global::<Technician>();
    view.set_picture(Image::default());
    view.set_has_picture(false);
    for clear in
        [Technician::set_typed, Technician::set_fault, Technician::set_shut, Technician::set_shut_next]
    {
        clear(&view, SharedString::new());
    }
}

fn show_way_in(view: &Technician<'_>, way: &WayIn, now: Now) {
    if let WayIn::Code(typed) = way {
        show_code(view, typed);
        return;
    }
    view.set_has_picture(false);
    view.set_asking(matches!(way, WayIn::Asking { .. }));
    let (shut, next) = match way {
        WayIn::Locked { until } => {
            let left = until.saturating_sub(now.uptime).as_secs().div_ceil(60);
            (
                format!("输错 5 次，已锁定，约 {left} 分钟后再试"),
                "锁定和输错都已记入日志链。重新启动会从头计时。",
            )
        }
        WayIn::NoWay(NoWayIn::NoKey) => (
            "本机还没有联过网，没有中心的密钥，无法验证维护码（故障 E12）".to_owned(),
            "请让本机联网一次；现在可以用 SSH 登录本机，执行 sudo -u kiosk kiosk diagnose --chinese 查看各部件。",
        ),
        WayIn::NoWay(NoWayIn::Store(trouble)) => (
            format!("本机存储不能写入，进入维护无法记录（故障 {}）", store_trouble::code(*trouble)),
            "请用 SSH 登录本机，执行 sudo -u kiosk kiosk diagnose --chinese 查看各部件，先处理存储。",
        ),
        WayIn::Asking { .. } | WayIn::Code(_) => ("正在生成维护码…".to_owned(), ""),
    };
    view.set_shut(shut.into());
    view.set_shut_next(next.into());
}

fn show_code(view: &Technician<'_>, typed: &CodeTyped) {
    if !view.get_has_picture() {
        view.set_picture(picture(&typed.challenge.text).unwrap_or_default());
        view.set_has_picture(true);
    }
    view.set_asking(typed.is_busy());
    view.set_is_address(typed.challenge.is_address);
    view.set_typed(in_groups(typed.typing.text()).into());
    view.set_fault(typed.fault.map(fault).unwrap_or_default().into());
}

/// `1234 5678`
fn in_groups(typed: &str) -> String {
    match typed.split_at_checked(4) {
        Some((first, last)) if !last.is_empty() => format!("{first} {last}"),
        _ => typed.to_owned(),
    }
}

fn fault(fault: CodeFault) -> String {
    match fault {
        CodeFault::NotACode => "请输入控制台显示的 8 位数字".to_owned(),
        CodeFault::Wrong { left } => format!("不对，请核对后再输入；再错 {left} 次将锁定 15 分钟"),
        CodeFault::TooOld => "这个码已过十分钟，请点“换一个码”".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_shown_in_two_groups() {
        assert_eq!(in_groups("1234"), "1234");
        assert_eq!(in_groups("12345"), "1234 5");
        assert!(fault(CodeFault::Wrong { left: 2 }).contains("再错 2 次"));
    }
}
