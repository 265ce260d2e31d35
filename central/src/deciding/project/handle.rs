//! Who may do what with a project, and when.

use super::Recorded;
use super::board::{Board, ProjectEvent, StageState, TaskResult};
use crate::Clerk;
use crate::deciding::Actor;
use crate::deciding::case::Ground;
use crate::deciding::trace::listed;
use contract::DepartmentCode;
use contract::calendar::{BeyondCalendar, Calendar};
use jiff::Timestamp;

/// What a clerk wants to do with the open stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectAct {
    /// Finish a task.
    Finish {
        /// Which.
        task: String,
        /// What came out.
        result: TaskResult,
    },
    /// 特别程序
    Pause {
        /// Why.
        ground: Ground,
    },
    /// The clock runs again.
    Resume,
    /// Close the stage.
    Close,
}

/// Why an act on a project is refused. The words say what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectRefusal {
    /// Somebody changed the project after the clerk looked at it.
    #[error("the project has changed since version {seen}: {}; look again and decide anew", listed(.since))]
    Changed {
        /// The version that the clerk saw.
        seen: u32,
        /// What happened since.
        since: Vec<Recorded>,
    },
    /// A stage that the plan does not have.
    #[error("the project has no stage '{0}'")]
    NoSuchStage(String),
    /// A stage that is not the next one.
    #[error("stage '{0}' opens when the one before it is closed")]
    NotYet(String),
    /// A stage that is over.
    #[error("stage '{0}' is closed already")]
    ClosedAlready(String),
    /// Nothing is open.
    #[error("no stage of the project is open: the applicant hands in the next one")]
    NothingOpen,
    /// A task that the stage does not have.
    #[error("the open stage has no task '{0}'")]
    NoSuchTask(String),
    /// A task is finished once.
    #[error("task '{0}' is finished already")]
    FinishedAlready(String),
    /// Another department's task.
    #[error("the task is {0}'s: ask a clerk of that department")]
    OtherDepartment(DepartmentCode),
    /// Only the lead does this.
    #[error("this is for the lead department of the stage, {0}")]
    NotLead(DepartmentCode),
    /// Tasks are still open.
    #[error("not all tasks of the stage are done: {} left", .0.join(", "))]
    TasksLeft(Vec<String>),
    /// The clock stands.
    #[error("the clock of the stage stands: resume it first")]
    Paused,
    /// The clock runs.
    #[error("the clock of the stage runs: there is nothing to resume")]
    NotPaused,
    /// The calendar ends.
    #[error(transparent)]
    Calendar(#[from] BeyondCalendar),
}

impl Board {
    /// The applicant hands in a stage. The next stage opens with all its tasks; the open one takes another application.
    pub fn hand_in(
        &mut self,
        stage_name: &str,
        actor: Actor,
        now: Timestamp,
        calendar: &Calendar,
    ) -> Result<(usize, Vec<Recorded>), ProjectRefusal> {
        let name = || stage_name.chars().take(40).collect::<String>();
        let place = self.plan.stages.iter().position(|stage| stage.name == stage_name);
        let place = place.ok_or_else(|| ProjectRefusal::NoSuchStage(name()))?;
        match self.stages.get(place) {
            Some(StageState::Open { .. }) => return Ok((place, Vec::new())),
            Some(StageState::Closed { .. }) => return Err(ProjectRefusal::ClosedAlready(name())),
            Some(StageState::Waiting) | None => {}
        }
        let before = place.checked_sub(1).and_then(|before| self.stages.get(before));
        if before.is_some_and(|before| !matches!(before, StageState::Closed { .. })) {
            return Err(ProjectRefusal::NotYet(name()));
        }
        let happened = self.record(actor, ProjectEvent::StageOpened { stage: place }, now, calendar)?;
        Ok((place, happened))
    }

    /// Does something with the open stage, or says why not.
    pub fn handle(
        &mut self,
        seen: u32,
        act: &ProjectAct,
        clerk: &Clerk,
        now: Timestamp,
        calendar: &Calendar,
    ) -> Result<Vec<Recorded>, ProjectRefusal> {
        if seen != self.version() {
            return Err(ProjectRefusal::Changed { seen, since: self.since(seen) });
        }
        let stage = self.open_stage().ok_or(ProjectRefusal::NothingOpen)?;
        let event = self.event_for(stage, act, clerk)?;
        self.record(Actor::clerk(clerk), event, now, calendar)
    }

    fn event_for(
        &self,
        stage: usize,
        act: &ProjectAct,
        clerk: &Clerk,
    ) -> Result<ProjectEvent, ProjectRefusal> {
        let (Some(plan), Some(StageState::Open { stands, done, .. })) =
            (self.plan.stages.get(stage), self.stages.get(stage))
        else {
            return Err(ProjectRefusal::NothingOpen);
        };
        if let ProjectAct::Finish { task, result } = act {
            let known = plan.tasks.iter().find(|known| known.id == *task);
            let known = known.ok_or_else(|| ProjectRefusal::NoSuchTask(task.chars().take(40).collect()))?;
            if known.department != clerk.department {
                return Err(ProjectRefusal::OtherDepartment(known.department.clone()));
            }
            if done.contains_key(task) {
                return Err(ProjectRefusal::FinishedAlready(task.clone()));
            }
            return Ok(ProjectEvent::TaskFinished { stage, task: task.clone(), result: result.clone() });
        }
        if plan.lead != clerk.department {
            return Err(ProjectRefusal::NotLead(plan.lead.clone()));
        }
        match (act, stands) {
            (ProjectAct::Pause { .. } | ProjectAct::Close, Some(_)) => Err(ProjectRefusal::Paused),
            (ProjectAct::Resume, None) => Err(ProjectRefusal::NotPaused),
            (ProjectAct::Resume, Some(_)) => Ok(ProjectEvent::StageResumed { stage }),
            (ProjectAct::Pause { ground }, None) => Ok(ProjectEvent::StagePaused { stage, ground: *ground }),
            (ProjectAct::Close | ProjectAct::Finish { .. }, _) => {
                let left = plan.tasks.iter().filter(|task| !done.contains_key(&task.id));
                let left: Vec<String> = left.map(|task| task.id.clone()).collect();
                if left.is_empty() {
                    Ok(ProjectEvent::StageClosed { stage })
                } else {
                    Err(ProjectRefusal::TasksLeft(left))
                }
            }
        }
    }

    fn record(
        &mut self,
        actor: Actor,
        event: ProjectEvent,
        at: Timestamp,
        calendar: &Calendar,
    ) -> Result<Vec<Recorded>, ProjectRefusal> {
        let seen = self.version();
        let mut next = self.clone();
        let stage = event.stage();
        next.apply(Recorded { n: seen.saturating_add(1), at, actor, event });
        // A stage whose deadline nobody can compute does not open.
        next.due_on(stage, calendar)?;
        *self = next;
        Ok(self.since(seen))
    }
}
