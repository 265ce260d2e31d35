//! The papers of an application, and their pictures.

use super::list;
use super::terminal::{send, sends};
use crate::forms::{Enclosed, words};
use crate::journey::{Journey, Page, Papers as PapersPage, PapersStep, Touch};
use crate::papers::{Corners, Refusal, Shown, TakenPage};
use contract::FieldId;
use contract::form::{Material, Taken};
use kiosk_ui::{App, PageKind, PaperMood, PaperView, Papers};
use slint::{ComponentHandle, Image, SharedPixelBuffer};
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
    let view = app.global::<Papers>();
    let service = journey.library().find(papers.service());
    view.set_is_notice(papers.filing().is_none());
    view.set_service(service.map(|service| service.name.as_str().into()).unwrap_or_default());
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
            show_name(&view, papers, &look.material, None);
            view.set_hint(hint(look.why, look.sheet.is_some()).into());
            view.set_settling(look.sheet.is_some() && look.why.is_none());
            view.set_outline(look.sheet.as_ref().map(outline).unwrap_or_default().into());
        }
        PapersStep::NoPicture { material } => {
            show_name(&view, papers, material, None);
            view.set_hint("材料摄像头现在没有画面，可以返回后先提交，材料以后补交。（故障 E15）".into());
        }
        PapersStep::Phone(_) => {}
        PapersStep::Judge { material, page, phone } => {
            show_name(&view, papers, material, None);
            view.set_is_kept(false);
            view.set_by_phone(phone.is_some());
            view.set_shown(picture(&page.shown));
        }
        PapersStep::Kept { material, place } => {
            show_name(&view, papers, material, Some(*place));
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

fn show_name(view: &Papers<'_>, papers: &PapersPage, material: &FieldId, place: Option<usize>) {
    let Some(paper) = papers.material(material) else { return };
    view.set_name(paper.name.as_str().into());
    view.set_is_photo(paper.taken == Taken::Photo);
    let place = place.unwrap_or_else(|| papers.enclosures().pages_of(material).count());
    view.set_page(format!("第 {} {}", place + 1, words::unit(paper.taken)).into());
}

fn show_list(view: &Papers<'_>, journey: &Journey, papers: &PapersPage, pictures: &Pictures) {
    let enclosures = papers.enclosures();
    let asked = papers.materials();
    let rows = asked.iter().map(|paper| {
        let pages: Vec<Image> = enclosures.pages_of(&paper.id).map(|page| pictures.of(page)).collect();
        let has_room = papers.room(&paper.id) > 0;
        let (can_scan, can_use_phone) = (journey.can_scan(paper), journey.can_use_phone());
        let (state, mood, note) = state_of(paper, enclosures.of(paper), can_scan || can_use_phone);
        PaperView {
            id: paper.id.as_str().into(),
            name: paper.name.as_str().into(),
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
    view.set_summary(summary(asked.len(), held).into());
    let missing: Vec<&str> = asked
        .iter()
        .filter(|paper| matches!(enclosures.of(paper), Enclosed::Missing))
        .map(|paper| paper.name.as_str())
        .collect();
    view.set_missing(missing_words(&missing, papers.filing().is_none()).into());
}

/// State, mood, and what stands small below.
fn state_of(paper: &Material, enclosed: Enclosed<'_>, can_take: bool) -> (String, PaperMood, String) {
    let unit = words::unit(paper.taken);
    let pages = match (paper.min, paper.max) {
        (_, 1) => format!("1 {unit}"),
        (0 | 1, max) => format!("最多 {max} {unit}"),
        (min, max) => format!("{min} 至 {max} {unit}"),
    };
    let note = match paper.taken {
        _ if can_take => pages,
        Taken::Paper => "办理部门核验时出示".to_owned(),
        Taken::Photo => "现在没有联网，传不了照片；不附照片也可以提交".to_owned(),
    };
    match enclosed {
        Enclosed::Held(held) => (
            "免提交".to_owned(),
            PaperMood::Held,
            format!("电子证照库已有：{}，{}", held.owner, words::day(held.as_of)),
        ),
        Enclosed::Pages(count) => (format!("已拍 {count} {unit}"), PaperMood::Taken, note),
        Enclosed::Missing => ("必交".to_owned(), PaperMood::Missing, note),
        Enclosed::LeftOut => ("如有请交".to_owned(), PaperMood::Free, note),
    }
}

fn summary(asked: usize, held: usize) -> String {
    match held {
        0 => String::new(),
        held if held == asked => format!("{asked} 种材料全部免提交，电子证照库里都有"),
        held => format!("共 {asked} 种材料，{held} 种免提交"),
    }
}

fn missing_words(missing: &[&str], is_notice: bool) -> String {
    match missing {
        [] => String::new(),
        missing if is_notice => format!("还差{}。没有的可以在下一步说明。", missing.join("、")),
        missing => format!("还差{}。没带齐也可以先提交，办理部门会通知您补交。", missing.join("、")),
    }
}

/// What does not work of what is needed here, and the way around it.
fn trouble(journey: &Journey, papers: &PapersPage) -> &'static str {
    let is_camera_missed =
        || papers.materials().iter().any(|material| journey.health().means().has_camera_for(material));
    match journey.health().documents {
        Some(false) if is_camera_missed() && journey.can_use_phone() => {
            "材料摄像头暂不可用，请用手机拍。（故障 E15）"
        }
        Some(false) if is_camera_missed() => "材料摄像头暂不可用，可以先提交，材料以后补交。（故障 E15）",
        _ => "",
    }
}

/// What helps, in a few words that are read while both hands are at the paper.
const fn hint(why: Option<Refusal>, lies_there: bool) -> &'static str {
    match why {
        Some(Refusal::CutOff) => "四角都要拍到，请往中间放",
        Some(Refusal::Blurred) => "看不清，请压平、放稳",
        Some(Refusal::Glare) => "有反光，请转个方向",
        None if lies_there => "很好，请不要动",
        None | Some(Refusal::NoSheet) => "请放好材料",
    }
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
        assert_eq!(summary(3, 0), "");
        assert_eq!(summary(3, 2), "共 3 种材料，2 种免提交");
        assert_eq!(summary(2, 2), "2 种材料全部免提交，电子证照库里都有");
        assert!(missing_words(&["户口簿", "结婚证"], false).starts_with("还差户口簿、结婚证。没带齐"));
        assert!(missing_words(&["户口簿"], true).ends_with("在下一步说明。"));
        assert_eq!(missing_words(&[], true), "");
    }
}
