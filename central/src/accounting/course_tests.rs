//! The course of an order, arrow by arrow.

use super::order::{
    Alarm, CodeStep, Decision, Effect, Event, LineKind, Order, Post, RefundStep, State, Terms, TradeStep,
    Watch, WhyBack,
};
use super::question::{
    Answer, CloseAnswer, CodeAnswer, Payment, PostAnswer, Question, RefundAnswer, TradeAnswer, WhyRefused,
};
use contract::Fen;
use contract::order::{ChannelName, OrderState as Name, Purchase};
use jiff::{SignedDuration, Timestamp};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const AMOUNT: Fen = Fen(8_353);

fn terms(channel: ChannelName) -> Terms {
    Terms {
        number: "ft-0001-20261125-00001".parse().unwrap(),
        kiosk: "ft-0001".parse().unwrap(),
        provider: "szwater".parse().unwrap(),
        account: "1030400017".parse().unwrap(),
        purchase: Purchase::Bills { bill_ids: vec!["B1".parse().unwrap()] },
        amount: AMOUNT,
        channel,
        created_at: NOW,
        expires_at: NOW + SignedDuration::from_mins(3),
    }
}

/// An order in a state, whose first question is out.
fn asking(state: State) -> Order {
    let due_at = Some(NOW + SignedDuration::from_mins(1));
    Order {
        terms: terms(ChannelName::Wechat),
        state,
        tries: 0,
        turn: 1,
        is_asking: true,
        due_at,
        ended_at: None,
    }
}

fn resting(state: State) -> Order {
    Order { is_asking: false, due_at: Some(NOW), ..asking(state) }
}

fn payment(amount: Fen) -> Payment {
    Payment { amount, transaction: "T1".to_owned(), at: NOW }
}

fn paid() -> Payment {
    payment(AMOUNT)
}

fn post() -> Post {
    Post { payment: paid(), unanswered_at: None }
}

fn shown() -> State {
    State::QrShown { code_url: "weixin://1".to_owned() }
}

fn refunding(step: RefundStep) -> State {
    State::Refunding { payment: paid(), why: WhyBack::Late, step }
}

fn failed() -> State {
    State::RefundFailed { payment: paid(), why: WhyBack::Late, reason: "NOT_ENOUGH".to_owned() }
}

#[test]
fn every_answer_leads_where_the_table_says() {
    let trade = Answer::Trade;
    let refused = PostAnswer::Refused(WhyRefused::PaidElsewhere);
    let cases = [
        (State::Created(CodeStep::Make), Answer::Code(CodeAnswer::Code("u".into())), Name::QrShown),
        (State::Created(CodeStep::Make), Answer::Code(CodeAnswer::Refused("r".into())), Name::Failed),
        (State::Created(CodeStep::Make), Answer::Code(CodeAnswer::AlreadyPaid), Name::Unknown),
        (State::Created(CodeStep::Look), trade(TradeAnswer::NotFound), Name::Created),
        (shown(), trade(TradeAnswer::NotPaid), Name::QrShown),
        (shown(), trade(TradeAnswer::NotFound), Name::QrShown),
        (shown(), trade(TradeAnswer::Paying), Name::Paying),
        (shown(), trade(TradeAnswer::Paid(paid())), Name::Paid),
        (shown(), trade(TradeAnswer::Closed), Name::Expired),
        (State::Paying { code_url: "u".into() }, trade(TradeAnswer::Paid(paid())), Name::Paid),
        (State::Closing, Answer::Close(CloseAnswer::Closed), Name::Closed),
        (State::Closing, Answer::Close(CloseAnswer::NotFound), Name::Closed),
        (State::Closing, Answer::Close(CloseAnswer::AlreadyPaid), Name::Unknown),
        (State::Unknown(TradeStep::Query), trade(TradeAnswer::Paid(paid())), Name::Paid),
        (State::Unknown(TradeStep::Query), trade(TradeAnswer::NotPaid), Name::Unknown),
        (State::Unknown(TradeStep::Query), trade(TradeAnswer::Closed), Name::Closed),
        (State::Unknown(TradeStep::Close), Answer::Close(CloseAnswer::Closed), Name::Closed),
        (State::Posting(post()), Answer::Post(PostAnswer::Posted(NOW)), Name::Posted),
        (State::Posting(post()), Answer::Post(refused), Name::PostFailed),
        (State::Posting(post()), Answer::Post(PostAnswer::TryLater), Name::Posting),
        (State::PostUnknown(post()), Answer::Post(PostAnswer::NotFound), Name::Posting),
        (State::PostUnknown(post()), Answer::Post(PostAnswer::Pending), Name::PostUnknown),
        (State::PostUnknown(post()), Answer::Post(PostAnswer::Posted(NOW)), Name::Posted),
        (State::PostUnknown(post()), Answer::Post(refused), Name::PostFailed),
        (refunding(RefundStep::Ask), Answer::Refund(RefundAnswer::Refunded(NOW)), Name::Refunded),
        (refunding(RefundStep::Ask), Answer::Refund(RefundAnswer::Processing), Name::Refunding),
        (refunding(RefundStep::Query), Answer::Refund(RefundAnswer::NotFound), Name::Refunding),
        (refunding(RefundStep::Query), Answer::Refund(RefundAnswer::Refused("r".into())), Name::RefundFailed),
    ];
    for (state, answer, name) in cases {
        let mut order = asking(state.clone());
        order.handle(Event::Answer(1, answer.clone()), NOW);
        assert_eq!(order.state_name(), name, "{state:?} + {answer:?}");
        let rests = order.is_final() || name == Name::RefundFailed;
        assert_eq!(order.due_at().is_none(), rests, "{state:?} + {answer:?} is found due again");
    }
}

