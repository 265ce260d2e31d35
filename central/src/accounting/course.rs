//! The course of an order: what each event makes of it. The table stands in `docs/ACCOUNTING.md`.
//!
//! Architecture invariants: no answer is never 'no'; nothing is asked a second time before it was queried; a channel is
//! asked to close before bills are let go; what the money book gets is what the channel or the provider said.

use super::order::{
    Alarm, CodeStep, Decision, Effect, Event, Line, LineKind, NotNow, Order, Post, RefundStep, State,
    TradeStep, Watch, WhyBack,
};
use super::question::{
    Answer, CloseAnswer, CodeAnswer, Payment, PostAnswer, Question, RefundAnswer, TradeAnswer,
};
use contract::order::ChannelName;
use jiff::{SignedDuration, Timestamp};

/// How often a shown code is asked about.
const POLL: SignedDuration = SignedDuration::from_secs(2);

/// After so long a question that is out counts as not answered. Longer than any call may take.
pub(super) const ANSWER_WITHIN: SignedDuration = SignedDuration::from_secs(60);

/// The longest pause between two questions.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// Answers in a row that settle nothing before somebody is told: about an hour of pauses.
const TELL_AFTER: u32 = 12;

/// Postings that come to nothing before the money goes back: about a day of pauses.
const POST_TRIES: u32 = 34;

/// A posting that was not answered may come into effect for so long.
const POST_SETTLES: SignedDuration = SignedDuration::from_mins(15);

/// Alipay counts the life of a code in whole minutes from its making.
const CODE_OUTLIVES: SignedDuration = SignedDuration::from_mins(1);

/// Whether nothing of a posting can come into effect any more that has not yet.
fn has_settled(post: &Post, now: Timestamp) -> bool {
    let settled = |asked: Timestamp| later(asked, POST_SETTLES).is_none_or(|then| then <= now);
    post.unanswered_at.is_none_or(settled)
}

/// 2 s, 4 s, 8 s and so on to an hour.
fn pause(tries: u32) -> SignedDuration {
    let doubled = 2_i64.checked_shl(tries.saturating_sub(1)).filter(|_| tries < 13);
    doubled.map_or(LONGEST_PAUSE, |secs| SignedDuration::from_secs(secs).min(LONGEST_PAUSE))
}

