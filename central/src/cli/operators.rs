//! `central operator` and `central audit`: who works at the console, and whether the record of what they did is whole.

use crate::say;
use central::audit::{self, Deed, Head};
use central::operators::password::{Password, PasswordFault};
use central::operators::{self, OperatorFault, Role};
use central::store::{self, Sql};
use clap::Subcommand;
use contract::OperatorId;
use jiff::Timestamp;

#[derive(Subcommand)]
pub(crate) enum OperatorCommand {
    /// Adds an operator, and prints the first password: good once, for 72 hours
    Add {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// The operator, li
        operator: OperatorId,
        /// city, district:futian, technician:futian or auditor
        #[arg(long)]
        role: Role,
    },
    /// Lists the operators
    List {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
    },
    /// Begins an account anew: prints a first password, forgets the second factor, ends every session
    Reset {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// The operator, li
        operator: OperatorId,
    },
    /// Closes an account until it is reset, and ends its sessions
    Lock {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// The operator, li
        operator: OperatorId,
    },
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Computes the chain of the audit log again, and prints its head
    Verify {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// A head that was written down before, 17:5fe0…: says whether the log still goes through it
        #[arg(long)]
        head: Option<Head>,
    },
}

/// `central operator`
pub(crate) async fn run(command: OperatorCommand) -> anyhow::Result<()> {
    match command {
        OperatorCommand::Add { db, operator, role } => {
            let (password, kept) = first_password()?;
            let (now, id) = (Timestamp::now(), operator.clone());
            let add = move |sql: &mut dyn Sql| {
                operators::add(sql, &id, &role, &kept, now)?;
                note(sql, (Deed::OperatorAdd, &id, role.to_string()), now)
            };
            store::open_existing(&db).await?.change(add).await?;
            hand_over(&operator, &password)
        }
        OperatorCommand::List { db } => {
            let all = store::open_existing(&db).await?.read(operators::list).await?;
            for one in all {
                say(&format!(
                    "{:<20} {:<18} {:<8} {}\n",
                    one.id,
                    one.role.to_string(),
                    one.standing.as_str(),
                    one.made_at
                ))?;
            }
            Ok(())
        }
        OperatorCommand::Reset { db, operator } => {
            let (password, kept) = first_password()?;
            let (now, id) = (Timestamp::now(), operator.clone());
            let reset = move |sql: &mut dyn Sql| {
                operators::reset(sql, &id, &kept, now)?;
                note(sql, (Deed::OperatorReset, &id, String::new()), now)
            };
            store::open_existing(&db).await?.change(reset).await?;
            hand_over(&operator, &password)
        }
        OperatorCommand::Lock { db, operator } => {
            let (now, id) = (Timestamp::now(), operator.clone());
            let lock = move |sql: &mut dyn Sql| {
                operators::lock(sql, &id)?;
                note(sql, (Deed::OperatorLock, &id, String::new()), now)
            };
            store::open_existing(&db).await?.change(lock).await?;
            say(&format!("{operator} is locked until a reset\n"))
        }
    }
}

fn first_password() -> Result<(Password, String), PasswordFault> {
    let password = Password::initial()?;
    let kept = password.hash()?;
    Ok((password, kept))
}

fn note(
    sql: &mut dyn Sql,
    (deed, subject, detail): (Deed, &OperatorId, String),
    now: Timestamp,
) -> Result<(), OperatorFault> {
    audit::append(sql, &audit::Act::by_command_line(deed, subject, detail), now)?;
    Ok(())
}

fn hand_over(operator: &OperatorId, password: &Password) -> anyhow::Result<()> {
    say(&format!("{operator} logs in with {} once, within 72 hours\n", password.expose()))
}

/// `central audit`
pub(crate) async fn audit(command: AuditCommand) -> anyhow::Result<()> {
    let AuditCommand::Verify { db, head } = command;
    let store = store::open_existing(&db).await?;
    let whole = store.read(move |sql| audit::verify(sql, head)).await?;
    say(&format!("the audit log is whole: {} entries; write its head down: {whole}\n", whole.n))
}