#[test]
fn no_answer_is_never_no() {
    let cases = [
        (State::Created(CodeStep::Make), Name::Created, Question::Query),
        (shown(), Name::QrShown, Question::Query),
        (State::Closing, Name::Unknown, Question::Query),
        (State::Unknown(TradeStep::Close), Name::Unknown, Question::Query),
        (State::Posting(post()), Name::PostUnknown, Question::QueryPost),
        (State::PostUnknown(post()), Name::PostUnknown, Question::QueryPost),
        (refunding(RefundStep::Ask), Name::Refunding, Question::QueryRefund),
    ];
    for (state, name, next) in cases {
        // Nobody answered, or whoever asked has died.
        let (mut unanswered, mut orphaned) = (asking(state.clone()), asking(state.clone()));
        unanswered.handle(Event::NoAnswer(1), NOW);
        assert_eq!(orphaned.handle(Event::Due, NOW + SignedDuration::from_mins(1)), []);
        for mut order in [unanswered, orphaned] {
            assert_eq!(order.state_name(), name, "{state:?}");
            let due = order.due_at().unwrap();
            assert_eq!(order.handle(Event::Due, due), [Effect::Ask(2, next)], "{state:?} is queried first");
        }
    }
}

#[test]
fn what_is_due_is_asked_once() {
    let cases = [
        (State::Created(CodeStep::Make), Question::MakeCode, Name::Created),
        (State::Cancelled, Question::Close, Name::Closing),
        (State::Expired, Question::Close, Name::Closing),
        (State::Paid(paid()), Question::Post, Name::Posting),
        (State::PostFailed(paid(), WhyBack::Operator), Question::Refund, Name::Refunding),
    ];
    for (state, question, name) in cases {
        let mut order = resting(state);
        assert_eq!(order.handle(Event::Due, NOW), [Effect::Ask(2, question)]);
        assert_eq!(
            (order.state_name(), order.handle(Event::Due, NOW)),
            (name, vec![]),
            "it is asked already"
        );
    }
}

#[test]
fn a_code_expires_and_is_closed_before_anything_else() {
    for state in [State::Created(CodeStep::Make), shown(), State::Paying { code_url: "u".into() }] {
        let mut order = resting(state);
        let late = NOW + SignedDuration::from_mins(3);
        assert_eq!((order.handle(Event::Due, late), order.state_name()), (vec![], Name::Expired));
        assert_eq!(order.handle(Event::Due, late), [Effect::Ask(2, Question::Close)]);
        let closed = order.handle(Event::Answer(2, Answer::Close(CloseAnswer::Closed)), late);
        assert_eq!(closed, [Effect::FreeBills], "bills are free when the channel has closed, not before");
    }
}

#[test]
fn a_repeated_notice_and_an_answer_out_of_turn_change_nothing() {
    let mut order = asking(State::Posting(post()));
    let before = order.clone();
    assert_eq!(order.handle(Event::PaidNotice(paid()), NOW), []);
    assert_eq!(order.handle(Event::Answer(0, Answer::Post(PostAnswer::Posted(NOW))), NOW), []);
    assert_eq!(order.handle(Event::Leave, NOW), []);
    assert_eq!(order, before);
}

#[test]
fn late_money_and_a_wrong_amount_go_back_with_an_alarm() {
    let closed = State::Closed { watch: None };
    for (state, amount, alarm) in [(closed, AMOUNT, Alarm::LateMoney), (shown(), Fen(1), Alarm::WrongAmount)]
    {
        let mut order = asking(state);
        let effects = order.handle(Event::PaidNotice(payment(amount)), NOW);
        assert!(
            matches!(effects.first(), Some(Effect::Book(line)) if line.kind == LineKind::Paid && line.amount == amount)
        );
        assert!(effects.contains(&Effect::Alarm(alarm)), "{effects:?}");
        assert_eq!((order.state_name(), order.open_amount()), (Name::Refunding, amount));
        assert_eq!(order.handle(Event::Due, NOW), [Effect::Ask(2, Question::Refund)]);
    }
}

