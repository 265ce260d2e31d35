//! Which terminals are let in: whom an operator invited and whose key was compared; a code is good once and for one key; a
//! revoked certificate is turned away at its next request; a renewed one stands beside the old.

use crate::support::{City, on_every_store};
use central::ca::{Authority, RequestedKey};
use central::enrolment::{self, Asked, EnrolmentFault};
use central::store::{Store, StoreError};
use central::{CertificateFingerprint, Terminal};
use contract::enrolment::{ClaimCode, EnrolmentAnswer};
use contract::{KioskId, OperatorId};
use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::sync::Arc;

on_every_store!(
    a_terminal_is_invited_compared_and_let_in,
    a_code_is_good_for_one_key_and_five_tries,
    a_revoked_terminal_is_turned_away_at_its_next_request,
    a_renewed_certificate_stands_beside_the_old_one,
);

/// An operator's and a technician's acts, and the terminal's own.
struct Desk {
    store: Arc<dyn Store>,
    authority: Arc<Authority>,
    now: Timestamp,
}

impl Desk {
    async fn of(city: &City) -> Self {
        let authority = Arc::new(Authority::load(city.authority()).unwrap());
        Self { store: city.store().await, authority, now: Timestamp::now() }
    }

    async fn invite(&self, code: &ClaimCode) {
        let (code, now) = (code.clone(), self.now);
        let invite =
            move |sql: &mut dyn central::store::Sql| enrolment::invite(sql, &kiosk(), &code, &by(), now);
        self.store.change::<_, StoreError, _>(invite).await.unwrap();
    }

    async fn ask(&self, code: &ClaimCode, request: &str) -> Asked {
        let (code, request, now) = (code.clone(), request.to_owned(), self.now);
        let ask = move |sql: &mut dyn central::store::Sql| {
            let key = RequestedKey::parse(&request).unwrap();
            enrolment::ask(sql, &kiosk(), &code, (&request, &key), now)
        };
        self.store.change::<_, StoreError, _>(ask).await.unwrap()
    }

    async fn approve(&self, request: &str) -> Result<CertificateFingerprint, EnrolmentFault> {
        let (authority, now) = (Arc::clone(&self.authority), self.now);
        let compared = RequestedKey::parse(request).unwrap().fingerprint();
        let approve = move |sql: &mut dyn central::store::Sql| {
            enrolment::approve(sql, &authority, &kiosk(), compared, &by(), now).map(|new| new.fingerprint)
        };
        self.store.change(approve).await
    }

    async fn revoke(&self) -> Result<(), EnrolmentFault> {
        let now = self.now;
        self.store.change(move |sql| enrolment::revoke(sql, &kiosk(), &by(), now)).await
    }

    async fn admits(&self, certificate: CertificateFingerprint) -> bool {
        let look = move |sql: &mut dyn central::store::Sql| {
            enrolment::is_admitted(sql, &Terminal { id: kiosk(), certificate })
        };
        self.store.read::<_, StoreError, _>(look).await.unwrap()
    }

    async fn renew(
        &self,
        certificate: CertificateFingerprint,
    ) -> Result<CertificateFingerprint, EnrolmentFault> {
        let (authority, now, request) = (Arc::clone(&self.authority), self.now, request());
        let renew = move |sql: &mut dyn central::store::Sql| {
            let key = RequestedKey::parse(&request).unwrap();
            let terminal = Terminal { id: kiosk(), certificate };
            enrolment::renew(sql, &authority, &terminal, &key, now).map(|new| new.fingerprint)
        };
        self.store.change(renew).await
    }
}

fn kiosk() -> KioskId {
    "ft-0007".parse().unwrap()
}

fn by() -> OperatorId {
    "li".parse().unwrap()
}

fn code(seed: u8) -> ClaimCode {
    ClaimCode::of(&[seed; 12])
}

/// What a terminal sends of a key that it made.
fn request() -> String {
    let key = KeyPair::generate().unwrap();
    CertificateParams::new(Vec::new()).unwrap().serialize_request(&key).unwrap().pem().unwrap()
}

