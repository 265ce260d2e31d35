//! Each rule, by the words that a technician reads.

use super::*;
use crate::diagnostics::{ProgramFacts, UpdateFacts, Verdict};
use contract::app_version::AppVersion;
use drivers::id_card_reader::ReaderStatus;

/// A terminal on which everything works.
fn well() -> Snapshot {
    let now: Timestamp = "2026-11-30T01:00:00Z".parse().unwrap();
    Snapshot {
        now,
        reader: ReaderStatus { device: DeviceStatus::Online, cards_read: 7, ..ReaderStatus::default() },
        printer: PrinterStatus {
            device: DeviceStatus::Online,
            paper: PaperStatus::Full,
            ..PrinterStatus::default()
        },
        pages: None,
        camera: DeviceStatus::Online,
        documents: Some(DeviceStatus::Online),
        scanner: Some(ScannerStatus { device: DeviceStatus::Online, codes_read: 5, garbled: 2 }),
        speaker: Some(Ok(())),
        touch: None,
        decoder: true,
        models: true,
        store: Ok(StoreFacts { desired: 3, filling: Filling::Roomy, waiting: 0, set_aside: 0 }),
        certificate: Some(Ok((now + SignedDuration::from_hours(24 * 80), KeyPlace::PrivateFile))),
        program: ProgramFacts { running: AppVersion::new(0, 1, 0), update: UpdateFacts::Nothing },
    }
}

fn answered(ahead: i64) -> NetworkFacts {
    let step = std::time::Duration::from_millis(12);
    let ahead = Some(SignedDuration::from_secs(ahead));
    NetworkFacts::Answered { name: step, connection: step, answer: step, ahead }
}

/// What is found of one part.
fn of(subject: Subject, seen: &Snapshot, network: &NetworkFacts) -> Finding {
    judge(seen, Some(network)).into_iter().find(|finding| finding.subject == subject).unwrap()
}

#[test]
fn every_part_is_judged_once_and_a_terminal_that_works_needs_nothing() {
    let findings = judge(&well(), Some(&answered(1)));
    assert_eq!(findings.iter().map(|finding| finding.subject).collect::<Vec<_>>(), Subject::ALL);
    let worst = findings.iter().map(|finding| finding.verdict).max();
    assert_eq!(worst, Some(Verdict::Good), "{findings:#?}");
    assert!(findings.iter().all(|finding| finding.next.is_none()));
}

#[test]
fn whatever_is_not_well_says_what_to_do_next() {
    let seen = well();
    let unwell = [
        (Subject::IdReader, Snapshot { reader: ReaderStatus::default(), ..seen.clone() }),
        (
            Subject::IdReader,
            Snapshot { reader: ReaderStatus { link_errors: 90, ..seen.reader }, ..seen.clone() },
        ),
        (
            Subject::ReceiptPrinter,
            Snapshot {
                printer: PrinterStatus { cause: Some(Cause::CutterJam), ..seen.printer },
                ..seen.clone()
            },
        ),
        (
            Subject::ReceiptPrinter,
            Snapshot { printer: PrinterStatus { paper: PaperStatus::Low, ..seen.printer }, ..seen.clone() },
        ),
        (Subject::PagePrinter, Snapshot { pages: Some(Err(NoPages::NoPaper)), ..seen.clone() }),
        (Subject::Camera, Snapshot { camera: DeviceStatus::NoDevice, ..seen.clone() }),
        (Subject::DocumentCamera, Snapshot { documents: Some(DeviceStatus::Offline), ..seen.clone() }),
        (Subject::CodeScanner, Snapshot { scanner: Some(ScannerStatus::default()), ..seen.clone() }),
        (
            Subject::CodeScanner,
            Snapshot {
                scanner: seen.scanner.map(|scanner| ScannerStatus { garbled: 60, ..scanner }),
                ..seen.clone()
            },
        ),
        (Subject::Face, Snapshot { models: false, ..seen.clone() }),
        (Subject::Face, Snapshot { decoder: false, ..seen.clone() }),
        (Subject::Store, Snapshot { store: Err(StoreTrouble::ReadOnly), ..seen.clone() }),
        (Subject::Queue, Snapshot { store: Err(StoreTrouble::Broken), ..seen.clone() }),
        (
            Subject::Queue,
            Snapshot {
                store: Ok(StoreFacts { desired: 3, filling: Filling::Roomy, waiting: 1, set_aside: 2 }),
                ..seen.clone()
            },
        ),
        (Subject::Certificate, Snapshot { certificate: Some(Err("no file".to_owned())), ..seen.clone() }),
        (
            Subject::Certificate,
            Snapshot {
                certificate: Some(Ok((seen.now + SignedDuration::from_hours(24 * 9), KeyPlace::PrivateFile))),
                ..seen.clone()
            },
        ),
        (
            Subject::Certificate,
            Snapshot {
                certificate: Some(Ok((seen.now + SignedDuration::from_hours(2000), KeyPlace::OpenFile))),
                ..seen.clone()
            },
        ),
    ];
    for (subject, seen) in &unwell {
        let finding = of(*subject, seen, &answered(0));
        assert!(finding.verdict > Verdict::Good && finding.next.is_some(), "{finding:?}");
    }
    for network in [
        NetworkFacts::NoAddress("central.example:8443".to_owned()),
        NetworkFacts::NoConnection("192.0.2.1:8443".to_owned()),
        NetworkFacts::NotTrusted,
        NetworkFacts::NoAnswer("busy".to_owned()),
    ] {
        let (way, clock) = (of(Subject::Network, &seen, &network), of(Subject::Clock, &seen, &network));
        assert_eq!(way.verdict, Verdict::Broken);
        assert!(way.next.is_some() && clock.verdict == Verdict::Attention, "{way:?} {clock:?}");
    }
    assert_eq!(of(Subject::Clock, &seen, &answered(-400)).verdict, Verdict::Attention);
}

#[test]
fn what_a_terminal_has_not_is_not_broken() {
    let seen = Snapshot { documents: None, scanner: None, certificate: None, ..well() };
    let verdict =
        |subject| judge(&seen, None).into_iter().find(|found| found.subject == subject).unwrap().verdict;
    for subject in [
        Subject::PagePrinter,
        Subject::DocumentCamera,
        Subject::CodeScanner,
        Subject::Network,
        Subject::Clock,
        Subject::Certificate,
    ] {
        assert_eq!(verdict(subject), Verdict::NotFitted, "{subject}");
    }
}

#[test]
fn parts_are_named_by_their_words() {
    for subject in Subject::ALL {
        assert_eq!(subject.word().parse(), Ok(subject));
    }
    assert!("printer".parse::<Subject>().unwrap_err().to_string().contains("receipt-printer"));
}
