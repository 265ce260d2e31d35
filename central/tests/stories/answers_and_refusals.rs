//! What central answers at once, and how it says no: always a problem document that tells what to do.

use crate::support::{City, application, envelope, key, problem, receipt};
use central::sample_registry::MARK;
use contract::Seq;
use contract::message::{CaseProgress, CaseState, EntryBody, Outcome};
use contract::series::{MAX_REQUEST_BYTES, sealing_context};

#[tokio::test]
async fn a_look_up_is_answered_on_the_spot_and_marked_as_a_sample() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let answer = receipt(kiosk.post(key(), &application(1, "SZ-SB-000001")).await).await;
    let Outcome::Answered { case, lines, check_code: None } = answer.outcome else { panic!("{answer:?}") };
    assert_eq!(lines[0].label, MARK);
    assert!(lines.iter().any(|line| line.label == "参保状态"));
    let progress: CaseProgress = kiosk.get(&format!("/v1/cases/{case}")).await.json().await.unwrap();
    assert_eq!(progress.state, CaseState::Completed);
}

#[tokio::test]
async fn a_certificate_has_a_check_code() {
    let city = City::open().await;
    let answer = receipt(city.kiosk("ft-0001").post(key(), &application(1, "SZ-SB-000002")).await).await;
    assert!(matches!(answer.outcome, Outcome::Answered { check_code: Some(code), .. } if code.len() == 12));
}

#[tokio::test]
async fn a_request_without_a_proper_key_is_refused() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let quoted = key();
    let body = kiosk.body(quoted, &application(1, "SZ-HZ-000001"));
    assert_eq!(problem(kiosk.post_raw(None, body.clone()).await).await, (400, "key-missing".to_owned()));
    let v4 = "7f0c2f5e-9a53-4c5f-8f5e-0d8b0b2f1a11";
    for bad in ["", "1", "not-a-key", v4, "00000000-0000-0000-0000-000000000000"] {
        let answer = problem(kiosk.post_raw(Some(bad), body.clone()).await).await;
        assert_eq!(answer, (400, "key-ill-formed".to_owned()), "{bad}");
    }
    let quoted = format!("\"{quoted}\"");
    assert_eq!(kiosk.post_raw(Some(&quoted), body).await.status(), 201, "the draft quotes the key");
}

#[tokio::test]
async fn a_body_that_is_no_entry_is_refused_without_quoting_it() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let mut nameless = application(1, "SZ-HZ-000001");
    if let EntryBody::Application(application) = &mut nameless.entry.body {
        application.fields.clear();
    }
    let cases: [(Vec<u8>, u16, &str); 6] = [
        (vec![b'x'; MAX_REQUEST_BYTES + 1], 413, "too-large"),
        (Vec::new(), 422, "not-an-entry"),
        (b"{\"seq\":\"MARKER-OF-A-PERSON\"}".to_vec(), 422, "not-an-entry"),
        (vec![b'['; 100_000], 422, "not-an-entry"),
        (envelope(Seq(0), 1, b"sealed"), 422, "not-an-entry"),
        (envelope(Seq(1), 1, b"sealed"), 422, "seal-broken"),
    ];
    for (body, status, kind) in cases {
        let answer = kiosk.post_raw(Some(&key().to_string()), body).await;
        assert_eq!(problem(answer).await, (status, kind.to_owned()));
    }
    for (sent, kind) in [(application(2, "SZ-XX-999999"), "unknown-service"), (nameless, "form-refused")] {
        assert_eq!(problem(kiosk.post(key(), &sent).await).await, (422, kind.to_owned()));
    }
    let (odd, name) = (key(), "ft-0001".parse().unwrap());
    let keys = crate::support::keys_of(city.authority());
    let public: contract::desired::PublicKey =
        std::fs::read_to_string(keys.join("seal-1.pub")).unwrap().parse().unwrap();
    let sealer = public.suite.sealer(&public.bytes).unwrap();
    let sealed = sealer.seal(&sealing_context(&name, odd), b"{\"name\":\"MARKER\"}").unwrap();
    let answer = kiosk.post_raw(Some(&odd.to_string()), envelope(Seq(3), 1, &sealed)).await;
    assert!(!answer.text().await.unwrap().contains("MARKER"), "what is in a seal is not quoted either");
    let broken = kiosk.post_raw(Some(&key().to_string()), b"{\"seq\":\"MARKER\"}".to_vec()).await;
    assert!(!broken.text().await.unwrap().contains("MARKER"));
}

#[tokio::test]
async fn a_path_or_method_that_is_not_there_is_a_problem_too() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    assert_eq!(problem(kiosk.get("/v1/nothing").await).await, (404, "no-such-path".to_owned()));
    assert_eq!(problem(kiosk.get("/v1/entries").await).await, (405, "method".to_owned()));
    for case in ["1", "4403042026112300000171", "%FF", "4403042026112300000170'--"] {
        let answer = problem(kiosk.get(&format!("/v1/cases/{case}")).await).await;
        assert_eq!(answer, (404, "no-such-case".to_owned()), "{case}");
    }
    assert_eq!(kiosk.get("/health").await.text().await.unwrap(), "ok");
}
