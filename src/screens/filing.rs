//! The form and its review.

use super::terminal::{send, sends};
use super::{list, named, refresh};
use crate::forms::{self, CONSENT, Draft, Enclosed, Input, Known, SIGNATURE, Step, input_for, words};
use crate::journey::{Filing as FilingPage, Journey, Page, Review, Touch};
use contract::booking::{window_for, window_name};
use contract::form::{Field, FieldKind, Material, Source, entries};
use contract::language::{Language, Voice};
use contract::validate::FieldFault;
use contract::{FieldId, Secret};
use kiosk_ui::{App, FieldInput, FieldView, Filing, OptionView, ReviewRow};
use slint::ComponentHandle;
use std::{cell::RefCell, fmt::Write as _, rc::Rc};
use zeroize::Zeroize;

/// The stroke that a finger is drawing; it becomes part of the form when the finger is lifted.
pub(super) type Pen = Rc<RefCell<Vec<(u16, u16)>>>;

/// What a row of the review leads to that is no field.
const PAPERS: &str = "/papers";

/// Points of one stroke that are kept; a finger gives 60 to 120 a second.
const MOST_POINTS: usize = 600;

pub(super) fn listen(app: &App, pen: &Pen) {
    let filing = app.global::<Filing>();
    filing.on_next(sends(Touch::Next));
    filing.on_toggle_consent(sends(Touch::ToggleConsent));
    filing.on_clear_signature(sends(Touch::ClearSignature));
    filing.on_submit(sends(Touch::Submit));
    filing.on_keep_draft(sends(Touch::KeepDraft));
    filing.on_choose_here(sends(Touch::ChooseHere));
    filing.on_focus(move |id| {
        if let Ok(id) = id.parse() {
            send(Touch::Focus(id));
        }
    });
    filing.on_change(move |id| {
        if id == PAPERS {
            send(Touch::OpenPapers);
        } else if let Ok(id) = id.parse() {
            send(Touch::Change(id));
        }
    });
    filing.on_add_row(move |id| {
        if let Ok(id) = id.parse() {
            send(Touch::AddRow(id));
        }
    });
    filing.on_remove_row(move |id, place| {
        if let (Ok(id), Ok(place)) = (id.parse(), usize::try_from(place)) {
            send(Touch::RemoveRow(id, place));
        }
    });
    filing.on_pick(move |id, value| {
        if let Ok(id) = id.parse() {
            send(Touch::Pick(id, Secret::from(value.as_str())));
        }
    });
    listen_pen(app, pen);
}

fn listen_pen(app: &App, pen: &Pen) {
    let filing = app.global::<Filing>();
    let (weak, down) = (app.as_weak(), Rc::clone(pen));
    filing.on_pen_down(move |x, y| {
        down.borrow_mut().clear();
        draw(&weak, &down, x, y);
    });
    let (weak, moved) = (app.as_weak(), Rc::clone(pen));
    filing.on_pen_moved(move |x, y| draw(&weak, &moved, x, y));
    let up = Rc::clone(pen);
    filing.on_pen_up(move || {
        let points: Vec<String> = up.borrow_mut().drain(..).map(|(x, y)| format!("{x},{y}")).collect();
        if !points.is_empty() {
            send(Touch::Stroke(Secret::new(points.join(" "))));
        }
    });
}

/// A point of the pen, in the thousandths of the box's width; the line grows without a way through the journey.
fn draw(app: &slint::Weak<App>, pen: &Pen, x: f32, y: f32) {
    let Some(app) = app.upgrade() else { return };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the box")]
    let point = (x.clamp(0.0, 1000.0) as u16, y.clamp(0.0, 1000.0) as u16);
    let mut pen = pen.borrow_mut();
    if pen.len() >= MOST_POINTS || pen.last() == Some(&point) {
        return;
    }
    let filing = app.global::<Filing>();
    let command = if pen.is_empty() { 'M' } else { 'L' };
    let mut ink = filing.get_ink().to_string();
    let _ = write!(ink, "{command}{} {} ", point.0, point.1);
    filing.set_ink(ink.into());
    pen.push(point);
}

