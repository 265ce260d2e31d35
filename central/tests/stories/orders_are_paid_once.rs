//! An order through the terminal, the phone and central: it is paid once or not at all, whatever gets lost on the way.

use crate::support::payments::{MOBILE, OTHER_WATER, WATER, order_of};
use crate::support::{City, key, on_every_store, problem};
use central::accounting::matters::Matter;
use central::accounting::simulated_channel::SimulatedChannel;
use central::accounting::simulated_world::{Act, Fault};
use contract::Fen;
use contract::bill::BillState;
use contract::order::{ChannelName, OrderState, OrderView};
use jiff::Timestamp;
use reqwest::StatusCode;

on_every_store!(
    a_bill_is_looked_up_ordered_paid_and_posted,
    one_key_is_one_order,
    a_bill_is_out_for_one_order_at_a_time,
    a_person_who_leaves_pays_nothing,
    credit_is_bought_in_steps,
    a_code_that_is_paid_after_its_order_was_closed_is_refunded_by_itself,
    lost_answers_are_asked_about_until_all_is_known,
    a_bill_that_was_paid_elsewhere_is_refunded,
    an_order_goes_on_after_a_restart,
    a_notice_proves_itself_or_is_refused,
    a_terminal_finds_its_own_orders_again,
);

async fn a_bill_is_looked_up_ordered_paid_and_posted(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let before = kiosk.look_up(WATER).await;
    assert!(before.name_masked.as_str().ends_with("**"));
    let order = kiosk.order(WATER, ChannelName::Wechat).await;
    assert_eq!((order.state, order.account_masked.as_str()), (OrderState::QrShown, "******0017"));
    let page = city.page(&order).await;
    let amount = order.amount_fen.to_string();
    assert!(
        page.contains("模拟支付（演示）") && page.contains(&amount) && page.contains("深圳市环境水务集团")
    );
    assert!(!page.contains(WATER.1) && !page.contains("<script"), "nothing personal, nothing that runs");
    let paid = city.press(&order, "pay").await;
    assert!(paid.contains("付款成功"), "{paid}");
    let posted = kiosk.wait_for(&order.order_no, OrderState::Posted).await;
    assert!(posted.transaction.is_some() && posted.code_url.is_none());
    assert_eq!(posted.words, "缴费成功");
    let after = kiosk.look_up(WATER).await;
    assert_eq!(after.bills[0].state, BillState::Paid);
    let balance = city.balance().await;
    assert_eq!((balance.paid, balance.posted, balance.open), (order.amount_fen, order.amount_fen, Fen::ZERO));
}

