//! What clerks do with cases at the command line: the same acts as through the API, by the same rules.

use super::desk::{Desk, plain_words};
use crate::say;
use central::casework::{self, Queue, QueueState, WorkError};
use central::deciding::PlainWords;
use central::deciding::case::{Act, Ground, Refusal, Who};
use central::keys::Keys;
use central::store;
use clap::{Args, Subcommand};
use contract::CaseNumber;
use contract::language::Language;
use jiff::Timestamp;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum CaseCommand {
    /// Lists the open cases of the department, those due first
    List {
        #[command(flatten)]
        desk: Desk,
        /// Only those that nobody has claimed
        #[arg(long)]
        free: bool,
    },
    /// Prints a case with its form and its trace
    Show {
        #[command(flatten)]
        desk: Desk,
        /// The case
        number: CaseNumber,
    },
    /// Takes a case
    Claim(On),
    /// Gives a case back to the queue
    Release(On),
    /// Accepts a case (受理)
    Accept(On),
    /// Asks for missing papers (补正): once, within five working days
    Ask {
        #[command(flatten)]
        on: On,
        /// What is missing; may be repeated
        #[arg(long = "paper", required = true, value_parser = plain_words)]
        papers: Vec<PlainWords>,
    },
    /// Approves a case
    Approve(On),
    /// Refuses a case; before acceptance, declines it (不予受理)
    Refuse {
        #[command(flatten)]
        on: On,
        /// Why, as the applicant reads it
        #[arg(long, value_parser = plain_words)]
        reason: PlainWords,
    },
    /// Stops the clock (特别程序)
    Pause {
        #[command(flatten)]
        on: On,
        /// hearing, inspection, appraisal, expert_review, tender or public_notice
        #[arg(long)]
        ground: Ground,
    },
    /// Lets the clock run again
    Resume(On),
    /// Extends a case by ten working days, once
    Extend {
        #[command(flatten)]
        on: On,
        /// Why, as the applicant reads it
        #[arg(long, value_parser = plain_words)]
        reason: PlainWords,
    },
    /// Decides a case again by the rules and on the inputs that were kept
    Replay {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// The folder that 'central keys' made
        #[arg(long)]
        keys: PathBuf,
        /// The case
        number: CaseNumber,
    },
}

/// A case, and the version of it that the clerk has seen.
#[derive(Args)]
pub(crate) struct On {
    #[command(flatten)]
    desk: Desk,
    /// The case
    number: CaseNumber,
    /// The version that 'case show' printed; what happened since is told instead of being overwritten
    #[arg(long)]
    seen: u32,
}

pub(crate) async fn run(command: CaseCommand) -> anyhow::Result<()> {
    match command {
        CaseCommand::List { desk, free } => {
            list(&desk, if free { QueueState::Free } else { QueueState::Open }).await
        }
        CaseCommand::Show { desk, number } => show(&desk, number).await,
        CaseCommand::Claim(on) => act(on, Act::Claim).await,
        CaseCommand::Release(on) => act(on, Act::Release).await,
        CaseCommand::Accept(on) => act(on, Act::Accept).await,
        CaseCommand::Ask { on, papers } => act(on, Act::Ask { papers }).await,
        CaseCommand::Approve(on) => act(on, Act::Approve).await,
        CaseCommand::Refuse { on, reason } => act(on, Act::Refuse { reason }).await,
        CaseCommand::Pause { on, ground } => act(on, Act::Pause { ground }).await,
        CaseCommand::Resume(on) => act(on, Act::Resume).await,
        CaseCommand::Extend { on, reason } => act(on, Act::Extend { reason }).await,
        CaseCommand::Replay { db, keys, number } => replay(&db, &keys, number).await,
    }
}

async fn list(desk: &Desk, state: QueueState) -> anyhow::Result<()> {
    let ((store, calendar), now) = (desk.open().await?, Timestamp::now());
    let queue = Queue { department: desk.clerk().department, district: None, state };
    let rows = store.read(move |sql| casework::queue(sql, &queue, now, &calendar)).await?;
    for row in rows {
        let due = row.due_on.map_or("-".to_owned(), |due| due.to_string());
        let clerk = row.clerk.map_or("-".to_owned(), |clerk| clerk.to_string());
        let (state, light) = (row.state.words(Language::Chinese), row.light.words(Language::Chinese));
        say(&format!("{} {due} {light} {state} {clerk} {} v{}\n", row.case, row.service, row.version))?;
    }
    Ok(())
}

async fn show(desk: &Desk, number: CaseNumber) -> anyhow::Result<()> {
    let ((store, calendar), now, clerk) = (desk.open().await?, Timestamp::now(), desk.clerk());
    let view = store.read::<_, WorkError, _>(move |sql| {
        let folder = casework::look(sql, &number)?.ok_or(WorkError::NoSuchCase)?;
        let department = &folder.dossier.opening.department;
        if *department != clerk.department {
            return Err(Refusal::OtherDepartment(department.clone()).into());
        }
        casework::case_view(sql, &folder, now, &calendar)
    });
    say(&format!("{}\n", serde_json::to_string_pretty(&view.await?)?))
}

async fn act(on: On, act: Act) -> anyhow::Result<()> {
    let ((store, calendar), now, clerk) = (on.desk.open().await?, Timestamp::now(), on.desk.clerk());
    let view = store.change(move |sql| {
        let folder = casework::act(sql, &on.number, on.seen, &act, Who::Clerk(&clerk), now, &calendar)?;
        casework::case_view(sql, &folder, now, &calendar)
    });
    let view = view.await?;
    let due = view.due_on.map_or(String::new(), |due| format!(", due {due}"));
    say(&format!("{} {}{due}, version {}\n", view.case, view.state.words(Language::Chinese), view.version))
}

async fn replay(db: &str, keys: &std::path::Path, number: CaseNumber) -> anyhow::Result<()> {
    let (store, keys) = (store::open_existing(db).await?, Keys::load(keys)?);
    let replay = store.read(move |sql| casework::replay(sql, &number, &keys)).await?;
    for outcome in &replay.now.1 {
        say(&format!("{} {}\n", outcome.rule, serde_json::to_string(&outcome.verdict)?))?;
    }
    let again = serde_json::to_string(&replay.now.0)?;
    if replay.agrees() {
        say(&format!("{again}\nthe same as on {}, by rules {}\n", replay.then.decided_at, replay.then.rules))
    } else {
        anyhow::bail!("decided again it is {again}, not what was decided on {}", replay.then.decided_at)
    }
}
