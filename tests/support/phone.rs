//! The phone of somebody who pays: opens what the code says and presses a button of the simulated page. Used by the
//! demo's keeper as well.

#![allow(unreachable_pub, missing_docs)]

use std::io::{self, Read, Write};
use std::net::TcpStream;

/// Opens the page behind a code, as scanning does, and presses one of its buttons.
pub fn press(code: &str, button: &str) -> io::Result<()> {
    expect("HTTP/1.1 200", &ask(code, "GET", "")?)?;
    expect("HTTP/1.1 303", &ask(code, "POST", &format!("button={button}"))?)
}

fn expect(status: &str, answer: &str) -> io::Result<()> {
    if answer.starts_with(status) {
        return Ok(());
    }
    let first = answer.lines().next().unwrap_or_default();
    Err(io::Error::other(format!("the page behind the code answers '{first}', not {status}")))
}

fn ask(code: &str, method: &str, body: &str) -> io::Result<String> {
    let place = code.strip_prefix("http://").and_then(|place| place.split_once('/'));
    let (host, path) = place.ok_or_else(|| io::Error::other(format!("'{code}' is no address of a page")))?;
    let mut line = TcpStream::connect(host)?;
    let length = body.len();
    write!(
        line,
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    line.read_to_string(&mut answer)?;
    Ok(answer)
}
