//! A case on a clerk's desk, through the interface and the command line: claimed by one, asked, answered, paused,
//! extended, decided; and what everybody is told who may not, or who comes too late.

use crate::support::{City, Clerk, Kiosk, application, key, on_every_store, opened, problem, receipt, reply};
use central::store::StoreError;
use central::values;
use contract::CaseNumber;
use contract::Secret;
use contract::message::{CaseProgress, CaseState, Problem, Reply};
use serde_json::{Value, json};
use std::process::Command;

on_every_store!(
    a_case_is_claimed_accepted_and_approved,
    one_of_eight_clerks_gets_the_case,
    papers_are_asked_for_and_brought,
    the_clock_stands_and_a_case_is_extended,
    an_applicant_takes_an_application_back,
    a_late_clerk_is_told_what_changed,
    the_command_line_decides_by_the_same_rules,
);

const APPLICANT: &str = "440304199001010011";

async fn open_case(kiosk: &Kiosk, seq: u64) -> CaseNumber {
    opened(&receipt(kiosk.post(key(), &application(seq, "SZ-HZ-000001")).await).await)
}

async fn act(clerk: &Clerk, case: &CaseNumber, act: Value) -> reqwest::Response {
    clerk.post(&format!("/v1/clerk/cases/{case}/acts"), &act).await
}

async fn done(clerk: &Clerk, case: &CaseNumber, what: Value) -> Value {
    let response = act(clerk, case, what).await;
    assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    response.json().await.unwrap()
}

async fn progress(kiosk: &Kiosk, case: &CaseNumber) -> CaseProgress {
    kiosk.get(&format!("/v1/cases/{case}")).await.json().await.unwrap()
}

/// The deadline as it is stored, which must be the one that is shown.
async fn due_is_stored(city: &City, case: &CaseNumber) {
    let (number, shown) = (case.clone(), progress(&city.kiosk("ft-0001"), case).await.due_on);
    let store = city.store().await;
    let stored = store.read::<_, StoreError, _>(move |sql| {
        let row = sql.query_one("SELECT due_on FROM casework WHERE number = ?1", values![&number])?;
        row.unwrap().optional_parsed::<jiff::civil::Date>(0)
    });
    assert_eq!(stored.await.unwrap(), shown);
}

fn supplement() -> Reply {
    Reply::Supplement { note: Secret::from("已补交房屋租赁合同") }
}

async fn a_case_is_claimed_accepted_and_approved(city: City) {
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "HZ"));
    let case = open_case(&kiosk, 1).await;
    let received = progress(&kiosk, &case).await;
    assert_eq!((received.state, received.promised_days), (CaseState::Received, 5));
    let queue: Value = clerk.get("/v1/clerk/queue?state=free").await.json().await.unwrap();
    assert_eq!((queue[0]["case"].as_str(), queue[0]["version"].as_u64()), (Some(case.as_str()), Some(0)));
    assert_eq!(queue[0]["due_on"], received.due_on.unwrap().to_string(), "shown and stored are one");

    done(&clerk, &case, json!({"act": "claim", "seen": 0})).await;
    let accepted = done(&clerk, &case, json!({"act": "accept", "seen": 1})).await;
    assert_eq!(accepted["fields"]["name"], "张三", "a clerk of the department sees the form");
    assert_eq!(progress(&kiosk, &case).await.due_on.unwrap().to_string(), accepted["due_on"]);
    let closed = done(&clerk, &case, json!({"act": "approve", "seen": 2})).await;
    for stamp in ["received_at", "reviewed_at", "accepted_at", "closed_at"] {
        assert!(closed[stamp].is_string(), "{stamp}");
    }
    let trace: Vec<&str> =
        closed["trace"].as_array().unwrap().iter().map(|line| line["words"].as_str().unwrap()).collect();
    assert_eq!(trace, ["认领", "受理", "准予"]);
    let approved = progress(&kiosk, &case).await;
    assert_eq!((approved.state, approved.due_on), (CaseState::Approved, None));
    let open: Value = clerk.get("/v1/clerk/queue").await.json().await.unwrap();
    let over: Value = clerk.get("/v1/clerk/queue?state=closed").await.json().await.unwrap();
    assert_eq!((open.as_array().unwrap().len(), over.as_array().unwrap().len()), (0, 1));
    assert_eq!(problem(act(&clerk, &case, json!({"act": "claim", "seen": 3})).await).await.1, "act-refused");
}

