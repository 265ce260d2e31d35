//! Carries out what orders ask: takes up those that are due, asks outside, writes the answers down. Any number of
//! instances may do so beside each other; whatever was under way when one of them died is found due again.

use super::books::{self, Asked};
use super::error::AccountingError;
use super::order::{Event, Terms};
use super::outside::{CodeRequest, NoAnswer, Posting};
use super::payments::{CALL_LIMIT, Payments, within};
use super::question::{Answer, Question};
use contract::Fen;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// The most questions that are out at once.
const AT_ONCE: usize = 64;

/// How long the works rest when nothing is due: another instance may have left something.
pub(super) const REST: Duration = Duration::from_millis(250);

/// How long they rest when the store is away.
const REST_AFTER_TROUBLE: Duration = Duration::from_secs(2);

/// Works for ever. Dropping it is allowed at any moment.
pub async fn run(payments: Arc<Payments>) {
    let mut out = JoinSet::new();
    loop {
        let rest = match take_up(&payments, AT_ONCE.saturating_sub(out.len())).await {
            Ok(Round { questions, rest }) => {
                for asked in questions {
                    let payments = Arc::clone(&payments);
                    out.spawn(async move {
                        let number = asked.order.terms().number.clone();
                        if let Err(error) = carry_out(&payments, asked).await {
                            tracing::error!(%number, %error, "an answer could not be written down; it will be asked again");
                        }
                    });
                }
                rest
            }
            Err(error) => {
                tracing::error!(%error, "orders could not be taken up; they wait");
                REST_AFTER_TROUBLE
            }
        };
        tokio::select! {
            biased;
            () = tokio::time::sleep(rest) => {}
            () = payments.wake.notified() => {}
            Some(_) = out.join_next() => {}
        }
        while out.try_join_next().is_some() {}
        if out.len() >= AT_ONCE {
            out.join_next().await;
        }
    }
}

/// What the works found.
struct Round {
    questions: Vec<Asked>,
    /// How long to rest after it.
    rest: Duration,
}

/// The questions of orders that are due. Nothing is written when none is.
async fn take_up(payments: &Payments, most: usize) -> Result<Round, AccountingError> {
    let now = payments.now();
    let due = payments.store.read(books::first_due).await?;
    if let Some(later) = due.map_or(Some(payments.rest), |due| until(now, due)) {
        return Ok(Round { questions: Vec::new(), rest: later.min(payments.rest) });
    }
    let questions = payments.store.change(move |sql| books::take_due(sql, most, now)).await?;
    // Without a question an order moved by itself, or somebody else took it up.
    let rest = if questions.is_empty() { REST } else { Duration::ZERO };
    Ok(Round { questions, rest })
}

/// How long it is until then; nothing when it is time.
fn until(now: Timestamp, due: Timestamp) -> Option<Duration> {
    Duration::try_from(due.duration_since(now)).ok().filter(|later| !later.is_zero())
}

/// Asks a question outside and writes the answer down.
pub(super) async fn carry_out(payments: &Payments, asked: Asked) -> Result<(), AccountingError> {
    let Asked { order, turn, question } = asked;
    let taken = order.payment().map_or(Fen::ZERO, |payment| payment.amount);
    let event = if let Ok(answer) = ask(payments, order.terms(), taken, question).await {
        Event::Answer(turn, answer)
    } else {
        tracing::warn!(number = %order.terms().number, ?question, "no clear answer came; it will be asked about");
        Event::NoAnswer(turn)
    };
    payments.happen(&order.terms().number, event).await
}

async fn ask(payments: &Payments, terms: &Terms, taken: Fen, question: Question) -> Result<Answer, NoAnswer> {
    let channel = payments.outside.channel(terms.channel);
    let provider = &payments.outside.providers;
    let (number, now) = (terms.number.clone(), payments.now());
    match question {
        Question::MakeCode => {
            let name = payments.list.find(&terms.provider).map_or("", |provider| &provider.name);
            let request = CodeRequest {
                order: number,
                amount: terms.amount,
                subject: format!("{name} · 户号 {}", terms.account.masked()),
                expires_at: terms.expires_at,
            };
            within(CALL_LIMIT, channel.make_code(request, now)).await.map(Answer::Code)
        }
        Question::Query => within(CALL_LIMIT, channel.query(number, now)).await.map(Answer::Trade),
        Question::Close => within(CALL_LIMIT, channel.close(number, now)).await.map(Answer::Close),
        Question::Refund => within(CALL_LIMIT, channel.refund(number, taken, now)).await.map(Answer::Refund),
        Question::QueryRefund => {
            within(CALL_LIMIT, channel.query_refund(number, now)).await.map(Answer::Refund)
        }
        Question::Post => {
            let posting = Posting {
                provider: terms.provider.clone(),
                key: number,
                account: terms.account.clone(),
                bills: terms.bills().to_vec(),
                amount: taken,
            };
            within(CALL_LIMIT, provider.post(posting, now)).await.map(Answer::Post)
        }
        Question::QueryPost => {
            within(CALL_LIMIT, provider.query(terms.provider.clone(), number, now)).await.map(Answer::Post)
        }
    }
}
