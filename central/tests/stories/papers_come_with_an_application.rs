//! Papers that a document camera saw: put to their application, counted and seen by a clerk of the department, and what
//! is told where a page is none.

use crate::support::{
    City, Sent, card_of, filing, key, on_every_store, opened, problem, receipt, reply, sent, whole_catalogue,
};
use central::registries::Manner;
use contract::base64::Base64;
use contract::licence::{HeldLicences, Prefilled};
use contract::message::{EntryBody, Outcome, Paper, Reply};
use contract::{EntryId, Secret};
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};
use std::io::Cursor;

on_every_store!(
    a_clerk_sees_the_pages,
    what_is_no_page_is_refused,
    a_notice_is_answered_with_pages,
    a_licence_in_force_stands_for_a_paper,
    who_relies_on_a_licence_is_believed_only_by_the_library,
    registries_fill_in_what_need_not_be_typed,
);

const NO_VISIT: &str = "SZ-HZ-000059";

fn application(seq: u64) -> Sent {
    let mut fields = card_of("张三", "440304199001010011", "1990-01-01");
    fields.push(("result_delivery", "自助打印"));
    filing(seq, NO_VISIT, "person-basic", &fields)
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(width, height).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn page(seq: u64, application: EntryId, material: &str, (page, pages): (u8, u8), picture: Vec<u8>) -> Sent {
    let jpeg = Secret::new(Base64(picture).to_string());
    let material = material.parse().unwrap();
    sent(seq, EntryBody::Paper(Paper { application, material, page, pages, jpeg }))
}

async fn a_clerk_sees_the_pages(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let id = key();
    let case = opened(&receipt(kiosk.post(id, &application(1)).await).await);
    let (first, second) = (jpeg(620, 877), jpeg(877, 620));
    for (seq, picture) in [(1, &first), (2, &second)] {
        let (key, sent) =
            (key(), page(seq + 1, id, "support", (u8::try_from(seq).unwrap(), 2), picture.clone()));
        assert_eq!(receipt(kiosk.post(key, &sent).await).await.outcome, Outcome::Noted);
        assert_eq!(kiosk.post(key, &sent).await.status(), 200, "the same again is answered as before");
    }
    let again = kiosk.post(key(), &page(4, id, "support", (1, 2), second.clone())).await;
    assert_eq!(problem(again).await, (409, "page-taken".to_owned()));

    let clerk = city.clerk("wang", "HZ");
    let view: Value = clerk.get(&format!("/v1/clerk/cases/{case}")).await.json().await.unwrap();
    assert_eq!(view["papers"], json!({ "support": 2 }));
    for (number, picture) in [(1, first), (2, second)] {
        let response = clerk.get(&format!("/v1/clerk/cases/{case}/papers/support/{number}")).await;
        assert_eq!(response.headers()["content-type"], "image/jpeg");
        assert_eq!(response.bytes().await.unwrap().as_ref(), picture.as_slice());
    }
    let missing = clerk.get(&format!("/v1/clerk/cases/{case}/papers/support/3")).await;
    assert_eq!(problem(missing).await, (404, "no-such-page".to_owned()));
    let other = city.clerk("gao", "GT").get(&format!("/v1/clerk/cases/{case}/papers/support/1")).await;
    assert_eq!(other.status(), 403);
    assert_eq!(kiosk.get(&format!("/v1/clerk/cases/{case}/papers/support/1")).await.status(), 403);
}

async fn what_is_no_page_is_refused(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let (kiosk, elsewhere) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    let id = key();
    opened(&receipt(kiosk.post(id, &application(1)).await).await);
    let good = || jpeg(620, 877);
    let wrong = [
        page(2, id, "house_proof", (1, 1), good()),
        page(3, id, "support", (0, 1), good()),
        page(4, id, "support", (2, 1), good()),
        page(5, id, "support", (1, 7), good()),
        page(6, id, "support", (1, 1), jpeg(100, 877)),
        page(7, id, "support", (1, 1), b"no picture".to_vec()),
    ];
    for sent in wrong {
        assert_eq!(problem(kiosk.post(key(), &sent).await).await, (422, "form-refused".to_owned()));
    }
    let nothing = (422, "no-such-application".to_owned());
    let of_nobody = page(8, key(), "support", (1, 1), good());
    assert_eq!(problem(kiosk.post(key(), &of_nobody).await).await, nothing);
    let of_another = page(1, id, "support", (1, 1), good());
    assert_eq!(problem(elsewhere.post(key(), &of_another).await).await, nothing);
}

async fn a_notice_is_answered_with_pages(city: City) {
    const APPLICANT: &str = "440304199001010011";
    let city = city.with_services(whole_catalogue().0).await;
    // Handed in at one terminal, answered at another.
    let (kiosk, elsewhere) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    let (applied, answered) = (key(), key());
    let case = opened(&receipt(kiosk.post(applied, &application(1)).await).await);
    receipt(kiosk.post(key(), &page(2, applied, "support", (1, 1), jpeg(620, 877))).await).await;
    let clerk = city.clerk("wang", "HZ");
    for act in [
        json!({"act": "claim", "seen": 0}),
        json!({"act": "ask", "seen": 1, "papers": ["房屋租赁合同", "户口簿"]}),
    ] {
        let answer = clerk.post(&format!("/v1/clerk/cases/{case}/acts"), &act).await;
        assert_eq!(answer.status(), 200, "{act}");
    }
    let note = Secret::from("见附页");
    let supplement = reply(1, &case, APPLICANT, Reply::Supplement { note });
    assert_eq!(elsewhere.post(answered, &supplement).await.status(), 201);
    for (seq, material, pages, refused) in [
        (2, "asked-3", (1, 1), "form-refused"),
        (3, "support", (1, 1), "form-refused"),
        (4, "asked-1", (1, 11), "form-refused"),
    ] {
        let sent = page(seq, answered, material, pages, jpeg(620, 877));
        assert_eq!(
            problem(elsewhere.post(key(), &sent).await).await,
            (422, refused.to_owned()),
            "{material}"
        );
    }
    let second = jpeg(640, 900);
    for (seq, place, picture) in [(5, 1, jpeg(620, 877)), (6, 2, second.clone())] {
        let sent = page(seq, answered, "asked-2", (place, 2), picture);
        assert_eq!(receipt(elsewhere.post(key(), &sent).await).await.outcome, Outcome::Noted);
    }
    let view: Value = clerk.get(&format!("/v1/clerk/cases/{case}")).await.json().await.unwrap();
    assert_eq!(view["asked"], json!(["房屋租赁合同", "户口簿"]));
    assert_eq!(view["papers"], json!({ "support": 1, "asked-2": 2 }));
    let response = clerk.get(&format!("/v1/clerk/cases/{case}/papers/asked-2/2")).await;
    assert_eq!(response.bytes().await.unwrap().as_ref(), second.as_slice());
    let other = city.clerk("gao", "GT").get(&format!("/v1/clerk/cases/{case}/papers/asked-2/2")).await;
    assert_eq!(other.status(), 403);

    // Who takes an application back encloses nothing.
    let withdrawn = key();
    receipt(elsewhere.post(withdrawn, &reply(7, &case, APPLICANT, Reply::Withdraw)).await).await;
    let sent = page(8, withdrawn, "asked-1", (1, 1), jpeg(620, 877));
    let answer = problem(elsewhere.post(key(), &sent).await).await;
    assert_eq!(answer, (422, "no-such-application".to_owned()));
}

/// 流动人口居住登记（本人自主申报）: a lease proves it.
const RESIDENCE: &str = "SZ-HZ-000070";
/// Who has a lease that is in force, and who has one that is over.
const TENANT: &str = "990101195601190027";
const FORMER_TENANT: &str = "990101199003070015";

async fn held(city: &City, wanted: Value) -> Vec<String> {
    let response = city.kiosk("ft-0001").post_json("/v1/people/licences-held", &wanted).await;
    assert_eq!(response.status(), 200, "{wanted}");
    let told: HeldLicences = response.json().await.unwrap();
    told.held.into_iter().map(|licence| licence.name).collect()
}

async fn a_licence_in_force_stands_for_a_paper(city: City) {
    let (services, registries) = whole_catalogue();
    let city = city.with_services(services).await;
    let of = |id_no: &str| json!({ "service": RESIDENCE, "id_no": id_no });
    assert_eq!(
        held(&city, of(TENANT)).await,
        ["房屋租赁凭证"],
        "and not the household book: no paper of this form"
    );
    assert!(held(&city, of(FORMER_TENANT)).await.is_empty(), "one that is over stands for nothing");
    // What stands in the application for a renewal names the licence.
    let services = std::fs::read_to_string(crate::support::catalog().join("services.csv")).unwrap();
    let renewed = services.lines().find(|line| line.contains(",licence-renew,")).unwrap();
    let mut wanted = json!({ "service": &renewed[..12], "id_no": TENANT, "licence_no": "SZ-2026-0001" });
    assert_eq!(held(&city, wanted.clone()).await, ["许可证"]);
    wanted["licence_no"] = json!("SZ-2026-9999");
    assert!(held(&city, wanted).await.is_empty(), "nobody has that licence");

    registries.behave("licences", Manner::Silent);
    assert!(held(&city, of(TENANT)).await.is_empty(), "who says nothing has said no yes");
    let kiosk = city.kiosk("ft-0001");
    for wrong in [json!({}), json!({ "service": RESIDENCE, "id_no": "1" }), json!([])] {
        assert_eq!(kiosk.post_json("/v1/people/licences-held", &wrong).await.status(), 422, "{wrong}");
    }
    let unknown = json!({ "service": "SZ-HZ-999999", "id_no": TENANT });
    let refused = kiosk.post_json("/v1/people/licences-held", &unknown).await;
    assert_eq!(problem(refused).await, (422, "unknown-service".to_owned()));
    assert_eq!(city.clerk("wang", "HZ").post("/v1/people/licences-held", &of(TENANT)).await.status(), 403);
}

fn residence(seq: u64, id_no: &str, birth: &str, relies_on: &[&str]) -> Sent {
    let mut fields = card_of("测试乙", id_no, birth);
    fields.extend([
        ("district", "440304"),
        ("street", "莲花街道"),
        ("community", "福中社区"),
        ("address_detail", "福中三路 88 号 101"),
        ("live_since", "2025-09-01"),
        ("house_kind", "租赁"),
        ("result_delivery", "电子证照"),
    ]);
    let mut sent = filing(seq, RESIDENCE, "person-with-address", &fields);
    if let EntryBody::Application(application) = &mut sent.entry.body {
        application.licences = relies_on.iter().map(|paper| paper.parse().unwrap()).collect();
    }
    sent
}

async fn who_relies_on_a_licence_is_believed_only_by_the_library(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "HZ"));
    let id = key();
    let sent = residence(1, TENANT, "1956-01-19", &["house_proof"]);
    let case = opened(&receipt(kiosk.post(id, &sent).await).await);
    assert_eq!(kiosk.post(id, &sent).await.status(), 200, "the same again is answered as before");
    let view: Value = clerk.get(&format!("/v1/clerk/cases/{case}")).await.json().await.unwrap();
    assert_eq!(view["licences"], json!({ "lease": "found" }));

    // Whose terminal says so although the lease is over: taken in, and the clerk sees what the library says of it.
    let late = residence(2, FORMER_TENANT, "1990-03-07", &["house_proof"]);
    let case = opened(&receipt(kiosk.post(key(), &late).await).await);
    let view: Value = clerk.get(&format!("/v1/clerk/cases/{case}")).await.json().await.unwrap();
    assert_eq!(view["licences"], json!({ "lease": "not_found" }));

    let wrong = residence(3, TENANT, "1956-01-19", &["phone"]);
    assert_eq!(problem(kiosk.post(key(), &wrong).await).await, (422, "form-refused".to_owned()));
}

