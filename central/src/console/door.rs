//! The door of every page: who asks, by which session, from where, and whether they may. A handler behind a door gets a
//! [`Visit`] and has nothing left to check but the place of what it does.

use super::trouble::{Trouble, forbidden};
use super::{Console, MAX_FORM_BYTES};
use crate::audit::{self, Deed};
use crate::limits::{self, Limit};
use crate::operators::{self, Act, Place, Role, Session, Stage, Token, may};
use crate::store::StoreError;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use contract::language::Language;
use jiff::Timestamp;
use std::net::{IpAddr, SocketAddr};

/// The cookie of the session, and that of the language.
pub(super) const SESSION: &str = "session";
pub(super) const LANGUAGE: &str = "language";
/// The field of a form, and the header of a request by htmx, that say that one of our pages sends.
pub(super) const FORM_TOKEN: &str = "csrf";

/// Who may open a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// Anyone who reaches the listener.
    Anyone,
    /// Anyone, each address at its turn: who guesses passwords has to wait.
    InTurn,
    /// Whose password was right, and whose code is not known yet.
    HalfWay,
    /// An operator who may do this.
    Operator(Act),
}

/// What a door needs.
#[derive(Clone)]
pub(super) struct Guard {
    console: Console,
    limit: Limit<IpAddr>,
    door: Door,
    /// The longest form that is taken.
    most: usize,
}

impl Guard {
    pub(super) fn new(console: Console) -> Self {
        Self { console, limit: limits::log_ins(), door: Door::Anyone, most: MAX_FORM_BYTES }
    }

    pub(super) fn of(&self, door: Door, most: usize) -> Self {
        Self { door, most, ..self.clone() }
    }
}

/// Anyone at all: how to speak with them, and where they are.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    pub(super) language: Language,
    pub(super) address: String,
    /// Whether TLS ends in front of us, as the city's own web server says.
    pub(super) by_tls: bool,
    /// What was asked for, if it can be asked for again.
    pub(super) path: Option<String>,
}

impl Guest {
    fn of(peer: SocketAddr, headers: &HeaderMap) -> (Self, IpAddr) {
        let said = |name: &str| {
            let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
            Some(value.rsplit(',').next()?.trim().to_owned())
        };
        // Only a web server on this machine is believed.
        let from_front = peer.ip().is_loopback();
        let address = said("x-forwarded-for").and_then(|text| text.parse().ok()).filter(|_| from_front);
        let address = address.unwrap_or_else(|| peer.ip());
        let by_tls = from_front && said("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
        let language = cookie(headers, LANGUAGE).map_or(Language::Chinese, Language::of);
        (Self { language, address: address.to_string(), by_tls, path: None }, address)
    }
}

/// Somebody whom a session knows.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) guest: Guest,
    pub(super) session: Session,
    /// What each form of the session carries.
    pub(super) form_token: String,
}

impl Visit {
    pub(super) const fn role(&self) -> &Role {
        &self.session.operator.role
    }

    /// Whether this operator may do this anywhere.
    pub(super) fn may(&self, act: Act) -> bool {
        may(self.role(), act, &self.role().home())
    }

    /// Refuses what this operator may not do there.
    pub(super) fn insist(&self, act: Act, place: &Place) -> Result<(), Trouble> {
        if may(self.role(), act, place) { Ok(()) } else { Err(Trouble::Forbidden) }
    }

    /// An act of this operator, to be written down.
    pub(super) fn act(
        &self,
        deed: Deed,
        subject: &(impl ToString + ?Sized),
        detail: &(impl ToString + ?Sized),
    ) -> audit::Act {
        audit::Act {
            actor: self.session.operator.id.to_string(),
            deed,
            subject: subject.to_string(),
            detail: detail.to_string(),
            address: self.guest.address.clone(),
        }
    }
}

/// Lets a request in, or says why not.
pub(super) async fn enter(
    State(guard): State<Guard>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let (mut guest, address) = Guest::of(peer, request.headers());
    let is_post = request.method() == Method::POST;
    if !is_post {
        guest.path = request.uri().path_and_query().map(ToString::to_string);
    }
    if is_post && !comes_from_us(request.headers()) {
        return forbidden(guest.language);
    }
    if guard.door == Door::InTurn
        && let Err(wait) = guard.limit.take(&address)
    {
        return super::trouble::too_often(guest.language, wait.as_secs() + 1);
    }
    if !matches!(guard.door, Door::Anyone | Door::InTurn) {
        let visit = match guard.admit(&guest, request.headers()).await {
            Ok(Admission::In(visit)) => *visit,
            Ok(Admission::Elsewhere(path)) => return send_to(path, request.headers()),
            Err(trouble) => return trouble.into_response(),
        };
        if is_post {
            request = match with_form_token(request, &visit.form_token, guard.most).await {
                Ok(request) => request,
                Err(status) => return (status, forbidden(guest.language)).into_response(),
            };
        }
        if let Door::Operator(act) = guard.door
            && !visit.may(act)
        {
            return guard.deny(&visit, request.uri().path()).await;
        }
        request.extensions_mut().insert(visit);
    }
    request.extensions_mut().insert(guest);
    next.run(request).await
}

