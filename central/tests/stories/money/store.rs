//! What must be kept of orders, in central's own tables on SQLite.

use super::model::Keeping;
use central::accounting::order::{Effect, Event, LineKind, Order};
use central::accounting::{AccountingError, books, matters};
use central::store::{Sql, SqliteStore, Store};
use contract::{EntryId, Fen, OrderNumber};
use jiff::Timestamp;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tempfile::TempDir;

pub(crate) struct StoreBooks {
    store: Arc<dyn Store>,
    _folder: TempDir,
}

impl StoreBooks {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open_for_simulation(&folder.path().join("central.db")).unwrap();
        Self { store: Arc::new(store), _folder: folder }
    }

    /// A store for simulations answers at once.
    fn change<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut dyn Sql) -> Result<T, AccountingError> + Send + 'static,
    ) -> Result<T, AccountingError> {
        let mut change = std::pin::pin!(self.store.change(work));
        match change.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => done,
            Poll::Pending => panic!("a store for simulations waits"),
        }
    }
}

impl Keeping for StoreBooks {
    fn create(&mut self, order: &Order) -> Option<OrderNumber> {
        let terms = order.terms().clone();
        let now = terms.created_at;
        let draft = books::Draft {
            kiosk: terms.kiosk,
            key: EntryId(uuid::Uuid::now_v7()),
            request_hash: [0; 32],
            provider: terms.provider,
            account: terms.account,
            purchase: terms.purchase,
            amount: terms.amount,
            channel: terms.channel,
        };
        match self.change(move |sql| books::create(sql, &draft, now)) {
            Ok(books::Created::Now(made)) => Some(made.terms().number.clone()),
            Err(AccountingError::BillHeld(_)) => None,
            other => panic!("{other:?}"),
        }
    }

    fn happen(&mut self, number: &OrderNumber, event: Event, now: Timestamp) -> Vec<Effect> {
        let number = number.clone();
        let (_, asked) = self.change(move |sql| books::happen(sql, &number, event.clone(), now)).unwrap();
        asked.map(|asked| Effect::Ask(asked.turn, asked.question)).into_iter().collect()
    }

    fn order(&self, number: &OrderNumber) -> Order {
        let number = number.clone();
        self.change(move |sql| books::find(sql, &number)).unwrap()
    }

    fn first_due(&self) -> Option<(Timestamp, OrderNumber)> {
        self.change(|sql| {
            let row = sql.query_one(
                "SELECT due_at, number FROM orders WHERE due_at IS NOT NULL ORDER BY due_at, number LIMIT 1",
                &[],
            )?;
            row.map(|row| Ok((row.at(0)?, row.parsed(1)?))).transpose()
        })
        .unwrap()
    }

    fn book(&self) -> Vec<(OrderNumber, LineKind, Fen)> {
        self.change(|sql| {
            let rows = sql.query("SELECT number, kind, amount FROM money_book ORDER BY number, n", &[])?;
            rows.iter().map(|row| Ok((row.parsed(0)?, row.parsed(1)?, Fen(row.int(2)?)))).collect()
        })
        .unwrap()
    }

    fn lines(&self) -> usize {
        self.book().len()
    }

    fn balance(&self) -> [i64; 4] {
        let balance = self.change(books::balance).unwrap();
        [balance.paid.0, balance.posted.0, balance.refunded.0, balance.open.0]
    }

    fn alarmed(&self) -> Vec<OrderNumber> {
        let matters = self.change(|sql| matters::list(sql, None)).unwrap();
        matters.iter().map(|matter| matter.name.subject.parse().unwrap()).collect()
    }
}
