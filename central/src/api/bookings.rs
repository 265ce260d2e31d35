//! `GET /v1/services/{service}/places`: which places are free for a service; and what an application that books one does.

use super::problem::Fault;
use super::{AsKiosk, Central, licences};
use crate::bookings::{self, Booking, Taken};
use crate::casework::Filed;
use crate::deciding::case::Opening;
use crate::intake::{Effect, NewWork};
use crate::routing::{self, District};
use crate::store::StoreError;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use contract::booking::{DAYS_AHEAD, FreePlaces, Place};
use contract::calendar::WorkingDays;
use contract::message::{Application, Problem, day_in_china};
use contract::{EntryId, KioskId, Secret, ServiceCode};
use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan};

/// The time of day in China.
fn in_china(at: Timestamp) -> DateTime {
    jiff::tz::offset(8).to_datetime(at)
}

/// The places that are free for a service, from now to 30 days ahead.
#[utoipa::path(
    get,
    path = "/v1/services/{service}/places",
    tag = "bookings",
    params(("service" = ServiceCode, Path, description = "A service that books, or one that is done at windows alone")),
    responses(
        (status = 200, description = "Sites with days and slots; what is not there is taken, closed or has begun",
         body = FreePlaces),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "Nothing is booked for it", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn get_places(
    State(central): State<Central>,
    _: AsKiosk,
    service: Result<Path<ServiceCode>, PathRejection>,
) -> Result<Json<FreePlaces>, Fault> {
    let Path(service) = service.map_err(|_| Fault::NotBookable)?;
    let office = central.services.office();
    if !office.is_bookable(&service) {
        return Err(Fault::NotBookable);
    }
    let now = in_china(Timestamp::now());
    let last = now.date().checked_add(DAYS_AHEAD.days()).map_err(|_| Fault::CalendarEnds)?;
    let today = now.date();
    let taken: Result<Taken, StoreError> =
        central.store.read(move |sql| bookings::taken(sql, today, last)).await;
    Ok(Json(bookings::free(office.hours(), service, &taken?, office.calendar(), now)))
}

/// What an application that books does: it takes its place in the transaction that opens its case. The form was judged
/// before.
pub(super) async fn judge(
    central: &Central,
    kiosk: &KioskId,
    id: EntryId,
    application: &Application,
    now: Timestamp,
) -> Result<Effect, Fault> {
    let office = central.services.office();
    let service = office.asked(application).ok_or(Fault::Internal)?;
    let closed =
        || Fault::FormRefused("site, day, slot: nobody is there then; see the free places".to_owned());
    let place = Place::said(&application.fields).ok_or_else(closed)?;
    let capacity = office.hours().capacity(&place, office.calendar()).ok_or_else(closed)?;
    if bookings::has_begun(&place, in_china(now)) {
        return Err(Fault::SlotTaken);
    }
    let today = day_in_china(now);
    let until = office.calendar().working_days_between(today, place.day, &[]);
    let until = until.map_err(|_| Fault::CalendarEnds)?;
    let promised_days = service.handling.promised_days();
    let licences = licences::of_application(central, kiosk, id, application, &service.name, now).await?;
    let promises = office.promises(&service.code);
    let desk = routing::desk_for(&service.code, &promises, &application.fields, District::FUTIAN);
    let work = NewWork {
        opening: Opening {
            number: central.numbers.take(&*central.store, today).await?,
            service: service.code.clone(),
            department: desk.department.clone(),
            // Nobody is late before the day that was booked is over.
            limit: WorkingDays(promised_days.max(1)).max(until),
            received_at: now,
        },
        filed: Filed {
            kiosk: kiosk.clone(),
            entry: id,
            desk,
            delivery: routing::delivery_for(&promises, &application.fields)
                .map_err(|fault| Fault::FormRefused(fault.to_string()))?,
        },
        promised_days,
        fee: service.fee,
        applicant: application.person().map(Secret::from),
        licences,
    };
    Ok(Effect::Book(Box::new(work), Booking { place, capacity }))
}
