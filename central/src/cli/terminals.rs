//! `central kiosk`: which terminals are ours.

use crate::say;
use anyhow::anyhow;
use central::audit::{self, Deed};
use central::ca::Authority;
use central::enrolment::{self, EnrolmentFault, INVITED_FOR};
use central::store::{self, StoreError};
use clap::Subcommand;
use contract::enrolment::{ClaimCode, KeyFingerprint};
use contract::{KioskId, OperatorId};
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Subcommand)]
pub(crate) enum KioskCommand {
    /// Invites a terminal: prints the claim code that a technician types before it
    Invite {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// Who invites
        #[arg(long)]
        by: OperatorId,
        /// The terminal, ft-0001
        kiosk: KioskId,
    },
    /// Lists terminals that wait for a certificate, and those that have one
    List {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
    },
    /// Gives a terminal its certificate, after its fingerprint was compared
    Approve {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// The folder that 'central ca' made
        #[arg(long)]
        ca: PathBuf,
        /// Who approves
        #[arg(long)]
        by: OperatorId,
        /// The terminal, ft-0001
        kiosk: KioskId,
        /// The fingerprint that the terminal shows, '3F2A 91C0 7B44 E210'
        fingerprint: KeyFingerprint,
    },
    /// Lets nothing come of an invitation
    Refuse {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// The terminal, ft-0001
        kiosk: KioskId,
    },
    /// Ends a terminal's certificates: its next request is turned away
    Revoke {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// Who revokes
        #[arg(long)]
        by: OperatorId,
        /// The terminal, ft-0001
        kiosk: KioskId,
    },
}

pub(crate) async fn run(command: KioskCommand) -> anyhow::Result<()> {
    let now = Timestamp::now();
    match command {
        KioskCommand::Invite { db, by, kiosk } => {
            let mut random = [0; 12];
            getrandom::fill(&mut random).map_err(|error| anyhow!("there is no chance here: {error}"))?;
            let code = ClaimCode::of(&random);
            let (name, kept) = (kiosk.clone(), code.clone());
            let store = store::open_existing(&db).await?;
            let noted = audit::Act::by_command_line(Deed::KioskInvite, &kiosk, format!("by {by}"));
            let invite = move |sql: &mut dyn store::Sql| {
                enrolment::invite(sql, &kiosk, &kept, &by, now)?;
                audit::append(sql, &noted, now)
            };
            store.change::<_, StoreError, _>(invite).await?;
            say(&format!("{}\n", code.in_groups()))?;
            let until = now + INVITED_FOR;
            say(&format!("good until {until}: type it after 'kiosk enrol' before the terminal {name}\n"))
        }
        KioskCommand::List { db } => list(&db, now).await,
        KioskCommand::Approve { db, ca, by, kiosk, fingerprint } => {
            let (authority, store) = (Arc::new(Authority::load(&ca)?), store::open_existing(&db).await?);
            let name = kiosk.clone();
            let noted =
                audit::Act::by_command_line(Deed::KioskApprove, &kiosk, format!("{fingerprint} by {by}"));
            let approve = move |sql: &mut dyn store::Sql| {
                let certificate = enrolment::approve(sql, &authority, &kiosk, fingerprint, &by, now)?;
                audit::append(sql, &noted, now)?;
                Ok(certificate)
            };
            let certificate = store.change::<_, EnrolmentFault, _>(approve).await?;
            say(&format!(
                "{name} has its certificate until {}; it fetches it by itself\n",
                certificate.ends_at
            ))
        }
        KioskCommand::Refuse { db, kiosk } => {
            let store = store::open_existing(&db).await?;
            let noted = audit::Act::by_command_line(Deed::KioskRefuse, &kiosk, String::new());
            let refuse = move |sql: &mut dyn store::Sql| {
                enrolment::refuse(sql, &kiosk)?;
                Ok(audit::append(sql, &noted, now)?)
            };
            store.change::<_, EnrolmentFault, _>(refuse).await?;
            say("nothing comes of this invitation\n")
        }
        KioskCommand::Revoke { db, by, kiosk } => {
            let store = store::open_existing(&db).await?;
            let noted = audit::Act::by_command_line(Deed::KioskRevoke, &kiosk, format!("by {by}"));
            let revoke = move |sql: &mut dyn store::Sql| {
                enrolment::revoke(sql, &kiosk, &by, now)?;
                Ok(audit::append(sql, &noted, now)?)
            };
            store.change::<_, EnrolmentFault, _>(revoke).await?;
            say("revoked: its next request is turned away; to take it back, invite it again\n")
        }
    }
}

async fn list(db: &str, now: Timestamp) -> anyhow::Result<()> {
    let store = store::open_existing(db).await?;
    let look = move |sql: &mut dyn store::Sql| {
        Ok::<_, StoreError>((enrolment::invitations(sql, now)?, enrolment::listed(sql, now)?))
    };
    let (invitations, listed) = store.read(look).await?;
    for invitation in invitations {
        let state = invitation.waits.map_or_else(
            || "invited, has not asked".to_owned(),
            |fingerprint| format!("waits with the key {fingerprint}"),
        );
        let others = match invitation.others {
            0 => String::new(),
            others => format!("; ANOTHER KEY came {others} times with its code"),
        };
        let (kiosk, by, until) = (&invitation.kiosk, &invitation.invited_by, invitation.ends_at);
        say(&format!("{kiosk:12} {state}{others} (by {by}, until {until})\n"))?;
    }
    for terminal in listed {
        let state = match (&terminal.revoked, terminal.good) {
            (Some((at, by)), 0) => format!("revoked {at} by {by}"),
            (_, 0) => format!("its certificate ended {}", terminal.ends_at),
            (_, _) => format!("has its certificate until {}", terminal.ends_at),
        };
        say(&format!("{:12} {state}\n", terminal.kiosk))?;
    }
    Ok(())
}
