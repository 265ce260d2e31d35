//! Card and face.

use super::terminal::sends;
use crate::face::FaceHint;
use crate::journey::{CardTrouble, FaceVerdict, Journey, LogInStep, Page, Touch};
use contract::Secret;
use kiosk_ui::{App, LogIn, LogInView};
use slint::{ComponentHandle, Image};

pub(super) fn listen(app: &App) {
    let log_in = app.global::<LogIn>();
    log_in.on_agree(sends(Touch::AgreeToFace));
    log_in.on_try_again(sends(Touch::TryAgain));
}

pub(super) fn show(app: &App, journey: &Journey) {
    let view = app.global::<LogIn>();
    let Page::LogIn(log_in) = journey.page() else { return forget(app) };
    let (step, hint, can_retry, name) = match &log_in.step {
        LogInStep::LayCard => (LogInView::LayCard, "", false, Secret::default()),
        LogInStep::CardTrouble(trouble) => (
            LogInView::CardTrouble,
            card_words(*trouble),
            *trouble != CardTrouble::LockedOut,
            Secret::default(),
        ),
        LogInStep::AskConsent(resident) => (LogInView::Consent, "", false, resident.masked_name()),
        LogInStep::Look { resident, hint } => {
            (LogInView::Look, hint_words(*hint), false, resident.masked_name())
        }
        LogInStep::FaceTrouble { resident, verdict } => {
            let can_retry = log_in.tries_left > 0 && *verdict != FaceVerdict::Unavailable;
            (LogInView::FaceTrouble, face_words(*verdict, can_retry), can_retry, resident.masked_name())
        }
    };
    if step != LogInView::Look {
        view.set_preview(Image::default());
    }
    view.set_step(step);
    view.set_hint(hint.into());
    view.set_can_retry(can_retry);
    view.set_name(name.expose().as_str().into());
}

/// Neither a name nor a face stays in a property that no page shows.
pub(super) fn forget(app: &App) {
    let view = app.global::<LogIn>();
    view.set_name("".into());
    view.set_preview(Image::default());
}

const fn card_words(trouble: CardTrouble) -> &'static str {
    match trouble {
        CardTrouble::NoReader => "读卡器没有响应，请稍后再试，或到窗口办理。（故障 E01）",
        CardTrouble::HoldStill => "没有读完，请把身份证平放在读卡区，再放一次，读取时不要移动。",
        CardTrouble::Unreadable => "这张卡的信息不完整，本机不能使用。请换一张证件，或到窗口办理。",
        CardTrouble::NotAccepted => "本机暂不支持这种证件。请使用二代居民身份证，或到窗口办理。",
        CardTrouble::Expired => "身份证已过有效期。请先换领新证；换证事项可以在首页搜索“身份证”。",
        CardTrouble::LockedOut => {
            "这张身份证多次没有通过核对，30 分钟内不能再试。请到窗口办理，或拨打 12345。"
        }
    }
}

pub(super) const fn hint_words(hint: FaceHint) -> &'static str {
    match hint {
        FaceHint::LookHere => "请正对摄像头",
        FaceHint::NobodyThere => "没有看到您，请站到屏幕前",
        FaceHint::OnlyOne => "请只留一个人在镜头前",
        FaceHint::Closer => "请靠近一些",
        FaceHint::FurtherAway => "请退后一些",
        FaceHint::Straight => "请正面看镜头",
        FaceHint::Light => "光线太暗或太亮，请换个角度",
        FaceHint::HoldStill => "很好，请保持不动",
    }
}

const fn face_words(verdict: FaceVerdict, can_retry: bool) -> &'static str {
    match (verdict, can_retry) {
        (FaceVerdict::Unavailable, _) => "面部核对现在不能用，请改用下面的方式。（故障 E03）",
        (FaceVerdict::NoFace, true) => "没有拍到清楚的面部。请正对摄像头，摘下口罩和帽子，再试一次。",
        (FaceVerdict::Different, true) => {
            "与身份证照片不一致。请确认是本人的身份证，再试一次，或改用下面的方式。"
        }
        (FaceVerdict::Same, _) | (_, false) => "今天没能通过面部核对，请改用下面的方式办理。",
    }
}
