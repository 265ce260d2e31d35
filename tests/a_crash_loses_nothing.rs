//! The terminal's program and central's are killed without warning, at any moment of a visit, again and again. What the
//! screen acknowledged, central has in the end, once, under the number that was shown.
//!
//! A few kills by default; `cargo xtask crash-test --kills 400` makes many. `CRASH_SEED` repeats a run's decisions.

#![cfg(feature = "tour")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/driven.rs"]
mod driven;
mod support;

use driven::{Central, Kiosk, NotDone, Place, SMALL, Victim};
use fastrand::Rng;
use rusqlite::{Connection, OpenFlags};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
pub(crate) use support::repository;

/// 涉嫌电信网络诈骗线索举报: needs neither card nor network.
const SERVICE: [&str; 2] = ["sxdxwl", "涉嫌电信网络诈骗线索举报"];
/// How long everything may take to arrive once nobody is killed any more.
const PATIENCE: Duration = Duration::from_mins(2);

/// What a resident was told.
#[derive(Clone, Debug, Default)]
struct Promise {
    /// Stands in the application, so that it is known again.
    mark: String,
    /// The screen said that it is saved.
    is_saved: bool,
    /// The number that was shown.
    number: Option<String>,
    /// The screen thanked for a rating.
    is_rated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Nobody,
    Terminal,
    Central,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    /// Somewhere between the first touch and the receipt.
    Anywhere,
    /// About the moment of the confirmation.
    AtTheConfirmation,
}

struct Corner {
    place: Place,
    dice: Rng,
    central: Option<Central>,
    kiosk: Option<Kiosk>,
    promises: Vec<Promise>,
    kills: BTreeMap<&'static str, usize>,
    /// How long a visit takes from the first touch to the receipt, so that kills fall everywhere in it.
    length: Duration,
}

impl Corner {
    fn open(seed: u64) -> Self {
        let place = Place::prepare(SMALL);
        let (central, mut kiosk) = (place.central(), place.kiosk("warn"));
        assert!(central.until_ready() && kiosk.until_ready());
        // Central's key comes with the first contact; before that the terminal takes nothing.
        kiosk.ask("works online store");
        Self {
            place,
            dice: Rng::with_seed(seed),
            central: Some(central),
            kiosk: Some(kiosk),
            promises: Vec::new(),
            kills: BTreeMap::new(),
            length: Duration::from_millis(1500),
        }
    }

    fn killed(&self) -> usize {
        self.kills.values().sum()
    }

    fn chance(&mut self, of_a_hundred: u32) -> bool {
        self.dice.u32(..100) < of_a_hundred
    }

    fn moment(&mut self, longest: Duration) -> Duration {
        longest.mul_f64(self.dice.f64())
    }

    /// Starts whoever is dead; some do not survive their own start.
    fn bring_up(&mut self) {
        while self.kiosk.is_none() {
            let kiosk = self.place.kiosk("warn");
            if self.chance(12) {
                std::thread::sleep(self.moment(Duration::from_millis(900)));
                kiosk.victim().kill();
                *self.kills.entry("terminal, starting").or_default() += 1;
            } else if kiosk.until_ready() {
                self.kiosk = Some(kiosk);
            }
        }
        // A city may be away for several visits.
        while self.central.is_none() && self.chance(75) {
            let central = self.place.central();
            if self.chance(12) {
                std::thread::sleep(self.moment(Duration::from_millis(300)));
                central.victim().kill();
                *self.kills.entry("central, starting").or_default() += 1;
            } else if central.until_ready() {
                self.central = Some(central);
            }
        }
    }