pub(super) fn show(app: &App, journey: &Journey, pen: &Pen) {
    let view = app.global::<Filing>();
    view.set_can_keep(journey.can_keep_draft());
    match journey.page() {
        Page::Filing(filing) => show_form(&view, journey, filing),
        Page::Review(review) => show_review(&view, journey, review, pen),
        _ => forget(app, pen),
    }
}

/// Nothing personal stays in a property that no page shows.
pub(super) fn forget(app: &App, pen: &Pen) {
    let view = app.global::<Filing>();
    pen.borrow_mut().zeroize();
    view.set_service("".into());
    view.set_fields(list([]));
    view.set_here("".into());
    view.set_review(list([]));
    view.set_ink("".into());
    view.set_fault("".into());
}

/// What is applied for; of a window, that it is one.
pub(super) fn title(journey: &Journey, draft: &Draft) -> String {
    let (language, library) = (journey.language(), journey.library());
    let service = library.find(draft.service());
    match service.filter(|service| draft.is_booking() && window_for(service).is_some()) {
        Some(service) => window_name(language, &library.say(language, &service.name)),
        None => library.say(language, draft.title()).into_owned(),
    }
}

/// `第 2 步，共 5 步`, `Step 2 of 5`.
fn step_words(language: Language, step: usize, of: usize) -> String {
    match language {
        Language::Chinese => format!("第 {step} 步，共 {of} 步"),
        Language::English => format!("Step {step} of {of}"),
    }
}

fn show_form(view: &Filing<'_>, journey: &Journey, filing: &FilingPage) {
    let (language, steps) = (journey.language(), filing.draft.steps());
    let shown =
        |range: std::ops::Range<usize>| range.filter(|step| filing.draft.is_step_shown(*step)).count();
    view.set_service(title(journey, &filing.draft).into());
    let place = step_words(language, shown(0..filing.step) + 1, shown(0..steps.len()) + 1);
    view.set_step(place.into());
    let is_last = filing.shown_step_after().is_none() && !journey.comes_to_papers(filing);
    let main = if is_last { language.say("去核对", "Review") } else { language.say("下一步", "Next") };
    view.set_main(main.into());
    let Some(step) = steps.get(filing.step) else { return };
    let from_card = matches!(step, Step::FromCard(_));
    view.set_from_card(from_card);
    if from_card {
        view.set_main(language.say("信息无误，下一步", "All correct, next").into());
    }
    let here =
        filing.draft.here().filter(|way| way.first().is_some_and(|(id, _)| step.fields().contains(id)));
    let here = here.and_then(|mut way| way.pop()).map(|(_, option)| option);
    let here = here.map(|option| named(journey.library(), language, words::option(&option)));
    view.set_here(here.unwrap_or_default());
    view.set_is_here(filing.draft.is_here());
    let rows = journey.library().speak(language, |voice| {
        step.fields().iter().flat_map(|id| field_views(voice, filing, id, from_card)).collect()
    });
    if let Some(fields) = refresh(&view.get_fields(), rows) {
        view.set_fields(fields);
    }
}

/// A field as it is shown; a table is its rows, the cells of the row that is being written, and a button.
fn field_views(voice: Voice<'_>, filing: &FilingPage, id: &FieldId, from_card: bool) -> Vec<FieldView> {
    let Voice { language, names } = voice;
    let draft = &filing.draft;
    let Some(field) = draft.field(id).filter(|field| draft.is_shown(field)) else { return Vec::new() };
    let fault = draft.fault(id).filter(|_| filing.show_faults);
    let Some(table) = draft.table(id) else {
        return vec![field_view(voice, filing, field, from_card, fault.as_ref())];
    };
    let rows = draft.rows(id);
    let may_add = rows.len() < usize::from(table.max);
    let titled = |input, label: &str| FieldView {
        id: id.as_str().into(),
        label: label.into(),
        required: true,
        input,
        ..FieldView::default()
    };
    let done = FieldView {
        rows: list(rows.iter().map(|row| words::row(voice, row).into())),
        required: draft.is_required(field),
        fault: fault
            .filter(|_| filing.row_fault.is_none())
            .as_ref()
            .map(|fault| names(&fault.sentence(language)))
            .unwrap_or_default()
            .into(),
        ..titled(FieldInput::Rows, &names(&field.label))
    };
    let cells =
        (0..table.columns.len()).filter_map(|column| cell_view(voice, filing, &forms::cell(id, column)?));
    let fault = filing.row_fault.as_ref().map(|fault| names(&fault.sentence(language))).unwrap_or_default();
    let add = FieldView { fault: fault.into(), ..titled(FieldInput::Add, language.say("添加", "Add")) };
    let entry = if may_add { cells.chain([add]).collect() } else { Vec::new() };
    std::iter::once(done).chain(entry).collect()
}

