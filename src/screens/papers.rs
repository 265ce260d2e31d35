//! The papers of an application, and their pictures.

use super::terminal::{send, sends};
use super::{list, named};
use crate::forms::{Enclosed, words};
use crate::journey::{Journey, Page, Papers as PapersPage, PapersStep, Touch};
use crate::papers::{Corners, Refusal, Shown, TakenPage};
use contract::FieldId;
use contract::form::{Material, Taken};
use contract::language::{Language, english_count};
use kiosk_ui::{App, PageKind, PaperMood, PaperView, Papers};
use slint::{ComponentHandle, Image, SharedPixelBuffer};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Pictures of pages as the window has them, by where their bytes lie: a page is turned into one once.
#[derive(Default)]
pub(super) struct Pictures(RefCell<BTreeMap<usize, Image>>);

pub(super) fn listen(app: &App) {
    let papers = app.global::<Papers>();
    papers.on_next(|| {
        send(Touch::Next);
    });
    papers.on_scan(move |id| {
        if let Ok(id) = id.parse() {
            send(Touch::Scan(id));
        }
    });
    papers.on_use_phone(move |id| {
        if let Ok(id) = id.parse() {
            send(Touch::UsePhone(id));
        }
    });
    papers.on_show(move |id, place| {
        if let (Ok(id), Ok(place)) = (id.parse(), usize::try_from(place)) {
            send(Touch::ShowPage(id, place));
        }
    });
    papers.on_whole(sends(Touch::ScanWhole));
    papers.on_keep(sends(Touch::KeepPage));
    papers.on_again(sends(Touch::TryAgain));
    papers.on_drop(sends(Touch::DropPage));
    papers.on_keep_draft(sends(Touch::KeepDraft));
}

pub(super) const fn page_kind(step: &PapersStep) -> PageKind {
    match step {
        PapersStep::List => PageKind::Papers,
        PapersStep::Look(_) | PapersStep::NoPicture { .. } => PageKind::Scan,
        PapersStep::Phone(_) => PageKind::Phone,
        PapersStep::Judge { .. } | PapersStep::Kept { .. } => PageKind::Scanned,
    }
}

pub(super) fn show(app: &App, journey: &Journey, pictures: &Pictures) {
    let Page::Papers(papers) = journey.page() else { return forget(app, pictures) };
    let (view, language) = (app.global::<Papers>(), journey.language());
    let service = journey.library().find(papers.service());
    view.set_is_notice(papers.filing().is_none());
    view.set_service(
        service
            .map(|service| named(journey.library(), journey.language(), &service.name))
            .unwrap_or_default(),
    );
    view.set_asking(papers.asking.is_some());
    view.set_can_keep_draft(journey.can_keep_draft());
    view.set_trouble(trouble(journey, papers).into());
    if !matches!(papers.step, PapersStep::Look(_)) {
        view.set_preview(Image::default());
        view.set_outline("".into());
    }
    view.set_no_picture(matches!(papers.step, PapersStep::NoPicture { .. }));
    match &papers.step {
        PapersStep::List => show_list(&view, journey, papers, pictures),
        PapersStep::Look(look) => {
            show_name(&view, journey, papers, &look.material, None);
            view.set_hint(hint(language, look.why, look.sheet.is_some()).into());
            view.set_settling(look.sheet.is_some() && look.why.is_none());
            view.set_outline(look.sheet.as_ref().map(outline).unwrap_or_default().into());
        }
        PapersStep::NoPicture { material } => {
            show_name(&view, journey, papers, material, None);
            let hint = language.say(
                "材料摄像头现在没有画面，可以返回后先提交，材料以后补交。（故障 E15）",
                "No picture from the camera now. Go back and submit; add papers later. (fault E15)",
            );
            view.set_hint(hint.into());
        }
        PapersStep::Phone(_) => {}
        PapersStep::Judge { material, page, phone } => {
            show_name(&view, journey, papers, material, None);
            view.set_is_kept(false);
            view.set_by_phone(phone.is_some());
            view.set_shown(picture(&page.shown));
        }
        PapersStep::Kept { material, place } => {
            show_name(&view, journey, papers, material, Some(*place));
            view.set_is_kept(true);
            let page = papers.enclosures().pages_of(material).nth(*place);
            view.set_shown(page.map(|page| pictures.of(page)).unwrap_or_default());
        }
    }
}