    /// A visit in which somebody may die.
    fn visit(&mut self) {
        self.bring_up();
        let who = [Who::Nobody, Who::Terminal, Who::Terminal, Who::Central, Who::Both][self.dice.usize(..5)];
        let when = if self.chance(50) { When::Anywhere } else { When::AtTheConfirmation };
        let mut promise = Promise { mark: format!("{:010}", self.promises.len() + 1), ..Promise::default() };
        let mut strike = (when == When::Anywhere).then(|| self.strike(who, self.length));
        let begun = Instant::now();
        let mut filled = Ok(());
        for command in commands(&promise.mark) {
            filled = filled.and_then(|()| self.kiosk.as_mut().unwrap().try_ask(&command).map(drop));
        }
        if filled.is_ok() {
            if when == When::AtTheConfirmation {
                strike = Some(self.strike(who, Duration::from_millis(150)));
            }
            filled = self.confirm(&mut promise);
        }
        if filled.is_ok() {
            self.length = begun.elapsed();
        }
        if filled.is_ok() && self.chance(40) {
            filled = self.rate(&mut promise);
        }
        if filled.is_ok() {
            let kiosk = self.kiosk.as_mut().unwrap();
            filled = kiosk.try_ask("touch 办理其他事项").and_then(|_| kiosk.try_ask("until home")).map(drop);
        }
        let struck = strike.map(|strike| strike.join().unwrap()).unwrap_or_default();
        self.promises.push(promise);
        for name in struck {
            *self.kills.entry(name).or_default() += 1;
            if name.starts_with("terminal") { self.kiosk = None } else { self.central = None }
        }
        if let Err(NotDone::Because(why)) = &filled {
            let screen = self.kiosk.as_mut().map(Kiosk::read);
            panic!("a living terminal did not do it: {why}\nits screen: {screen:?}");
        }
    }

