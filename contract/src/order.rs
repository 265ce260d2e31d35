//! Orders (订单): what a resident chose to pay and by which channel, and how a kiosk is told where it stands. The rules of
//! its course are central's.

use crate::account::AccountNumber;
use crate::bill::{AccountBills, BillState};
use crate::language::Language;
use crate::providers::{OldestBill, PayMode, Provider};
use crate::{BillId, Fen, OrderNumber, ProviderId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::{fmt, str::FromStr};

/// The provider whose accounts are cases: central itself, for the fees of applications (规费).
pub const CASE_FEES: &str = "case-fees";

/// How the resident pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChannelName {
    /// 微信支付
    Wechat,
    /// 支付宝
    Alipay,
}

impl ChannelName {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Wechat, Self::Alipay];

    /// As it stands in messages, paths and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wechat => "wechat",
            Self::Alipay => "alipay",
        }
    }

    /// As people call it.
    pub const fn words(self, language: Language) -> &'static str {
        match self {
            Self::Wechat => language.say("微信支付", "WeChat Pay"),
            Self::Alipay => language.say("支付宝", "Alipay"),
        }
    }
}

/// A text that names no channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a channel is wechat or alipay")]
pub struct NoSuchChannel;

impl FromStr for ChannelName {
    type Err = NoSuchChannel;
    fn from_str(text: &str) -> Result<Self, NoSuchChannel> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text).ok_or(NoSuchChannel)
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is paid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Purchase {
    /// 缴费: these bills, each whole.
    Bills {
        /// Which.
        bill_ids: Vec<BillId>,
    },
    /// 充值: credit.
    TopUp,
}

/// A kiosk orders what a resident chose. The header `Idempotency-Key` makes it one order however often it comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderRequest {
    /// Who is paid.
    pub provider: ProviderId,
    /// For which account.
    pub account: AccountNumber,
    /// For what.
    pub purchase: Purchase,
    /// The amount that the resident saw and agreed to.
    pub amount_fen: Fen,
    /// How.
    pub channel: ChannelName,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrderState {
    /// The channel is asked for a code.
    Created,
    /// The code may be shown.
    QrShown,
    /// Somebody scanned it and types a password.
    Paying,
    /// Its time is over.
    Expired,
    /// The person left.
    Cancelled,
    /// The channel is asked to close it.
    Closing,
    /// Nobody knows yet; the channel is asked until it is known.
    Unknown,
    /// Nothing was paid and nothing can be.
    Closed,
    /// The channel has the money.
    Paid,
    /// The provider is told (销账).
    Posting,
    /// The provider did not answer; it is asked until it is known.
    PostUnknown,
    /// The provider does not take it.
    PostFailed,
    /// The provider has it.
    Posted,
    /// The money goes back.
    Refunding,
    /// The money does not go back by itself: somebody must see to it.
    RefundFailed,
    /// The money is back.
    Refunded,
    /// The channel gave no code.
    Failed,
}

impl OrderState {
    /// Every one.
    pub const ALL: [Self; 17] = [
        Self::Created,
        Self::QrShown,
        Self::Paying,
        Self::Expired,
        Self::Cancelled,
        Self::Closing,
        Self::Unknown,
        Self::Closed,
        Self::Paid,
        Self::Posting,
        Self::PostUnknown,
        Self::PostFailed,
        Self::Posted,
        Self::Refunding,
        Self::RefundFailed,
        Self::Refunded,
        Self::Failed,
    ];

