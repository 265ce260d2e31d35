//! A form that is begun on a phone goes to its own person at a terminal, once and for a day; one that is taken along from a
//! terminal is opened on a phone. Whoever guesses learns nothing.

use crate::support::{City, on_every_store, problem, whole_catalogue};
use central::retention::RULES;
use central::store::{Sql, StoreError};
use central::values;
use contract::handoff::{DraftTicket, PhoneDraft};
use jiff::{SignedDuration, Timestamp};
use reqwest::Response;
use serde_json::{Value, json};

on_every_store!(
    a_draft_goes_to_its_person_once,
    wrong_codes_lock_a_person_out_for_a_while,
    what_is_old_is_nobodys_and_erased,
    a_form_is_taken_along_and_its_code_is_not_guessed,
);

const HUKOU: &str = "SZ-RS-000002";
const LIN: &str = "990101200406150023";
const SOMEBODY: &str = "990101197002100033";

/// The fields that the first page of the form shows, and those that come up by a district and its street.
const FIRST: [&str; 10] = [
    "phone",
    "district",
    "address_detail",
    "address_code",
    "school",
    "degree",
    "degree_cert_no",
    "graduation_date",
    "study_mode",
    "employer_uscc",
];

async fn send(city: &City, path: &str, fields: &[(&str, &str)]) -> Response {
    let page = format!("http://{}{path}", city.instance().public_address());
    city.browser().post(page).form(fields).send().await.unwrap()
}

