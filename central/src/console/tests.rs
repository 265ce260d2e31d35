//! Every page asks at its door: each row of the table is opened by each role, by nobody, and by another site.

use super::door::{Door, FORM_TOKEN};
use super::{Console, Route, open, routes};
use crate::Fleet;
use crate::keys::{self, Keys};
use crate::operators::{self, OperatorFault, Role, Stage, Token, may};
use crate::store;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use contract::OperatorId;
use contract::suite::Suite;
use jiff::Timestamp;
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;
use tower_service::Service;

struct Desk {
    _folder: TempDir,
    console: Console,
    pages: Router,
}

impl Desk {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        keys::init(&keys, Suite::Sm).unwrap();
        let store =
            store::open(&format!("sqlite:{}", folder.path().join("central.db").display())).await.unwrap();
        let keys = Arc::new(Keys::load(&keys).unwrap());
        let fleet = Arc::new(Fleet::new(Arc::clone(&store), Arc::clone(&keys)));
        let console = Console::new(store, keys, fleet, None);
        let pages = open(console.clone()).await.unwrap();
        Self { _folder: folder, console, pages }
    }

    /// Somebody of this role, logged in as far as that.
    async fn session(&self, role: &Role, stage: Stage) -> Token {
        let (token, now) = (Token::random().unwrap(), Timestamp::now());
        let id: OperatorId = role.to_string().replace(':', "-").parse().unwrap();
        let (opened, role) = (token.clone(), role.clone());
        let open = self.console.store.change(move |sql| {
            match operators::add(sql, &id, &role, "-", now) {
                Ok(()) | Err(OperatorFault::Exists) => {}
                Err(fault) => return Err(fault),
            }
            Ok(operators::open_session(sql, &opened, (&id, stage), "", now)?)
        });
        open.await.unwrap();
        token
    }

    /// Asks for a page by its method.
    async fn ask(&mut self, route: &Route, session: Option<&Token>, form_token: &str) -> Response {
        let path = route.path.replace("{id}", "nobody").replace("{key}", &"0".repeat(64));
        let mut request = Request::builder().method(route.method.clone()).uri(path);
        if let Some(token) = session {
            request = request.header(header::COOKIE, format!("session={}", token.expose().expose()));
        }
        let form = "application/x-www-form-urlencoded";
        let mut request = request
            .header(header::CONTENT_TYPE, form)
            .header(FORM_TOKEN, form_token)
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(ConnectInfo::<SocketAddr>("127.0.0.1:1".parse().unwrap()));
        self.pages.call(request).await.unwrap()
    }
}

#[tokio::test]
async fn each_role_opens_the_doors_of_its_acts_and_no_other() {
    let mut desk = Desk::open().await;
    for role in ["city", "district:futian", "technician:futian", "auditor"] {
        let role: Role = role.parse().unwrap();
        for route in routes() {
            let Door::Operator(act) = route.door else { continue };
            // Some of the pages end the session.
            let token = desk.session(&role, Stage::Full).await;
            let status = desk.ask(&route, Some(&token), &token.form_token()).await.status();
            let is_in = status != StatusCode::FORBIDDEN;
            assert_eq!(is_in, may(&role, act, &role.home()), "{role} {}: {status}", route.path);
        }
    }
}

#[tokio::test]
async fn nobody_gets_past_a_door_without_both_factors() {
    let mut desk = Desk::open().await;
    let half = desk.session(&Role::City, Stage::Password).await;
    let stranger = Token::random().unwrap();
    for route in routes() {
        let expected = match route.door {
            Door::Anyone | Door::InTurn => continue,
            Door::HalfWay => [Some("/login"), Some("/login"), None],
            Door::Operator(_) => [Some("/login"), Some("/login"), Some("/login/code")],
        };
        for (session, expected) in [None, Some(&stranger), Some(&half)].into_iter().zip(expected) {
            let form_token = session.map(Token::form_token).unwrap_or_default();
            let response = desk.ask(&route, session, &form_token).await;
            let sent_to = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap());
            if let Some(expected) = expected {
                assert_eq!(sent_to, Some(expected), "{}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn no_other_site_acts_for_an_operator() {
    let mut desk = Desk::open().await;
    let token = desk.session(&Role::City, Stage::Full).await;
    let other = desk.session(&Role::City, Stage::Full).await;
    for route in routes() {
        if !matches!(route.door, Door::Operator(_)) || route.method != Method::POST {
            continue;
        }
        for form_token in [String::new(), other.form_token()] {
            let status = desk.ask(&route, Some(&token), &form_token).await.status();
            assert_eq!(status, StatusCode::FORBIDDEN, "{}", route.path);
        }
    }
}

#[tokio::test]
async fn every_answer_keeps_scripts_and_frames_of_others_out() {
    let mut desk = Desk::open().await;
    for route in routes() {
        let response = desk.ask(&route, None, "").await;
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
