//! Booking: asks central what is free.

use super::Hands;
use crate::journey::BookingTrouble;
use crate::sync::Failure;
use contract::ServiceCode;
use contract::booking::FreePlaces;

/// What is free for a service.
pub(super) async fn places(hands: &Hands, service: &ServiceCode) -> Result<FreePlaces, BookingTrouble> {
    let sync = hands.sync.as_ref().ok_or(BookingTrouble::Offline)?;
    sync.client().places(service).await.map_err(|failure| match failure {
        Failure::Offline | Failure::ForeignCertificate => BookingTrouble::Offline,
        Failure::Busy { .. }
        | Failure::Faulty { .. }
        | Failure::SeqTaken(_)
        | Failure::Forked(_)
        | Failure::Refused(_) => BookingTrouble::NoAnswer,
    })
}