async fn a_terminal_is_invited_compared_and_let_in(city: City) {
    let desk = Desk::of(&city).await;
    let mine = request();
    assert_eq!(desk.ask(&code(1), &mine).await, Asked::NotInvited, "nobody was invited");
    desk.invite(&code(1)).await;
    assert!(matches!(desk.approve(&mine).await, Err(EnrolmentFault::NothingWaits)));
    let waiting = desk.ask(&code(1), &mine).await;
    assert!(matches!(waiting, Asked::Answer(EnrolmentAnswer::Waiting { .. })), "{waiting:?}");
    assert!(matches!(desk.approve(&request()).await, Err(EnrolmentFault::OtherKey(_))), "not what waits");
    let fingerprint = desk.approve(&mine).await.unwrap();
    for _ in 0..2 {
        let Asked::Answer(EnrolmentAnswer::Enrolled { certificate }) = desk.ask(&code(1), &mine).await else {
            panic!("an answer that was lost is given again")
        };
        let der = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
        assert_eq!(CertificateFingerprint::of(&der), fingerprint);
    }
    assert!(desk.admits(fingerprint).await);
    assert!(!desk.admits(CertificateFingerprint::of(b"made by hand")).await, "listed ones only, from now on");
    let later = desk.now + SignedDuration::from_hours(25);
    let over = Desk { now: later, ..desk };
    assert_eq!(over.ask(&code(1), &mine).await, Asked::NotInvited, "a code is good for a day");
}

async fn a_code_is_good_for_one_key_and_five_tries(city: City) {
    let desk = Desk::of(&city).await;
    let (mine, theirs) = (request(), request());
    desk.invite(&code(1)).await;
    desk.ask(&code(1), &mine).await;
    assert_eq!(desk.ask(&code(1), &theirs).await, Asked::OtherKey);
    let now = desk.now;
    let invitations = desk.store.read(move |sql| enrolment::invitations(sql, now)).await;
    let invitations: Vec<enrolment::Invitation> = invitations.map_err(|error: StoreError| error).unwrap();
    assert_eq!(invitations.iter().map(|one| one.others).collect::<Vec<_>>(), [1], "the operator sees it");
    for _ in 0..5 {
        assert_eq!(desk.ask(&code(2), &mine).await, Asked::NotInvited);
    }
    assert_eq!(desk.ask(&code(1), &mine).await, Asked::NotInvited, "whoever guesses ends the invitation");
}

async fn a_revoked_terminal_is_turned_away_at_its_next_request(city: City) {
    let desk = Desk::of(&city).await;
    // Its certificate was made by hand, and it is revoked over the same connection.
    let terminal = city.kiosk("ft-0007");
    assert_eq!(terminal.get("/v1/tail").await.status(), 200);
    desk.revoke().await.unwrap();
    let refused = terminal.get("/v1/tail").await;
    assert_eq!(refused.status(), 403);
    assert!(refused.text().await.unwrap().contains("urn:budayang:problem:not-admitted"));
    assert!(matches!(desk.revoke().await, Err(EnrolmentFault::RevokedAlready)));
    assert_eq!(city.kiosk("ft-0008").get("/v1/tail").await.status(), 200, "its neighbour is let in");
}

async fn a_renewed_certificate_stands_beside_the_old_one(city: City) {
    let desk = Desk::of(&city).await;
    let first = CertificateFingerprint::of(b"made by hand");
    let second = desk.renew(first).await.unwrap();
    assert!(desk.admits(first).await && desk.admits(second).await, "an answer may be lost");
    desk.revoke().await.unwrap();
    assert!(!desk.admits(first).await && !desk.admits(second).await);
    let asked = city.kiosk("ft-0001").post_to("/v1/certificate", b"{\"request\":\"no\"}".to_vec()).await;
    assert_eq!(asked.status(), 422);
    let mut given = 0;
    while desk.renew(first).await.is_ok() {
        given += 1;
        assert!(given < 10, "a terminal that renews without end is stopped");
    }
}
