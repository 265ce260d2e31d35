//! A resident's phone hands pictures over to the terminal before it: whoever knows the token may, what is no picture may
//! not, and nothing of it stays.

use crate::phone::form_of;
use crate::support::{City, Kiosk, on_every_store, problem};
use central::drops::{self, DropFault};
use central::retention::RULES;
use central::store::{Sql, StoreError};
use contract::phone::{DropToken, LIFETIME, OpenedDrop};
use image::{ImageFormat, Rgb, RgbImage};
use jiff::{SignedDuration, Timestamp};
use reqwest::Response;
use serde_json::json;
use std::io::Cursor;

on_every_store!(a_picture_goes_to_its_terminal_and_nothing_stays, what_nobody_fetched_is_swept_away);

async fn open(kiosk: &Kiosk, most: u8) -> OpenedDrop {
    let response = kiosk.post_json("/v1/drops", &json!({ "most": most })).await;
    assert_eq!(response.status(), 201);
    response.json().await.unwrap()
}

/// The n-th picture, as its terminal asks for it.
async fn fetch(kiosk: &Kiosk, drop: &OpenedDrop, n: u8) -> Response {
    kiosk.post_to(&format!("/v1/drops/{}/pictures/{n}", drop.id), Vec::new()).await
}

fn page(city: &City, token: &str) -> String {
    format!("http://{}/drop/{token}", city.instance().public_address())
}

async fn show(city: &City, token: &str) -> (u16, String) {
    let response = city.browser().get(page(city, token)).send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; form-action 'self'"), "{policy}");
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn send(city: &City, token: &str, files: &[Vec<u8>]) -> u16 {
    let (kind, body) = form_of(files);
    let request = city.browser().post(page(city, token)).header("content-type", kind).body(body);
    request.send().await.unwrap().status().as_u16()
}

fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x % 200) as u8, (y % 200) as u8, ((x ^ y) % 60) as u8])
    });
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Pictures that lie in drops.
async fn lying(city: &City, after: SignedDuration) -> i64 {
    let now = Timestamp::now() + after;
    let count = move |sql: &mut dyn Sql| RULES[0].due(sql, now);
    city.store().await.read::<_, StoreError, _>(count).await.unwrap()
}

fn lifetime() -> SignedDuration {
    SignedDuration::try_from(LIFETIME).unwrap()
}

async fn a_picture_goes_to_its_terminal_and_nothing_stays(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let drop = open(&kiosk, 3).await;
    let token = drop.token.expose().to_owned();
    assert_eq!(fetch(&kiosk, &drop, 1).await.status(), 204, "nothing has come");
    let (status, text) = show(&city, &token).await;
    assert_eq!(status, 200);
    for part in ["multipart/form-data", "image/jpeg,image/png", "capture", "multiple", "还可以发送 3 张"]
    {
        assert!(text.contains(part), "{part} is not on\n{text}");
    }
    assert!(!text.contains("<script") && !text.contains("javascript"), "{text}");

    let files = [picture(ImageFormat::Jpeg, 4000, 3000), picture(ImageFormat::Png, 640, 480)];
    assert_eq!(send(&city, &token, &files).await, 303);
    assert!(show(&city, &token).await.1.contains("已收到 2 张"));
    for (n, width) in [(1, 1754), (1, 1754), (2, 640)] {
        let response = fetch(&kiosk, &drop, n).await;
        assert_eq!(response.headers()["content-type"], "image/jpeg");
        let jpeg = response.bytes().await.unwrap();
        assert_eq!(
            image::load_from_memory(&jpeg).unwrap().width(),
            width,
            "picture {n}, however often asked"
        );
    }
    assert_eq!(lying(&city, lifetime() + lifetime()).await, 1, "the first has arrived");
    assert_eq!(fetch(&kiosk, &drop, 3).await.status(), 204);
    assert_eq!(lying(&city, lifetime() + lifetime()).await, 0, "so has the second");

    // Bound to its terminal.
    let (other, clerk) = (city.kiosk("ft-0002"), city.clerk("wang", "HZ"));
    assert_eq!(problem(fetch(&other, &drop, 3).await).await, (404, "no-such-drop".to_owned()));
    let answer = problem(clerk.post("/v1/drops", &json!({ "most": 1 })).await).await;
    assert_eq!(answer, (403, "not-for-you".to_owned()));

    // Ended with the visit, with a picture in it that nobody saw.
    assert_eq!(send(&city, &token, &files[1..]).await, 303);
    let close = |kiosk: &Kiosk| {
        let path = format!("/v1/drops/{}/close", drop.id);
        let kiosk = kiosk.clone();
        async move { kiosk.post_to(&path, Vec::new()).await.status() }
    };
    assert_eq!(close(&other).await, 204, "it has none of that name");
    assert_eq!(lying(&city, lifetime() + lifetime()).await, 1, "and ends none");
    assert_eq!(close(&kiosk).await, 204);
    assert_eq!(lying(&city, lifetime() + lifetime()).await, 0);
    assert_eq!(show(&city, &token).await.0, 410);
    assert_eq!(send(&city, &token, &files[1..]).await, 410);
    assert_eq!(problem(fetch(&kiosk, &drop, 3).await).await, (410, "drop-over".to_owned()));
    assert_eq!(close(&kiosk).await, 204, "over is over");

    // The next one takes its place.
    let next = open(&kiosk, 1).await;
    assert_eq!(show(&city, &token).await.0, 404);
    assert_eq!(show(&city, next.token.expose()).await.0, 200);
}

