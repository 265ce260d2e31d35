//! Papers that a document camera saw: put to their application, counted and seen by a clerk of the department, and what
//! is told where a page is none.

use crate::support::{
    City, Sent, card_of, filing, key, on_every_store, opened, problem, receipt, sent, whole_catalogue,
};
use contract::base64::Base64;
use contract::message::{EntryBody, Outcome, Paper};
use contract::{EntryId, Secret};
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};
use std::io::Cursor;

on_every_store!(a_clerk_sees_the_pages, what_is_no_page_is_refused);

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
