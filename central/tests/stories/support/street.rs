//! Terminals that report, for the pages that show them.

use super::City;
use central::fleet::{self, Scope};
use central::sites::{self, Site};
use central::store::StoreError;
use contract::KioskId;
use jiff::Timestamp;
use serde_json::{Value, json};

/// What a terminal says when nothing is wrong with it.
pub(crate) fn fine() -> Value {
    json!({
        "app": "0.1.0", "at": Timestamp::now(), "uptime_seconds": 93_600,
        "desired": { "floor": 1, "in_force": 1, "on_its_way": null, "returned": null, "refused": null },
        "devices": { "card-reader": "online", "receipt-printer": "online", "camera": "online", "face-engine": "online" },
        "paper": "full", "store_trouble": null, "queue": { "waiting": 0, "set_aside": 0 },
    })
}

/// A report in which one thing is otherwise.
pub(crate) fn but(pointer: &str, value: Value) -> Value {
    let mut report = fine();
    *report.pointer_mut(pointer).unwrap() = value;
    report
}

impl City {
    /// A terminal that stands somewhere and reports.
    pub(crate) async fn terminal(&self, name: &str, (site, street): (&str, &str), report: &Value) {
        let response = self.kiosk(name).post_json("/v1/reports", report).await;
        assert!(response.status().is_success(), "{}", response.text().await.unwrap());
        let (kiosk, site): (KioskId, Site) = (name.parse().unwrap(), Site::parse(site, street).unwrap());
        let district = "futian".parse().unwrap();
        let placed = self.store().await;
        let placed = placed.change::<_, fleet::FleetError, _>(move |sql| {
            sites::put(sql, &kiosk, &site)?;
            fleet::place(sql, &kiosk, Some(&district), None)
        });
        placed.await.unwrap();
    }

    /// Finds what is wrong with the terminals now.
    pub(crate) async fn look_for_alarms(&self) {
        let now = Timestamp::now();
        let watch = self.store().await;
        let watch =
            watch.change::<_, StoreError, _>(move |sql| central::alarms::watch(sql, &["webhook"], now));
        watch.await.unwrap();
    }

    /// What a scope says.
    pub(crate) async fn said(&self, scope: &str) -> Value {
        let scope: Scope = scope.parse().unwrap();
        let settings = self.store().await;
        let settings = settings.read(move |sql| fleet::settings_of(sql, &scope)).await.unwrap();
        settings.into_iter().map(|(name, said)| (name, said.value)).collect()
    }
}
