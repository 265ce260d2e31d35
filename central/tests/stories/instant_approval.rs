//! 秒批: rules over the form and the registries decide at once, a silent registry never approves, and every decision can
//! be made again.

use crate::support::{
    City, Sent, card_of, filing, key, on_every_store, opened, problem, receipt, whole_catalogue,
};
use central::casework;
use central::registries::Manner;
use central::values;
use contract::CaseNumber;
use contract::message::{CaseProgress, CaseState, EntryReceipt, Outcome, RulesDecision};
use serde_json::Value;
use std::time::{Duration, Instant};

on_every_store!(
    a_graduate_settles_in_a_second,
    a_refusal_says_why,
    a_silent_or_slow_registry_makes_a_normal_case,
    a_decision_that_was_altered_is_noticed,
    an_item_without_visits_gives_no_result_at_a_window,
);

const HUKOU: &str = "SZ-RS-000002";

/// 不见面 and 全城通办.
const NO_VISIT: &str = "SZ-HZ-000059";

const SEALED_AWAY: [&str; 4] = ["林新雨", "990101200406150023", "105901202605000001", "许有案"];

fn graduate(seq: u64, name: &str, id_no: &str, birth: &str, certificate: &str, degree: &str) -> Sent {
    // A certificate's number has the school's code and the year in it.
    let graduated = format!("{}-06-30", &certificate[6..10]);
    let mut fields = card_of(name, id_no, birth);
    fields.extend([
        ("school", "10590 深圳大学"),
        ("study_mode", "全日制"),
        ("degree", degree),
        ("degree_cert_no", certificate),
        ("graduation_date", graduated.as_str()),
        ("settle_kind", "单位集体户"),
        ("district", "440304"),
        ("street", "福田街道"),
        ("community", "福南社区"),
        ("address_detail", "福中路100号"),
        ("address_code", "4403040010010000001"),
        ("no_crime", "true"),
    ]);
    filing(seq, HUKOU, "instant-hukou", &fields)
}

fn lin(seq: u64) -> Sent {
    graduate(seq, "林新雨", "990101200406150023", "2004-06-15", "105901202605000001", "本科")
}

fn decided(receipt: &EntryReceipt) -> (CaseNumber, RulesDecision, Vec<String>) {
    match &receipt.outcome {
        Outcome::Decided { case, decision, reasons, .. } => (case.clone(), *decision, reasons.clone()),
        other => panic!("rules have not decided: {other:?}"),
    }
}

async fn a_graduate_settles_in_a_second(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "RS"));
    let (key, entry) = (key(), lin(1));
    let begun = Instant::now();
    let first = kiosk.post(key, &entry).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(first.status(), 201);
    let bytes = first.bytes().await.unwrap();
    let (case, decision, reasons) = decided(&serde_json::from_slice(&bytes).unwrap());
    assert_eq!((decision, reasons), (RulesDecision::Approved, vec![]));
    let again = kiosk.post(key, &entry).await;
    assert_eq!(
        (again.status().as_u16(), again.bytes().await.unwrap()),
        (200, bytes),
        "byte for byte the same"
    );

    let progress: CaseProgress = kiosk.get(&format!("/v1/cases/{case}")).await.json().await.unwrap();
    assert_eq!((progress.state, progress.due_on), (CaseState::Approved, None));
    assert_eq!(progress.next_step, "结果已存入电子证照库");

    let decision: Value = clerk.get(&format!("/v1/clerk/cases/{case}/decision")).await.json().await.unwrap();
    assert_eq!(decision["outcomes"].as_array().unwrap().len(), 9);
    assert_eq!(decision["outcomes"][2]["sources"][0][0], "education");
    let replay: Value =
        clerk.post(&format!("/v1/clerk/cases/{case}/replay"), &Value::Null).await.json().await.unwrap();
    assert_eq!(replay["agrees"], true);

    let number = case.clone();
    let (pulls, open) = city
        .store()
        .await
        .read::<_, central::store::StoreError, _>(move |sql| {
            let pulls = casework::pulls(sql, &number)?;
            let row = sql.query_one(
                "SELECT d.decision, d.outcomes, r.text FROM decisions d JOIN rule_sets r ON r.version = d.rules
                 WHERE d.number = ?1",
                values![&number],
            )?;
            let row = row.unwrap();
            let sealed = sql.query_one("SELECT sealed FROM decision_inputs", values![])?.unwrap();
            let sealed = String::from_utf8_lossy(sealed.bytes(0)?).into_owned();
            Ok((pulls, format!("{}{}{}{sealed}", row.text(0)?, row.text(1)?, row.text(2)?)))
        })
        .await
        .unwrap();
    let asked: Vec<&str> = pulls.iter().map(|pull| pull[0].as_str()).collect();
    assert_eq!(asked, ["address", "criminal_record", "education", "insured_elsewhere", "population"]);
    for pull in &pulls {
        assert!(pull[1].starts_with("秒批：") && pull[2].contains('《') && !pull[3].is_empty(), "{pull:?}");
    }
    for personal in SEALED_AWAY {
        assert!(!open.contains(personal), "{personal} lies open beside the decision");
    }
}