async fn registries_fill_in_what_need_not_be_typed(city: City) {
    let (services, registries) = whole_catalogue();
    let city = city.with_services(services).await;
    let listed = std::fs::read_to_string(crate::support::catalog().join("services.csv")).unwrap();
    let change = listed.lines().find(|line| line.contains(",licence-change,")).unwrap();
    let ask = async |keys: Value| -> Vec<(String, String, String)> {
        let mut wanted = json!({ "service": &change[..12], "id_no": TENANT });
        wanted.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        let response = city.kiosk("ft-0001").post_json("/v1/people/prefill", &wanted).await;
        assert_eq!(response.status(), 200);
        let told: Prefilled = response.json().await.unwrap();
        told.facts
            .into_iter()
            .map(|fact| (fact.field.to_string(), fact.value.expose().clone(), fact.owner))
            .collect()
    };
    let owner = "深圳市市场监督管理局";
    let fact = |field: &str, value: &str, owner: &str| (field.to_owned(), value.to_owned(), owner.to_owned());
    assert!(ask(json!({})).await.is_empty(), "without a number nobody is asked");
    assert_eq!(
        ask(json!({ "uscc": "91440300MA5TE5T01T" })).await,
        [fact("entity_name", "深圳市样例科技有限公司", owner), fact("legal_rep", "张三", owner)]
    );
    let permits = ask(json!({ "licence_no": "SZ-2026-0001" })).await;
    assert_eq!(permits, [fact("licence_valid_to", "2029-12-31", "深圳市政务服务和数据管理局（电子证照库）")]);
    assert!(ask(json!({ "uscc": "91440300MA5TE5T99X" })).await.is_empty(), "nobody's number");
    registries.behave("enterprises", Manner::Silent);
    assert!(
        ask(json!({ "uscc": "91440300MA5TE5T01T" })).await.is_empty(),
        "who says nothing fills in nothing"
    );
}