    /// As it stands in messages and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::QrShown => "QR_SHOWN",
            Self::Paying => "PAYING",
            Self::Expired => "EXPIRED",
            Self::Cancelled => "CANCELLED",
            Self::Closing => "CLOSING",
            Self::Unknown => "UNKNOWN",
            Self::Closed => "CLOSED",
            Self::Paid => "PAID",
            Self::Posting => "POSTING",
            Self::PostUnknown => "POST_UNKNOWN",
            Self::PostFailed => "POST_FAILED",
            Self::Posted => "POSTED",
            Self::Refunding => "REFUNDING",
            Self::RefundFailed => "REFUND_FAILED",
            Self::Refunded => "REFUNDED",
            Self::Failed => "FAILED",
        }
    }

    /// What a screen or a slip may say. Nothing that is not known is called failed.
    pub const fn words(self, language: Language) -> &'static str {
        let (chinese, english) = match self {
            Self::Created => ("正在生成付款码", "Making the code"),
            Self::QrShown => ("请扫码付款", "Scan to pay"),
            Self::Paying => ("请在手机上完成付款", "Finish paying on your phone"),
            Self::Expired | Self::Cancelled | Self::Closing | Self::Unknown => {
                ("结果确认中", "The result is being checked")
            }
            Self::Closed => ("未付款，订单已关闭", "Not paid, the order is closed"),
            Self::Paid | Self::Posting | Self::PostUnknown => ("已付款，正在销账", "Paid, being posted"),
            Self::PostFailed | Self::Refunding => ("未能销账，正在退款", "Not posted, being refunded"),
            Self::RefundFailed => ("退款由工作人员处理中", "Staff are seeing to the refund"),
            Self::Refunded => ("已退款", "Refunded"),
            Self::Posted => ("缴费成功", "Paid"),
            Self::Failed => ("未能生成付款码，没有扣款", "No code could be made, nothing was charged"),
        };
        language.say(chinese, english)
    }
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where an order stands, for the kiosk that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderView {
    /// Its number, which stands on the receipt.
    pub order_no: OrderNumber,
    /// Where it stands.
    pub state: OrderState,
    /// The state in words for the resident.
    pub words: String,
    /// Who is paid.
    pub provider: ProviderId,
    /// For which account, masked.
    pub account_masked: String,
    /// For what.
    pub purchase: Purchase,
    /// How much.
    pub amount_fen: Fen,
    /// How.
    pub channel: ChannelName,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When its code goes off the screen.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// What the QR code holds, while it may be shown.
    pub code_url: Option<String>,
    /// The channel's number of the payment, once there is one.
    pub transaction: Option<String>,
}

/// Why a choice of bills or a top-up can't be ordered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceFault {
    /// Nothing was chosen.
    #[error("choose at least one bill")]
    Nothing,
    /// The provider is paid otherwise.
    #[error("this provider is paid by {0}")]
    WrongMode(&'static str),
    /// Not a bill of this account.
    #[error("bill {0} is not one of this account")]
    NoSuchBill(BillId),
    /// Chosen twice.
    #[error("bill {0} was chosen twice")]
    Twice(BillId),
    /// It can't be paid now.
    #[error("bill {0} can't be paid now: it is paid, closed, disputed, or another order is out for it")]
    NotPayable(BillId),
    /// An older bill is left out.
    #[error("bill {0} is older and must be paid first")]
    OlderFirst(BillId),
    /// No step of the provider.
    #[error("{0} is not one of the amounts that this provider sells")]
    NoSuchStep(Fen),
    /// Outside of what the provider takes at once.
    #[error("{amount} is outside of what one order may have, {min} to {max}")]
    OutOfRange {
        /// What was chosen.
        amount: Fen,
        /// The least.
        min: Fen,
        /// The most.
        max: Fen,
    },
}

impl AccountBills {
    /// What the chosen bills cost together, if they may be paid together now.
    pub fn choose(&self, provider: &Provider, chosen: &[BillId]) -> Result<Fen, ChoiceFault> {
        if provider.mode != PayMode::Bill {
            return Err(ChoiceFault::WrongMode("top-up"));
        }
        if chosen.is_empty() {
            return Err(ChoiceFault::Nothing);
        }
        let mut wanted = BTreeSet::new();
        for id in chosen {
            let Some(bill) = self.bills.iter().find(|bill| bill.bill_id == *id) else {
                return Err(ChoiceFault::NoSuchBill(id.clone()));
            };
            if bill.state != BillState::Unpaid {
                return Err(ChoiceFault::NotPayable(id.clone()));
            }
            if !wanted.insert(id) {
                return Err(ChoiceFault::Twice(id.clone()));
            }
        }
        if provider.oldest == OldestBill::First {
            let unpaid = self.bills.iter().filter(|bill| bill.state == BillState::Unpaid);
            let left_out = unpaid.take(wanted.len()).find(|bill| !wanted.contains(&bill.bill_id));
            if let Some(older) = left_out {
                return Err(ChoiceFault::OlderFirst(older.bill_id.clone()));
            }
        }
        let chosen = self.bills.iter().filter(|bill| wanted.contains(&bill.bill_id));
        let amount = chosen.fold(0_i64, |sum, bill| sum.saturating_add(bill.amount_due_fen.0));
        within(provider, Fen(amount))
    }
}

/// Whether so much credit may be bought at once.
pub fn top_up(provider: &Provider, amount: Fen) -> Result<Fen, ChoiceFault> {
    match &provider.mode {
        PayMode::Bill => Err(ChoiceFault::WrongMode("bill")),
        PayMode::TopUp { steps } if !steps.contains(&amount) => Err(ChoiceFault::NoSuchStep(amount)),
        PayMode::TopUp { .. } => within(provider, amount),
    }
}

fn within(provider: &Provider, amount: Fen) -> Result<Fen, ChoiceFault> {
    let (min, max) = (provider.min, provider.max);
    if (min..=max).contains(&amount) { Ok(amount) } else { Err(ChoiceFault::OutOfRange { amount, min, max }) }
}