    /// Somebody dies in a moment; the answer names who did.
    fn strike(&mut self, who: Who, longest: Duration) -> JoinHandle<Vec<&'static str>> {
        let delay = self.moment(longest);
        let mut victims: Vec<(&str, Victim)> = Vec::new();
        if matches!(who, Who::Terminal | Who::Both) {
            victims.push(("terminal", self.kiosk.as_ref().unwrap().victim()));
        }
        if matches!(who, Who::Central | Who::Both) {
            victims.extend(self.central.as_ref().map(|central| ("central", central.victim())));
        }
        std::thread::spawn(move || {
            std::thread::sleep(delay);
            victims.into_iter().filter(|(_, victim)| victim.kill()).map(|(name, _)| name).collect()
        })
    }

    /// Touches 确认提交 and writes down what the screen says until it shows a number.
    fn confirm(&mut self, promise: &mut Promise) -> Result<(), NotDone> {
        let kiosk = self.kiosk.as_mut().unwrap();
        kiosk.try_ask("touch 确认提交")?;
        loop {
            let seen = kiosk.try_read()?;
            promise.is_saved |= seen.words.iter().any(|words| words.contains("已保存"));
            if let Some(number) = seen.number {
                promise.is_saved = true;
                promise.number = Some(number.replace(' ', ""));
                return Ok(());
            }
            assert_ne!(seen.page, "trouble", "{seen:?}");
        }
    }

    /// Rates and waits for thanks.
    fn rate(&mut self, promise: &mut Promise) -> Result<(), NotDone> {
        let kiosk = self.kiosk.as_mut().unwrap();
        kiosk.try_ask("touch 满意")?;
        while !promise.is_rated {
            promise.is_rated = kiosk.try_read()?.words.iter().any(|words| words == "谢谢您的评价");
        }
        Ok(())
    }

    /// Nobody dies any more; everything arrives.
    fn let_arrive(&mut self) {
        self.kiosk = None;
        let central = self.central.take().unwrap_or_else(|| {
            let central = self.place.central();
            assert!(central.until_ready());
            central
        });
        // A terminal that starts tries at once; one that has failed for long waits longer.
        let kiosk = self.place.kiosk("info");
        assert!(kiosk.until_ready());
        let outbox = open(&self.place.folder().join("state/kiosk.db"));
        let since = Instant::now();
        while count(&outbox, "SELECT count(*) FROM outbox WHERE state = 0") > 0 {
            assert!(
                since.elapsed() < PATIENCE,
                "the outbox is not drained; see {}",
                self.place.log().display()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(count(&outbox, "SELECT count(*) FROM outbox"), 0, "entries were set aside");
        (self.kiosk, self.central) = (Some(kiosk), Some(central));
    }

    /// What central holds, by the place in the series.
    fn records(&self) -> BTreeMap<u64, serde_json::Value> {
        let central = open(&self.place.database());
        let mut query = central.prepare("SELECT seq, id FROM entries ORDER BY seq").unwrap();
        let rows =
            query.query_map([], |row| Ok((row.get::<_, u64>(0)?, row.get::<_, [u8; 16]>(1)?))).unwrap();
        let id = |bytes| uuid::Uuid::from_bytes(bytes).to_string();
        rows.map(Result::unwrap).map(|(seq, bytes)| (seq, self.place.record(&id(bytes)))).collect()
    }
}

/// From wherever the visit before ended to the review.
fn commands(mark: &str) -> Vec<String> {
    let [letters, name] = SERVICE;
    [
        "until attract home",
        "begin",
        "touch 搜索事项",
        &format!("keys {letters}"),
        &format!("touch {name}"),
        "touch 开始办理",
        "touch 咨询",
        "touch 诉求内容",
        &format!("keys {mark}"),
        "touch 完成输入",
        "touch 下一步",
        "touch 是",
        "touch 去核对",
        "until review",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn open(file: &Path) -> Connection {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

fn count(db: &Connection, query: &str) -> u64 {
    db.query_row(query, [], |row| row.get(0)).unwrap()
}

/// What stands in an application; none in a rating.
fn mark(record: &serde_json::Value) -> Option<&str> {
    record["entry"]["body"]["fields"]["detail"].as_str()
}

/// The application that a rating rates.
fn rated(record: &serde_json::Value) -> Option<&str> {
    record["entry"]["body"]["application"].as_str()
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name}: '{text}'")))
}

#[test]
fn what_the_screen_acknowledged_is_at_central_once() {
    let seed = from_environment("CRASH_SEED").unwrap_or_else(|| fastrand::u64(..1_000_000));
    let kills = from_environment("CRASH_KILLS").unwrap_or(16);
    println!("CRASH_SEED={seed} CRASH_KILLS={kills}");
    let mut corner = Corner::open(seed);
    while (corner.killed() as u64) < kills {
        corner.visit();
        if corner.promises.len().is_multiple_of(25) {
            println!("{} visits, killed: {:?}", corner.promises.len(), corner.kills);
        }
    }
    corner.let_arrive();
    let records = corner.records();

    let last = records.len() as u64;
    assert!(records.keys().copied().eq(1..=last), "the series has a gap: {:?}", records.keys());
    let mut by_mark: BTreeMap<&str, &serde_json::Value> = BTreeMap::new();
    for record in records.values() {
        let before = mark(record).and_then(|mark| by_mark.insert(mark, record));
        assert!(before.is_none(), "an application is there twice: {record}");
    }
    let ratings: Vec<&str> = records.values().filter_map(rated).collect();
    assert_eq!(by_mark.len() + ratings.len(), records.len(), "nothing else is there");
    assert_eq!(
        ratings.iter().collect::<BTreeSet<_>>().len(),
        ratings.len(),
        "an application was rated twice"
    );
    let cases = count(&open(&corner.place.database()), "SELECT count(DISTINCT entry) FROM cases");
    assert_eq!(cases, by_mark.len() as u64, "one case an application");

    for promise in corner.promises.iter().filter(|promise| promise.is_saved) {
        let record = by_mark.get(promise.mark.as_str()).unwrap_or_else(|| panic!("lost: {promise:?}"));
        let is_rated = ratings.iter().any(|rated| *rated == record["id"]);
        assert!(is_rated || !promise.is_rated, "its rating is lost: {promise:?}");
        let Some(number) = &promise.number else { continue };
        let shown = match number.strip_prefix("L-") {
            Some(local) => records[&local.rsplit('-').next().unwrap().parse::<u64>().unwrap()].clone(),
            None => corner.place.record(number),
        };
        assert_eq!(mark(&shown), mark(record), "{promise:?} leads to somebody else's application");
    }
    let of = |is_so: fn(&Promise) -> bool| corner.promises.iter().filter(|promise| is_so(promise)).count();
    println!(
        "{} visits, killed {:?}\n{} acknowledged ({} by case number, {} by local number, {} by 'saved' alone), {} \
         rated, {last} entries at central, 0 lost, 0 doubled",
        corner.promises.len(),
        corner.kills,
        of(|promise| promise.is_saved),
        of(|promise| promise.number.as_ref().is_some_and(|number| !number.starts_with("L-"))),
        of(|promise| promise.number.as_ref().is_some_and(|number| number.starts_with("L-"))),
        of(|promise| promise.is_saved && promise.number.is_none()),
        of(|promise| promise.is_rated),
    );
}
