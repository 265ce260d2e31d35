//! The phone of somebody before a terminal: opens what a code says, presses a button of the simulated payment, sends pictures,
//! fills in a form of central's pages for anyone and opens one that a terminal kept. Used by the demo's keeper and by
//! central's stories as well.

#![allow(dead_code, unreachable_pub, missing_docs)]

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::TcpStream;

/// The type of a form without files.
const FORM: &str = "application/x-www-form-urlencoded";

/// Opens the page behind a code, as scanning does, and presses one of its buttons.
pub fn press(code: &str, button: &str) -> io::Result<()> {
    expect("HTTP/1.1 200", &ask(code, "GET", "", &[])?)?;
    expect("HTTP/1.1 303", &ask(code, "POST", FORM, format!("button={button}").as_bytes())?)
}

/// Opens the page behind a code and sends pictures with its form.
pub fn send(code: &str, pictures: &[Vec<u8>]) -> io::Result<()> {
    expect("HTTP/1.1 200", &ask(code, "GET", "", &[])?)?;
    let (form, body) = form_of(pictures);
    expect("HTTP/1.1 303", &ask(code, "POST", &form, &body)?)
}

/// What a browser makes of a form with files: the type of its body, and the body. A file button that was not used sends an
/// empty file.
pub fn form_of(files: &[Vec<u8>]) -> (String, Vec<u8>) {
    const BETWEEN: &str = "----somewhere-between-two-files";
    let mut body = Vec::new();
    for file in files.iter().map(Vec::as_slice).chain([&b""[..]]) {
        let name = if file.is_empty() { "" } else { "IMG_0001.JPG" };
        let head = format!(
            "--{BETWEEN}\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"{name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BETWEEN}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BETWEEN}"), body)
}

/// Fills in the form of a service, page after page, for a person; the six digits that come of it.
pub fn begin_draft(public: &str, service: &str, id_no: &str, answers: &[(&str, &str)]) -> io::Result<String> {
    /// More pages than answers bring up one after the other.
    const PAGES: usize = 6;
    let address = format!("{public}/draft/{service}");
    let mut page = ask(&address, "GET", "", &[])?;
    for _ in 0..PAGES {
        let shown: Vec<String> = page
            .split("name=\"shown\" value=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect();
        let mut body = format!("bound_to={}", encoded(id_no));
        for field in &shown {
            let _ = write!(body, "&shown={}", encoded(field));
            for (_, value) in answers.iter().filter(|(id, _)| id == field) {
                let _ = write!(body, "&{field}={}", encoded(value));
            }
        }
        page = ask(&address, "POST", FORM, body.as_bytes())?;
        if let Some(code) = page.split("class=\"code\">").nth(1).and_then(|rest| rest.split('<').next()) {
            return Ok(code.chars().filter(char::is_ascii_digit).collect());
        }
    }
    Err(io::Error::other(format!("no code comes of it: {page}")))
}

/// Opens what a terminal kept; the page.
pub fn open_draft(public: &str, code: &str, id_no: &str) -> io::Result<String> {
    let body = format!("code={code}&id_no={}", encoded(id_no));
    ask(&format!("{public}/draft/open"), "POST", FORM, body.as_bytes())
}

fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn expect(status: &str, answer: &str) -> io::Result<()> {
    if answer.starts_with(status) {
        return Ok(());
    }
    let first = answer.lines().next().unwrap_or_default();
    Err(io::Error::other(format!("the page behind the code answers '{first}', not {status}")))
}

fn ask(code: &str, method: &str, form: &str, body: &[u8]) -> io::Result<String> {
    let place = code.strip_prefix("http://").and_then(|place| place.split_once('/'));
    let (host, path) = place.ok_or_else(|| io::Error::other(format!("'{code}' is no address of a page")))?;
    let mut line = TcpStream::connect(host)?;
    let length = body.len();
    write!(
        line,
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: {form}\r\ncontent-length: {length}\r\n\r\n"
    )?;
    line.write_all(body)?;
    let mut answer = String::new();
    line.read_to_string(&mut answer)?;
    Ok(answer)
}
