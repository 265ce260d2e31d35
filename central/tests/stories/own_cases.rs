//! People find their own cases by their card, at any terminal, and nobody else's.

use crate::support::{City, application, key, on_every_store, opened, receipt, whole_catalogue};
use central::registries::Manner;
use central::store::StoreError;
use central::values;
use contract::CaseNumber;
use contract::licence::PersonLicences;
use contract::message::{CaseState, PersonCases};
use serde_json::{Value, json};

on_every_store!(
    own_cases_are_found_at_any_terminal,
    the_list_ends_where_a_screen_does,
    licences_are_told_and_every_pull_is_written_down,
    who_asks_wrongly_is_told_nothing,
);

const APPLICANT: &str = "440304199001010011";
const SOMEBODY_ELSE: &str = "990101199003070015";

async fn cases_of(city: &City, kiosk: &str, id_no: &str) -> PersonCases {
    let response = city.kiosk(kiosk).post_json("/v1/people/cases", &json!({ "id_no": id_no })).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

async fn open_case(city: &City, kiosk: &str, seq: u64) -> CaseNumber {
    let entry = application(seq, "SZ-HZ-000001");
    opened(&receipt(city.kiosk(kiosk).post(key(), &entry).await).await)
}

async fn own_cases_are_found_at_any_terminal(city: City) {
    let first = open_case(&city, "ft-0001", 1).await;
    let second = open_case(&city, "ft-0002", 1).await;
    let clerk = city.clerk("wang", "HZ");
    let act = |act: Value| {
        let (clerk, path) = (&clerk, format!("/v1/clerk/cases/{second}/acts"));
        async move { assert_eq!(clerk.post(&path, &act).await.status(), 200, "{act}") }
    };
    act(json!({"act": "claim", "seen": 0})).await;
    act(json!({"act": "ask", "seen": 1, "papers": ["房屋租赁合同"]})).await;

    let own = cases_of(&city, "ft-0003", APPLICANT).await;
    let numbers: Vec<_> = own.cases.iter().map(|case| &case.case).collect();
    assert_eq!((numbers, own.has_older), (vec![&second, &first], false), "the newest first");
    assert_eq!(own.cases[0].state, CaseState::PapersAsked);
    assert_eq!(own.cases[0].papers, ["房屋租赁合同"]);
    let steps: Vec<_> = own.cases[0].steps.iter().map(|step| step.words.as_str()).collect();
    assert_eq!(steps, ["收件", "通知补正"], "who has it on the desk is not told");
    assert_eq!(own.cases[1].state, CaseState::Received);

    let theirs = cases_of(&city, "ft-0001", SOMEBODY_ELSE).await;
    assert_eq!((theirs.cases.len(), theirs.has_older), (0, false));
}

async fn the_list_ends_where_a_screen_does(city: City) {
    let mut last = None;
    for seq in 1..=21 {
        last = Some(open_case(&city, "ft-0001", seq).await);
    }
    let own = cases_of(&city, "ft-0001", APPLICANT).await;
    assert_eq!((own.cases.len(), own.has_older), (20, true));
    assert_eq!(own.cases.first().map(|case| case.case.clone()), last);
}

async fn licences_are_told_and_every_pull_is_written_down(city: City) {
    let (services, registries) = whole_catalogue();
    let city = city.with_services(services).await;
    let ask = async || -> PersonLicences {
        let asked = json!({ "id_no": SOMEBODY_ELSE });
        let response = city.kiosk("ft-0001").post_json("/v1/people/licences", &asked).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    };
    let told = ask().await;
    let names: Vec<_> = told.licences.iter().map(|licence| licence.name.as_str()).collect();
    assert_eq!(
        names,
        ["出生医学证明", "机动车驾驶证", "居民户口簿", "房屋租赁凭证", "不动产权证书", "居住证"],
        "those of the sample person"
    );
    let driving = &told.licences[1];
    assert_eq!(driving.owner, "深圳市公安局交通警察局");
    let lines: Vec<_> =
        driving.lines.iter().map(|line| (line.label.as_str(), line.value.expose().as_str())).collect();
    assert_eq!(lines, [("证照状态", "正常"), ("初次领证日期", "2025-05-01"), ("累积记分", "0")]);
    assert!(told.unanswered.is_empty());

    registries.behave("licences", Manner::Silent);
    let told = ask().await;
    assert!(told.licences.is_empty() && told.unanswered.len() > 5, "no answer is no 'none': {told:?}");
    let store = city.store().await;
    let written = store.read::<_, StoreError, _>(|sql| {
        let rows = sql.query(
            "SELECT number, purpose, outcome FROM registry_pulls WHERE resource = 'driving_licence' ORDER BY at",
            values![],
        )?;
        let line = |row: &central::store::Row| {
            Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.text(2)?.to_owned()))
        };
        rows.iter().map(line).collect::<Result<Vec<_>, StoreError>>()
    });
    let written = written.await.unwrap();
    let outcomes: Vec<_> = written.iter().map(|(_, _, outcome)| outcome.as_str()).collect();
    assert_eq!(outcomes, ["found", "no_answer"]);
    for (name, purpose, _) in &written {
        assert!(name.starts_with("ft-0001/") && purpose == "本人查询电子证照", "{name}: {purpose}");
    }
}

async fn who_asks_wrongly_is_told_nothing(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let wrong = [json!({}), json!({"id_no": "440304199001010012"}), json!({"id_no": 1}), json!([])];
    for (path, wrong) in ["/v1/people/cases", "/v1/people/licences"]
        .iter()
        .flat_map(|path| wrong.iter().map(move |w| (path, w)))
    {
        let response = kiosk.post_json(path, wrong).await;
        assert_eq!(response.status(), 422, "{wrong}");
        let problem = response.text().await.unwrap();
        assert!(!problem.contains("440304"), "a number is not given back: {problem}");
    }
    let clerk = city.clerk("wang", "HZ");
    let refused = clerk.post("/v1/people/cases", &json!({"id_no": APPLICANT})).await;
    assert_eq!(refused.status(), 403, "a clerk has the queue");
}