async fn a_refusal_says_why(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let entry = graduate(1, "许有案", "990101200309090014", "2003-09-09", "105901202505000003", "大专");
    let (case, decision, reasons) = decided(&receipt(kiosk.post(key(), &entry).await).await);
    assert_eq!((decision, reasons), (RulesDecision::Refused, vec!["存在不予办理的违法犯罪记录".to_owned()]));
    let progress: CaseProgress = kiosk.get(&format!("/v1/cases/{case}")).await.json().await.unwrap();
    assert_eq!((progress.state, progress.reasons.len()), (CaseState::Refused, 1));
    // Anybody's certificate number under somebody else's name.
    let entry = graduate(2, "何学文", "990101197002100033", "1970-02-10", "105901202605000001", "本科");
    let (_, decision, reasons) = decided(&receipt(kiosk.post(key(), &entry).await).await);
    assert_eq!((decision, reasons.len()), (RulesDecision::Refused, 2), "{reasons:?}");
}

async fn a_silent_or_slow_registry_makes_a_normal_case(city: City) {
    let (services, registries) = whole_catalogue();
    let city = city.with_services(services).await;
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "RS"));
    registries.behave("criminal-records", Manner::Silent);
    let silent = opened(&receipt(kiosk.post(key(), &lin(1)).await).await);
    registries.behave("criminal-records", Manner::Slow(Duration::from_mins(1)));
    let begun = Instant::now();
    let slow = opened(&receipt(kiosk.post(key(), &lin(2)).await).await);
    assert!(begun.elapsed() < Duration::from_secs(10), "a registry keeps nobody waiting");

    for case in [&silent, &slow] {
        let progress: CaseProgress = kiosk.get(&format!("/v1/cases/{case}")).await.json().await.unwrap();
        assert_eq!(progress.state, CaseState::Received);
        assert!(progress.due_on.is_some() && progress.promised_days > 0, "a clerk has days for it");
        let decision: Value =
            clerk.get(&format!("/v1/clerk/cases/{case}/decision")).await.json().await.unwrap();
        assert_eq!(decision["decision"]["decision"], "to_clerk");
        assert_eq!(decision["outcomes"][6]["verdict"], "no_answer");
        let replay: Value =
            clerk.post(&format!("/v1/clerk/cases/{case}/replay"), &Value::Null).await.json().await.unwrap();
        assert_eq!(replay["agrees"], true);
    }
    let queue: Value = clerk.get("/v1/clerk/queue?state=free").await.json().await.unwrap();
    assert_eq!(queue.as_array().unwrap().len(), 2);
    // Once it speaks again, rules decide again.
    registries.behave("criminal-records", Manner::Prompt);
    let (_, decision, _) = decided(&receipt(kiosk.post(key(), &lin(3)).await).await);
    assert_eq!(decision, RulesDecision::Approved);
}

