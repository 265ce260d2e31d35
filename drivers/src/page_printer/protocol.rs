//! IPP messages as bytes: what is asked of a printer and what it answers. Every answer is a stranger's: only what is known
//! is read, and what is missing is a fault.

use ipp::attribute::{IppAttribute, IppAttributes};
use ipp::model::{DelimiterTag, StatusCode};
use ipp::operation::IppOperation;
use ipp::operation::builder::IppOperationBuilder;
use ipp::parser::IppParser;
use ipp::payload::IppPayload;
use ipp::prelude::Uri;
use ipp::reader::IppReader;
use ipp::value::IppValue;
use std::io::Cursor;

/// The only form in which pages are sent.
const PDF: &str = "application/pdf";
/// The only paper (PWG 5101.1).
const A4: &str = "iso_a4_210x297mm";
/// What a job is called in the printer's own list: nothing of a person.
const JOB_NAME: &str = "budayang";

/// An address that is no printer's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no address of a page printer: write ipp://host:port/path, such as ipp://127.0.0.1:60000/ipp/print"
)]
pub struct NotAnAddress(pub String);

/// Why a printer's answer can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageFault {
    /// A message can't be made or read.
    #[error("no IPP: {0}")]
    Form(String),
    /// It refuses.
    #[error("the printer answers {0}")]
    Status(String),
    /// It has another job in hand.
    #[error("the printer is busy with another job")]
    Busy,
    /// It leaves out what it must say.
    #[error("the printer does not say its {0}")]
    Missing(&'static str),
}

/// How the printer stands (RFC 8011, 5.4.11 and 5.4.12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageState {
    /// Whether it takes jobs.
    pub is_accepting: bool,
    /// Whether it takes PDF.
    pub takes_pdf: bool,
    /// printer-state-reasons: `media-empty-error`, `none`.
    pub reasons: Vec<String>,
    /// Whether A4 lies in a tray (media-ready); true where the printer does not say what does.
    pub has_a4: bool,
}

impl PageState {
    /// Whether it has no paper that fits. What a printer only reports or warns of (RFC 8011, 5.4.12) may be a tray that
    /// nobody uses.
    pub fn is_out_of_paper(&self) -> bool {
        !self.has_a4 || self.says(&["", "-error"])
    }

    /// Whether that is why a job does not go on: then a warning is meant.
    pub(super) fn lets_a_job_wait_for_paper(&self) -> bool {
        self.is_out_of_paper() || self.says(&["-warning"])
    }

    fn says(&self, weights: &[&str]) -> bool {
        let is_paper = |reason: &String| {
            let weight = ["media-empty", "media-needed"].iter().find_map(|paper| reason.strip_prefix(paper));
            weight.is_some_and(|weight| weights.contains(&weight))
        };
        self.reasons.iter().any(is_paper)
    }
}

/// How a job stands (RFC 8011, 5.3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It is waiting or printing, or stopped by something that may pass.
    UnderWay,
    /// The last sheet has left.
    Completed,
    /// It will not be printed.
    Ended,
}

/// A job that the printer has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) id: i32,
    pub(super) stage: Stage,
}

pub(super) fn ask_state(printer: &Uri) -> Result<Vec<u8>, PageFault> {
    let wanted = ["printer-is-accepting-jobs", "printer-state-reasons", "document-format-supported"];
    message(IppOperationBuilder::get_printer_attributes(printer.clone()).attributes(wanted).build())
}

pub(super) fn print_job(printer: &Uri, pdf: &[u8], copies: u8) -> Result<Vec<u8>, PageFault> {
    let copies = IppAttribute::with_name("copies", IppValue::Integer(i32::from(copies)));
    let media = IppValue::Keyword(A4.parse().map_err(form)?);
    let media = IppAttribute::with_name("media", media);
    // The payload goes behind the message by ourselves: the whole length is known.
    let job = IppOperationBuilder::print_job(printer.clone(), IppPayload::empty())
        .user_name(JOB_NAME)
        .job_title(JOB_NAME)
        .document_format(PDF)
        .attributes([copies.map_err(form)?, media.map_err(form)?]);
    let mut bytes = message(job.build())?;
    bytes.extend_from_slice(pdf);
    Ok(bytes)
}

pub(super) fn ask_job(printer: &Uri, id: i32) -> Result<Vec<u8>, PageFault> {
    message(IppOperationBuilder::get_job_attributes(printer.clone(), id).build())
}

pub(super) fn cancel_job(printer: &Uri, id: i32) -> Result<Vec<u8>, PageFault> {
    message(IppOperationBuilder::cancel_job(printer.clone(), id).build())
}