async fn one_of_eight_clerks_gets_the_case(city: City) {
    let case = open_case(&city.kiosk("ft-0001"), 1).await;
    let clerks: Vec<Clerk> = (0..8).map(|n| city.clerk(&format!("clerk-{n}"), "HZ")).collect();
    let claims: Vec<_> = clerks
        .into_iter()
        .map(|clerk| {
            let case = case.clone();
            tokio::spawn(async move {
                act(&clerk, &case, json!({"act": "claim", "seen": 0})).await.status().as_u16()
            })
        })
        .collect();
    let mut got = Vec::new();
    for claim in claims {
        got.push(claim.await.unwrap());
    }
    got.sort_unstable();
    assert_eq!(got, [200, 409, 409, 409, 409, 409, 409, 409]);
    let other = city.clerk("zhou", "HZ");
    let refused = act(&other, &case, json!({"act": "claim", "seen": 1})).await;
    let refused: Problem = refused.json().await.unwrap();
    assert!(refused.detail.contains("works on the case"), "{}", refused.detail);
}

async fn papers_are_asked_for_and_brought(city: City) {
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "HZ"));
    let case = open_case(&kiosk, 1).await;
    let early = kiosk.post(key(), &reply(2, &case, APPLICANT, supplement())).await;
    assert_eq!(problem(early).await, (409, "reply-refused".to_owned()));
    done(&clerk, &case, json!({"act": "claim", "seen": 0})).await;
    done(&clerk, &case, json!({"act": "ask", "seen": 1, "papers": ["房屋租赁合同"]})).await;
    let asked = progress(&kiosk, &case).await;
    assert_eq!(
        (asked.state, asked.papers, asked.due_on),
        (CaseState::PapersAsked, vec!["房屋租赁合同".to_owned()], None)
    );

    // At any terminal, but only with the applicant's card.
    let elsewhere = city.kiosk("ft-0002");
    let stranger = elsewhere.post(key(), &reply(1, &case, "44030419900101002X", supplement())).await;
    assert_eq!(problem(stranger).await, (403, "not-the-applicant".to_owned()));
    let (key, brought) = (key(), reply(2, &case, APPLICANT, supplement()));
    assert_eq!(elsewhere.post(key, &brought).await.status(), 201);
    assert_eq!(elsewhere.post(key, &brought).await.status(), 200, "twice sent is once brought");
    let view: Value = clerk.get(&format!("/v1/clerk/cases/{case}")).await.json().await.unwrap();
    assert_eq!(view["supplements"], json!(["已补交房屋租赁合同"]));
    let again = act(&clerk, &case, json!({"act": "ask", "seen": 3, "papers": ["户口簿"]})).await;
    assert_eq!(problem(again).await.1, "act-refused");
    let refused = done(&clerk, &case, json!({"act": "refuse", "seen": 3, "reason": "合同未备案"})).await;
    assert_eq!(refused["state"], "not_accepted");
    assert_eq!(progress(&kiosk, &case).await.reasons, ["合同未备案"]);
}

