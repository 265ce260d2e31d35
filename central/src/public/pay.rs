//! Simulator. The page that a phone opens from the QR code, where nobody's money moves; and the door for the notices of
//! payment channels, which prove themselves by their signature.

use super::in_turn;
use super::page::page;
use crate::accounting::outside::{Notice, NoticeFault};
use crate::accounting::payments::NoticeTrouble;
use crate::accounting::simulated::{PayerAct, SimulatedOutside};
use crate::accounting::simulated_channel::{PayPage, PayPageState};
use crate::limits;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FormRejection};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use contract::language::Language;
use contract::order::ChannelName;
use maud::{Markup, html};
use serde::Deserialize;

/// The paths of this page.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(outside: SimulatedOutside) -> Router<S> {
    Router::new()
        .route("/pay/{token}", in_turn(limits::payers(), get(show).post(act)))
        .route("/notices/{channel}", in_turn(limits::channels(), post(take_notice)))
        .with_state(outside)
}

/// Which button was pressed.
#[derive(Deserialize)]
struct Pressed {
    button: Button,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Button {
    Pay,
    Cancel,
}

/// The page behind a code. Opening it is scanning the code.
async fn show(State(outside): State<SimulatedOutside>, Path(token): Path<String>) -> Response {
    visited(&outside, &token, PayerAct::Scan)
}

/// A button was pressed.
async fn act(
    State(outside): State<SimulatedOutside>,
    Path(token): Path<String>,
    pressed: Result<Form<Pressed>, FormRejection>,
) -> Response {
    match pressed {
        Err(_) => {
            let content = html! { p { "请用页面上的按钮。" } };
            page(StatusCode::BAD_REQUEST, "无法识别", "Press one of the buttons", &content)
        }
        Ok(Form(Pressed { button: Button::Cancel })) => {
            let content = html! {
                (mark())
                p { "没有付款。可以重新扫码，或在终端上结束。" }
                p lang="en" { "Nothing was paid." }
            };
            page(StatusCode::OK, "已取消", "Cancelled", &content)
        }
        Ok(Form(Pressed { button: Button::Pay })) => match outside.visit(&token, PayerAct::Pay) {
            // A page that is loaded again must not pay again.
            Ok(Some(_)) => Redirect::to(&format!("/pay/{token}")).into_response(),
            _ => visited(&outside, &token, PayerAct::Scan),
        },
    }
}

fn visited(outside: &SimulatedOutside, token: &str, act: PayerAct) -> Response {
    match outside.visit(token, act) {
        Ok(Some(visited)) => pay_page(token, &visited),
        Ok(None) => {
            let content = html! { (mark()) p { "请回到终端，重新生成付款码。" } };
            page(StatusCode::NOT_FOUND, "付款码无效", "There is no such code", &content)
        }
        Err(_) => {
            let content = html! { (mark()) p { "请稍后再试。没有付款。" } };
            page(StatusCode::SERVICE_UNAVAILABLE, "暂时无法付款", "Not available now", &content)
        }
    }
}

fn mark() -> Markup {
    html! { p.bad { strong { "模拟支付（演示）" } "：不会扣款。 " span lang="en" { "Simulated: no money moves." } } }
}

fn pay_page(token: &str, visited: &PayPage) -> Response {
    let heading = match visited.state {
        PayPageState::Open => ("确认付款", "Confirm the payment"),
        PayPageState::Paid => ("付款成功", "Paid"),
        PayPageState::Over => ("付款码已失效", "This code is over"),
    };
    let content = html! {
        (mark())
        dl {
            dt { "收款方" } dd { (visited.subject) }
            dt { "金额" } dd.amount { (visited.amount) }
            dt { "方式" } dd { (visited.channel.words(Language::Chinese)) "（模拟）" }
        }
        @match visited.state {
            PayPageState::Open => {
                form method="post" action={ "/pay/" (token) } {
                    button name="button" value="pay" { "支付 " (visited.amount) }
                    button.second name="button" value="cancel" { "取消" }
                }
            }
            PayPageState::Paid => { p { "请在终端上查看结果，并打印凭条。" } }
            PayPageState::Over => { p { "没有付款。请回到终端，重新生成付款码。" } }
        }
    };
    page(StatusCode::OK, heading.0, heading.1, &content)
}

/// Takes a notice. The channel sends it again until it hears that it was taken.
async fn take_notice(
    State(outside): State<SimulatedOutside>,
    Path(channel): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(channel) = channel.parse::<ChannelName>() else {
        return (StatusCode::NOT_FOUND, "a channel is wechat or alipay").into_response();
    };
    let Ok(body) = body else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "a notice has at most 4096 bytes").into_response();
    };
    let notice = Notice { headers: &headers, body: &body };
    match outside.payments().take_notice(channel, &notice).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(NoticeTrouble::Notice(fault)) => {
            tracing::warn!(%channel, %fault, "a notice is refused");
            let status = match fault {
                NoticeFault::Signature => StatusCode::UNAUTHORIZED,
                NoticeFault::Content => StatusCode::UNPROCESSABLE_ENTITY,
            };
            (status, fault.to_string()).into_response()
        }
        Err(NoticeTrouble::Accounting(error)) => {
            tracing::error!(%channel, %error, "a notice could not be taken; the channel sends it again");
            (StatusCode::SERVICE_UNAVAILABLE, "send it again later").into_response()
        }
    }
}