#[test]
fn a_code_that_alipay_does_not_know_yet_is_watched_until_it_dies() {
    let mut order = Order { terms: terms(ChannelName::Alipay), ..asking(State::Closing) };
    order.handle(Event::Answer(1, Answer::Close(CloseAnswer::NotFound)), NOW);
    let until = NOW + SignedDuration::from_mins(4);
    let watch = Some(Watch { until, step: TradeStep::Query });
    assert_eq!((order.state(), order.due_at()), (&State::Closed { watch }, Some(until)));
    assert!(!order.is_final());
    assert_eq!(order.handle(Event::Due, until), [Effect::Ask(2, Question::Query)]);
    order.handle(Event::Answer(2, Answer::Trade(TradeAnswer::NotFound)), until);
    assert!(order.is_final());
    assert_eq!(order.due_at(), None);
}

#[test]
fn a_provider_that_never_takes_it_gives_the_money_back_within_two_days() {
    let mut order = resting(State::Paid(paid()));
    let (mut now, mut turn, mut alarms) = (NOW, 1, 0);
    while !matches!(order.state_name(), Name::PostFailed) {
        now = order.due_at().unwrap();
        assert_eq!(order.handle(Event::Due, now).len(), 1);
        turn += 1;
        let answer = Answer::Post(PostAnswer::TryLater);
        let effects = order.handle(Event::Answer(turn, answer), now);
        alarms += effects.iter().filter(|effect| **effect == Effect::Alarm(Alarm::StillUnknown)).count();
    }
    let hours = (now - NOW).as_hours();
    assert!((12..48).contains(&hours), "{hours} h");
    assert_eq!(alarms, 1, "somebody is told once");
}

#[test]
fn a_posting_without_an_answer_is_given_time_before_the_money_goes_back() {
    let just_now = Post { payment: paid(), unanswered_at: Some(NOW) };
    let mut order = Order { tries: 100, ..asking(State::PostUnknown(just_now)) };
    let not_found = || Answer::Post(PostAnswer::NotFound);
    order.handle(Event::Answer(1, not_found()), NOW + SignedDuration::from_mins(14));
    assert_eq!(order.state_name(), Name::Posting, "it may still come into effect");
    let mut order = Order { is_asking: true, ..order };
    order.handle(Event::Answer(1, not_found()), NOW + SignedDuration::from_mins(15));
    assert_eq!(order.state_name(), Name::PostFailed);
}

#[test]
fn decisions_fit_a_state_or_are_refused_with_it() {
    let at = NOW;
    let posted = || State::Posted { payment: paid(), at };
    let cases = [
        (failed(), Decision::Refund, Some(Name::Refunding)),
        (failed(), Decision::RefundedByHand, Some(Name::Refunded)),
        (failed(), Decision::FoundRefunded { at }, Some(Name::Refunded)),
        (State::PostUnknown(post()), Decision::Refund, Some(Name::PostFailed)),
        (State::PostUnknown(Post { unanswered_at: Some(NOW), ..post() }), Decision::Refund, None),
        (State::PostUnknown(post()), Decision::FoundPosted { at }, Some(Name::Posted)),
        (posted(), Decision::Repost, Some(Name::PostUnknown)),
        (posted(), Decision::Refund, None),
        (shown(), Decision::Refund, None),
        (refunding(RefundStep::Query), Decision::FoundPosted { at }, None),
        (State::Closed { watch: None }, Decision::Repost, None),
    ];
    for (state, decision, name) in cases {
        let mut order = asking(state.clone());
        match (order.decide(decision, NOW), name) {
            (Ok(_), Some(name)) => assert_eq!(order.state_name(), name, "{state:?} {decision:?}"),
            (Err(_), None) => assert_eq!(order, asking(state), "a refused decision changes nothing"),
            (other, name) => panic!("{state:?} {decision:?}: {other:?}, not {name:?}"),
        }
    }
}

#[test]
fn an_order_is_news_until_a_day_after_its_end_however_late_that_comes() {
    let hours = |hours| NOW + SignedDuration::from_hours(hours);
    let since = |now: Timestamp| now - SignedDuration::from_hours(24);
    let mut order = resting(State::Unknown(TradeStep::Close));
    assert!(order.is_news_since(since(hours(300))), "its resident does not know yet what became of it");
    order.due_at = Some(hours(300));
    order.handle(Event::Due, hours(300));
    order.handle(Event::Answer(order.turn, Answer::Close(CloseAnswer::Closed)), hours(300));
    assert!(order.is_final() && order.is_news_since(since(hours(324))), "it ended a day ago");
    assert!(!order.is_news_since(since(hours(325))));
}