/// Nothing that was laid under the camera stays in a property that no page shows.
pub(super) fn forget(app: &App, pictures: &Pictures) {
    let view = app.global::<Papers>();
    pictures.0.borrow_mut().clear();
    view.set_service("".into());
    view.set_papers(list([]));
    view.set_missing("".into());
    view.set_preview(Image::default());
    view.set_outline("".into());
    view.set_shown(Image::default());
}

fn show_name(
    view: &Papers<'_>,
    journey: &Journey,
    papers: &PapersPage,
    material: &FieldId,
    place: Option<usize>,
) {
    let Some(paper) = papers.material(material) else { return };
    let language = journey.language();
    view.set_name(named(journey.library(), language, &paper.name));
    view.set_is_photo(paper.taken == Taken::Photo);
    let place = place.unwrap_or_else(|| papers.enclosures().pages_of(material).count());
    view.set_page(words::page_number(language, paper.taken, place + 1).into());
}

fn show_list(view: &Papers<'_>, journey: &Journey, papers: &PapersPage, pictures: &Pictures) {
    let (language, enclosures) = (journey.language(), papers.enclosures());
    let asked = papers.materials();
    let rows = asked.iter().map(|paper| {
        let pages: Vec<Image> = enclosures.pages_of(&paper.id).map(|page| pictures.of(page)).collect();
        let has_room = papers.room(&paper.id) > 0;
        let (can_scan, can_use_phone) = (journey.can_scan(paper), journey.can_use_phone());
        let (state, mood, note) = state_of(journey, paper, enclosures.of(paper), can_scan || can_use_phone);
        PaperView {
            id: paper.id.as_str().into(),
            name: named(journey.library(), language, &paper.name),
            state: state.into(),
            mood,
            note: note.into(),
            pages: list(pages),
            can_scan: can_scan && has_room,
            can_use_phone: can_use_phone && has_room,
        }
    });
    view.set_papers(list(rows));
    view.set_shown(Image::default());
    let held = asked.iter().filter(|paper| matches!(enclosures.of(paper), Enclosed::Held(_))).count();
    view.set_summary(summary(language, asked.len(), held).into());
    let missing = asked.iter().filter(|paper| matches!(enclosures.of(paper), Enclosed::Missing));
    let missing: Vec<_> = missing.map(|paper| journey.library().say(language, &paper.name)).collect();
    view.set_missing(missing_words(language, &missing, papers.filing().is_none()).into());
}

/// State, mood, and what stands small below.
fn state_of(
    journey: &Journey,
    paper: &Material,
    enclosed: Enclosed<'_>,
    can_take: bool,
) -> (String, PaperMood, String) {
    let language = journey.language();
    let most = words::pages(language, paper.taken, paper.max);
    let pages = match (paper.min, paper.max) {
        (_, 1) => most,
        (0 | 1, _) => words::at_most(language, &most),
        (min, _) => format!("{min}{}{most}", language.say(" 至 ", " to ")),
    };
    let note = match paper.taken {
        _ if can_take => pages,
        Taken::Paper => language.say("办理部门核验时出示", "To be shown to the department").to_owned(),
        Taken::Photo => language
            .say(
                "现在没有联网，传不了照片；不附照片也可以提交",
                "No network, no photos now; you can submit without them",
            )
            .to_owned(),
    };
    match enclosed {
        Enclosed::Held(held) => {
            let owner = journey.library().say(language, &held.owner);
            let day = words::day(language, held.as_of);
            let note = match language {
                Language::Chinese => format!("电子证照库已有：{owner}，{day}"),
                Language::English => format!("In the licence library: {owner}, {day}"),
            };
            (language.say("免提交", "Not needed").to_owned(), PaperMood::Held, note)
        }
        Enclosed::Pages(count) => (words::pages_taken(language, paper.taken, count), PaperMood::Taken, note),
        Enclosed::Missing => (language.say("必交", "Needed").to_owned(), PaperMood::Missing, note),
        Enclosed::LeftOut => (language.say("如有请交", "If you have it").to_owned(), PaperMood::Free, note),
    }
}

fn summary(language: Language, asked: usize, held: usize) -> String {
    match language {
        _ if held == 0 => String::new(),
        Language::Chinese if held == asked => format!("{asked} 种材料全部免提交，电子证照库里都有"),
        Language::Chinese => format!("共 {asked} 种材料，{held} 种免提交"),
        Language::English if held == asked => "Nothing to hand in: the licence library has it all".to_owned(),
        Language::English => format!("{}, {held} not needed", english_count(asked, "paper")),
    }
}