pub(super) fn read_state(bytes: &[u8]) -> Result<PageState, PageFault> {
    let attributes = read(bytes)?;
    let printer = |name| find(&attributes, DelimiterTag::PrinterAttributes, name);
    let accepting = printer("printer-is-accepting-jobs").ok_or(PageFault::Missing("readiness"))?;
    let reasons = printer("printer-state-reasons").ok_or(PageFault::Missing("state"))?;
    let formats = printer("document-format-supported").ok_or(PageFault::Missing("formats"))?;
    Ok(PageState {
        is_accepting: matches!(accepting, IppValue::Boolean(true)),
        takes_pdf: words(formats).iter().any(|format| format == PDF),
        reasons: words(reasons),
        has_a4: printer("media-ready").is_none_or(|ready| words(ready).iter().any(|paper| paper == A4)),
    })
}

pub(super) fn read_job(bytes: &[u8]) -> Result<Job, PageFault> {
    let attributes = read(bytes)?;
    let job = |name| match find(&attributes, DelimiterTag::JobAttributes, name) {
        Some(IppValue::Integer(value) | IppValue::Enum(value)) => Some(*value),
        _ => None,
    };
    let id = job("job-id").ok_or(PageFault::Missing("job-id"))?;
    // RFC 8011, 5.3.7: pending, pending-held, processing, processing-stopped; canceled, aborted; completed.
    let stage = match job("job-state") {
        Some(3..=6) => Stage::UnderWay,
        Some(7 | 8) => Stage::Ended,
        Some(9) => Stage::Completed,
        _ => return Err(PageFault::Missing("job-state")),
    };
    Ok(Job { id, stage })
}

/// Whether the printer did what it was asked.
pub(super) fn read_done(bytes: &[u8]) -> Result<(), PageFault> {
    read(bytes).map(drop)
}

fn message<O: IppOperation, E: std::fmt::Display>(operation: Result<O, E>) -> Result<Vec<u8>, PageFault> {
    Ok(operation.map_err(form)?.into_ipp_request().to_bytes().to_vec())
}

fn form(fault: impl std::fmt::Display) -> PageFault {
    PageFault::Form(fault.to_string())
}

fn read(bytes: &[u8]) -> Result<IppAttributes, PageFault> {
    let parser = IppParser::new(IppReader::new(Cursor::new(bytes.to_vec())));
    let (header, attributes, _) = parser.parse_parts().map_err(form)?;
    let status: StatusCode = header.status_code();
    match status {
        status if status.is_success() => Ok(attributes),
        StatusCode::ServerErrorBusy => Err(PageFault::Busy),
        status => Err(PageFault::Status(format!("{status:?}"))),
    }
}

fn find<'a>(attributes: &'a IppAttributes, group: DelimiterTag, name: &str) -> Option<&'a IppValue> {
    attributes.groups_of(group).find_map(|group| group.get(name)).map(IppAttribute::value)
}

/// One keyword or several, as text.
fn words(value: &IppValue) -> Vec<String> {
    match value {
        IppValue::Array(values) => values.iter().flat_map(words).collect(),
        IppValue::Keyword(word) => vec![word.to_string()],
        IppValue::MimeMediaType(word) => vec![word.as_str().to_owned()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_job_carries_its_copies_its_paper_and_the_page_as_it_is() {
        let bytes =
            print_job(&"ipp://127.0.0.1:8631/ipp/print".parse().unwrap(), b"%PDF-1.7 page", 3).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for part in [PDF, A4, "copies", JOB_NAME] {
            assert!(text.contains(part), "{part}");
        }
        assert!(bytes.ends_with(b"%PDF-1.7 page"));
    }

    #[test]
    fn no_paper_is_known_by_its_reason() {
        let state = |reason: &str| PageState {
            is_accepting: true,
            takes_pdf: true,
            reasons: vec!["none".to_owned(), reason.to_owned()],
            has_a4: true,
        };
        assert!(state("media-empty-error").is_out_of_paper() && state("media-needed").is_out_of_paper());
        assert!(!state("toner-low-warning").is_out_of_paper());
        let warned = state("media-empty-warning");
        assert!(!warned.is_out_of_paper() && warned.lets_a_job_wait_for_paper());
        assert!(!state("media-empty-report").is_out_of_paper(), "of a tray that nobody uses");
        assert!(PageState { has_a4: false, ..state("none") }.is_out_of_paper());
    }

    proptest! {
        #[test]
        fn no_answer_takes_the_driver_down(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = (read_state(&bytes), read_job(&bytes), read_done(&bytes));
        }
    }
}
