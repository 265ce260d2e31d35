//! A clerk at the command line: who, on which store, by which calendar.

use anyhow::anyhow;
use central::deciding::PlainWords;
use central::store::{self, Store};
use central::{Clerk, Office};
use clap::Args;
use contract::calendar::Calendar;
use contract::{ClerkId, DepartmentCode};
use std::path::PathBuf;
use std::sync::Arc;

/// Where central keeps what it knows.
#[derive(Args)]
pub(crate) struct Files {
    /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
    #[arg(long)]
    db: String,
    /// The folder of the catalogue
    #[arg(long)]
    catalog: PathBuf,
}

impl Files {
    /// The store, and by what central decides.
    pub(crate) async fn open(&self) -> anyhow::Result<(Arc<dyn Store>, Office)> {
        let office = Office::load(&self.catalog)?;
        Ok((store::open_existing(&self.db).await?, office))
    }
}

/// Who acts, and where.
#[derive(Args)]
pub(crate) struct Desk {
    #[command(flatten)]
    files: Files,
    /// The clerk who acts, wang
    #[arg(long = "as", value_name = "CLERK")]
    clerk: ClerkId,
    /// The clerk's department, HZ
    #[arg(long)]
    department: DepartmentCode,
}

impl Desk {
    /// The clerk.
    pub(crate) fn clerk(&self) -> Clerk {
        Clerk { id: self.clerk.clone(), department: self.department.clone() }
    }

    /// The store and the calendar.
    pub(crate) async fn open(&self) -> anyhow::Result<(Arc<dyn Store>, Arc<Calendar>)> {
        let (store, office) = self.files.open().await?;
        Ok((store, Arc::clone(office.calendar())))
    }
}

/// Words for the resident, or what is wrong with them.
pub(crate) fn plain_words(text: &str) -> anyhow::Result<PlainWords> {
    PlainWords::parse(text).map_err(|form| anyhow!(form))
}
