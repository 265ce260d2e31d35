//! The database is killed without warning while terminals hand over entries: whatever was acknowledged is there
//! afterwards, byte for byte and once, and the terminals carry on by themselves. `CRASH_KILLS` asks for more kills.

use crate::support::{City, application, cluster, key};
use central::intake::{self, Known};
use central::store::{Sql, Store, StoreError};
use central::values;
use contract::{EntryId, KioskId};
use private_postgres::{Cluster, ClusterError, WatchedPair};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;

const KIOSKS: usize = 8;

/// An entry that a terminal was told is there.
struct Acknowledged {
    kiosk: KioskId,
    id: EntryId,
    receipt: Vec<u8>,
}

/// Terminals that hand over one entry after the other, each until it is acknowledged.
struct Load {
    stop: Arc<AtomicBool>,
    kiosks: JoinSet<()>,
    acknowledgements: UnboundedReceiver<Acknowledged>,
    seen: Vec<Acknowledged>,
}

impl Load {
    fn start(city: &City) -> Self {
        let (stop, mut kiosks) = (Arc::new(AtomicBool::new(false)), JoinSet::new());
        let (tell, acknowledgements) = unbounded_channel();
        for n in 1..=KIOSKS {
            let name = format!("ft-{n:04}");
            let (kiosk, stop, tell) = (city.kiosk(&name), Arc::clone(&stop), tell.clone());
            kiosks.spawn(async move {
                for seq in 1.. {
                    let (id, entry) = (key(), application(seq, "SZ-HZ-000001"));
                    let receipt = loop {
                        match kiosk.try_post(id, &entry).await {
                            Some(receipt) => break receipt,
                            // A terminal comes back after a moment, with the same key.
                            None => tokio::time::sleep(Duration::from_millis(20)).await,
                        }
                    };
                    tell.send(Acknowledged { kiosk: name.parse().unwrap(), id, receipt }).unwrap();
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        Self { stop, kiosks, acknowledgements, seen: Vec::new() }
    }

    /// Waits until so many more are acknowledged.
    async fn go_on_for(&mut self, more: usize) {
        for _ in 0..more {
            let next = tokio::time::timeout(Duration::from_mins(1), self.acknowledgements.recv()).await;
            let Ok(Some(next)) = next else { panic!("the terminals carry on by themselves") };
            self.seen.push(next);
        }
    }

    /// Lets each terminal finish what it has begun.
    async fn stop(mut self) -> Vec<Acknowledged> {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.kiosks.join_next().await {
            ended.unwrap();
        }
        while let Ok(acknowledged) = self.acknowledgements.try_recv() {
            self.seen.push(acknowledged);
        }
        self.seen
    }
}

/// Every acknowledged entry is there with the answer that was given, and nothing else is.
async fn assert_nothing_lost_or_doubled(store: &dyn Store, acknowledged: &[Acknowledged]) {
    for Acknowledged { kiosk, id, receipt } in acknowledged {
        let (name, id) = (kiosk.clone(), *id);
        let known: Result<_, StoreError> = store.read(move |sql| intake::known(sql, &name, id)).await;
        let Some(Known { receipt: kept, .. }) = known.unwrap() else {
            panic!("{kiosk} was told that {id} is there, and it is not")
        };
        assert_eq!(&kept, receipt, "{kiosk} {id} is answered as before");
    }
    let count = |sql: &mut dyn Sql| {
        let row =
            sql.query_one("SELECT (SELECT count(*) FROM entries), (SELECT count(*) FROM cases)", values![])?;
        let row = row.unwrap();
        Ok::<_, StoreError>((row.int(0)?, row.int(1)?))
    };
    let there = i64::try_from(acknowledged.len()).unwrap();
    assert_eq!(
        store.read(count).await.unwrap(),
        (there, there),
        "nothing came twice, nothing came from nowhere"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_cluster_has_lost_nothing_that_was_acknowledged() {
    let kills: usize = std::env::var("CRASH_KILLS").map_or(6, |kills| kills.parse().unwrap());
    let Some(cluster) = cluster() else { return };
    let city = City::on(cluster, 2).await;
    let mut load = Load::start(&city);
    for kill in 0..kills {
        // Somewhere in the middle of work, each time somewhere else.
        load.go_on_for(20 + kill * 7 % 13).await;
        city.cluster().kill().unwrap();
        city.cluster().start_again().unwrap();
    }
    load.go_on_for(20).await;
    let acknowledged = load.stop().await;
    println!("{kills} kills, {} acknowledged", acknowledged.len());
    assert_nothing_lost_or_doubled(&*city.store().await, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_standby_takes_over_with_everything_that_was_acknowledged() {
    let primary = match Cluster::start_with(&["synchronous_standby_names=*"]) {
        Err(ClusterError::NotInstalled) => return,
        primary => primary.unwrap(),
    };
    let standby = primary.standby().unwrap();
    let city = City::on_a_pair(primary, standby).await;
    let mut load = Load::start(&city);
    load.go_on_for(60).await;
    city.cluster().kill().unwrap();
    city.standby().promote().unwrap();
    load.go_on_for(60).await;
    let acknowledged = load.stop().await;
    println!("{} acknowledged over a failover", acknowledged.len());
    assert_nothing_lost_or_doubled(&*city.store().await, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn patroni_replaces_a_dead_primary_and_nothing_is_lost() {
    let pair = match WatchedPair::start() {
        Err(error @ (ClusterError::NotInstalled | ClusterError::NoFailover(_))) => {
            return eprintln!("skipped: {error}");
        }
        pair => pair.unwrap(),
    };
    let mut city = City::watched_over(pair).await;
    let mut load = Load::start(&city);
    load.go_on_for(60).await;
    let killed = Instant::now();
    city.pair().kill_primary().unwrap();
    load.go_on_for(60).await;
    let after = killed.elapsed();
    let acknowledged = load.stop().await;
    println!(
        "{} acknowledged over a failover by Patroni, {after:.1?} until 60 more were",
        acknowledged.len()
    );
    assert_nothing_lost_or_doubled(&*city.store().await, &acknowledged).await;
}
