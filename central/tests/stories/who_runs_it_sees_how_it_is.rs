//! Counts, life signs and request ids, for whoever runs central; and what central insists on before it starts.

use crate::support::{City, application, cluster, key, make_authority, problem};
use central::store::{self, StoreError};
use private_postgres::{Cluster, ClusterError};

async fn ask(city: &City, path: &str) -> (u16, String) {
    let url = format!("http://{}{path}", city.instance().admin_address());
    let answer = city.browser().get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn what_happened_is_counted_and_every_answer_has_an_id() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let id = key();
    let first = kiosk.post(id, &application(1, "SZ-HZ-000001")).await;
    let second = kiosk.post(id, &application(1, "SZ-HZ-000001")).await;
    assert_ne!(first.headers()["x-request-id"], second.headers()["x-request-id"]);
    assert_eq!(problem(kiosk.post(key(), &application(2, "SZ-XX-999999")).await).await.0, 422);
    let (status, text) = ask(&city, "/metrics").await;
    assert_eq!(status, 200);
    for line in [
        r#"central_entries_total{fate="taken"} 1"#,
        r#"central_entries_total{fate="again"} 1"#,
        r#"central_entries_total{fate="refused"} 1"#,
        r#"central_requests_total{route="/v1/entries",method="POST",status="201"} 1"#,
        "central_connections 1",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("ft-0001"), "a count names nobody");
    assert_eq!(ask(&city, "/health/live").await, (200, "ok\n".to_owned()));
    assert_eq!(ask(&city, "/health/ready").await, (200, "ok\n".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_database_is_said_and_nothing_is_lost() {
    let Some(cluster) = cluster() else { return };
    let city = City::on(cluster, 1).await;
    let kiosk = city.kiosk("ft-0001");
    let (before, entry) = (key(), application(1, "SZ-HZ-000001"));
    let answer = kiosk.post(before, &entry).await.bytes().await.unwrap();
    city.cluster().kill().unwrap();
    let refused = kiosk.post(key(), &application(2, "SZ-HZ-000001")).await;
    assert_eq!(refused.headers()["retry-after"], "2");
    assert_eq!(problem(refused).await, (503, "busy".to_owned()));
    assert_eq!(ask(&city, "/health/live").await.0, 200, "central itself lives");
    assert_eq!(ask(&city, "/health/ready").await.0, 503);
    city.cluster().start_again().unwrap();
    let again = kiosk.post(before, &entry).await;
    assert_eq!(again.status(), 200, "it goes on by itself");
    assert_eq!(again.bytes().await.unwrap(), answer, "what was answered is there");
    assert_eq!(ask(&city, "/health/ready").await.0, 200);
}

#[tokio::test]
async fn a_cluster_that_could_forget_what_it_answered_is_refused() {
    for setting in ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] {
        let forgetful = match Cluster::start_with(&[setting]) {
            Err(ClusterError::NotInstalled) => return,
            forgetful => forgetful.unwrap(),
        };
        let error = store::open(&forgetful.uri()).await.err().unwrap();
        assert!(matches!(error, StoreError::Setting { .. }), "{setting}: {error}");
        assert!(error.to_string().contains(setting.split('=').next().unwrap()), "{error}");
    }
}

#[tokio::test]
async fn a_cluster_is_spoken_to_by_tls_when_its_authority_is_named() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    make_authority(ours.path());
    make_authority(theirs.path());
    let pem = |name: &str| std::fs::read_to_string(ours.path().join(name)).unwrap();
    let cluster = match Cluster::start_with_tls(&pem("server.pem"), &pem("server-key.pem")) {
        Err(ClusterError::NotInstalled) => return,
        cluster => cluster.unwrap(),
    };
    let with =
        |authority: &std::path::Path| format!("{}?sslrootcert={}/ca.pem", cluster.uri(), authority.display());
    store::open(&with(ours.path())).await.unwrap();
    let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'central'";
    let _held = store::open(&with(ours.path())).await.unwrap();
    assert_eq!(cluster.ask(encrypted).unwrap(), "t");
    assert!(
        matches!(store::open(&with(theirs.path())).await, Err(StoreError::Away(_))),
        "an impostor is not believed"
    );
}