fn cell_view(voice: Voice<'_>, filing: &FilingPage, id: &FieldId) -> Option<FieldView> {
    let column = filing.draft.column(id)?;
    let fault = filing.draft.cell_fault(id).filter(|_| filing.row_fault.is_some());
    let input = input_for(&column.kind, None, filing.draft.fields(), voice.language);
    let field_named = Named { id, label: &column.label, kind: &column.kind };
    Some(view_of(voice, filing, field_named, input, true, fault.as_ref()))
}

fn field_view(
    voice: Voice<'_>,
    filing: &FilingPage,
    field: &Field,
    from_card: bool,
    fault: Option<&FieldFault>,
) -> FieldView {
    let (draft, language) = (&filing.draft, voice.language);
    let known = draft.known(&field.id);
    let input = if from_card || field.source == Source::Card || known.is_some_and(|known| !known.editable) {
        Input::Nothing
    } else if let Some(offered) = draft.offered(&field.id) {
        Input::Options(offered.iter().map(|free| (free.value(), free.words(voice))).collect())
    } else {
        input_for(&field.kind, field.pattern.as_ref(), draft.fields(), language)
    };
    let field_named = Named { id: &field.id, label: &field.label, kind: &field.kind };
    let view = view_of(voice, filing, field_named, input, draft.is_required(field), fault);
    let told = known.map(|known| told_by(voice, known));
    FieldView { told: told.unwrap_or_default().into(), ..view }
}

/// Who says what stands in a field.
fn told_by(Voice { language, names }: Voice<'_>, Known { owner, as_of, .. }: &Known) -> String {
    let owner = names(owner);
    let day = words::day(language, *as_of);
    match language {
        Language::Chinese => format!("来自{owner}，{day}"),
        Language::English => format!("From {owner}, {day}"),
    }
}

/// A field or a cell, as its form names it.
#[derive(Clone, Copy)]
struct Named<'a> {
    id: &'a FieldId,
    label: &'a str,
    kind: &'a FieldKind,
}

fn view_of(
    Voice { language, names }: Voice<'_>,
    filing: &FilingPage,
    Named { id, label, kind }: Named<'_>,
    input: Input,
    required: bool,
    fault: Option<&FieldFault>,
) -> FieldView {
    let value = filing.draft.value(id);
    let focused = filing.typing.as_ref().filter(|(focused, _)| focused == id);
    let (input, options) = match input {
        Input::Options(options) => {
            let said = options.into_iter().map(|(option, words)| (option, names(&words)));
            (FieldInput::Options, said.collect())
        }
        Input::Nothing => (FieldInput::Shown, Vec::new()),
        _ => (FieldInput::Keys, Vec::new()),
    };
    let shown = match focused {
        Some((_, typing)) => format!("{}{}", typing.text(), typing.composing()),
        None if value.is_empty() => String::new(),
        None => words::value(Voice { language, names }, kind, value),
    };
    let picked: Vec<Secret<String>> = match kind {
        FieldKind::Picks { .. } => entries(value).unwrap_or_default(),
        _ => vec![Secret::from(value)],
    };
    let fault = fault.filter(|_| focused.is_none());
    FieldView {
        id: id.as_str().into(),
        label: names(label).into(),
        value: shown.into(),
        hint: words::hint(language, kind).into(),
        fault: fault.map(|fault| names(&fault.sentence(language))).unwrap_or_default().into(),
        required,
        input,
        focused: focused.is_some(),
        longest: options
            .iter()
            .map(|(_, words)| width(words))
            .max()
            .and_then(|n| i32::try_from(n).ok())
            .unwrap_or(0),
        options: list(options.into_iter().map(|(option, words)| OptionView {
            chosen: picked.iter().any(|one| *one.expose() == option),
            value: option.into(),
            words: words.into(),
        })),
        rows: list([]),
        told: "".into(),
    }
}