async fn the_clock_stands_and_a_case_is_extended(city: City) {
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "HZ"));
    let case = open_case(&kiosk, 1).await;
    due_is_stored(&city, &case).await;
    done(&clerk, &case, json!({"act": "claim", "seen": 0})).await;
    let accepted = done(&clerk, &case, json!({"act": "accept", "seen": 1})).await;
    due_is_stored(&city, &case).await;
    done(&clerk, &case, json!({"act": "pause", "seen": 2, "ground": "hearing"})).await;
    due_is_stored(&city, &case).await;
    let paused = progress(&kiosk, &case).await;
    assert_eq!((paused.state, paused.due_on, paused.days_left), (CaseState::Paused, None, None));
    assert!(paused.next_step.contains("听证"));
    let too_soon = act(&clerk, &case, json!({"act": "approve", "seen": 3})).await;
    assert_eq!(problem(too_soon).await.1, "act-refused");
    let resumed = done(&clerk, &case, json!({"act": "resume", "seen": 3})).await;
    assert_eq!(resumed["due_on"], accepted["due_on"], "the same day paused and resumed");
    let extended = done(&clerk, &case, json!({"act": "extend", "seen": 4, "reason": "案情复杂"})).await;
    assert!(extended["due_on"].as_str() > resumed["due_on"].as_str());
    due_is_stored(&city, &case).await;
}

async fn an_applicant_takes_an_application_back(city: City) {
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "HZ"));
    let case = open_case(&kiosk, 1).await;
    assert_eq!(kiosk.post(key(), &reply(2, &case, APPLICANT, Reply::Withdraw)).await.status(), 201);
    assert_eq!(progress(&kiosk, &case).await.state, CaseState::Withdrawn);
    let late = act(&clerk, &case, json!({"act": "claim", "seen": 1})).await;
    assert_eq!(problem(late).await.1, "act-refused");
    let nowhere: CaseNumber = "4403042026112300000011".parse().unwrap();
    let lost = kiosk.post(key(), &reply(3, &nowhere, APPLICANT, Reply::Withdraw)).await;
    assert_eq!(problem(lost).await, (409, "reply-refused".to_owned()));
}

async fn a_late_clerk_is_told_what_changed(city: City) {
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "HZ"));
    let case = open_case(&kiosk, 1).await;
    done(&clerk, &case, json!({"act": "claim", "seen": 0})).await;
    done(&clerk, &case, json!({"act": "accept", "seen": 1})).await;
    let late = act(&clerk, &case, json!({"act": "refuse", "seen": 1, "reason": "不符合条件"})).await;
    assert_eq!(late.status(), 409);
    let late: Problem = late.json().await.unwrap();
    assert!(late.kind.ends_with("case-changed"));
    assert!(late.detail.contains("受理") && late.detail.contains("HZ/wang"), "{}", late.detail);
    assert_eq!(progress(&kiosk, &case).await.state, CaseState::Accepted, "nothing changed");
}

async fn the_command_line_decides_by_the_same_rules(city: City) {
    let case = open_case(&city.kiosk("ft-0001"), 1).await;
    let (db, catalog) = (city.db(), crate::support::catalog());
    let central = async |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_central"));
        command.arg("case").args(arguments).arg("--db").arg(&db).arg("--catalog").arg(&catalog);
        command.args(["--as", "li", "--department", "HZ"]);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    let (good, listed, _) = central(&["list", "--free"]).await;
    assert!(good && listed.contains(case.as_str()) && listed.contains("v0"), "{listed}");
    assert!(central(&["claim", case.as_str(), "--seen", "0"]).await.0);
    let (good, _, trouble) = central(&["claim", case.as_str(), "--seen", "0"]).await;
    assert!(
        !good && trouble.contains("has changed since version 0") && trouble.contains("HZ/li"),
        "{trouble}"
    );
    let (good, _, trouble) =
        central(&["ask", case.as_str(), "--seen", "1", "--paper", "致电13800000001"]).await;
    assert!(!good && trouble.contains("leave out numbers"), "{trouble}");
    assert!(central(&["ask", case.as_str(), "--seen", "1", "--paper", "户口簿"]).await.0);
    let (good, shown, _) = central(&["show", case.as_str()]).await;
    assert!(good && shown.contains("papers_asked") && shown.contains("通知补正"), "{shown}");
    let (good, _, trouble) = central(&["approve", case.as_str(), "--seen", "2"]).await;
    assert!(!good && trouble.contains("the applicant is to bring papers first"), "{trouble}");
    let (good, said, _) = central(&["refuse", case.as_str(), "--seen", "2", "--reason", "材料不全"]).await;
    assert!(good && said.contains("不予受理"), "{said}");
}

