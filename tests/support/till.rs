//! Money in a random walk: what the outside may answer, and what somebody who pays touches.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use contract::Fen;
use contract::bill::AccountBills;
use contract::language::Language;
use contract::order::{ChannelName, OrderRequest, OrderState, OrderView};
use kiosk::journey::{Answer, Ask, MoneyTrouble, PayStep, Paying, Touch};
use kiosk::services::Library;
use kiosk::typing::Key;

/// An answer to a question about money; none to any other.
pub fn answer(ask: &Ask, rng: &mut fastrand::Rng) -> Option<Answer> {
    Some(match ask {
        Ask::LookUpBills(asked) => Answer::Bills(Box::new(if rng.u8(..6) == 0 {
            Err(MoneyTrouble::Provider)
        } else {
            let prepaid = asked.account.expose().len() == 11;
            let order = order(&request(asked.provider.as_str(), asked.account.expose()), OrderState::Posted);
            Ok((bills(asked.provider.as_str(), asked.account.expose(), prepaid), vec![order]))
        })),
        Ask::Order(request) => Answer::Order(Box::new(match rng.u8(..6) {
            0 => Err(MoneyTrouble::Changed),
            1 => Ok(order(request, OrderState::Created)),
            _ => Ok(order(request, OrderState::QrShown)),
        })),
        Ask::FollowOrder(..) | Ask::AskPaid(_) | Ask::LeaveOrder(_) => {
            let state = OrderState::ALL[rng.usize(..OrderState::ALL.len())];
            Answer::Order(Box::new(if rng.u8(..5) == 0 {
                Err(MoneyTrouble::Offline)
            } else {
                Ok(order(&request("szwater", "1030400017"), state))
            }))
        }
        _ => return None,
    })
}

/// What somebody who pays touches next.
pub fn touch(paying: &Paying, library: &Library, rng: &mut fastrand::Rng) -> Touch {
    match &paying.step {
        PayStep::Account { typing, .. } => {
            let provider = library.provider(&paying.provider).unwrap();
            // A fee is looked up without typing.
            let Some(sample) = provider.samples.first() else { return Touch::Next };
            let sample = sample.expose();
            match sample.chars().nth(typing.text().chars().count()) {
                Some(c) if sample.starts_with(typing.text()) => Touch::Key(Key::Char(c)),
                Some(_) => Touch::Key(Key::Clear),
                None => Touch::Next,
            }
        }
        PayStep::Bills(bills) => match rng.u8(..5) {
            0 => Touch::ChooseAmount(Fen(5_000)),
            1 => Touch::ChooseAmount(Fen(1)),
            2 if !bills.account.bills.is_empty() => Touch::ChooseBill(bills.account.bills[0].bill_id.clone()),
            3 => Touch::PrintOrder(bills.recent[0].order_no.clone()),
            _ => Touch::Next,
        },
        PayStep::Confirm(_) if rng.u8(..4) == 0 => Touch::PayBy(ChannelName::Alipay),
        PayStep::Confirm(_) => Touch::Next,
        PayStep::Code(_) if rng.u8(..8) == 0 => Touch::Back,
        PayStep::Code(_) => Touch::HaveIPaid,
        PayStep::Outcome(_) if rng.bool() => Touch::PrintAgain,
        PayStep::Outcome(_) => Touch::More,
        PayStep::Away | PayStep::LookingUp { .. } | PayStep::Ordering { .. } => Touch::KeepGoing,
    }
}

pub fn request(provider: &str, account: &str) -> OrderRequest {
    serde_json::from_value(serde_json::json!({
        "provider": provider, "account": account, "purchase": { "kind": "top_up" }, "amount_fen": 5000, "channel": "wechat",
    }))
    .unwrap()
}

pub fn order(request: &OrderRequest, state: OrderState) -> OrderView {
    serde_json::from_value(serde_json::json!({
        "order_no": "ft-0001-20261123-00001",
        "state": state, "words": state.words(Language::Chinese),
        "provider": request.provider, "account_masked": request.account.masked(),
        "purchase": request.purchase, "amount_fen": request.amount_fen, "channel": request.channel,
        "created_at": "2026-11-23T01:30:00Z", "expires_at": "2026-11-23T01:33:00Z",
        "code_url": (state == OrderState::QrShown).then_some("http://pay.example/pay/x"), "transaction": null,
    }))
    .unwrap()
}

pub fn bills(provider: &str, account: &str, prepaid: bool) -> AccountBills {
    let bill = serde_json::json!({
        "bill_id": "b-202610", "period": "202610", "meter": null, "tiers": [],
        "extras": [{ "name": "租金", "amount_fen": 5000 }],
        "principal_fen": 5000, "late_fee_fen": 0, "amount_due_fen": 5000, "due_date": "2026-11-25", "state": "UNPAID",
    });
    serde_json::from_value(serde_json::json!({
        "provider": provider, "account_no": account, "name_masked": "张**", "address_masked": null,
        "bills": if prepaid { vec![] } else { vec![bill] }, "balance_fen": prepaid.then_some(100),
        "fetched_at": "2026-11-23T01:30:00Z", "valid_until": "2026-11-23T01:40:00Z", "skip_oldest_allowed": true,
    }))
    .unwrap()
}

/// Three months of water with steps of the price, the last one not overdue.
pub fn water_bills() -> AccountBills {
    let bill = |id: &str, period: &str, due: &str, late: i64| {
        serde_json::json!({
            "bill_id": id, "period": period,
            "meter": { "reading_from_milli": 812_000, "reading_to_milli": 836_000, "usage_milli": 24_000 },
            "tiers": [
                { "from_milli": 0, "to_milli": 22_000, "usage_milli": 22_000, "price_milli_fen": 267_000, "amount_fen": 5874 },
                { "from_milli": 22_000, "to_milli": null, "usage_milli": 2000, "price_milli_fen": 401_000, "amount_fen": 802 },
            ],
            "extras": [
                { "name": "污水处理费", "amount_fen": 2160 }, { "name": "垃圾处理费", "amount_fen": 1350 },
            ],
            "principal_fen": 10_186, "late_fee_fen": late, "amount_due_fen": 10_186 + late, "due_date": due, "state": "UNPAID",
        })
    };
    serde_json::from_value(serde_json::json!({
        "provider": "szwater", "account_no": "1030400017", "name_masked": "张**", "address_masked": "莲**",
        "bills": [
            bill("b-202608", "202608", "2026-09-25", 621),
            bill("b-202609", "202609", "2026-10-25", 316),
            bill("b-202610", "202610", "2027-11-25", 0),
        ],
        "balance_fen": null,
        "fetched_at": "2026-11-23T01:30:00Z", "valid_until": "2026-11-23T01:40:00Z", "skip_oldest_allowed": false,
    }))
    .unwrap()
}