enum Admission {
    In(Box<Visit>),
    Elsewhere(&'static str),
}

impl Guard {
    async fn admit(&self, guest: &Guest, headers: &HeaderMap) -> Result<Admission, Trouble> {
        let Some(token) = cookie(headers, SESSION).and_then(Token::parse) else {
            return Ok(Admission::Elsewhere("/login"));
        };
        let (key, now) = (token.key(), Timestamp::now());
        let store = &self.console.store;
        let session = store.read(move |sql| operators::find_session(sql, key, now)).await;
        let Some(session) = session.map_err(Trouble::Store)? else {
            return Ok(Admission::Elsewhere("/login"));
        };
        match (self.door, session.stage) {
            (Door::Operator(_), Stage::Password) => return Ok(Admission::Elsewhere("/login/code")),
            (Door::HalfWay, Stage::Full) => return Ok(Admission::Elsewhere("/")),
            _ => {}
        }
        if session.wants_touch(now) {
            store.change(move |sql| operators::touch_session(sql, key, now)).await.map_err(Trouble::Store)?;
        }
        let form_token = token.form_token();
        Ok(Admission::In(Box::new(Visit { guest: guest.clone(), session, form_token })))
    }

    /// What somebody tried and may not is worth knowing.
    async fn deny(&self, visit: &Visit, path: &str) -> Response {
        let (act, now) = (visit.act(Deed::Denied, path, ""), Timestamp::now());
        let noted = self.console.store.change(move |sql| audit::append(sql, &act, now));
        match noted.await {
            Ok::<_, StoreError>(_) => forbidden(visit.guest.language),
            Err(error) => Trouble::Store(error).into_response(),
        }
    }
}

/// htmx follows no redirection of a whole page by itself.
fn send_to(path: &'static str, headers: &HeaderMap) -> Response {
    if headers.contains_key("hx-request") {
        (StatusCode::OK, [("hx-redirect", path)]).into_response()
    } else {
        Redirect::to(path).into_response()
    }
}

/// Whether the browser says that one of our own pages sends this; what is no browser says nothing.
fn comes_from_us(headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (said("sec-fetch-site"), said("origin"), said("host")) {
        (Some(site), _, _) => site == "same-origin" || site == "none",
        (None, Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, authority)| authority == host)
        }
        (None, Some(_), None) => false,
        (None, None, _) => true,
    }
}

/// The request, if it carries the token of the session's forms.
async fn with_form_token(request: Request, expected: &str, most: usize) -> Result<Request, StatusCode> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, most).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let of_htmx = parts.headers.get(FORM_TOKEN).and_then(|value| value.to_str().ok());
    let of_form = body.split(|byte| *byte == b'&').find_map(|field| {
        let value = field.strip_prefix(FORM_TOKEN.as_bytes())?.strip_prefix(b"=")?;
        std::str::from_utf8(value).ok()
    });
    let given = of_htmx.or(of_form).unwrap_or_default();
    // Both are digests of something that nobody else knows: how long comparing takes tells nothing.
    if given == expected {
        Ok(Request::from_parts(parts, Body::from(body)))
    } else {
        Err(StatusCode::FORBIDDEN)
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|value| value.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

/// A cookie for our pages alone.
pub(super) fn set_cookie(name: &str, value: &str, guest: &Guest) -> String {
    let secure = if guest.by_tls { "; Secure" } else { "" };
    format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn what_another_site_sends_is_told_by_the_browser() {
        for (pairs, ours) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://c.gov"), ("host", "c.gov")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "https://c.gov"), ("host", "c.gov")], true),
            (&[("origin", "https://evil.example"), ("host", "c.gov")], false),
            (&[("origin", "null"), ("host", "c.gov")], false),
            (&[("host", "c.gov")], true),
        ] {
            assert_eq!(comes_from_us(&headers(pairs)), ours, "{pairs:?}");
        }
    }

    #[test]
    fn only_a_front_on_this_machine_is_believed() {
        let forwarded = headers(&[("x-forwarded-for", "1.2.3.4, 10.9.8.7"), ("x-forwarded-proto", "https")]);
        let (guest, _) = Guest::of("127.0.0.1:5".parse().unwrap(), &forwarded);
        assert_eq!((guest.address.as_str(), guest.by_tls), ("10.9.8.7", true));
        let (guest, _) = Guest::of("10.0.0.1:5".parse().unwrap(), &forwarded);
        assert_eq!((guest.address.as_str(), guest.by_tls), ("10.0.0.1", false));
        assert!(set_cookie("session", "1", &guest).ends_with("; HttpOnly; SameSite=Strict; Path=/"));
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = headers(&[("cookie", "xsession=1; session=2 ; language=en")]);
        assert_eq!(cookie(&headers, "session"), Some("2"));
        assert_eq!(cookie(&headers, "language"), Some("en"));
        assert_eq!(cookie(&headers, "sess"), None);
    }

    #[tokio::test]
    async fn a_form_without_the_token_of_its_session_is_refused() {
        let ask = async |body: &'static str| {
            with_form_token(Request::new(Body::from(body)), "abc", 1000).await.map(|_| ()).err()
        };
        assert_eq!(ask("name=x&csrf=abc").await, None);
        for bad in ["", "csrf=", "csrf=abd", "xcsrf=abc", "name=csrf%3Dabc"] {
            assert_eq!(ask(bad).await, Some(StatusCode::FORBIDDEN), "{bad}");
        }
    }
}
