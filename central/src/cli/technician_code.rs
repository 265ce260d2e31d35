//! `central technician-code`: what the console's page does, for an operator without a browser, on the phone with a technician.

use crate::say;
use central::audit::{self, Deed};
use central::keys::Keys;
use central::store;
use clap::Args;
use contract::OperatorId;
use contract::technician::CodeBox;
use jiff::Timestamp;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct TechnicianCodeCommand {
    /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
    #[arg(long)]
    db: String,
    /// The folder that 'central keys' made
    #[arg(long)]
    keys: PathBuf,
    /// Who asks for it
    #[arg(long)]
    by: OperatorId,
    /// The text of the code on the terminal's screen, behind 'box='
    #[arg(value_name = "BOX")]
    made: CodeBox,
}

pub(crate) async fn run(command: TechnicianCodeCommand) -> anyhow::Result<()> {
    let TechnicianCodeCommand { db, keys, by, made } = command;
    let now = Timestamp::now();
    let (code, store) = (Keys::load(&keys)?.technician_code(&made, now)?, store::open_existing(&db).await?);
    let act = audit::Act::by_command_line(Deed::TechnicianCode, &made.kiosk, format!("by {by}"));
    store.change(move |sql| audit::append(sql, &act, now)).await?;
    say(&format!("{}  for {}, within ten minutes after it was made, once\n", code.in_groups(), made.kiosk))
}
