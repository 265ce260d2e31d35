//! An operator with a browser and an authenticator, as far as HTTP goes.

use super::City;
use central::operators::password::Password;
use central::operators::totp::TotpSecret;
use central::operators::{self, OperatorFault};
use contract::{OperatorId, Secret};
use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use reqwest::Response;
use reqwest::header::{COOKIE, SET_COOKIE};

/// A password that an operator chose.
pub(crate) const CHOSEN: &str = "a password of my own";

impl City {
    /// A path of its first instance's console.
    pub(crate) fn console(&self, path: &str) -> String {
        format!("http://{}{path}", self.instance().console_address().unwrap())
    }

    /// Adds an operator; the first password.
    pub(crate) async fn invite(&self, name: &str, role: &str) -> String {
        let (id, role): (OperatorId, operators::Role) = (name.parse().unwrap(), role.parse().unwrap());
        let password = Password::initial().unwrap();
        let (kept, now) = (password.hash().unwrap(), Timestamp::now());
        let add = self.store().await;
        let add = add.change::<_, OperatorFault, _>(move |sql| operators::add(sql, &id, &role, &kept, now));
        add.await.unwrap();
        password.expose().to_owned()
    }

    /// An operator who has just set up the second factor, and is logged in.
    pub(crate) async fn operator(&self, name: &str, role: &str) -> Operator {
        let first = self.invite(name, role).await;
        let mut operator = Operator::new(self, name);
        operator.type_password(&first).await;
        operator.set_up().await;
        operator
    }
}

/// An operator's browser, with its one cookie.
pub(crate) struct Operator {
    http: reqwest::Client,
    /// Where each request goes in its turn.
    consoles: Vec<String>,
    turn: usize,
    pub(crate) name: String,
    pub(crate) cookie: String,
    pub(crate) totp: Option<TotpSecret>,
}

impl Operator {
    pub(crate) fn new(city: &City, name: &str) -> Self {
        let consoles = city.consoles();
        Self {
            http: city.browser(),
            consoles,
            turn: 0,
            name: name.to_owned(),
            cookie: String::new(),
            totp: None,
        }
    }

    fn url(&mut self, path: &str) -> String {
        self.turn += 1;
        format!("{}{path}", self.consoles[self.turn % self.consoles.len()])
    }

    pub(crate) async fn get(&mut self, path: &str) -> Response {
        let url = self.url(path);
        self.http.get(url).header(COOKIE, &self.cookie).send().await.unwrap()
    }

    /// What a page says.
    pub(crate) async fn page(&mut self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    }

    /// Sends a form as our page does; keeps the cookie that comes back.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mut fields = fields.to_vec();
        let form_token = self.form_token();
        fields.push(("csrf", &form_token));
        let url = self.url(path);
        let response = self.http.post(url).header(COOKIE, &self.cookie).form(&fields).send().await.unwrap();
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            cookie.to_str().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        response
    }

    /// Sends a file as htmx does.
    pub(crate) async fn send_file(&mut self, path: &str, field: &str, bytes: &[u8]) -> Response {
        let head =
            format!("--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a\"\r\n\r\n");
        let body = [head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat();
        let (url, token) = (self.url(path), self.form_token());
        let request = self.http.post(url).header(COOKIE, &self.cookie).header("csrf", token);
        let request = request.header("content-type", "multipart/form-data; boundary=edge");
        request.body(body).send().await.unwrap()
    }

    fn form_token(&self) -> String {
        let token = self.cookie.strip_prefix("session=").and_then(operators::Token::parse);
        token.map(|token| token.form_token()).unwrap_or_default()
    }

    pub(crate) async fn type_password(&mut self, password: &str) -> Response {
        let name = self.name.clone();
        self.post("/login", &[("name", &name), ("password", password)]).await
    }

    /// Reads the secret from the page, as an authenticator would.
    pub(crate) async fn read_secret(&mut self) {
        let page = self.page("/login/enrol").await;
        let letters = between(&page, "<code id=\"secret\">", "</code>");
        self.totp = Some(TotpSecret::of(Secret::new(BASE32_NOPAD.decode(letters.as_bytes()).unwrap())));
    }

    /// The code that stands now, or the next one.
    pub(crate) fn code(&self, ahead: SignedDuration) -> String {
        self.totp.as_ref().unwrap().code_at(Timestamp::now() + ahead)
    }

    /// Sets up the second factor and a password.
    pub(crate) async fn set_up(&mut self) {
        self.read_secret().await;
        let code = self.code(SignedDuration::ZERO);
        let fields = [("code", code.as_str()), ("fresh", CHOSEN), ("again", CHOSEN)];
        assert_eq!(self.post("/login/enrol", &fields).await.status(), 303);
    }
}

/// What stands between two texts.
pub(crate) fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}"));
    rest.split_once(after).unwrap().0
}
