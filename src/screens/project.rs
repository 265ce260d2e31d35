//! The board of a construction project (深圳90).

use super::terminal::sends;
use super::{list, named, print};
use crate::forms::words::day;
use crate::journey::{AffairsStep, Journey, Page, Touch};
use crate::services::Library;
use contract::language::Language;
use contract::message::Light;
use contract::project::{ProjectProgress, StageProgress, StageStanding, TaskProgress, TaskStanding};
use jiff::civil::Date;
use kiosk_ui::{App, Project, StageMood, StageView, TaskView};
use slint::{ComponentHandle, SharedString};

pub(super) fn listen(app: &App) {
    app.global::<Project>().on_print_out(sends(Touch::PrintBoard));
}

pub(super) fn show(app: &App, journey: &Journey) {
    let view = app.global::<Project>();
    let Page::Affairs(affairs) = journey.page() else { return forget(app) };
    let AffairsStep::Project(shown) = &affairs.step else { return forget(app) };
    let (project, language, library) = (&shown.project, journey.language(), journey.library());
    view.set_code(project.project.as_str().into());
    view.set_kind(named(library, language, &project.kind));
    view.set_used(project.used.0.into());
    view.set_limit(project.limit.0.into());
    view.set_now(now(language, library, project).into());
    view.set_stages(list(project.stages.iter().map(|one| stage(language, library, one))));
    view.set_note(named(library, language, &project.note));
    let (print, words) = print::words(language, print::BOARD, shown.printing);
    view.set_print(print);
    view.set_print_words(words);
}

/// Which project was looked at belongs to the visit.
pub(super) fn forget(app: &App) {
    let view = app.global::<Project>();
    view.set_code(SharedString::new());
    view.set_stages(list([]));
}

/// Where it is now, in one line.
fn now(language: Language, library: &Library, project: &ProjectProgress) -> String {
    let name = |stage: &StageProgress| library.say(language, &stage.name).into_owned();
    let open = |stage: &&StageProgress| matches!(stage.standing, StageStanding::Open | StageStanding::Paused);
    let waits = |stage: &&StageProgress| stage.standing == StageStanding::Waiting;
    if let Some(stage) = project.stages.iter().find(open) {
        format!("{}{}", language.say("正在：", "Now: "), name(stage))
    } else if let Some(stage) = project.stages.iter().find(waits) {
        format!(
            "{}{}",
            language.say("等待申报下一阶段：", "The next stage awaits its application: "),
            name(stage)
        )
    } else {
        language.say("全部阶段已办结", "All stages are completed").to_owned()
    }
}

fn stage(language: Language, library: &Library, stage: &StageProgress) -> StageView {
    let standing = stage.standing.words(language);
    let (mood, state) = match (stage.standing, stage.light) {
        (StageStanding::Open, Light::Amber) => (StageMood::Amber, Light::Amber.words(language)),
        (StageStanding::Open, Light::Red) => (StageMood::Late, Light::Red.words(language)),
        (StageStanding::Open, Light::Green) => (StageMood::Open, standing),
        (StageStanding::Waiting, _) => (StageMood::Waiting, standing),
        (StageStanding::Paused, _) => (StageMood::Paused, standing),
        (StageStanding::Closed, _) => (StageMood::Closed, standing),
    };
    StageView {
        name: named(library, language, &stage.name),
        lead: named(library, language, &stage.lead),
        mood,
        state: state.into(),
        days: stage.days_in_words(language).into(),
        due: stage.due_on.map(|on| due(language, on)).unwrap_or_default().into(),
        share: f32::from(stage.used.0.min(stage.limit.0)) / f32::from(stage.limit.0.max(1)),
        tasks: list(stage.tasks.iter().map(|one| task(language, library, one))),
    }
}

fn due(language: Language, on: Date) -> String {
    match language {
        Language::Chinese => format!("{}前办结", day(language, on)),
        Language::English => format!("Due by {}", day(language, on)),
    }
}

fn task(language: Language, library: &Library, task: &TaskProgress) -> TaskView {
    TaskView {
        name: named(library, language, &task.name),
        department: named(library, language, &task.department),
        state: task.standing.words(language).into(),
        is_done: matches!(task.standing, TaskStanding::Passed | TaskStanding::NotNeeded),
        is_open: task.standing == TaskStanding::Open,
    }
}
