//! The board of a construction project (深圳90).

use super::list;
use super::terminal::sends;
use crate::forms::words::day;
use crate::journey::{AffairsStep, Journey, Page, PrintResult, Printing, Touch};
use contract::message::Light;
use contract::project::{ProjectProgress, StageProgress, StageStanding, TaskProgress, TaskStanding};
use kiosk_ui::{App, PrintView, Project, StageMood, StageView, TaskView};
use slint::{ComponentHandle, SharedString};

pub(super) fn listen(app: &App) {
    app.global::<Project>().on_print_out(sends(Touch::PrintBoard));
}

pub(super) fn show(app: &App, journey: &Journey) {
    let view = app.global::<Project>();
    let Page::Affairs(affairs) = journey.page() else { return forget(app) };
    let AffairsStep::Project(shown) = &affairs.step else { return forget(app) };
    let project = &shown.project;
    view.set_code(project.project.as_str().into());
    view.set_kind(project.kind.as_str().into());
    view.set_used(project.used.0.into());
    view.set_limit(project.limit.0.into());
    view.set_now(now(project).into());
    view.set_stages(list(project.stages.iter().map(stage)));
    view.set_note(project.note.as_str().into());
    let (print, words) = shown.printing.map_or((PrintView::Good, ""), print_words);
    view.set_print(print);
    view.set_print_words(words.into());
}

/// How the print of a board goes: nothing is handed in with it, so nothing hangs on it.
const fn print_words(printing: Printing) -> (PrintView, &'static str) {
    match printing {
        Printing::Busy(_) => (PrintView::Busy, "正在打印进度…"),
        Printing::Over(PrintResult::Printed) => (PrintView::Good, "进度已打印，请取走"),
        Printing::Over(PrintResult::NoPaper) => (PrintView::Bad, "打印纸用完了，进度没有打印。（故障 E02）"),
        Printing::Over(PrintResult::NoPrinter | PrintResult::NotWritable) => {
            (PrintView::Bad, "打印机没有响应，进度没有打印。（故障 E02）")
        }
        Printing::Over(PrintResult::Unknown) => (PrintView::Bad, "不确定进度是否打印完整，可以再打印一次。"),
    }
}

/// Which project was looked at belongs to the visit.
pub(super) fn forget(app: &App) {
    let view = app.global::<Project>();
    view.set_code(SharedString::new());
    view.set_stages(list([]));
}

/// Where it is now, in one line.
fn now(project: &ProjectProgress) -> String {
    let open = |stage: &&StageProgress| matches!(stage.standing, StageStanding::Open | StageStanding::Paused);
    let waits = |stage: &&StageProgress| stage.standing == StageStanding::Waiting;
    if let Some(stage) = project.stages.iter().find(open) {
        format!("正在：{}", stage.name)
    } else if let Some(stage) = project.stages.iter().find(waits) {
        format!("等待申报下一阶段：{}", stage.name)
    } else {
        "全部阶段已办结".to_owned()
    }
}

fn stage(stage: &StageProgress) -> StageView {
    let (mood, state) = match (stage.standing, stage.light) {
        (StageStanding::Open, Light::Amber) => (StageMood::Amber, Light::Amber.words()),
        (StageStanding::Open, Light::Red) => (StageMood::Late, Light::Red.words()),
        (StageStanding::Open, Light::Green) => (StageMood::Open, stage.standing.words()),
        (StageStanding::Waiting, _) => (StageMood::Waiting, stage.standing.words()),
        (StageStanding::Paused, _) => (StageMood::Paused, stage.standing.words()),
        (StageStanding::Closed, _) => (StageMood::Closed, stage.standing.words()),
    };
    StageView {
        name: stage.name.as_str().into(),
        lead: stage.lead.as_str().into(),
        mood,
        state: state.into(),
        days: stage.days_in_words().into(),
        due: stage.due_on.map(|due| format!("{}前办结", day(due))).unwrap_or_default().into(),
        share: f32::from(stage.used.0.min(stage.limit.0)) / f32::from(stage.limit.0.max(1)),
        tasks: list(stage.tasks.iter().map(task)),
    }
}

fn task(task: &TaskProgress) -> TaskView {
    TaskView {
        name: task.name.as_str().into(),
        department: task.department.as_str().into(),
        state: task.standing.words().into(),
        is_done: matches!(task.standing, TaskStanding::Passed | TaskStanding::NotNeeded),
        is_open: task.standing == TaskStanding::Open,
    }
}
