//! An alarm begins once, is told until it has arrived, and is over once: by webhook and by mail, whatever fails between.

use crate::support::{City, on_every_store};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use central::alarms::{self, Condition, Kind, Mail, Paper, Routes, Webhook};
use central::store::{Store, StoreError};
use contract::{KioskId, OperatorId};
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

on_every_store!(an_alarm_is_told_until_it_arrives_and_once, two_who_watch_see_one_alarm);

const FINE: Condition = Condition {
    silent_for: SignedDuration::ZERO,
    paper: Some(Paper::Enough),
    failures: None,
    waiting_for: None,
    broken: None,
    door_open: None,
};
const WITHOUT_PAPER: Condition = Condition { paper: Some(Paper::Out), ..FINE };

fn kiosk() -> KioskId {
    "ft-0001".parse().unwrap()
}

async fn judge(store: &Arc<dyn Store>, condition: Condition, routes: &Routes, now: Timestamp) {
    let names = routes.names();
    let judged = store.change::<_, StoreError, _>(move |sql| {
        let open = alarms::open_kinds(sql, &kiosk())?;
        alarms::note(sql, &kiosk(), &alarms::judge(&condition, &open), &names, now)
    });
    judged.await.unwrap();
}

/// What came to a webhook that fails as often as it is told to: key and body.
#[derive(Clone, Default)]
struct Hook {
    came: Arc<Mutex<Vec<(String, String)>>>,
    failures: Arc<Mutex<u32>>,
}

impl Hook {
    async fn open(&self) -> Webhook {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/alarms", listener.local_addr().unwrap()).parse().unwrap();
        let router = Router::new().route("/alarms", post(take)).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        Webhook::to(url).unwrap()
    }
}

async fn take(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    hook.came.lock().unwrap().push((key, String::from_utf8(body.to_vec()).unwrap()));
    let mut failures = hook.failures.lock().unwrap();
    if *failures == 0 {
        return StatusCode::NO_CONTENT;
    }
    *failures -= 1;
    StatusCode::BAD_GATEWAY
}

/// A mail relay as RFC 5321 has it, as far as one mail goes; the mails that came.
async fn relay() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, mails) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<String>>>::default());
    let kept = Arc::clone(&mails);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            write.write_all(b"220 relay\r\n").await.unwrap();
            let mut mail: Option<String> = None;
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = match &mut mail {
                    Some(text) if line != "." => {
                        text.push_str(&line);
                        text.push('\n');
                        continue;
                    }
                    Some(text) => {
                        kept.lock().unwrap().push(std::mem::take(text));
                        mail = None;
                        "250 taken"
                    }
                    None if line == "DATA" => {
                        mail = Some(String::new());
                        "354 go on"
                    }
                    None if line == "QUIT" => "221 bye",
                    None => "250 ok",
                };
                write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            }
        }
    });
    (format!("smtp://{address}"), mails)
}

async fn an_alarm_is_told_until_it_arrives_and_once(city: City) {
    let (store, hook, now) = (city.store().await, Hook::default(), Timestamp::now());
    let (address, mails) = relay().await;
    let mailbox = |text: &str| text.parse().unwrap();
    let mail =
        Mail::by(&address, mailbox("central@futian.example"), vec![mailbox("duty@futian.example")]).unwrap();
    let routes = Routes { webhook: Some(hook.open().await), mail: Some(mail) };
    *hook.failures.lock().unwrap() = 2;
    let deliver = async |now| alarms::deliver(&*store, &routes, now).await.unwrap();

    judge(&store, FINE, &routes, now).await;
    assert_eq!(deliver(now).await, 0, "nothing is wrong");
    judge(&store, WITHOUT_PAPER, &routes, now).await;
    judge(&store, WITHOUT_PAPER, &routes, now).await;
    assert_eq!(deliver(now).await, 1, "the mail arrived, the webhook failed");
    assert_eq!(deliver(now).await, 0, "it waits");
    assert_eq!(deliver(now + SignedDuration::from_secs(11)).await, 0, "and fails again");
    assert_eq!(deliver(now + SignedDuration::from_secs(22)).await, 0, "and waits for longer");
    assert_eq!(deliver(now + SignedDuration::from_secs(60)).await, 1);
    assert_eq!(deliver(now + SignedDuration::from_hours(9)).await, 0, "nothing is told twice");
    {
        let came = hook.came.lock().unwrap();
        assert_eq!(came.len(), 3);
        assert!(came.iter().all(|one| one == &came[0]), "the same under the same key: {came:?}");
        assert!(
            came[0].1.contains(r#""alarm":"paper""#) && came[0].1.contains(r#""change":"began""#),
            "{came:?}"
        );
        let mails = mails.lock().unwrap();
        assert!(
            mails.len() == 1 && mails[0].contains("ft-0001") && mails[0].contains("Message-ID:"),
            "{mails:?}"
        );
    }
    let later = now + SignedDuration::from_hours(10);
    judge(&store, FINE, &routes, later).await;
    assert_eq!(deliver(later).await, 2, "that it is over is told as well");
    let all = store.read(alarms::list).await.unwrap();
    assert!(all.len() == 1 && all[0].kind == Kind::Paper && all[0].ended_at.is_some(), "{all:?}");
    judge(&store, WITHOUT_PAPER, &routes, later).await;
    assert_eq!(store.read(alarms::list).await.unwrap().len(), 2, "it can begin again");
}

async fn two_who_watch_see_one_alarm(city: City) {
    let (hook, now) = (Hook::default(), Timestamp::now());
    let routes = Routes { webhook: Some(hook.open().await), mail: None };
    let mut watchers = tokio::task::JoinSet::new();
    for watcher in 0..8 {
        let (store, routes) = (city.store().await, routes.clone());
        watchers.spawn(async move {
            let at = now + SignedDuration::from_millis(watcher);
            judge(&store, WITHOUT_PAPER, &routes, at).await;
            alarms::deliver(&*store, &routes, at + SignedDuration::from_secs(1)).await.unwrap();
        });
    }
    watchers.join_all().await;
    assert_eq!(hook.came.lock().unwrap().len(), 1);
    let (store, who): (_, OperatorId) = (city.store().await, "wang".parse().unwrap());
    for is_first in [true, false] {
        let who = who.clone();
        let taken = store.change(move |sql| alarms::take(sql, &kiosk(), Kind::Paper, &who, now)).await;
        assert_eq!(taken.is_ok(), is_first, "one looks after it");
    }
}

#[test]
fn a_relay_that_is_none_is_told_without_its_password() {
    let from: lettre::message::Mailbox = "central@futian.example".parse().unwrap();
    let error = Mail::by("http://user:secret@host", from, Vec::new()).unwrap_err().to_string();
    assert!(error.contains("'http…' is no mail relay") && !error.contains("secret"), "{error}");
}
