//! A printed certificate can be checked by anyone with a browser, without learning more than stands on the paper, and not
//! by guessing.

use crate::support::{City, application, key, on_every_store, receipt, whole_catalogue};
use contract::message::Outcome;
use reqwest::Response;

on_every_store!(a_certificate_is_found_by_the_code_on_it);

async fn open(city: &City, path: &str) -> Response {
    city.browser().get(format!("http://{}{path}", city.instance().public_address())).send().await.unwrap()
}

async fn a_certificate_is_found_by_the_code_on_it(city: City) {
    let answer = receipt(city.kiosk("ft-0001").post(key(), &application(1, "SZ-SB-000002")).await).await;
    let Outcome::Answered { case, check_code: Some(code), .. } = answer.outcome else { panic!("{answer:?}") };
    let page = open(&city, &format!("/verify/{code}")).await;
    assert_eq!(page.status(), 200);
    let text = page.text().await.unwrap();
    for shown in ["该证明由本系统出具", "张* …0011", &case.in_groups()] {
        assert!(text.contains(shown), "{shown} is not on\n{text}");
    }
    assert!(!text.contains("张三") && !text.contains("440304199001010011"), "no more than the paper has");

    let typed = format!("{} {}-{}", &code[..4].to_lowercase(), &code[4..8], &code[8..]);
    let form = city
        .browser()
        .post(format!("http://{}/verify", city.instance().public_address()))
        .form(&[("code", typed.as_str())])
        .send()
        .await
        .unwrap();
    assert_eq!(form.status(), 303);
    assert_eq!(form.headers()["location"], format!("/verify/{code}"));
}

#[tokio::test]
async fn what_is_not_there_or_not_a_code_says_so() {
    let city = City::open().await;
    for (path, status, words) in [
        ("/verify", 200, "核验码"),
        ("/verify/23456789ABCD", 404, "查无此证明"),
        ("/verify/2345", 400, "不完整"),
        ("/verify/%FF%FE", 400, ""),
        ("/guide/SZ-NO-999999", 404, "没有这个事项"),
        ("/guide/..%2F", 404, "没有这个事项"),
        ("/nothing", 404, "没有这个页面"),
        ("/style.css", 200, "--ink"),
    ] {
        let page = open(&city, path).await;
        assert_eq!(page.status(), status, "{path}");
        let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(page.text().await.unwrap().contains(words), "{path}");
    }
}

#[tokio::test]
async fn whoever_guesses_has_to_wait_and_others_have_not() {
    let city = City::open().await;
    let ask = async |from: &str| {
        let url = format!("http://{}/verify/23456789ABCD", city.instance().public_address());
        city.browser().get(url).header("x-forwarded-for", from).send().await.unwrap()
    };
    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(ask("203.0.113.7").await);
    }
    let waits = answers.iter().filter(|answer| answer.status() == 429).count();
    assert!(
        (15..=20).contains(&waits),
        "{waits} of 40 had to wait: twenty at once, then one every two seconds"
    );
    let last = answers.last().unwrap();
    assert!(last.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() <= 3);
    assert_eq!(ask("203.0.113.8").await.status(), 404, "another address has its own turns");
}

#[tokio::test]
async fn the_guide_of_a_service_opens_on_a_phone() {
    let city = City::open().await.with_services(whole_catalogue().0).await;
    let page = open(&city, "/guide/SZ-HZ-000078").await;
    assert_eq!(page.status(), 200);
    let text = page.text().await.unwrap();
    for words in ["无犯罪记录证明", "即时办结", "免费", "任一 24 小时自助终端"] {
        assert!(text.contains(words), "'{words}' is missing:\n{text}");
    }
}

#[tokio::test]
async fn whoever_guesses_codes_of_payments_or_invents_notices_has_to_wait_too() {
    let city = City::open().await;
    let browser = city.browser();
    let ask = async |path: &str, from: &str| {
        let url = format!("http://{}{path}", city.instance().public_address());
        let request = if path.starts_with("/pay") { browser.get(url) } else { browser.post(url) };
        request.header("x-forwarded-for", from).send().await.unwrap()
    };
    for (path, at_once, refused) in [("/pay/nothing", 60, 404), ("/notices/wechat", 500, 401)] {
        let mut waits = 0;
        for turn in 0..at_once * 2 {
            let answer = ask(path, "203.0.113.7").await;
            if answer.status() == 429 {
                assert!(turn >= at_once, "{path}: turn {turn} is within the first {at_once}");
                assert!(answer.headers().contains_key("retry-after"), "{path}");
                waits += 1;
            } else {
                assert_eq!(answer.status(), refused, "{path}");
            }
        }
        assert!(waits > 0, "{path}: nobody had to wait");
        assert_eq!(
            ask(path, "203.0.113.8").await.status(),
            refused,
            "{path}: another address has its own turns"
        );
    }
}
