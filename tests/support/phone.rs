//! The phone of somebody who pays: opens what the code says and presses a button of the simulated page.

#![allow(unreachable_pub, clippy::unwrap_used, missing_docs)]

use std::io::{Read, Write};
use std::net::TcpStream;

/// Opens the page behind a code, as scanning does, and presses one of its buttons.
pub fn press(code: &str, button: &str) {
    let page = ask(code, "GET", "");
    assert!(page.starts_with("HTTP/1.1 200"), "there is no page behind the code: {page}");
    let answer = ask(code, "POST", &format!("button={button}"));
    assert!(answer.starts_with("HTTP/1.1 303"), "the page does not take '{button}': {answer}");
}

fn ask(code: &str, method: &str, body: &str) -> String {
    let (host, path) = code.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut line = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(
        line,
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    answer
}
