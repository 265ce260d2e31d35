//! `central backup`, `restore`, `after-return`, `retention`, `catalogue`: what whoever runs central does with the whole.

use crate::say;
use anyhow::bail;
use central::store::{self, Sql, StoreError};
use central::{backup, catalogue_import, retention};
use clap::Subcommand;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum CatalogueCommand {
    /// Names everything that is wrong with a folder, by file, line and column
    Check {
        /// The folder with services.csv, forms.json, rules.json, calendar.csv …
        folder: PathBuf,
    },
    /// Puts a folder in the place of another if nothing is wrong with it; start central again to use it
    Import {
        /// The new catalogue
        folder: PathBuf,
        /// The folder that central reads
        #[arg(long)]
        into: PathBuf,
    },
}

/// `central backup`
pub(crate) async fn back_up(db: &str, file: &Path) -> anyhow::Result<()> {
    backup::back_up(db, file).await?;
    say(&format!("copied to {}\n", file.display()))
}

/// `central restore`
pub(crate) async fn restore(db: &str, file: &Path) -> anyhow::Result<()> {
    backup::restore(file, db, Timestamp::now()).await?;
    say("brought back; today's numbers of cases and orders go on far beyond what may have been given\n")
}

/// `central after-return`
pub(crate) async fn after_return(db: &str) -> anyhow::Result<()> {
    backup::leap(&*store::open_existing(db).await?, Timestamp::now()).await?;
    say("today's numbers of cases and orders go on far beyond what may have been given\n")
}

/// `central retention`
pub(crate) async fn retain(db: &str, apply: bool) -> anyhow::Result<()> {
    let (store, now) = (store::open_existing(db).await?, Timestamp::now());
    for rule in retention::RULES {
        let count = if apply {
            let carry_out = move |sql: &mut dyn Sql| rule.carry_out(sql, now).map(|count| count.to_string());
            store.change::<_, StoreError, _>(carry_out).await?
        } else {
            store
                .read::<_, StoreError, _>(move |sql| rule.due(sql, now).map(|count| count.to_string()))
                .await?
        };
        let what = if apply { "done" } else { "due" };
        say(&format!("{count:>8} {what}  {}: {} days, then {}\n", rule.kind, rule.days, rule.then))?;
        say(&format!("{:15}{}\n", "", rule.ground))?;
    }
    for (kind, ground) in retention::KEPT {
        say(&format!("{:>8}       {kind}: {ground}\n", "kept"))?;
    }
    Ok(())
}

/// `central catalogue`
pub(crate) fn catalogue(command: &CatalogueCommand) -> anyhow::Result<()> {
    let office = match command {
        CatalogueCommand::Check { folder } => catalogue_import::judge(folder),
        CatalogueCommand::Import { folder, into } => catalogue_import::import(folder, into),
    };
    match (office, command) {
        (Ok(office), CatalogueCommand::Check { .. }) => say(&format!("nothing is wrong: {office:?}\n")),
        (Ok(office), CatalogueCommand::Import { into, .. }) => {
            say(&format!("{office:?} is in {} now; start central again to use it\n", into.display()))
        }
        (Err(error), _) => bail!("nothing was changed:\n{error}"),
    }
}
