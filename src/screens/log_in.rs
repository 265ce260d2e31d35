//! Card and face.

use super::terminal::sends;
use crate::face::FaceHint;
use crate::journey::{CardTrouble, FaceVerdict, Journey, LogInStep, Page, Touch};
use contract::Secret;
use contract::language::Language;
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
    let language = journey.language();
    let (step, hint, can_retry, name) = match &log_in.step {
        LogInStep::LayCard => (LogInView::LayCard, "", false, Secret::default()),
        LogInStep::CardTrouble(trouble) => (
            LogInView::CardTrouble,
            card_words(language, *trouble),
            *trouble != CardTrouble::LockedOut,
            Secret::default(),
        ),
        LogInStep::AskConsent(resident) => (LogInView::Consent, "", false, resident.masked_name()),
        LogInStep::Look { resident, hint } => {
            (LogInView::Look, hint_words(language, *hint), false, resident.masked_name())
        }
        LogInStep::FaceTrouble { resident, verdict } => {
            let can_retry = log_in.tries_left > 0 && *verdict != FaceVerdict::Unavailable;
            (
                LogInView::FaceTrouble,
                face_words(language, *verdict, can_retry),
                can_retry,
                resident.masked_name(),
            )
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

const fn card_words(language: Language, trouble: CardTrouble) -> &'static str {
    let (chinese, english) = match trouble {
        CardTrouble::NoReader => (
            "读卡器没有响应，请稍后再试，或到窗口办理。（故障 E01）",
            "The card reader does not answer. Please try later, or go to a counter. (fault E01)",
        ),
        CardTrouble::HoldStill => (
            "没有读完，请把身份证平放在读卡区，再放一次，读取时不要移动。",
            "Not read to the end. Lay the card flat on the card area again and keep it still.",
        ),
        CardTrouble::Unreadable => (
            "这张卡的信息不完整，本机不能使用。请换一张证件，或到窗口办理。",
            "This card's data are not complete. Please use another card, or go to a counter.",
        ),
        CardTrouble::NotAccepted => (
            "本机暂不支持这种证件。请使用二代居民身份证，或到窗口办理。",
            "This kind of card can't be used here. Please use a resident ID card, or go to a counter.",
        ),
        CardTrouble::Expired => (
            "身份证已过有效期。请先换领新证；换证事项可以在首页搜索“身份证”。",
            "The card is out of date. Please renew it first: search for 'ID card' on the first page.",
        ),
        CardTrouble::LockedOut => (
            "这张身份证多次没有通过核对，30 分钟内不能再试。请到窗口办理，或拨打 12345。",
            "This card failed the check too often: wait 30 minutes, go to a counter, or call 12345.",
        ),
    };
    language.say(chinese, english)
}

pub(super) const fn hint_words(language: Language, hint: FaceHint) -> &'static str {
    let (chinese, english) = match hint {
        FaceHint::LookHere => ("请正对摄像头", "Please face the camera"),
        FaceHint::NobodyThere => ("没有看到您，请站到屏幕前", "Please stand in front of the screen"),
        FaceHint::OnlyOne => ("请只留一个人在镜头前", "One person only, please"),
        FaceHint::Closer => ("请靠近一些", "A little closer"),
        FaceHint::FurtherAway => ("请退后一些", "A little further away"),
        FaceHint::Straight => ("请正面看镜头", "Look straight at the camera"),
        FaceHint::Light => ("光线太暗或太亮，请换个角度", "Too dark or too bright, please turn a little"),
        FaceHint::HoldStill => ("很好，请保持不动", "Good, keep still"),
    };
    language.say(chinese, english)
}

const fn face_words(language: Language, verdict: FaceVerdict, can_retry: bool) -> &'static str {
    let (chinese, english) = match (verdict, can_retry) {
        (FaceVerdict::Unavailable, _) => (
            "面部核对现在不能用，请改用下面的方式。（故障 E03）",
            "The face check does not work now. Please use the other ways below. (fault E03)",
        ),
        (FaceVerdict::NoFace, true) => (
            "没有拍到清楚的面部。请正对摄像头，摘下口罩和帽子，再试一次。",
            "Your face was not clear. Face the camera without mask and hat, and try again.",
        ),
        (FaceVerdict::Different, true) => (
            "与身份证照片不一致。请确认是本人的身份证，再试一次，或改用下面的方式。",
            "It does not match the card's photo. Is it your card? Try again, or use the ways below.",
        ),
        (FaceVerdict::Same, _) | (_, false) => (
            "今天没能通过面部核对，请改用下面的方式办理。",
            "The face check did not pass today. Please use the other ways below.",
        ),
    };
    language.say(chinese, english)
}
