//! A provider's answer is shown when it adds up, and every bad request about money gets the problem document that says
//! what to do.

use crate::support::payments::{MOBILE, WATER, order_of};
use crate::support::{City, key, problem};
use central::accounting::simulated_world::{Act, Fault};
use contract::Fen;
use contract::bill::BillState;
use contract::order::ChannelName;
use contract::series::MAX_REQUEST_BYTES;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_provider_answers_for_its_sample_accounts() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    for provider in crate::support::payments::simulated(city.authority()).providers.all() {
        for account in &provider.samples {
            let bills = kiosk.look_up((provider.id.as_str(), account.expose())).await;
            assert!(bills.balance_fen.is_some() || !bills.bills.is_empty(), "{}", provider.id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_add_up_is_not_shown_nor_ordered() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let bills = kiosk.look_up(WATER).await.bills;
    city.misbehave("providers", Act::LookUp, Fault::Wrong);
    let ask = json!({ "provider": WATER.0, "account": WATER.1 });
    let refused = kiosk.post_json("/v1/bills/look-up", &ask).await;
    let said = refused.text().await.unwrap();
    assert!(said.contains("provider-wrong") && said.contains("amount due"), "{said}");
    assert!(!said.contains(WATER.1) && !said.contains("name_masked"), "nothing of it is shown");
    city.misbehave("providers", Act::LookUp, Fault::Wrong);
    let order = order_of(
        WATER,
        std::slice::from_ref(&bills[0].bill_id),
        bills[0].amount_due_fen,
        ChannelName::Wechat,
    );
    assert_eq!(problem(kiosk.order_as(key(), &order).await).await, (502, "provider-wrong".to_owned()));
    assert_eq!(kiosk.look_up(WATER).await.bills[0].state, BillState::Unpaid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_silent_is_not_waited_for_longer_than_ten_seconds() {
    let city = City::open().await;
    city.misbehave("providers", Act::LookUp, Fault::Silent);
    let ask = json!({ "provider": WATER.0, "account": WATER.1 });
    let started = std::time::Instant::now();
    let answer = problem(city.kiosk("ft-0001").post_json("/v1/bills/look-up", &ask).await).await;
    assert_eq!(answer, (504, "provider-silent".to_owned()));
    assert!((9..20).contains(&started.elapsed().as_secs()));
    city.misbehave("providers", Act::LookUp, Fault::Slow);
    city.kiosk("ft-0001").look_up(WATER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_look_up_gets_its_problem() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let cases = [
        (json!({}), 422, "not-as-asked"),
        (json!([]), 422, "not-as-asked"),
        (json!({ "provider": "SZ WATER", "account": "1" }), 422, "not-as-asked"),
        (json!({ "provider": "szwater", "account": "1'; DROP TABLE" }), 422, "not-as-asked"),
        (json!({ "provider": "szwater", "account": "1".repeat(33) }), 422, "not-as-asked"),
        (json!({ "provider": "szwater", "account": 1_030_400_017 }), 422, "not-as-asked"),
        (json!({ "provider": "szwater", "account": "1030400017", "name": "x" }), 422, "not-as-asked"),
        (json!({ "provider": "nobody", "account": "1030400017" }), 422, "no-such-provider"),
        (json!({ "provider": "szwater", "account": "103040001" }), 422, "account-ill-formed"),
        (json!({ "provider": "cmcc", "account": "12800000001" }), 422, "account-ill-formed"),
        (json!({ "provider": "szwater", "account": "1030400000" }), 404, "no-such-account"),
    ];
    for (body, status, kind) in cases {
        let answer = problem(kiosk.post_json("/v1/bills/look-up", &body).await).await;
        assert_eq!(answer, (status, kind.to_owned()), "{body}");
    }
    for (body, status, kind) in [
        (b"".to_vec(), 422, "not-as-asked"),
        (b"{\"provider\":\"MARKER".to_vec(), 422, "not-as-asked"),
        (vec![b'['; 100_000], 422, "not-as-asked"),
        (vec![b' '; MAX_REQUEST_BYTES + 1], 413, "too-large"),
    ] {
        assert_eq!(problem(kiosk.post_to("/v1/bills/look-up", body).await).await, (status, kind.to_owned()));
    }
    let secret = kiosk.post_to("/v1/bills/look-up", b"{\"account\":\"MARKER-\"}".to_vec()).await;
    assert!(!secret.text().await.unwrap().contains("MARKER"), "a body is not quoted");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_order_gets_its_problem_and_nothing_is_ordered() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let bills = kiosk.look_up(WATER).await.bills;
    let (ids, due) =
        (bills.iter().map(|bill| bill.bill_id.clone()).collect::<Vec<_>>(), bills[0].amount_due_fen);
    let foreign = ["0123456789ab-202610".parse().unwrap()];
    let pay = |ids: &[contract::BillId], amount| order_of(WATER, ids, amount, ChannelName::Wechat);
    let mut cash = pay(&ids[..1], due);
    cash["channel"] = json!("cash");
    let mut fraction = pay(&ids[..1], due);
    fraction["amount_fen"] = json!(1.5);
    let mut huge = pay(&ids[..1], due);
    huge["amount_fen"] = json!(1e30);
    let mut wild = pay(&ids[..1], due);
    wild["purchase"] = json!({ "kind": "gift" });
    let disputed = city.kiosk("ft-0001").look_up(("szwater", "1030400999")).await.bills;
    let disputed_ids: Vec<_> = disputed.iter().map(|bill| bill.bill_id.clone()).collect();
    let cases = [
        (json!({}), 422, "not-as-asked"),
        (cash, 422, "not-as-asked"),
        (fraction, 422, "not-as-asked"),
        (huge, 422, "not-as-asked"),
        (wild, 422, "not-as-asked"),
        (pay(&[], due), 422, "choice-refused"),
        (order_of(MOBILE, &ids[..1], due, ChannelName::Wechat), 422, "choice-refused"),
        (order_of(MOBILE, &[], Fen(-1_000), ChannelName::Wechat), 422, "choice-refused"),
        (pay(&foreign, due), 422, "choice-refused"),
        (pay(&[ids[0].clone(), ids[0].clone()], due), 422, "choice-refused"),
        (pay(&ids[1..2], bills[1].amount_due_fen), 422, "choice-refused"),
        (
            order_of(("szwater", "1030400999"), &disputed_ids, Fen(1), ChannelName::Wechat),
            422,
            "choice-refused",
        ),
        (pay(&ids[..1], Fen(due.0 - 1)), 409, "amount-changed"),
        (pay(&ids[..1], Fen(0)), 409, "amount-changed"),
        (pay(&ids[..1], Fen(i64::MAX)), 409, "amount-changed"),
        (order_of(("nobody", "1"), &ids[..1], due, ChannelName::Wechat), 422, "no-such-provider"),
        (order_of(("szwater", "1"), &ids[..1], due, ChannelName::Wechat), 422, "account-ill-formed"),
        (order_of(("szwater", "1030400000"), &ids[..1], due, ChannelName::Wechat), 404, "no-such-account"),
    ];
    for (body, status, kind) in cases {
        let answer = problem(kiosk.order_as(key(), &body).await).await;
        assert_eq!(answer, (status, kind.to_owned()), "{body}");
    }
    let good = serde_json::to_vec(&pay(&ids[..1], due)).unwrap();
    assert_eq!(problem(kiosk.order_raw(None, good.clone()).await).await, (400, "key-missing".to_owned()));
    assert_eq!(
        problem(kiosk.order_raw(Some("1"), good.clone()).await).await,
        (400, "key-ill-formed".to_owned())
    );
    let long = city.kiosk("a-terminal-of-a-long-name");
    assert_eq!(
        problem(long.order_raw(Some(&key().to_string()), good).await).await,
        (409, "no-order-number".to_owned())
    );
    let recent: Vec<serde_json::Value> = kiosk.get("/v1/orders").await.json().await.unwrap();
    assert!(recent.is_empty());
    assert_eq!(kiosk.look_up(WATER).await.bills[0].state, BillState::Unpaid, "no bill is held");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_not_there_is_a_problem_by_every_method() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    for order in ["1", "ft-0001-20261125-00001", "ft-0001-20261125-00001'--", "%FF"] {
        let answer = problem(kiosk.get(&format!("/v1/orders/{order}")).await).await;
        assert_eq!(answer, (404, "no-such-order".to_owned()), "{order}");
        for act in ["ask", "leave"] {
            let answer = problem(kiosk.post_to(&format!("/v1/orders/{order}/{act}"), vec![]).await).await;
            assert_eq!(answer, (404, "no-such-order".to_owned()), "{order} {act}");
        }
    }
    assert_eq!(problem(kiosk.get("/v1/bills/look-up").await).await, (405, "method".to_owned()));
    for token in ["nothing", "%00", "' OR 1=1"] {
        let url = format!("http://{}/pay/{token}", city.instance().public_address());
        assert_eq!(city.browser().get(url).send().await.unwrap().status(), 404, "{token}");
    }
}