async fn a_decision_that_was_altered_is_noticed(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "RS"));
    let (first, ..) = decided(&receipt(kiosk.post(key(), &lin(1)).await).await);
    let (second, ..) = decided(&receipt(kiosk.post(key(), &lin(2)).await).await);
    let replay = async |case: &CaseNumber| {
        problem(clerk.post(&format!("/v1/clerk/cases/{case}/replay"), &Value::Null).await).await
    };
    let store = city.store().await;
    let (to, from) = (first.clone(), second.clone());
    store
        .change::<_, central::store::StoreError, _>(move |sql| {
            let other =
                sql.query_one("SELECT sealed FROM decision_inputs WHERE number = ?1", values![&from])?;
            let other = other.unwrap().bytes(0)?.to_vec();
            sql.execute("UPDATE decision_inputs SET sealed = ?2 WHERE number = ?1", values![&to, other])
        })
        .await
        .unwrap();
    assert_eq!(replay(&first).await, (500, "replay-failed".to_owned()), "inputs of another case don't open");
    store
        .change::<_, central::store::StoreError, _>(move |sql| {
            sql.execute("UPDATE rule_sets SET text = ?1", values!["{}"])
        })
        .await
        .unwrap();
    assert_eq!(replay(&second).await.0, 500);
    let nobody = "4403042026112300000011";
    assert_eq!(problem(clerk.get(&format!("/v1/clerk/cases/{nobody}/decision")).await).await.0, 404);
}

async fn an_item_without_visits_gives_no_result_at_a_window(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let with = |seq, delivery: &str, id_no: &str| {
        let mut fields = card_of("张三", id_no, "1990-01-01");
        fields.push(("result_delivery", delivery));
        filing(seq, NO_VISIT, "person-basic", &fields)
    };
    let refused = kiosk.post(key(), &with(1, "窗口自取", "440304199001010011")).await;
    assert_eq!(problem(refused).await, (422, "form-refused".to_owned()));
    let taken = kiosk.post(key(), &with(2, "自助打印", "440304199001010011")).await;
    let case = opened(&receipt(taken).await);
    let clerk = city.clerk("wang", "HZ");
    let view: Value = clerk.get(&format!("/v1/clerk/cases/{case}")).await.json().await.unwrap();
    assert_eq!((&view["delivery"], &view["district"]), (&Value::from("print"), &Value::from(440_304)));
    // Somebody from Nanshan, at a terminal in Futian.
    let nanshan = with(3, "电子证照", "440305199001010018");
    let response = kiosk.post(key(), &nanshan).await;
    let case = opened(&receipt(response).await);
    let view: Value = clerk.get(&format!("/v1/clerk/cases/{case}")).await.json().await.unwrap();
    assert_eq!(view["district"], 440_305);
    let queue =
        async |path: &str| clerk.get(path).await.json::<Value>().await.unwrap().as_array().unwrap().len();
    assert_eq!(queue("/v1/clerk/queue?district=440305").await, 1);
    assert_eq!(queue("/v1/clerk/queue").await, 2);
}

#[tokio::test]
async fn anyone_sees_what_is_asked_of_the_registries_and_why() {
    let city = City::open().await;
    let resources: Value = city.kiosk("ft-0001").get("/v1/data-resources").await.json().await.unwrap();
    assert!(resources.as_array().unwrap().len() > 15);
    assert_eq!(resources[0]["fields"][0]["type"], "text");
    let page = format!("http://{}/data-resources", city.instance().public_address());
    let page = city.browser().get(page).send().await.unwrap().text().await.unwrap();
    for words in ["数据资源目录", "违法犯罪记录", "深圳市公安局", "《社会保险法》第七十四条", "更新频率"]
    {
        assert!(page.contains(words), "{words}");
    }
}
