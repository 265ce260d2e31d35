//! The terminal's private key as it lies on the disk: sealed to the machine's own security chip (TPM 2.0) where there is one, so
//! that a disk alone opens nothing; else as it is, in a file for its owner alone. The chip is spoken to by `systemd-creds`.
//!
//! Knows nothing of certificates or central. Sealing and opening ask a program and take up to a second: no screen waits here.

use contract::Secret;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// What seals and opens.
const PROGRAM: &str = "systemd-creds";
/// The name that is sealed in: a credential of another purpose does not open as this one.
const NAME: &str = "--name=kiosk-key";
/// A register that is the same at every start, so that the key is bound to the chip and not to what was started: an update of
/// the firmware must not take a street's terminals from central (docs/decisions/0037). Without any register systemd 252 seals
/// what it does not open.
const REGISTERS: &str = "--tpm2-pcrs=16";
/// Around a sealed key, as PEM has it.
const BEGIN: &str = "-----BEGIN SEALED KIOSK KEY-----\n";
const END: &str = "-----END SEALED KIOSK KEY-----\n";
/// More than a sealed key ever is.
const MOST: u64 = 64 * 1024;

/// A sealed key does not open.
#[derive(Debug, thiserror::Error)]
#[error(
    "the key is sealed to a security chip that does not open it ({0}): on this machine, try 'systemd-creds has-tpm2'; on \
     another, or with another mainboard, enrol the terminal again"
)]
pub struct NotOpened(String);

/// The key as it is to be written: sealed, or the same where no chip takes it.
pub(crate) fn sealed(key: &Secret<String>) -> Secret<String> {
    match ask(&["encrypt", "--with-key=tpm2", REGISTERS, NAME, "-", "-"], key.expose().as_bytes()) {
        Ok(sealed) if sealed.expose().is_ascii() && !sealed.expose().trim().is_empty() => {
            Secret::new(format!("{BEGIN}{}\n{END}", sealed.expose().trim_end()))
        }
        Ok(_) => key.clone(),
        Err(why) => {
            tracing::info!(why, "no security chip takes the key: it stays in a file for its owner alone");
            key.clone()
        }
    }
}

/// Whether a text holds a sealed key.
pub(crate) fn is_sealed(text: &str) -> bool {
    text.contains(BEGIN)
}

/// A text that was written here, with its key as a program reads it.
pub(crate) fn opened(text: Secret<String>) -> Result<Secret<String>, NotOpened> {
    let whole = text.expose();
    let Some((before, rest)) = whole.split_once(BEGIN) else { return Ok(text) };
    let (blob, after) = rest.split_once(END).ok_or_else(|| NotOpened("its end is missing".to_owned()))?;
    let key = ask(&["decrypt", NAME, "-", "-"], blob.as_bytes()).map_err(NotOpened)?;
    Ok(Secret::new(format!("{before}{}{after}", key.expose())))
}

/// Lets the program work on what it is given; what it says, or why not.
fn ask(arguments: &[&str], given: &[u8]) -> Result<Secret<String>, String> {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("{PROGRAM}: {error}"))?;
    // What it is given is shorter than a pipe: it can't wait for us while we wait for it. It may end before it has read it all.
    let written = child.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(given));
    let mut said = Vec::new();
    let read = child.stdout.take().map_or(Ok(0), |pipe| pipe.take(MOST).read_to_end(&mut said));
    let said = Secret::new(said);
    let ended = child.wait_with_output().map_err(|error| format!("{PROGRAM}: {error}"))?;
    if !ended.status.success() {
        let words = String::from_utf8_lossy(&ended.stderr);
        return Err(words.lines().last().unwrap_or("it did not say why").chars().take(200).collect());
    }
    written.and(read).map_err(|error| format!("{PROGRAM}: {error}"))?;
    match std::str::from_utf8(said.expose()) {
        Ok(text) => Ok(Secret::new(text.to_owned())),
        Err(_) => Err(format!("{PROGRAM} gave what is no text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_sealed_is_left_as_it_is() {
        let plain = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
        assert!(!is_sealed(plain));
        assert_eq!(opened(Secret::new(plain.to_owned())).unwrap().expose(), plain);
    }

    #[test]
    fn what_is_cut_off_or_of_another_machine_does_not_open_and_says_what_to_do() {
        for text in [format!("{BEGIN}AAAA"), format!("{BEGIN}AAAA\n{END}")] {
            assert!(is_sealed(&text));
            let why = opened(Secret::new(text)).unwrap_err().to_string();
            assert!(why.contains("enrol the terminal again"), "{why}");
        }
    }
}
