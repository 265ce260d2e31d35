//! A resident who pays bills: at the terminal, and on the phone behind the code.

use super::{City, Kiosk, key};
use central::accounting::AccountingError;
use central::accounting::books::{self, Balance};
use central::accounting::matters::{self, Matter};
use central::accounting::simulated::{SimulatedOutside, SimulatedPayments};
use central::accounting::simulated_providers::SimulatedProviders;
use central::accounting::simulated_world::{Act, Fault, SimulatedWorld};
use contract::bill::AccountBills;
use contract::message::IDEMPOTENCY_KEY;
use contract::order::{ChannelName, OrderState, OrderView};
use contract::providers::Providers;
use contract::{BillId, EntryId, Fen, OrderNumber};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) const WATER: (&str, &str) = ("szwater", "1030400017");
pub(crate) const OTHER_WATER: (&str, &str) = ("szwater", "1030400025");
pub(crate) const MOBILE: (&str, &str) = ("cmcc", "13800000001");

/// Payments whose world is a file in the city's folder.
pub(crate) fn simulated(folder: &Path) -> SimulatedPayments {
    let providers = Providers::parse(include_str!("../../../../catalog/providers.csv")).unwrap();
    SimulatedPayments { providers: Arc::new(providers), world: folder.join("world.db"), pages: None }
}

impl City {
    /// The same world, from the accounting desk.
    pub(crate) async fn desk(&self) -> SimulatedOutside {
        simulated(self.authority()).open(self.store().await, String::new()).unwrap()
    }

    pub(crate) fn world(&self) -> SimulatedWorld {
        SimulatedWorld::open(&self.authority().join("world.db")).unwrap()
    }

    /// The world's file, for tests that alter it behind everybody's back.
    pub(crate) fn world_file(&self) -> rusqlite::Connection {
        let file = rusqlite::Connection::open(self.authority().join("world.db")).unwrap();
        file.busy_timeout(Duration::from_secs(5)).unwrap();
        file
    }

    pub(crate) fn misbehave(&self, whom: &str, act: Act, fault: Fault) {
        self.world().misbehave(whom, act, fault).unwrap();
    }

    /// Where the money is. It must hold whenever anybody looks.
    pub(crate) async fn balance(&self) -> Balance {
        let balance = self.store().await.read(books::balance).await.unwrap();
        assert!(balance.holds(), "{balance:?}");
        balance
    }

    pub(crate) async fn matters(&self) -> Vec<Matter> {
        let store = self.store().await;
        store
            .read(|sql| matters::list(sql, None))
            .await
            .unwrap_or_else(|error: AccountingError| panic!("{error}"))
    }

    /// The page that a phone opens.
    pub(crate) async fn page(&self, order: &OrderView) -> String {
        let response = self.browser().get(order.code_url.clone().unwrap()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.text().await.unwrap()
    }

    /// Somebody scans the code and presses a button.
    pub(crate) async fn press(&self, order: &OrderView, button: &str) -> String {
        self.page(order).await;
        let request = self.browser().post(order.code_url.clone().unwrap()).form(&[("button", button)]);
        let response = request.send().await.unwrap();
        // A page that is loaded again must not pay again: it leads back to itself.
        if response.status() == StatusCode::SEE_OTHER {
            self.page(order).await
        } else {
            response.text().await.unwrap()
        }
    }
}

impl Kiosk {
    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Response {
        self.post_to(path, serde_json::to_vec(body).unwrap()).await
    }

    pub(crate) async fn look_up(&self, (provider, account): (&str, &str)) -> AccountBills {
        let body = json!({ "provider": provider, "account": account });
        let response = self.post_json("/v1/bills/look-up", &body).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    pub(crate) async fn order_as(&self, key: EntryId, body: &Value) -> Response {
        self.order_raw(Some(&key.to_string()), serde_json::to_vec(body).unwrap()).await
    }

    pub(crate) async fn order_raw(&self, key: Option<&str>, body: Vec<u8>) -> Response {
        let mut request = self.http.post(self.url("/v1/orders")).body(body);
        if let Some(key) = key {
            request = request.header(IDEMPOTENCY_KEY, key);
        }
        request.send().await.unwrap()
    }

    /// Orders the oldest bill of an account.
    pub(crate) async fn order(&self, whose: (&str, &str), channel: ChannelName) -> OrderView {
        let bills = self.look_up(whose).await;
        let oldest = bills.bills.iter().find(|bill| bill.state == contract::bill::BillState::Unpaid).unwrap();
        let body = order_of(whose, std::slice::from_ref(&oldest.bill_id), oldest.amount_due_fen, channel);
        let response = self.order_as(key(), &body).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.unwrap()
    }

    pub(crate) async fn see(&self, number: &OrderNumber) -> OrderView {
        self.get(&format!("/v1/orders/{number}")).await.json().await.unwrap()
    }

    pub(crate) async fn tell(&self, number: &OrderNumber, what: &str) -> OrderView {
        let response = self.post_to(&format!("/v1/orders/{number}/{what}"), Vec::new()).await;
        response.json().await.unwrap()
    }

    /// Waits until an order stands where it should.
    pub(crate) async fn wait_for(&self, number: &OrderNumber, state: OrderState) -> OrderView {
        let started = Instant::now();
        loop {
            let order = self.see(number).await;
            if order.state == state {
                return order;
            }
            assert!(started.elapsed() < Duration::from_secs(40), "{number} stays {}", order.state);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The body of an order.
pub(crate) fn order_of(
    (provider, account): (&str, &str),
    bills: &[BillId],
    amount: Fen,
    channel: ChannelName,
) -> Value {
    let purchase = if bills.is_empty() {
        json!({ "kind": "top_up" })
    } else {
        json!({ "kind": "bills", "bill_ids": bills })
    };
    json!({
        "provider": provider,
        "account": account,
        "purchase": purchase,
        "amount_fen": amount,
        "channel": channel,
    })
}

/// The providers in the city's world.
pub(crate) fn providers_of(city: &City) -> SimulatedProviders {
    SimulatedProviders::new(simulated(city.authority()).providers, city.world())
}
