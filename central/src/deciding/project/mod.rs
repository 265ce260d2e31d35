//! 深圳90: a construction project on its way through the stages (分阶段并联审批), as a value.
//!
//! One lead department a stage (牵头部门); the tasks of a stage start on one day and run beside each other; a stage opens
//! when the one before is closed, and closes when the lead says so after the last task. `plan` is which stages and tasks
//! a kind of project has and how long each stage may take; `board` is where one project stands; `handle` who may do what.
//!
//! Knows nothing of stores and HTTP; a time is always told.

mod board;
mod handle;
mod plan;

pub use board::{Board, ProjectEvent, StageState, TaskResult};
pub use handle::{ProjectAct, ProjectRefusal};
pub use plan::{Kind, Plan, Plans, PlansFault, StagePlan, TaskPlan};

/// One row of a project's trace.
pub type Recorded = super::Recorded<ProjectEvent>;

#[cfg(test)]
mod tests;