fn show_review(view: &Filing<'_>, journey: &Journey, review: &Review, pen: &Pen) {
    let (language, library, draft) = (journey.language(), journey.library(), &review.filing.draft);
    view.set_service(title(journey, draft).into());
    let fields = draft.steps().iter().flat_map(Step::fields).filter_map(|id| draft.field(id));
    let filled = fields.filter(|field| !draft.value(&field.id).is_empty());
    let rows = filled.filter(|field| is_worth_reviewing(field)).map(|field| ReviewRow {
        id: field.id.as_str().into(),
        label: named(library, language, &field.label),
        value: library
            .speak(language, |voice| words::value(voice, &field.kind, draft.value(&field.id)))
            .into(),
        can_change: field.source != Source::Card,
    });
    let papers = if journey.has_papers(&review.filing) { paper_rows(journey, review) } else { Vec::new() };
    let rows = rows.chain(papers).collect();
    if let Some(rows) = refresh(&view.get_review(), rows) {
        view.set_review(rows);
    }
    view.set_has_consent(draft.asks(CONSENT));
    view.set_consent(draft.value_named(CONSENT) == "true");
    view.set_has_signature(draft.asks(SIGNATURE));
    if pen.borrow().is_empty() {
        view.set_ink(ink(draft.value_named(SIGNATURE)).into());
    }
    let fault = if review.show_faults { review_fault(journey, review) } else { String::new() };
    view.set_fault(fault.into());
}

/// How wide words are, in Chinese characters: two letters take the room of one.
fn width(words: &str) -> usize {
    let letters = words.chars().filter(char::is_ascii).count();
    words.chars().count() - letters + letters.div_ceil(2)
}

/// What goes with it, a row a paper; the first leads back to all of them.
fn paper_rows(journey: &Journey, review: &Review) -> Vec<ReviewRow> {
    let language = journey.language();
    let FilingPage { draft, enclosures, .. } = &review.filing;
    let held = language.say("免提交，用电子证照", "Not needed, the licence library has it");
    let missing = language.say("未交，以后补交", "Not handed in, to follow");
    let enclosed = draft.papers().filter_map(|paper| match enclosures.of(paper) {
        Enclosed::Held(_) => Some((paper, held.to_owned())),
        Enclosed::Pages(pages) => Some((paper, words::pages_taken(language, paper.taken, pages))),
        Enclosed::Missing => Some((paper, missing.to_owned())),
        Enclosed::LeftOut => None,
    });
    let row = |(paper, value): (&Material, String)| ReviewRow {
        id: PAPERS.into(),
        label: named(journey.library(), language, &paper.name),
        value: value.into(),
        can_change: true,
    };
    enclosed.map(row).collect()
}

/// The card's small print was looked over on its own page.
fn is_worth_reviewing(field: &Field) -> bool {
    field.source != Source::Card || matches!(field.id.as_str(), "name" | "id_no")
}

fn review_fault(journey: &Journey, review: &Review) -> String {
    let (language, library) = (journey.language(), journey.library());
    match review.filing.draft.faults().first() {
        None => language
            .say(
                "现在网络不通，这个事项需要联网。内容已保留，请稍后再提交。",
                "This needs a network, and there is none now. Nothing is lost, please submit later.",
            )
            .to_owned(),
        Some((id, fault)) => {
            let label = review.filing.draft.field(id).map(|field| library.say(language, &field.label));
            let sentence = fault.sentence(language);
            let said = library.say(language, &sentence);
            format!("{}{}{said}", label.unwrap_or_default(), language.colon())
        }
    }
}

/// The commands of a path for the strokes of a signature.
fn ink(signature: &str) -> String {
    let mut commands = String::new();
    for stroke in signature.split(';').filter(|stroke| !stroke.is_empty()) {
        for (place, point) in stroke.split(' ').enumerate() {
            let command = if place == 0 { 'M' } else { 'L' };
            let _ = write!(commands, "{command}{} ", point.replace(',', " "));
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    #[test]
    fn letters_are_half_as_wide() {
        assert_eq!(super::width("父母"), 2);
        assert_eq!(super::width("Grandparent"), 6);
    }

    #[test]
    fn strokes_become_a_path() {
        assert_eq!(super::ink("1,2 3,4;5,6"), "M1 2 L3 4 M5 6 ");
        assert_eq!(super::ink(""), "");
    }
}