#[tokio::test]
async fn every_bad_request_gets_its_problem() {
    let city = City::open().await;
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "HZ"));
    let (case, stranger) = (open_case(&kiosk, 1).await, city.clerk("wu", "SB"));
    let here = format!("/v1/clerk/cases/{case}");
    for path in [
        "/v1/clerk/queue",
        "/v1/clerk/inbox",
        "/v1/clerk/projects",
        "/v1/clerk/projects/2026-440304-47-01-123456",
        &here,
        &format!("{here}/decision"),
    ] {
        assert_eq!(problem(kiosk.get(path).await).await, (403, "not-for-you".to_owned()), "{path}");
    }
    for (path, status, kind) in [
        ("/v1/clerk/queue?state=all", 400, "body-broken"),
        ("/v1/clerk/queue?district=110101", 400, "body-broken"),
        ("/v1/clerk/queue?colour=red", 400, "body-broken"),
        ("/v1/clerk/cases/1", 404, "no-such-case"),
        ("/v1/clerk/cases/4403042026112300000011", 404, "no-such-case"),
        (&*format!("{here}/decision"), 404, "not-decided"),
        ("/v1/clerk/projects/1", 404, "no-such-project"),
        ("/v1/clerk/projects/2026-440304-47-01-999999", 404, "no-such-project"),
    ] {
        assert_eq!(problem(clerk.get(path).await).await, (status, kind.to_owned()), "{path}");
    }
    assert_eq!(problem(stranger.get(&here).await).await, (403, "other-department".to_owned()));
    let acts = format!("{here}/acts");
    let long = "长".repeat(201);
    for (body, status, kind) in [
        (json!({}), 422, "not-an-act"),
        (json!({"act": "claim"}), 422, "not-an-act"),
        (json!({"act": "burn", "seen": 0}), 422, "not-an-act"),
        (json!({"act": "claim", "seen": -1}), 422, "not-an-act"),
        (json!({"act": "claim", "seen": 0, "and": "more"}), 422, "not-an-act"),
        (json!({"act": "refuse", "seen": 0, "reason": ""}), 422, "not-an-act"),
        (json!({"act": "refuse", "seen": 0, "reason": long}), 422, "not-an-act"),
        (json!({"act": "refuse", "seen": 0, "reason": "身份证440304199001010011有误"}), 422, "not-an-act"),
        (json!({"act": "pause", "seen": 0, "ground": "lunch"}), 422, "not-an-act"),
        (json!({"act": "approve", "seen": 0}), 409, "act-refused"),
        (json!({"act": "claim", "seen": 7}), 409, "case-changed"),
    ] {
        assert_eq!(problem(clerk.post(&acts, &body).await).await, (status, kind.to_owned()), "{body}");
    }
    let claim = json!({"act": "claim", "seen": 0});
    assert_eq!(problem(stranger.post(&acts, &claim).await).await, (403, "other-department".to_owned()));
    let nowhere = "/v1/clerk/cases/4403042026112300000011/acts";
    assert_eq!(problem(clerk.post(nowhere, &claim).await).await, (404, "no-such-case".to_owned()));
    done(&clerk, &case, claim).await;
    let many: Vec<String> = (0..11).map(|n| format!("材料{n}")).collect();
    for papers in [json!([]), json!(many)] {
        let asked = clerk.post(&acts, &json!({"act": "ask", "seen": 1, "papers": papers})).await;
        assert_eq!(problem(asked).await, (409, "act-refused".to_owned()));
    }
    let empty = Reply::Supplement { note: Secret::from("") };
    let refused = kiosk.post(key(), &reply(2, &case, APPLICANT, empty)).await;
    assert_eq!(problem(refused).await, (422, "form-refused".to_owned()));
}