async fn one_key_is_one_order(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let bills = kiosk.look_up(WATER).await.bills;
    let (oldest, key) = (&bills[0], key());
    let ids = std::slice::from_ref(&oldest.bill_id);
    let body = order_of(WATER, ids, oldest.amount_due_fen, ChannelName::Alipay);
    let posts: Vec<_> = (0..6)
        .map(|_| {
            let (kiosk, body) = (kiosk.clone(), body.clone());
            tokio::spawn(async move { kiosk.order_as(key, &body).await.status().as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for post in posts {
        statuses.push(post.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 201 | 409)), "{statuses:?}");
    let again = kiosk.order_as(key, &body).await;
    assert_eq!(again.status(), StatusCode::OK);
    let again: OrderView = again.json().await.unwrap();
    let recent: Vec<OrderView> = kiosk.get("/v1/orders?recent").await.json().await.unwrap();
    assert_eq!(recent.iter().map(|order| &order.order_no).collect::<Vec<_>>(), [&again.order_no]);
    let other = order_of(WATER, ids, oldest.amount_due_fen, ChannelName::Wechat);
    assert_eq!(problem(kiosk.order_as(key, &other).await).await, (422, "key-reused".to_owned()));
}

async fn a_bill_is_out_for_one_order_at_a_time(city: City) {
    let (kiosk, other) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    let seen = other.look_up(WATER).await.bills;
    let order = kiosk.order(WATER, ChannelName::Wechat).await;
    assert_eq!(other.look_up(WATER).await.bills[0].state, BillState::Locked);
    let ids = std::slice::from_ref(&seen[0].bill_id);
    let body = order_of(WATER, ids, seen[0].amount_due_fen, ChannelName::Alipay);
    assert_eq!(problem(other.order_as(key(), &body).await).await, (422, "choice-refused".to_owned()));
    kiosk.tell(&order.order_no, "leave").await;
    kiosk.wait_for(&order.order_no, OrderState::Closed).await;
    assert_eq!(other.order_as(key(), &body).await.status(), StatusCode::CREATED, "it may be paid again");
    assert_eq!(other.get(&format!("/v1/orders/{}", order.order_no)).await.status(), StatusCode::NOT_FOUND);
}

async fn a_person_who_leaves_pays_nothing(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let order = kiosk.order(WATER, ChannelName::Wechat).await;
    assert!(city.press(&order, "cancel").await.contains("已取消"));
    let left = kiosk.tell(&order.order_no, "leave").await;
    assert!(matches!(left.state, OrderState::Cancelled | OrderState::Closing | OrderState::Closed));
    kiosk.wait_for(&order.order_no, OrderState::Closed).await;
    assert!(city.press(&order, "pay").await.contains("付款码已失效"), "a closed code takes no money");
    assert_eq!(city.balance().await, central::accounting::books::Balance::default());
}

async fn credit_is_bought_in_steps(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let before = kiosk.look_up(MOBILE).await.balance_fen.unwrap();
    let odd = order_of(MOBILE, &[], Fen(5_001), ChannelName::Alipay);
    assert_eq!(problem(kiosk.order_as(key(), &odd).await).await, (422, "choice-refused".to_owned()));
    let body = order_of(MOBILE, &[], Fen(5_000), ChannelName::Alipay);
    let order: OrderView = kiosk.order_as(key(), &body).await.json().await.unwrap();
    city.press(&order, "pay").await;
    kiosk.tell(&order.order_no, "ask").await;
    kiosk.wait_for(&order.order_no, OrderState::Posted).await;
    assert_eq!(kiosk.look_up(MOBILE).await.balance_fen, Some(Fen(before.0 + 5_000)));
}

async fn a_code_that_is_paid_after_its_order_was_closed_is_refunded_by_itself(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let order = kiosk.order(WATER, ChannelName::Wechat).await;
    kiosk.tell(&order.order_no, "leave").await;
    kiosk.wait_for(&order.order_no, OrderState::Closed).await;
    city.misbehave("wechat", Act::Pay, Fault::LatePayment);
    city.press(&order, "pay").await;
    kiosk.wait_for(&order.order_no, OrderState::Refunded).await;
    let balance = city.balance().await;
    assert_eq!(
        (balance.paid, balance.refunded, balance.posted),
        (order.amount_fen, order.amount_fen, Fen::ZERO)
    );
    let matters = city.matters().await;
    assert_eq!(matters.iter().map(Matter::words).collect::<Vec<_>>(), ["late-money"]);
}

async fn lost_answers_are_asked_about_until_all_is_known(city: City) {
    let kiosk = city.kiosk("ft-0001");
    city.misbehave("wechat", Act::MakeCode, Fault::LostAnswer);
    let order = kiosk.order(WATER, ChannelName::Wechat).await;
    assert_eq!(order.state, OrderState::Created, "the code's answer was lost");
    let order = kiosk.wait_for(&order.order_no, OrderState::QrShown).await;
    city.misbehave("providers", Act::Post, Fault::LostAnswer);
    city.misbehave("providers", Act::QueryPost, Fault::LostRequest);
    city.misbehave("wechat", Act::Notice, Fault::LostAnswer);
    city.press(&order, "pay").await;
    kiosk.wait_for(&order.order_no, OrderState::PostUnknown).await;
    city.balance().await;
    kiosk.wait_for(&order.order_no, OrderState::Posted).await;
    assert_eq!(city.balance().await.posted, order.amount_fen, "posted once");

    let order = kiosk.order(OTHER_WATER, ChannelName::Wechat).await;
    city.misbehave("wechat", Act::Close, Fault::LostAnswer);
    kiosk.tell(&order.order_no, "leave").await;
    let unknown = kiosk.wait_for(&order.order_no, OrderState::Unknown).await;
    assert_eq!(unknown.words, "结果确认中", "nothing that is not known is called failed");
    kiosk.wait_for(&order.order_no, OrderState::Closed).await;
}

async fn a_bill_that_was_paid_elsewhere_is_refunded(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let order = kiosk.order(WATER, ChannelName::Alipay).await;
    let bill = kiosk.look_up(WATER).await.bills[0].bill_id.clone();
    let providers = crate::support::payments::providers_of(&city);
    providers.pay_elsewhere(&"szwater".parse().unwrap(), &bill).unwrap();
    city.misbehave("alipay", Act::Refund, Fault::LostRequest);
    city.press(&order, "pay").await;
    kiosk.wait_for(&order.order_no, OrderState::Refunded).await;
    assert_eq!(city.balance().await.refunded, order.amount_fen);
    assert_eq!(kiosk.look_up(WATER).await.bills[0].state, BillState::Paid);
}

async fn an_order_goes_on_after_a_restart(mut city: City) {
    let kiosk = city.kiosk("ft-0001");
    city.misbehave("providers", Act::Post, Fault::LostRequest);
    let order = kiosk.order(WATER, ChannelName::Wechat).await;
    city.press(&order, "pay").await;
    kiosk.wait_for(&order.order_no, OrderState::PostUnknown).await;
    city.restart().await;
    let kiosk = city.kiosk("ft-0001");
    kiosk.wait_for(&order.order_no, OrderState::Posted).await;
    city.balance().await;
}

async fn a_notice_proves_itself_or_is_refused(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let order = kiosk.order(WATER, ChannelName::Wechat).await;
    let url = order.code_url.clone().unwrap();
    let (door, token) = (url.split("/pay/").next().unwrap().to_owned(), url.rsplit('/').next().unwrap());
    // A world apart, in which the same code is paid: its notice is genuine, and central has not heard of it yet.
    let world = central::accounting::simulated_world::SimulatedWorld::in_memory().unwrap();
    let channel = SimulatedChannel::new(ChannelName::Wechat, world, door.clone());
    let now = Timestamp::now();
    let request = central::accounting::outside::CodeRequest {
        order: order.order_no.clone(),
        amount: order.amount_fen,
        subject: String::new(),
        expires_at: order.expires_at,
    };
    central::accounting::outside::PaymentChannel::make_code(&channel, request, now).await.unwrap();
    channel.pay(token, now).unwrap();
    let notice = channel.notices(now).unwrap().remove(0);
    let send = async |path: &str, body: Vec<u8>| {
        let request = city.browser().post(format!("{door}{path}")).headers(notice.headers.clone());
        request.body(body).send().await.unwrap().status()
    };
    let mut altered = notice.body.clone();
    *altered.last_mut().unwrap() ^= 1;
    assert_eq!(send("/notices/wechat", altered).await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        send("/notices/alipay", notice.body.clone()).await,
        StatusCode::UNAUTHORIZED,
        "another channel's"
    );
    assert_eq!(send("/notices/cash", notice.body.clone()).await, StatusCode::NOT_FOUND);
    assert_eq!(send("/notices/wechat", vec![b'x'; 100_000]).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(kiosk.see(&order.order_no).await.state, OrderState::QrShown);
    for _ in 0..3 {
        assert_eq!(send("/notices/wechat", notice.body.clone()).await, StatusCode::NO_CONTENT);
    }
    kiosk.wait_for(&order.order_no, OrderState::Posted).await;
    assert_eq!(city.balance().await.paid, order.amount_fen, "three notices are one payment");
}

async fn a_terminal_finds_its_own_orders_again(city: City) {
    let (kiosk, other) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    let first = kiosk.order(WATER, ChannelName::Wechat).await;
    let second = kiosk.order(OTHER_WATER, ChannelName::Alipay).await;
    let recent: Vec<OrderView> = kiosk.get("/v1/orders?recent").await.json().await.unwrap();
    let numbers: Vec<_> = recent.iter().map(|order| &order.order_no).collect();
    assert_eq!(numbers, [&second.order_no, &first.order_no], "the newest first");
    let others: Vec<OrderView> = other.get("/v1/orders").await.json().await.unwrap();
    assert!(others.is_empty());
    assert_eq!(
        problem(other.post_to(&format!("/v1/orders/{}/leave", first.order_no), vec![]).await).await.0,
        404
    );
    assert_eq!(kiosk.see(&first.order_no).await.state, OrderState::QrShown);
}
