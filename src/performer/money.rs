//! Bills and orders: asks central, and sorts what comes back into what a resident can be told.

use crate::journey::MoneyTrouble;
use crate::sync::{CentralClient, Failure};
use contract::bill::{AccountBills, LookUp};
use contract::order::{OrderRequest, OrderView};
use contract::{EntryId, OrderNumber};
use std::time::Duration;
use tokio::time::Instant;

/// How long after no answer an order's own request is sent again.
const EVERY: Duration = Duration::from_secs(2);
/// How long an order's own request is sent again before the page stops waiting for it.
const ORDERING: Duration = Duration::from_secs(25);

/// The way to central; none where the terminal is not enrolled.
pub type Way<'a> = Option<&'a CentralClient>;

fn client(way: Way<'_>) -> Result<&CentralClient, MoneyTrouble> {
    way.ok_or(MoneyTrouble::Offline)
}

/// What an account owes, with the orders for it that somebody may still ask for.
pub async fn look_up(way: Way<'_>, asked: &LookUp) -> Result<(AccountBills, Vec<OrderView>), MoneyTrouble> {
    let client = client(way)?;
    let bills = client.look_up(asked).await.map_err(|failure| trouble(&failure))?;
    // Without them the bills are still right.
    let mut recent = client.orders().await.unwrap_or_default();
    let masked = asked.account.masked();
    recent.retain(|order| order.provider == asked.provider && order.account_masked == masked);
    Ok((bills, recent))
}

/// Makes an order. What got no answer is asked again under the same key, so that it is one order however often it is
/// sent.
pub async fn order(way: Way<'_>, request: &OrderRequest) -> Result<OrderView, MoneyTrouble> {
    let (client, key, since) = (client(way)?, EntryId(uuid::Uuid::now_v7()), Instant::now());
    loop {
        let failure = match client.order(key, request).await {
            Ok(order) => return Ok(order),
            Err(failure) => failure,
        };
        let is_no_answer =
            matches!(failure, Failure::Offline | Failure::Busy { .. } | Failure::Faulty { .. });
        if !is_no_answer || since.elapsed() >= ORDERING {
            return Err(trouble(&failure));
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// How an order stands.
pub async fn follow(way: Way<'_>, number: &OrderNumber) -> Result<OrderView, MoneyTrouble> {
    client(way)?.order_of(number).await.map_err(|failure| trouble(&failure))
}

/// Lets the channel be asked.
pub async fn ask_paid(way: Way<'_>, number: &OrderNumber) -> Result<OrderView, MoneyTrouble> {
    client(way)?.ask_paid(number).await.map_err(|failure| trouble(&failure))
}

/// Lets the code be closed. Central does so by itself when this never arrives.
pub async fn leave(way: Way<'_>, number: &OrderNumber) -> Result<OrderView, MoneyTrouble> {
    client(way)?.leave(number).await.map_err(|failure| trouble(&failure))
}

fn trouble(failure: &Failure) -> MoneyTrouble {
    match failure {
        Failure::Offline | Failure::ForeignCertificate => MoneyTrouble::Offline,
        Failure::Busy { .. } | Failure::Faulty { .. } => MoneyTrouble::Provider,
        Failure::SeqTaken(_) | Failure::Forked(_) => MoneyTrouble::NotTaken,
        Failure::Refused(problem) => match problem.status {
            409 => MoneyTrouble::Changed,
            422 => MoneyTrouble::NotAnAccount,
            _ => MoneyTrouble::NotTaken,
        },
    }
}