/// A phone fills the form in, page after page, until it has a code.
async fn fill(city: &City, id_no: &str, answers: &[(&str, &str)]) -> String {
    let path = format!("/draft/{HUKOU}");
    let page = format!("http://{}{path}", city.instance().public_address());
    let mut text = city.browser().get(page).send().await.unwrap().text().await.unwrap();
    for _ in 0..5 {
        let shown: Vec<String> = text
            .split("name=\"shown\" value=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        let mut fields = vec![("bound_to", id_no)];
        fields.extend(shown.iter().map(|id| ("shown", id.as_str())));
        fields.extend(answers.iter().filter(|(id, _)| shown.iter().any(|one| one == id)));
        let response = send(city, &path, &fields).await;
        assert!(
            response.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'")
        );
        text = response.text().await.unwrap();
        assert!(!text.contains("<script"), "a page without scripts");
        if let Some(code) = code_on(&text) {
            return code;
        }
    }
    panic!("no code comes:\n{text}");
}

fn code_on(page: &str) -> Option<String> {
    let code = page.split("class=\"code\">").nth(1)?.split('<').next()?;
    Some(code.chars().filter(char::is_ascii_digit).collect())
}

const ANSWERS: [(&str, &str); 6] = [
    ("phone", "13800000001"),
    ("district", "440304"),
    ("street", "福田街道"),
    ("community", "福南社区"),
    ("degree", "本科"),
    ("degree_cert_no", "105901202605000001"),
];

fn claim(code: &str, id_no: &str, service: &str) -> Value {
    json!({"code": code, "id_no": id_no, "service": service})
}

async fn rows(city: &City) -> i64 {
    let count =
        |sql: &mut dyn Sql| sql.query_one("SELECT count(*) FROM phone_drafts", values![])?.unwrap().int(0);
    city.store().await.read::<_, StoreError, _>(count).await.unwrap()
}

async fn a_draft_goes_to_its_person_once(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let code = fill(&city, LIN, &ANSWERS).await;
    let sealed = city
        .store()
        .await
        .read::<_, StoreError, _>(|sql| {
            let row = sql.query_one("SELECT sealed FROM phone_drafts", values![])?.unwrap();
            Ok(String::from_utf8_lossy(row.bytes(0)?).into_owned())
        })
        .await
        .unwrap();
    for personal in [LIN, "13800000001", "福南社区"] {
        assert!(!sealed.contains(personal), "{personal} lies open");
    }
    let path = "/v1/drafts/claims";
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let mut nothing = Vec::new();
    for body in [claim(&code, SOMEBODY, HUKOU), claim(wrong, LIN, HUKOU)] {
        let response = kiosk.post_json(path, &body).await;
        assert_eq!(response.status(), 404);
        nothing.push(response.bytes().await.unwrap());
    }
    assert_eq!(nothing[0], nothing[1], "a wrong code and another person's are the same");
    let other = kiosk.post_json(path, &claim(&code, LIN, "SZ-HZ-000078")).await;
    assert_eq!(problem(other).await, (409, "draft-of-another-service".to_owned()), "it stays");
    assert_eq!(problem(city.clerk("wang", "HZ").post(path, &claim(&code, LIN, HUKOU)).await).await.0, 403);

    let draft: PhoneDraft = kiosk.post_json(path, &claim(&code, LIN, HUKOU)).await.json().await.unwrap();
    let told =
        |id: &str| draft.fields.iter().find(|(field, _)| field.as_str() == id).unwrap().1.expose().clone();
    assert_eq!((told("community"), told("degree")), ("福南社区".to_owned(), "本科".to_owned()));
    assert_eq!(draft.fields.len(), ANSWERS.len(), "what was left empty stays empty");
    assert_eq!(rows(&city).await, 0, "its use wipes it");
    assert_eq!(kiosk.post_json(path, &claim(&code, LIN, HUKOU)).await.status(), 404, "good once");
    let ill_formed = kiosk.post_json(path, &json!({"code": "12345", "id_no": LIN, "service": HUKOU})).await;
    assert_eq!(problem(ill_formed).await.0, 422);
}

async fn wrong_codes_lock_a_person_out_for_a_while(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let code = fill(&city, LIN, &ANSWERS).await;
    let (path, wrong) = ("/v1/drafts/claims", if code == "000000" { "000001" } else { "000000" });
    for _ in 0..5 {
        assert_eq!(kiosk.post_json(path, &claim(wrong, LIN, HUKOU)).await.status(), 404);
    }
    let locked = kiosk.post_json(path, &claim(&code, LIN, HUKOU)).await;
    let wait: i64 = locked.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((800..=900).contains(&wait), "a quarter of an hour: {wait}");
    assert_eq!(problem(locked).await, (423, "draft-locked".to_owned()), "the right one as well");
    assert_eq!(kiosk.post_json(path, &claim(&code, SOMEBODY, HUKOU)).await.status(), 404, "others are not");
    let earlier = Timestamp::now() - SignedDuration::from_mins(16);
    let wait = move |sql: &mut dyn Sql| sql.execute("UPDATE draft_misses SET since = ?1", values![earlier]);
    city.store().await.change::<_, StoreError, _>(wait).await.unwrap();
    assert_eq!(kiosk.post_json(path, &claim(&code, LIN, HUKOU)).await.status(), 200, "time has passed");
}

async fn what_is_old_is_nobodys_and_erased(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let code = fill(&city, LIN, &ANSWERS).await;
    let yesterday = Timestamp::now() - SignedDuration::from_hours(25);
    let age =
        move |sql: &mut dyn Sql| sql.execute("UPDATE phone_drafts SET made_at = ?1", values![yesterday]);
    city.store().await.change::<_, StoreError, _>(age).await.unwrap();
    assert_eq!(kiosk.post_json("/v1/drafts/claims", &claim(&code, LIN, HUKOU)).await.status(), 404);
    assert_eq!(rows(&city).await, 1);
    let sweep = move |sql: &mut dyn Sql| {
        RULES.iter().map(|rule| rule.carry_out(sql, Timestamp::now())).collect::<Result<Vec<_>, _>>()
    };
    assert!(city.store().await.change::<_, StoreError, _>(sweep).await.unwrap().contains(&1));
    assert_eq!(rows(&city).await, 0);
}

async fn a_form_is_taken_along_and_its_code_is_not_guessed(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let draft = json!({"service": HUKOU, "id_no": LIN, "fields": {
        "degree": "本科", "phone": "13800000001", "name": "林新雨", "sign": "1,1 2,2", "school": "一所大学<b>",
    }});
    let take = async || -> DraftTicket {
        let response = kiosk.post_json("/v1/drafts", &draft).await;
        assert_eq!(response.status(), 201);
        response.json().await.unwrap()
    };
    let ticket = take().await;
    let open = async |ticket: &DraftTicket, id_no: &str| {
        send(&city, "/draft/open", &[("code", ticket.code.as_str()), ("id_no", id_no)]).await
    };
    assert_eq!(open(&ticket, SOMEBODY).await.status(), 404);
    let page = open(&ticket, LIN).await;
    assert_eq!(
        (page.status().as_u16(), page.headers()["cache-control"].to_str().unwrap()),
        (200, "no-store")
    );
    let text = page.text().await.unwrap();
    assert!(text.contains("value=\"13800000001\"") && text.contains("selected>本科"), "{text}");
    assert!(!text.contains("林新雨") && !text.contains("<b>"), "no card's facts, and nothing unescaped");
    assert_eq!(open(&ticket, LIN).await.status(), 404, "good once");
    // What a terminal kept for a phone is no draft for a terminal.
    let kept = take().await;
    let claimed = kiosk.post_json("/v1/drafts/claims", &claim(kept.code.as_str(), LIN, HUKOU)).await;
    assert_eq!(claimed.status(), 404);
    for _ in 0..5 {
        assert_eq!(open(&kept, SOMEBODY).await.status(), 404);
    }
    assert_eq!(open(&kept, LIN).await.status(), 404, "the code is closed");
    let nothing = json!({"service": "SZ-XX-999999", "id_no": LIN, "fields": {}});
    assert_eq!(problem(kiosk.post_json("/v1/drafts", &nothing).await).await.0, 422);
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_nothing_is_kept() {
    let city = City::open().await.with_services(whole_catalogue().0).await;
    let path = format!("/draft/{HUKOU}");
    let mut fields = vec![("bound_to", "990101200406150024"), ("phone", "1380000"), ("degree", "博士后")];
    fields.extend(FIRST.map(|id| ("shown", id)));
    let page = send(&city, &path, &fields).await;
    assert_eq!(page.status(), 422);
    let text = page.text().await.unwrap();
    for words in ["号码和校验位不符", "请填写 11 位手机号码", "请选择其中一项", "value=\"1380000\""]
    {
        assert!(text.contains(words), "{words} is not on\n{text}");
    }
    assert_eq!(rows(&city).await, 0);
    for (path, status) in [
        ("/draft", 200),
        ("/draft/open", 200),
        ("/draft?service=abc", 200),
        ("/draft/SZ-XX-999999", 404),
        ("/draft/SZ-HZ-000093", 404),
    ] {
        let page = format!("http://{}{path}", city.instance().public_address());
        assert_eq!(city.browser().get(page).send().await.unwrap().status(), status, "{path}");
    }
    let long = "长".repeat(20_000);
    let page = send(&city, &path, &[("bound_to", LIN), ("address_detail", &long)]).await;
    assert_eq!(page.status(), 400, "a form has an end");
    let guide = format!("http://{}/guide/{HUKOU}", city.instance().public_address());
    let guide = city.browser().get(guide).send().await.unwrap().text().await.unwrap();
    assert!(guide.contains(&path), "the guide leads there");
}