impl Order {
    /// Takes an event. The effects belong into the transaction in which the order is written down; [`Effect::Ask`] is
    /// carried out after it.
    pub fn handle(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Due => self.come_due(now, &mut effects),
            Event::Answer(turn, answer) if self.is_asking && turn == self.turn => {
                self.is_asking = false;
                self.hear(answer, now, &mut effects);
            }
            Event::NoAnswer(turn) if self.is_asking && turn == self.turn => {
                self.hear_nothing(now, &mut effects);
            }
            // Somebody else took the order over meanwhile, and asked again.
            Event::Answer(..) | Event::NoAnswer(_) => {}
            Event::PaidNotice(payment) => self.take_money(payment, &mut effects, now),
            Event::Leave => {
                if matches!(self.state, State::Created(_) | State::QrShown { .. } | State::Paying { .. }) {
                    self.go(State::Cancelled, now);
                }
            }
            Event::HaveIPaid => {
                let waits = matches!(
                    self.state,
                    State::QrShown { .. } | State::Paying { .. } | State::Unknown(TradeStep::Query)
                );
                if waits && !self.is_asking {
                    self.due_at = Some(now);
                }
            }
        }
        effects
    }

    /// Takes the decision of somebody who looked into it.
    pub fn decide(&mut self, decision: Decision, now: Timestamp) -> Result<Vec<Effect>, NotNow> {
        let payment = self.payment().cloned();
        let mut effects = Vec::new();
        match (decision, &self.state, payment) {
            // What may still come into effect at the provider is not given back by anybody.
            (Decision::Refund, State::PostUnknown(post), Some(payment)) if has_settled(post, now) => {
                self.give_up(payment, WhyBack::Operator, now, &mut effects);
            }
            (Decision::Refund, State::RefundFailed { why, .. }, Some(payment)) => {
                self.go(State::Refunding { payment, why: *why, step: RefundStep::Query }, now);
            }
            (Decision::RefundedByHand, State::RefundFailed { .. }, Some(payment)) => {
                self.money_is_back(payment, now, now, &mut effects);
            }
            (
                Decision::FoundRefunded { at },
                State::Refunding { .. } | State::RefundFailed { .. },
                Some(payment),
            ) => self.money_is_back(payment, at, now, &mut effects),
            (
                Decision::FoundPosted { at },
                State::Paid(_) | State::Posting(_) | State::PostUnknown(_),
                Some(payment),
            ) => self.provider_has_it(payment, at, now, &mut effects),
            (Decision::Repost, State::Posted { at, .. }, Some(payment)) => {
                let amount = contract::Fen(-payment.amount.0);
                effects.push(Effect::Book(Line { kind: LineKind::Posted, amount, at: *at }));
                self.go(State::PostUnknown(Post { payment, unanswered_at: Some(now) }), now);
            }
            _ => return Err(NotNow { number: self.terms.number.clone(), state: self.state_name() }),
        }
        Ok(effects)
    }

    /// Goes on to a new state, due at once. What is still out is not waited for.
    fn go(&mut self, state: State, now: Timestamp) {
        self.state = state;
        self.tries = 0;
        self.is_asking = false;
        self.ended_at = self.is_final().then_some(now);
        self.due_at = if self.is_final() || matches!(self.state, State::RefundFailed { .. }) {
            None
        } else {
            Some(now)
        };
    }

    /// Asks again after a pause that grows.
    fn again(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.tries = self.tries.saturating_add(1);
        self.due_at = later(now, pause(self.tries));
        if self.tries == TELL_AFTER {
            effects.push(Effect::Alarm(Alarm::StillUnknown));
        }
    }

    fn come_due(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.due_at.is_none_or(|due| due > now) {
            return;
        }
        if self.is_asking {
            self.hear_nothing(now, effects);
            return;
        }
        let is_over = now >= self.terms.expires_at;
        let question = match &self.state {
            State::Created(_) | State::QrShown { .. } | State::Paying { .. } if is_over => {
                self.go(State::Expired, now);
                return;
            }
            State::Created(CodeStep::Make) => Question::MakeCode,
            State::Created(CodeStep::Look)
            | State::QrShown { .. }
            | State::Paying { .. }
            | State::Unknown(TradeStep::Query)
            | State::Closed { watch: Some(Watch { step: TradeStep::Query, .. }) } => Question::Query,
            State::Expired | State::Cancelled => {
                self.go(State::Closing, now);
                Question::Close
            }
            State::Closing
            | State::Unknown(TradeStep::Close)
            | State::Closed { watch: Some(Watch { step: TradeStep::Close, .. }) } => Question::Close,
            State::Paid(payment) => {
                let post = Post { payment: payment.clone(), unanswered_at: None };
                self.go(State::Posting(post), now);
                Question::Post
            }
            State::Posting(_) => Question::Post,
            State::PostUnknown(_) => Question::QueryPost,
            State::PostFailed(payment, why) => {
                let (payment, why) = (payment.clone(), *why);
                self.go(State::Refunding { payment, why, step: RefundStep::Query }, now);
                Question::Refund
            }
            State::Refunding { step: RefundStep::Ask, .. } => Question::Refund,
            State::Refunding { step: RefundStep::Query, .. } => Question::QueryRefund,
            State::Closed { watch: None }
            | State::Posted { .. }
            | State::RefundFailed { .. }
            | State::Refunded { .. }
            | State::Failed { .. } => {
                self.due_at = None;
                return;
            }
        };
        self.turn = self.turn.saturating_add(1);
        self.is_asking = true;
        self.due_at = later(now, ANSWER_WITHIN);
        effects.push(Effect::Ask(self.turn, question));
    }

    fn hear(&mut self, answer: Answer, now: Timestamp, effects: &mut Vec<Effect>) {
        match answer {
            Answer::Code(answer) => self.hear_code(answer, now, effects),
            Answer::Trade(TradeAnswer::Paid(payment)) => self.take_money(payment, effects, now),
            Answer::Trade(answer) => self.hear_trade(&answer, now, effects),
            Answer::Close(answer) => self.hear_close(answer, now, effects),
            Answer::Post(answer) => self.hear_post(answer, now, effects),
            Answer::Refund(answer) => self.hear_refund(answer, now, effects),
        }
    }

    fn hear_nothing(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.is_asking = false;
        match &mut self.state {
            State::Created(step) => *step = CodeStep::Look,
            State::Closing => self.state = State::Unknown(TradeStep::Query),
            State::Unknown(step) => *step = TradeStep::Query,
            State::Closed { watch: Some(watch) } => watch.step = TradeStep::Query,
            State::Posting(post) => {
                let post = Post { payment: post.payment.clone(), unanswered_at: Some(now) };
                self.state = State::PostUnknown(post);
            }
            State::Refunding { step, .. } => *step = RefundStep::Query,
            _ => {}
        }
        self.again(now, effects);
        if matches!(self.state, State::Created(_) | State::QrShown { .. } | State::Paying { .. }) {
            // A code is closed in time, whether the channel answers or not.
            self.due_at = self.due_at.map(|due| due.min(self.terms.expires_at).max(now));
        }
    }

    fn hear_code(&mut self, answer: CodeAnswer, now: Timestamp, effects: &mut Vec<Effect>) {
        if !matches!(self.state, State::Created(_)) {
            return;
        }
        match answer {
            CodeAnswer::Code(code_url) => {
                self.go(State::QrShown { code_url }, now);
                self.due_at = later(now, POLL);
            }
            CodeAnswer::AlreadyPaid => self.go(State::Unknown(TradeStep::Query), now),
            CodeAnswer::Refused(reason) => {
                self.go(State::Failed { reason }, now);
                effects.push(Effect::FreeBills);
            }
        }
    }

    fn hear_trade(&mut self, answer: &TradeAnswer, now: Timestamp, effects: &mut Vec<Effect>) {
        match (&self.state, answer) {
            (State::Created(_) | State::QrShown { .. } | State::Paying { .. }, TradeAnswer::Closed) => {
                self.go(State::Expired, now);
            }
            (State::Created(_), _) => {
                self.state = State::Created(CodeStep::Make);
                self.due_at = Some(now);
            }
            (State::QrShown { code_url }, TradeAnswer::Paying) => {
                self.go(State::Paying { code_url: code_url.clone() }, now);
                self.due_at = later(now, POLL);
            }
            (State::QrShown { .. } | State::Paying { .. }, _) => {
                self.tries = 0;
                self.due_at = later(now, POLL);
            }
            (State::Unknown(_), TradeAnswer::Closed) => self.close(None, now, effects),
            (State::Unknown(_), TradeAnswer::NotFound) => {
                self.close(self.code_still_lives(now), now, effects);
            }
            (State::Unknown(_), TradeAnswer::NotPaid | TradeAnswer::Paying) => {
                self.state = State::Unknown(TradeStep::Close);
                self.due_at = Some(now);
            }
            (State::Closed { watch: Some(watch) }, answer) => self.look_on(*watch, answer, now),
            _ => {}
        }
    }

    /// A code whose order was closed before its channel knew the order.
    fn look_on(&mut self, watch: Watch, answer: &TradeAnswer, now: Timestamp) {
        let watch = match answer {
            TradeAnswer::Closed => None,
            TradeAnswer::NotFound if now >= watch.until => None,
            TradeAnswer::NotFound | TradeAnswer::Paid(_) => Some(Watch { step: TradeStep::Query, ..watch }),
            // Somebody scanned it after all: now there is something to close.
            TradeAnswer::NotPaid | TradeAnswer::Paying => Some(Watch { step: TradeStep::Close, ..watch }),
        };
        let step = watch.map(|watch| watch.step);
        let until = watch.map(|watch| watch.until);
        self.go(State::Closed { watch }, now);
        if step == Some(TradeStep::Query) {
            self.due_at = until.map(|until| until.max(now));
        }
    }

    fn hear_close(&mut self, answer: CloseAnswer, now: Timestamp, effects: &mut Vec<Effect>) {
        match (&self.state, answer) {
            (State::Closing | State::Unknown(_), CloseAnswer::Closed) => self.close(None, now, effects),
            (State::Closing | State::Unknown(_), CloseAnswer::NotFound) => {
                self.close(self.code_still_lives(now), now, effects);
            }
            // What was paid, and when, is the query's to say.
            (State::Closing | State::Unknown(_), CloseAnswer::AlreadyPaid) => {
                self.go(State::Unknown(TradeStep::Query), now);
            }
            (State::Closed { watch: Some(_) }, CloseAnswer::Closed) => {
                self.go(State::Closed { watch: None }, now);
            }
            (State::Closed { watch: Some(watch) }, CloseAnswer::AlreadyPaid | CloseAnswer::NotFound) => {
                let watch = Some(Watch { step: TradeStep::Query, ..*watch });
                self.go(State::Closed { watch }, now);
            }
            _ => {}
        }
    }

    fn close(&mut self, watch: Option<Watch>, now: Timestamp, effects: &mut Vec<Effect>) {
        self.go(State::Closed { watch }, now);
        if let Some(watch) = watch {
            self.due_at = Some(watch.until);
        }
        effects.push(Effect::FreeBills);
    }

    /// Alipay knows no order before its code is scanned, so 'not found' says nothing of a code that lives on.
    fn code_still_lives(&self, now: Timestamp) -> Option<Watch> {
        let until = later(self.terms.expires_at, CODE_OUTLIVES)?;
        let may_be_scanned = self.terms.channel == ChannelName::Alipay && now < until;
        may_be_scanned.then_some(Watch { until, step: TradeStep::Query })
    }

    /// Money has come. It is booked once, whoever says so how often.
    fn take_money(&mut self, payment: Payment, effects: &mut Vec<Effect>, now: Timestamp) {
        if self.payment().is_some() {
            return;
        }
        effects.push(Effect::Book(Line { kind: LineKind::Paid, amount: payment.amount, at: payment.at }));
        let back = match &self.state {
            State::Closed { .. } | State::Failed { .. } => Some((WhyBack::Late, Alarm::LateMoney)),
            _ if payment.amount != self.terms.amount => Some((WhyBack::WrongAmount, Alarm::WrongAmount)),
            _ => None,
        };
        match back {
            None => self.go(State::Paid(payment), now),
            Some((why, alarm)) => {
                effects.push(Effect::Alarm(alarm));
                if why == WhyBack::WrongAmount {
                    effects.push(Effect::FreeBills);
                }
                self.go(State::Refunding { payment, why, step: RefundStep::Ask }, now);
            }
        }
    }

    fn hear_post(&mut self, answer: PostAnswer, now: Timestamp, effects: &mut Vec<Effect>) {
        let (State::Posting(post) | State::PostUnknown(post)) = &self.state else { return };
        let post = post.clone();
        match answer {
            PostAnswer::Posted(at) => self.provider_has_it(post.payment, at, now, effects),
            PostAnswer::Refused(why) => self.give_up(post.payment, WhyBack::Refused(why), now, effects),
            PostAnswer::Pending => {
                self.state = State::PostUnknown(post);
                self.again(now, effects);
            }
            PostAnswer::TryLater | PostAnswer::NotFound => {
                if self.tries >= POST_TRIES && has_settled(&post, now) {
                    self.give_up(post.payment, WhyBack::RetriesEnded, now, effects);
                } else {
                    self.state = State::Posting(post);
                    self.again(now, effects);
                }
            }
        }
    }

    fn provider_has_it(
        &mut self,
        payment: Payment,
        at: Timestamp,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        effects.push(Effect::Book(Line { kind: LineKind::Posted, amount: payment.amount, at }));
        effects.push(Effect::BillsPaid);
        self.go(State::Posted { payment, at }, now);
    }

    fn give_up(&mut self, payment: Payment, why: WhyBack, now: Timestamp, effects: &mut Vec<Effect>) {
        self.go(State::PostFailed(payment, why), now);
        effects.push(Effect::FreeBills);
    }

    fn hear_refund(&mut self, answer: RefundAnswer, now: Timestamp, effects: &mut Vec<Effect>) {
        let State::Refunding { payment, why, .. } = &self.state else { return };
        let (payment, why) = (payment.clone(), *why);
        match answer {
            RefundAnswer::Refunded(at) => self.money_is_back(payment, at, now, effects),
            RefundAnswer::Processing => {
                self.state = State::Refunding { payment, why, step: RefundStep::Query };
                self.again(now, effects);
            }
            RefundAnswer::NotFound => {
                self.state = State::Refunding { payment, why, step: RefundStep::Ask };
                self.again(now, effects);
            }
            RefundAnswer::Refused(reason) => {
                self.go(State::RefundFailed { payment, why, reason }, now);
                effects.push(Effect::Alarm(Alarm::RefundFailed));
            }
        }
    }

    fn money_is_back(&mut self, payment: Payment, at: Timestamp, now: Timestamp, effects: &mut Vec<Effect>) {
        effects.push(Effect::Book(Line { kind: LineKind::Refunded, amount: payment.amount, at }));
        self.go(State::Refunded { payment, at }, now);
    }
}

fn later(from: Timestamp, by: SignedDuration) -> Option<Timestamp> {
    from.checked_add(by).ok()
}
