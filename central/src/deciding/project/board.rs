//! Where a project stands: its events in order, and what they add up to.

use super::Recorded;
use super::plan::Plan;
use crate::deciding::case::Ground;
use crate::deciding::{Happening, PlainWords};
use contract::ProjectCode;
use contract::calendar::{BeyondCalendar, Calendar, Pause};
use contract::message::day_in_china;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What came out of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum TaskResult {
    /// 通过
    Passed,
    /// 不需要办理
    NotNeeded {
        /// Why.
        #[schema(value_type = String)]
        reason: PlainWords,
    },
}

/// Something that happened to a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum ProjectEvent {
    /// A stage opened: all its tasks start on this day.
    StageOpened {
        /// Its place in the plan, from 0.
        stage: usize,
    },
    /// A department finished its task.
    TaskFinished {
        /// The open stage.
        stage: usize,
        /// The task.
        task: String,
        /// What came out.
        #[serde(flatten)]
        result: TaskResult,
    },
    /// 特别程序 began.
    StagePaused {
        /// The open stage.
        stage: usize,
        /// Why.
        ground: Ground,
    },
    /// The clock runs again.
    StageResumed {
        /// The open stage.
        stage: usize,
    },
    /// The lead closed the stage.
    StageClosed {
        /// Which.
        stage: usize,
    },
}

impl ProjectEvent {
    /// The stage that it happened in.
    pub const fn stage(&self) -> usize {
        match self {
            Self::StageOpened { stage }
            | Self::TaskFinished { stage, .. }
            | Self::StagePaused { stage, .. }
            | Self::StageResumed { stage }
            | Self::StageClosed { stage } => *stage,
        }
    }
}

impl Happening for ProjectEvent {
    fn words(&self) -> &'static str {
        match self {
            Self::StageOpened { .. } => "阶段开始",
            Self::TaskFinished { result: TaskResult::Passed, .. } => "事项通过",
            Self::TaskFinished { result: TaskResult::NotNeeded { .. }, .. } => "事项不需办理",
            Self::StagePaused { .. } => "特别程序暂停",
            Self::StageResumed { .. } => "恢复计时",
            Self::StageClosed { .. } => "阶段办结",
        }
    }
}

/// Where a stage stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageState {
    /// The one before is not closed.
    Waiting,
    /// Its tasks are being worked on.
    Open {
        /// The day on which all its tasks started.
        since: Date,
        /// Times that don't count.
        pauses: Vec<Pause>,
        /// Why the clock stands, while it does.
        stands: Option<Ground>,
        /// The tasks that are done.
        done: BTreeMap<String, TaskResult>,
    },
    /// The lead has closed it.
    Closed {
        /// The day on which its tasks started.
        since: Date,
        /// The day on which it was closed.
        on: Date,
        /// Times that didn't count.
        pauses: Vec<Pause>,
        /// What came out of its tasks.
        done: BTreeMap<String, TaskResult>,
    },
}

/// A project as its events have made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// Its number.
    pub code: ProjectCode,
    /// The plan with which it began.
    pub plan: Plan,
    /// Everything that happened.
    pub events: Vec<Recorded>,
    /// Where each stage of the plan stands.
    pub stages: Vec<StageState>,
}

impl Board {
    /// A project at which nothing has happened.
    pub fn new(code: ProjectCode, plan: Plan) -> Self {
        let stages = vec![StageState::Waiting; plan.stages.len()];
        Self { code, plan, events: Vec::new(), stages }
    }

    /// A project again, from its plan and its trace.
    pub fn replay(code: ProjectCode, plan: Plan, events: Vec<Recorded>) -> Self {
        let mut board = Self::new(code, plan);
        for recorded in events {
            board.apply(recorded);
        }
        board
    }

    /// The number of its last event; 0 when nothing has happened.
    pub fn version(&self) -> u32 {
        self.events.last().map_or(0, |recorded| recorded.n)
    }

    /// What happened after a version.
    pub fn since(&self, version: u32) -> Vec<Recorded> {
        self.events.iter().filter(|recorded| recorded.n > version).cloned().collect()
    }

    /// The place of the open stage; there is at most one.
    pub fn open_stage(&self) -> Option<usize> {
        self.stages.iter().position(|stage| matches!(stage, StageState::Open { .. }))
    }

    /// The last day of an open stage; none while its clock stands, and for stages that are not open.
    pub fn due_on(&self, stage: usize, calendar: &Calendar) -> Result<Option<Date>, BeyondCalendar> {
        match (self.stages.get(stage), self.plan.stages.get(stage)) {
            (Some(StageState::Open { since, pauses, .. }), Some(plan)) => {
                calendar.add_working_days(*since, plan.days, pauses)
            }
            _ => Ok(None),
        }
    }

    /// Adds what happened. Whether it may happen is decided by `handle`; a trace is taken as it is.
    pub(super) fn apply(&mut self, recorded: Recorded) {
        let day = day_in_china(recorded.at);
        if let Some(state) = self.stages.get_mut(recorded.event.stage()) {
            match (&recorded.event, &mut *state) {
                (ProjectEvent::StageOpened { .. }, _) => {
                    *state = StageState::Open {
                        since: day,
                        pauses: Vec::new(),
                        stands: None,
                        done: BTreeMap::new(),
                    };
                }
                (ProjectEvent::TaskFinished { task, result, .. }, StageState::Open { done, .. }) => {
                    done.insert(task.clone(), result.clone());
                }
                (ProjectEvent::StagePaused { ground, .. }, StageState::Open { pauses, stands, .. }) => {
                    *stands = Some(*ground);
                    pauses.push(Pause { from: day, until: None });
                }
                (ProjectEvent::StageResumed { .. }, StageState::Open { pauses, stands, .. }) => {
                    *stands = None;
                    if let Some(pause) = pauses.last_mut() {
                        pause.until = Some(day);
                    }
                }
                (ProjectEvent::StageClosed { .. }, StageState::Open { since, pauses, done, .. }) => {
                    let (pauses, done) = (std::mem::take(pauses), std::mem::take(done));
                    *state = StageState::Closed { since: *since, on: day, pauses, done };
                }
                (_, StageState::Waiting | StageState::Closed { .. }) => {}
            }
        }
        self.events.push(recorded);
    }
}
