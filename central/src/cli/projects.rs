//! What clerks do with construction projects (深圳90) at the command line.

use super::desk::{Desk, Files, plain_words};
use super::sample_project;
use crate::say;
use central::casework::{self, WorkError};
use central::deciding::PlainWords;
use central::deciding::case::Ground;
use central::deciding::project::{ProjectAct, TaskResult};
use clap::{Args, Subcommand};
use contract::ProjectCode;
use jiff::Timestamp;

#[derive(Subcommand)]
pub(crate) enum ProjectCommand {
    /// Prints a project as a board
    Board {
        #[command(flatten)]
        desk: Desk,
        /// The project, 2026-440304-47-01-123456
        project: ProjectCode,
    },
    /// Prints what the department was told, newest first
    Inbox {
        #[command(flatten)]
        desk: Desk,
    },
    /// Finishes a task of the department
    Finish {
        #[command(flatten)]
        on: On,
        /// The task, as the board names it
        task: String,
        /// The task is not needed, and why
        #[arg(long, value_parser = plain_words)]
        not_needed: Option<PlainWords>,
    },
    /// Stops the clock of the open stage (特别程序); for its lead
    Pause {
        #[command(flatten)]
        on: On,
        /// hearing, inspection, appraisal, expert_review, tender or public_notice
        #[arg(long)]
        ground: Ground,
    },
    /// Lets the clock run again; for the lead
    Resume(On),
    /// Closes the open stage after its last task; for the lead
    Close(On),
    /// Writes a sample project down, for demonstrations: it says that it is one
    Sample(Files),
}

/// A project, and the version of it that the clerk has seen.
#[derive(Args)]
pub(crate) struct On {
    #[command(flatten)]
    desk: Desk,
    /// The project
    project: ProjectCode,
    /// The version that 'project board' printed
    #[arg(long)]
    seen: u32,
}

pub(crate) async fn run(command: ProjectCommand) -> anyhow::Result<()> {
    match command {
        ProjectCommand::Board { desk, project } => board(&desk, project).await,
        ProjectCommand::Inbox { desk } => inbox(&desk).await,
        ProjectCommand::Finish { on, task, not_needed } => {
            let result = not_needed.map_or(TaskResult::Passed, |reason| TaskResult::NotNeeded { reason });
            act(on, ProjectAct::Finish { task, result }).await
        }
        ProjectCommand::Pause { on, ground } => act(on, ProjectAct::Pause { ground }).await,
        ProjectCommand::Resume(on) => act(on, ProjectAct::Resume).await,
        ProjectCommand::Close(on) => act(on, ProjectAct::Close).await,
        ProjectCommand::Sample(files) => sample_project::write(&files).await,
    }
}

async fn board(desk: &Desk, project: ProjectCode) -> anyhow::Result<()> {
    let ((store, calendar), now) = (desk.open().await?, Timestamp::now());
    let view = store.read::<_, WorkError, _>(move |sql| {
        let board = casework::board(sql, &project)?.ok_or(WorkError::NoSuchProject)?;
        Ok(casework::board_view(&board, now, &calendar)?)
    });
    say(&format!("{}\n", serde_json::to_string_pretty(&view.await?)?))
}

async fn inbox(desk: &Desk) -> anyhow::Result<()> {
    let ((store, _), department) = (desk.open().await?, desk.clerk().department);
    for row in store.read(move |sql| casework::inbox(sql, &department)).await? {
        say(&format!("{} {} {} {}\n", row.at, row.project, row.n, row.words))?;
    }
    Ok(())
}

async fn act(on: On, act: ProjectAct) -> anyhow::Result<()> {
    let ((store, calendar), now, clerk) = (on.desk.open().await?, Timestamp::now(), on.desk.clerk());
    let view = store.change::<_, WorkError, _>(move |sql| {
        let board = casework::act_on_project(sql, &on.project, on.seen, &act, &clerk, now, &calendar)?;
        Ok(casework::board_view(&board, now, &calendar)?)
    });
    let view = view.await?;
    say(&format!("{} version {}\n", view.project, view.version))
}