fn missing_words(language: Language, missing: &[Cow<'_, str>], is_notice: bool) -> String {
    let missing = missing.join(language.comma());
    match language {
        _ if missing.is_empty() => String::new(),
        Language::Chinese if is_notice => format!("还差{missing}。没有的可以在下一步说明。"),
        Language::Chinese => format!("还差{missing}。没带齐也可以先提交，办理部门会通知您补交。"),
        Language::English if is_notice => {
            format!("Still missing: {missing}. What you don't have you can explain in the next step.")
        }
        Language::English => {
            format!("Still missing: {missing}. You can submit all the same; the department will ask for it.")
        }
    }
}

/// What does not work of what is needed here, and the way around it.
fn trouble(journey: &Journey, papers: &PapersPage) -> &'static str {
    let is_camera_missed =
        || papers.materials().iter().any(|material| journey.health().means().has_camera_for(material));
    let (chinese, english) = match journey.health().documents {
        Some(false) if is_camera_missed() && journey.can_use_phone() => (
            "材料摄像头暂不可用，请用手机拍。（故障 E15）",
            "The camera for papers does not work; please use your phone. (fault E15)",
        ),
        Some(false) if is_camera_missed() => (
            "材料摄像头暂不可用，可以先提交，材料以后补交。（故障 E15）",
            "The camera for papers does not work; submit now and add papers later. (fault E15)",
        ),
        _ => ("", ""),
    };
    journey.language().say(chinese, english)
}

/// What helps, in a few words that are read while both hands are at the paper.
const fn hint(language: Language, why: Option<Refusal>, lies_there: bool) -> &'static str {
    let (chinese, english) = match why {
        Some(Refusal::CutOff) => {
            ("四角都要拍到，请往中间放", "All four corners, please: move it to the middle")
        }
        Some(Refusal::Blurred) => ("看不清，请压平、放稳", "Not sharp: lay it flat and still"),
        Some(Refusal::Glare) => ("有反光，请转个方向", "It shines: please turn it a little"),
        None if lies_there => ("很好，请不要动", "Good, keep still"),
        None | Some(Refusal::NoSheet) => ("请放好材料", "Please lay the paper down"),
    };
    language.say(chinese, english)
}

/// The commands of a path around the sheet.
fn outline(sheet: &Corners) -> String {
    let mut commands = String::new();
    for (place, (x, y)) in sheet.iter().enumerate() {
        let command = if place == 0 { 'M' } else { 'L' };
        let _ = write!(commands, "{command}{x:.0} {y:.0} ");
    }
    commands + "Z"
}

fn picture(shown: &Shown) -> Image {
    Image::from_rgb8(SharedPixelBuffer::clone_from_slice(shown.rgb.expose(), shown.width, shown.height))
}

impl Pictures {
    fn of(&self, page: &TakenPage) -> Image {
        let key = page.shown.rgb.expose().as_ptr() as usize;
        self.0.borrow_mut().entry(key).or_insert_with(|| picture(&page.shown)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_goes_around() {
        assert_eq!(
            outline(&[(1.0, 2.0), (30.4, 2.0), (30.0, 40.0), (1.0, 40.0)]),
            "M1 2 L30 2 L30 40 L1 40 Z"
        );
    }

    #[test]
    fn what_is_spared_is_counted_and_what_is_missing_is_named() {
        let both = [Language::Chinese, Language::English];
        assert_eq!(both.map(|language| summary(language, 3, 0)), ["", ""]);
        let some = both.map(|language| summary(language, 3, 2));
        assert_eq!(some, ["共 3 种材料，2 种免提交", "3 papers, 2 not needed"]);
        assert_eq!(summary(Language::Chinese, 2, 2), "2 种材料全部免提交，电子证照库里都有");
        let missing = ["户口簿", "结婚证"].map(Cow::Borrowed);
        let [chinese, english] = both.map(|language| missing_words(language, &missing, false));
        assert!(chinese.starts_with("还差户口簿、结婚证。没带齐"), "{chinese}");
        assert!(english.starts_with("Still missing: 户口簿, 结婚证. You can submit"), "{english}");
        assert!(
            missing_words(Language::Chinese, &[Cow::Borrowed("户口簿")], true).ends_with("在下一步说明。")
        );
        assert_eq!(missing_words(Language::English, &[], true), "");
    }
}
