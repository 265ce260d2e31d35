//! Renewing the certificate before it ends: a new key, certified over the old one.

use super::identity::{Identity, IdentityFault, NewKey};
use crate::sync::{CentralClient, Failure};
use contract::enrolment::{GOOD_FOR_DAYS, RENEW_FROM_DAY};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How often it is looked whether it is time.
const LOOK_EVERY: Duration = Duration::from_hours(6);
/// When it is tried again after it failed.
const TRY_AGAIN: Duration = Duration::from_hours(1);

/// Whether a certificate that ends then should be renewed now: 60 days of 90 are over.
fn is_due(ends_at: Timestamp, now: Timestamp) -> bool {
    ends_at.duration_since(now) <= SignedDuration::from_hours(24 * (GOOD_FOR_DAYS - RENEW_FROM_DAY))
}

/// Why it was not renewed.
#[derive(Debug, thiserror::Error)]
enum NotRenewed {
    #[error(transparent)]
    Identity(#[from] IdentityFault),
    #[error("central gave no certificate: {0:?}")]
    Central(Failure),
}

/// Looks after the certificate for as long as the terminal runs.
pub async fn tend(identity: Identity, client: CentralClient) {
    loop {
        let pause = match renew_if_due(&identity, &client, Timestamp::now()).await {
            Ok(false) => LOOK_EVERY,
            Ok(true) => {
                tracing::info!("the certificate was renewed");
                LOOK_EVERY
            }
            Err(fault) => {
                tracing::error!(%fault, "故障 E06: the certificate is not renewed yet");
                TRY_AGAIN
            }
        };
        tokio::time::sleep(pause).await;
    }
}

async fn renew_if_due(
    identity: &Identity,
    client: &CentralClient,
    now: Timestamp,
) -> Result<bool, NotRenewed> {
    if !is_due(identity.ends_at()?, now) {
        return Ok(false);
    }
    let key = NewKey::make(identity.kiosk())?;
    let renewed = client.renew(key.request.clone()).await.map_err(NotRenewed::Central)?;
    identity.take(&key, &renewed.certificate)?;
    client.show_new_papers();
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_renewed_from_the_sixtieth_day_on() {
        let begins: Timestamp = "2026-11-30T00:00:00Z".parse().unwrap();
        let day = |n: i64| begins + SignedDuration::from_hours(24 * n);
        let due: Vec<bool> = [0, 59, 60, 89, 120].map(|n| is_due(day(GOOD_FOR_DAYS), day(n))).to_vec();
        assert_eq!(due, [false, false, true, true, true]);
    }
}
