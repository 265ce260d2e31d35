//! A terminal, from one death to the next: the real journey and the real hands for money, over a line that loses what it
//! carries. What it had in memory is gone when it dies.

use crate::News;
use crate::central::Central;
use crate::fate::Mishap;
use contract::{KioskId, OrderNumber};
use jiff::civil::DateTime;
use kiosk::journey::{
    Answer, Ask, Connection, Effect, Event, Health, JobId, Journey, Now, Page, PrintResult, Rules, Slip,
    Touch, VisitId,
};
use kiosk::performer::money;
use kiosk::services::Library;
use kiosk::sync::CentralClient;
use kiosk::sync::line::{Exchange, Line, NoReply, Reply, Request};
use std::fmt;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout};

/// As the real line has it.
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// The line of one terminal.
struct FrailLine {
    kiosk: KioskId,
    central: Arc<Central>,
}

impl fmt::Debug for FrailLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FrailLine")
    }
}

/// Whoever asked is gone, and with it the connection: central stops working on it.
struct Hung(AbortHandle);

impl Drop for Hung {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl FrailLine {
    async fn carry(&self, request: Request) -> Result<Reply, NoReply> {
        let fate = &self.central.fate;
        sleep(Duration::from_millis(1 + fate.below(200))).await;
        if fate.strikes(Mishap::RequestLost) {
            pending::<()>().await;
        }
        if fate.strikes(Mishap::RequestDoubled) {
            // Nobody waits for this one.
            drop(self.central.ask(&self.kiosk, request.clone()));
        }
        let (answer, asking) = self.central.ask(&self.kiosk, request)?;
        if fate.strikes(Mishap::AnswerLost) {
            pending::<()>().await;
        }
        let _hung = Hung(asking);
        let reply = answer.await.map_err(|_| NoReply::Offline)?;
        sleep(Duration::from_millis(1 + fate.below(50))).await;
        Ok(reply)
    }
}

impl Line for FrailLine {
    fn exchange(&self, request: Request) -> Exchange<'_> {
        Box::pin(
            async move { timeout(REQUEST_TIME, self.carry(request)).await.unwrap_or(Err(NoReply::Offline)) },
        )
    }

    fn forget(&self) {}
}

/// A terminal.
pub struct Terminal {
    pub name: KioskId,
    place: usize,
    central: Arc<Central>,
    client: CentralClient,
    library: Arc<Library>,
    news: UnboundedSender<News>,
    pub journey: Journey,
    started: Instant,
    /// Since when, and how often, it was started.
    pub life: u64,
    jobs: Vec<(VisitId, JobId, bool, AbortHandle)>,
    /// The number that its disk keeps.
    noted: Option<OrderNumber>,
    /// What its printer has printed since somebody looked.
    pub printed: Vec<Slip>,
}

impl Terminal {
    pub fn new(
        place: usize,
        central: &Arc<Central>,
        library: &Arc<Library>,
        news: UnboundedSender<News>,
    ) -> Self {
        let name: KioskId = format!("ft-000{}", place + 1).parse().unwrap();
        let line = FrailLine { kiosk: name.clone(), central: Arc::clone(central) };
        let mut terminal = Self {
            name,
            place,
            central: Arc::clone(central),
            client: CentralClient::new(line),
            library: Arc::clone(library),
            news,
            journey: Journey::new(Arc::clone(library), Rules::default()),
            started: Instant::now(),
            life: 0,
            jobs: Vec::new(),
            noted: None,
            printed: Vec::new(),
        };
        terminal.health(Connection::Online);
        terminal
    }

    /// Dies, and is started again.
    pub fn restart(&mut self) {
        for (.., job) in self.jobs.drain(..) {
            job.abort();
        }
        self.journey = Journey::new(Arc::clone(&self.library), Rules::default());
        self.started = Instant::now();
        self.life += 1;
        self.health(Connection::Online);
        if let Some(number) = self.noted.clone() {
            self.handle(Event::Interrupted(number));
        }
    }

