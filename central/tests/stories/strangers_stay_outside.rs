//! Nobody without a kiosk's certificate of our own authority gets an answer, and nobody can keep others waiting.

use crate::support::{City, client, make_authority};
use central::ca::{self, Papers};
use contract::KioskId;
use tokio::net::TcpStream;

#[tokio::test]
async fn without_a_certificate_there_is_no_answer() {
    let city = City::open().await;
    let nobody = client(&city.authority().join("ca.pem"), None);
    assert!(nobody.get(city.url("/health")).send().await.is_err());
}

#[tokio::test]
async fn a_certificate_of_another_authority_opens_nothing() {
    let city = City::open().await;
    let elsewhere = tempfile::tempdir().unwrap();
    make_authority(elsewhere.path());
    let kiosk: KioskId = "ft-0001".parse().unwrap();
    let papers = ca::issue_kiosk(elsewhere.path(), &kiosk).unwrap();
    let stranger = client(&city.authority().join("ca.pem"), Some(&papers));
    assert!(stranger.get(city.url("/health")).send().await.is_err());
}

#[tokio::test]
async fn centrals_own_certificate_is_no_kiosks() {
    let city = City::open().await;
    let papers = Papers::of_server(city.authority());
    let impostor = client(&papers.authority, Some(&papers));
    assert!(impostor.get(city.url("/health")).send().await.is_err());
}

#[tokio::test]
async fn connections_that_say_nothing_keep_nobody_waiting() {
    let city = City::open().await;
    let address = city.url("").replace("https://", "");
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(TcpStream::connect(&address).await.unwrap());
    }
    assert_eq!(city.kiosk("ft-0001").get("/health").await.status(), 200);
    drop(silent);
}
