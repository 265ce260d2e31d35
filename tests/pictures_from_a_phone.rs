//! Somebody reports a hazard at the terminal and sends photos of it from a phone: each is looked at before it is kept, a
//! clerk sees those that were kept, and the drop ends with the visit. Without a network the report goes without photos.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/phone.rs"]
mod phone;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::FieldId;
use contract::message::day_in_china;
use contract::phone::DropToken;
use image::{ImageFormat, Rgb, RgbImage};
use jiff::ToSpan;
use kiosk::journey::{Handover, Page, Papers, PapersStep, PhoneTrouble, Touch};
use kiosk::typing::Key;
use std::io::Cursor;
use street::Street;
use support::{library, repository};

/// 社区网格事件上报（设施损坏）: nobody is asked who they are.
const REPORT: &str = "SZ-FQ-000008";

fn id(name: &str) -> FieldId {
    name.parse().unwrap()
}

fn type_in(street: &mut Street, field: &str, keys: &str) {
    street.touch(Touch::Focus(id(field)));
    if keys.chars().any(|c| c.is_ascii_alphabetic()) {
        street.touch(Touch::Key(Key::Language));
    }
    street.keys(keys);
}

fn pick(street: &mut Street, field: &str, value: &str) {
    street.touch(Touch::Pick(id(field), value.into()));
}

/// From the first touch to the photos.
fn report(street: &mut Street) {
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(REPORT.parse().unwrap()));
    street.touch(Touch::Start);
    pick(street, "category", "设施");
    pick(street, "subcategory", "井盖缺失");
    pick(street, "level", "紧急");
    street.touch(Touch::ChooseHere);
    type_in(street, "place", "Badeng Street 12");
    let yesterday = day_in_china(jiff::Timestamp::now()).checked_sub(1.day()).unwrap();
    let digits: String = yesterday.to_string().chars().filter(char::is_ascii_digit).collect();
    type_in(street, "happened_at", &format!("{digits}0830"));
    type_in(street, "detail", "A manhole without its cover");
    pick(street, "anonymous", "true");
    while matches!(street.page(), Page::Filing(filing) if !filing.show_faults) {
        street.touch(Touch::Next);
    }
    assert!(matches!(papers(street).step, PapersStep::List));
}

fn papers(street: &Street) -> &Papers {
    match street.page() {
        Page::Papers(papers) => papers,
        page => panic!("not at the photos: {page:?}"),
    }
}

fn is_step(page: &Page, is_so: impl Fn(&PapersStep) -> bool) -> bool {
    matches!(page, Page::Papers(papers) if is_so(&papers.step))
}

/// The address behind the code, once it is on the screen.
async fn code(street: &mut Street) -> String {
    street.until("the code", |page| is_step(page, |step| step.shown_code().is_some())).await;
    papers(street).step.shown_code().unwrap().address.expose().clone()
}

fn token(address: &str) -> DropToken {
    address.rsplit('/').next().unwrap().parse().unwrap()
}

async fn send(address: &str, pictures: Vec<Vec<u8>>) -> std::io::Result<()> {
    let address = address.to_owned();
    tokio::task::spawn_blocking(move || phone::send(&address, &pictures)).await.unwrap()
}

fn photo(red: u8) -> Vec<u8> {
    let mut jpeg = Cursor::new(Vec::new());
    RgbImage::from_pixel(1600, 1200, Rgb([red, 120, 90])).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

async fn until_shown(street: &mut Street) {
    street.until("a photo", |page| is_step(page, |step| matches!(step, PapersStep::Judge { .. }))).await;
}

fn kept(street: &Street) -> usize {
    papers(street).enclosures().pages_of(&id("photos")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_come_from_a_phone_and_lie_before_the_clerk() {
    let mut street = Street::open_with_phone().await;
    report(&mut street);
    let photos = id("photos");
    street.touch(Touch::Scan(photos.clone()));
    assert!(matches!(papers(&street).step, PapersStep::List), "no camera of the terminal was there");

    street.touch(Touch::UsePhone(photos.clone()));
    let address = code(&mut street).await;
    send(&address, vec![photo(200), photo(10), photo(90)]).await.unwrap();
    until_shown(&mut street).await;
    let PapersStep::Judge { page, .. } = &papers(&street).step else { panic!("no photo") };
    let seen = image::load_from_memory(page.jpeg.expose()).unwrap().into_rgb8();
    let is_plain = seen.pixels().all(|pixel| pixel.0[0].abs_diff(200) < 9);
    assert!(is_plain, "the photo of a place carries no mark");
    street.touch(Touch::KeepPage);
    until_shown(&mut street).await;
    street.touch(Touch::TryAgain);
    until_shown(&mut street).await;
    assert_eq!(kept(&street), 1, "one was kept, one was not");
    street.touch(Touch::KeepPage);
    assert_eq!(code(&mut street).await, address, "the same code takes one more");
    street.touch(Touch::Next);
    assert!(matches!(papers(&street).step, PapersStep::List));
    street.until_drop_ends(&token(&address)).await;
    let refused = send(&address, vec![photo(1)]).await.unwrap_err().to_string();
    assert!(refused.contains("410"), "{refused}");

    assert_eq!(kept(&street), 2);
    street.touch(Touch::Next);
    let case = street.sign_and_submit().await;
    street.touch(Touch::End);
    assert!(!street.journey().holds_personal_data());
    street.until_health("the photos to arrive", |health| health.waiting == 0).await;
    let seen: serde_json::Value =
        serde_json::from_str(&street.clerk_of("FQ", &["show", case.as_str()])).unwrap();
    assert_eq!(seen["papers"]["photos"], 2, "{seen}");
    assert_eq!(seen["fields"]["grid_cell"], "440304-08-01-001 莲花街道福中社区", "the cell by its name");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drop_ends_with_the_visit_and_a_network_that_is_gone_keeps_nobody() {
    let mut street = Street::open_with_phone().await;
    report(&mut street);
    let photos = id("photos");
    street.touch(Touch::UsePhone(photos.clone()));
    let address = code(&mut street).await;
    send(&address, vec![photo(200)]).await.unwrap();
    until_shown(&mut street).await;
    street.touch(Touch::End);
    street.until_drop_ends(&token(&address)).await;
    assert!(!street.journey().holds_personal_data());

    street.cut_network().await;
    report(&mut street);
    street.touch(Touch::UsePhone(photos));
    let is_offline = |step: &PapersStep| {
        matches!(step, PapersStep::Phone(phone)
            if matches!(phone.handover, Handover::Trouble(PhoneTrouble::Offline)))
    };
    assert!(is_step(street.page(), is_offline), "{:?}", street.page());
    street.touch(Touch::Back);
    street.touch(Touch::Next);
    assert!(matches!(street.page(), Page::Review(_)), "the report goes without photos");
}
