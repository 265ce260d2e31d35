//! Whatever is asked for wrongly is refused by a problem document that says what is wrong, and never is a failure of
//! central. Reads that are told of elsewhere (a clerk's desk, orders) are asked here as by strangers.

use crate::support::{City, problem};
use reqwest::{Method, Response};
use serde_json::Value;

const STATUS_OF_A_FAILURE: u16 = 500;

#[tokio::test]
async fn every_bad_read_gets_its_problem() {
    let city = City::open().await;
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "HZ"));
    for (path, status, kind) in [
        ("/v1/desired?after=", 400, "body-broken"),
        ("/v1/desired?after=x", 400, "body-broken"),
        ("/v1/desired?after=-1", 400, "body-broken"),
        ("/v1/desired?after=1.5", 400, "body-broken"),
        ("/v1/desired?after=%FF", 400, "body-broken"),
        ("/v1/desired?after=18446744073709551616", 400, "body-broken"),
        ("/v1/desired?after=0&after=0", 400, "body-broken"),
        ("/v1/desired/1", 404, "no-such-path"),
        ("/v1/tail/", 404, "no-such-path"),
        ("/v1/data-resources/population.person", 404, "no-such-path"),
        ("/v1/services/SZ-XX-999999/places", 404, "not-bookable"),
        ("/v1/services/%FF/places", 404, "not-bookable"),
        ("/v1/services/SZ-HZ-000093/place", 404, "no-such-path"),
        ("/v1/cases/", 404, "no-such-path"),
        ("/v1/cases/4403042026112300000011", 404, "no-such-case"),
        ("/v1/orders/ft-0002-20261125-00001", 404, "no-such-order"),
        ("/v1/bills/look-up", 405, "method"),
        ("/v1/journal-heads", 405, "method"),
        ("/v2/tail", 404, "no-such-path"),
    ] {
        assert_eq!(problem(kiosk.get(path).await).await, (status, kind.to_owned()), "{path}");
    }
    for path in
        ["/v1/tail", "/v1/orders", "/v1/orders/ft-0001-20261125-00001", "/v1/services/SZ-HZ-000093/places"]
    {
        assert_eq!(problem(clerk.get(path).await).await, (403, "not-for-you".to_owned()), "{path}");
    }
    let look_up = serde_json::json!({ "provider": "szwater", "account": "1030400017" });
    let answer = problem(clerk.post("/v1/bills/look-up", &look_up).await).await;
    assert_eq!(answer, (403, "not-for-you".to_owned()));
}

#[tokio::test]
async fn nothing_that_is_written_into_a_path_or_a_query_is_a_failure_of_central() {
    let city = City::open().await;
    let (kiosk, clerk) = (city.kiosk("ft-0001"), city.clerk("wang", "HZ"));
    let long = "9".repeat(4_000);
    let names =
        ["1", "-1", "%00", "%FF%FE", "%E5%8A%9E", "'%20OR%201=1--", "..%2F..%2Fca-key.pem", "%", &*long];
    let many = format!("?{}", "after=0&".repeat(500));
    let queries =
        ["?after=x", "?state=all&district=1", "?district=%FF", "?%FF=%00", "?=&&==", "?'--", &*many];
    let mut asked = 0;
    for template in reads() {
        let is_of_one = template.contains('{');
        let of_names = names.iter().filter(|_| is_of_one).map(|name| filled(&template, name));
        let of_queries = queries.iter().map(|query| filled(&template, "1") + query);
        for path in of_names.chain(of_queries) {
            assert_no_failure(&path, kiosk.get(&path).await).await;
            assert_no_failure(&path, clerk.get(&path).await).await;
            asked += 1;
        }
    }
    assert!(asked > 100, "only {asked} were asked");
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_refused() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    // What is asked without a certificate has another door.
    for template in paths(|operations| operations.pointer("/post/security").is_none()) {
        for method in [Method::DELETE, Method::PUT, Method::PATCH] {
            let path = filled(&template, "1");
            let answer = kiosk.ask(method.clone(), &path).await;
            assert_eq!(problem(answer).await, (405, "method".to_owned()), "{method} {path}");
        }
    }
}

/// Whatever it is answered, it is not a failure; a refusal is a problem document.
async fn assert_no_failure(path: &str, answer: Response) {
    let status = answer.status();
    assert!(status.as_u16() < STATUS_OF_A_FAILURE, "{path}: {status}");
    if !status.is_success() {
        problem(answer).await;
    }
}

/// The published paths that something can be read from.
fn reads() -> Vec<String> {
    paths(|operations| operations.get("get").is_some())
}

fn paths(wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    let document: Value = serde_json::from_str(&central::openapi_document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    paths.iter().filter(|(_, operations)| wanted(operations)).map(|(path, _)| path.clone()).collect()
}

/// A path with a name in the place for one.
fn filled(template: &str, name: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { name.to_owned() } else { part.to_owned() };
    template.split('/').map(part).collect::<Vec<_>>().join("/")
}