async fn what_nobody_fetched_is_swept_away(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let drop = open(&kiosk, 2).await;
    assert_eq!(send(&city, drop.token.expose(), &[picture(ImageFormat::Jpeg, 640, 480)]).await, 303);
    assert_eq!(lying(&city, SignedDuration::ZERO).await, 0, "none is due in its time");
    let (store, later) = (city.store().await, Timestamp::now() + lifetime());
    let token: DropToken = drop.token.clone();
    let looked = store.read(move |sql| drops::look(sql, &token, later)).await;
    assert!(matches!(looked, Err(DropFault::Over)), "{looked:?}");
    let (id, kiosk_id) = (drop.id, "ft-0001".parse().unwrap());
    let fetched = store.change(move |sql| drops::fetch(sql, &kiosk_id, id, 1, later)).await;
    assert!(matches!(fetched, Err(DropFault::Over)), "{fetched:?}");
    let swept = async |at: Timestamp| store.change(move |sql| drops::sweep(sql, at)).await.unwrap();
    assert_eq!(swept(Timestamp::now()).await, 0);
    assert_eq!(swept(later + SignedDuration::from_secs(1)).await, 1);
    assert_eq!(lying(&city, lifetime() + lifetime()).await, 0);
}

/// The beginning of a PNG that promises 60,000 pixels each way.
fn promise() -> Vec<u8> {
    let mut png = picture(ImageFormat::Png, 1, 1);
    png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    png[29..33].copy_from_slice(&[0x0f, 0xb0, 0xe2, 0x15]);
    png
}

#[tokio::test]
async fn what_is_no_picture_is_refused_with_all_that_came_beside_it() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let drop = open(&kiosk, 4).await;
    let token = drop.token.expose();
    let good = || picture(ImageFormat::Jpeg, 640, 480);
    for (what, files, status) in [
        ("no picture", vec![good(), b"%PDF-1.7 a paper".to_vec()], 415),
        ("a picture that ends in the middle", vec![picture(ImageFormat::Png, 640, 480)[..900].to_vec()], 415),
        ("pixels that fill every memory", vec![good(), promise()], 413),
        ("a file that nobody needs", vec![[&b"\xff\xd8\xff"[..], &vec![7; 17 << 20]].concat()], 413),
        ("nothing that can be read", vec![picture(ImageFormat::Png, 60, 60)], 422),
        ("fifty files", vec![good(); 50], 422),
        ("one more than it takes", vec![good(); 5], 422),
        ("no file", vec![], 400),
    ] {
        assert_eq!(send(&city, token, &files).await, status, "{what}");
    }
    let of_another_kind = city.browser().post(page(&city, token)).body("picture=1").send().await.unwrap();
    assert_eq!(of_another_kind.status(), 400);
    assert_eq!(fetch(&kiosk, &drop, 1).await.status(), 204, "nothing of it was taken");

    assert_eq!(send(&city, token, &vec![good(); 4]).await, 303);
    assert_eq!(send(&city, token, &[good()]).await, 410, "a token that was used up");
    let (status, text) = show(&city, token).await;
    assert!(status == 200 && !text.contains("<form"), "{text}");
    for wrong in ["0".repeat(40), "x".to_owned(), token.to_uppercase()] {
        assert_eq!(show(&city, &wrong).await.0, 404, "{wrong}");
        assert_eq!(send(&city, &wrong, &[good()]).await, 404, "{wrong}");
    }
}

#[tokio::test]
async fn a_terminal_that_asks_wrongly_is_told() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    for body in [json!({ "most": 0 }), json!({ "most": 11 }), json!({ "most": "4" }), json!({}), json!([])] {
        let answer = problem(kiosk.post_json("/v1/drops", &body).await).await;
        assert_eq!(answer, (422, "form-refused".to_owned()), "{body}");
    }
    let drop = open(&kiosk, 1).await;
    for path in
        ["/v1/drops/x/pictures/1", "/v1/drops/x/close", &format!("/v1/drops/{}/pictures/999", drop.id)]
    {
        let answer = problem(kiosk.post_to(path, Vec::new()).await).await;
        assert_eq!(answer, (404, "no-such-drop".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn whoever_guesses_tokens_has_to_wait() {
    let city = City::open().await;
    let guess = page(&city, &"0".repeat(40));
    let mut refused = 0;
    for _ in 0..60 {
        let response = city.browser().get(&guess).send().await.unwrap();
        match response.status().as_u16() {
            404 => {}
            429 => {
                assert!(response.headers().contains_key("retry-after"));
                refused += 1;
            }
            status => panic!("{status}"),
        }
    }
    assert!(refused > 0, "sixty guesses were let in");
}