    pub fn health(&mut self, connection: Connection) {
        let health = Health { connection, reader: true, printer: true, face: true, ..Health::default() };
        self.handle(Event::Health(health));
    }

    pub fn now(&self) -> Now {
        // The journey orders nothing by the wall clock; it stands on slips only.
        Now { uptime: self.started.elapsed(), local: DateTime::constant(2026, 11, 25, 12, 0, 0, 0) }
    }

    pub fn touch(&mut self, touch: Touch) {
        self.handle(Event::Touch(touch));
    }

    pub fn is_idle(&self) -> bool {
        matches!(self.journey.page(), Page::Attract)
    }

    pub fn handle(&mut self, event: Event) {
        let effects = self.journey.handle(event, self.now());
        self.jobs.retain(|(.., job)| !job.is_finished());
        for effect in effects {
            match effect {
                Effect::Ask { visit, job, ask } => self.perform(visit, job, ask),
                Effect::Cancel { visit, job } => self.stop(|v, j| (v, j) == (visit, job)),
                Effect::Forget { visit, .. } => self.stop(|v, _| v == visit),
                Effect::Settings(_) | Effect::Shown(_) | Effect::CountsDown | Effect::GoDown => {}
                Effect::KeepOrder(number) => self.noted = Some(number),
                Effect::DropOrder(number) => drop(self.noted.take_if(|noted| *noted == number)),
            }
        }
    }

    fn stop(&mut self, which: impl Fn(VisitId, JobId) -> bool) {
        self.jobs.retain(|(visit, job, stoppable, task)| {
            let stops = *stoppable && which(*visit, *job);
            if stops {
                task.abort();
            }
            !stops
        });
    }

    fn perform(&mut self, visit: VisitId, job: JobId, ask: Ask) {
        let (place, life, fate) = (self.place, self.life, self.central.fate.clone());
        let stoppable = !matches!(ask, Ask::Order(_) | Ask::LeaveOrder(_));
        match &ask {
            Ask::Order(request) => {
                let mut ledger = self.central.ledger.lock().unwrap();
                ledger.agreed.entry(self.name.clone()).or_default().push(request.clone());
            }
            Ask::Print(slip) => self.printed.push(slip.clone()),
            _ => {}
        }
        let (client, news) = (self.client.clone(), self.news.clone());
        let task = tokio::spawn(async move {
            if fate.strikes(Mishap::TerminalDiesBeforeAsking) {
                let _ = news.send(News::TerminalDied { place, life });
                pending::<()>().await;
            }
            let paper = fate.below(8) > 0;
            let answer = answer(&client, ask, paper).await;
            if fate.strikes(Mishap::TerminalDiesBeforeHearing) {
                let _ = news.send(News::TerminalDied { place, life });
                pending::<()>().await;
            }
            let _ = news.send(News::Answered { place, life, event: Event::Answer { visit, job, answer } });
        });
        self.jobs.push((visit, job, stoppable, task.abort_handle()));
    }
}

async fn answer(client: &CentralClient, ask: Ask, paper: bool) -> Answer {
    let way = Some(client);
    match ask {
        Ask::LookUpBills(asked) => Answer::Bills(Box::new(money::look_up(way, &asked).await)),
        Ask::Order(request) => Answer::Order(Box::new(money::order(way, &request).await)),
        Ask::FollowOrder(number, pause) => {
            sleep(pause).await;
            Answer::Order(Box::new(money::follow(way, &number).await))
        }
        Ask::AskPaid(number) => Answer::Order(Box::new(money::ask_paid(way, &number).await)),
        Ask::LeaveOrder(number) => Answer::Order(Box::new(money::leave(way, &number).await)),
        Ask::Print(_) => {
            sleep(Duration::from_secs(2)).await;
            Answer::Printed(if paper { PrintResult::Printed } else { PrintResult::NoPaper })
        }
        other => panic!("nobody who pays asks for {other:?}"),
    }
}
