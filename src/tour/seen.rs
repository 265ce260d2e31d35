//! What the screen shows, as a line for a test: read from the window's own properties and from what its widgets say,
//! never from the journey. A promise to a resident is what stands there.

use i_slint_backend_testing::{AccessibleRole, ElementQuery};
use kiosk_ui::{App, Drafts, LogIn, LogInView, Outcome, PageKind, PrintView, Shell};
use serde::Serialize;
use slint::ComponentHandle;

/// What stands on the screen.
#[derive(Debug, Serialize)]
pub(super) struct Seen {
    /// The page, by the names of [`page`].
    page: &'static str,
    /// Every text that is meant to be read out, from the top.
    words: Vec<String>,
    /// The number to quote, on the page that shows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// Whether that page says that the city has it (已受理, 已办结) or only this terminal (已保存).
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<bool>,
    /// Whether the strip says 已联网.
    online: bool,
}

/// The page that is shown; the steps of a log-in have names of their own.
pub(super) fn page(app: &App) -> &'static str {
    match app.global::<Shell>().get_page() {
        PageKind::Attract => "attract",
        PageKind::Home => "home",
        PageKind::Search => "search",
        PageKind::Shelf => "shelf",
        PageKind::Guide => "guide",
        PageKind::LogIn => match app.global::<LogIn>().get_step() {
            LogInView::LayCard => "lay-card",
            LogInView::CardTrouble => "card-trouble",
            LogInView::Consent => "consent",
            LogInView::Look => "look",
            LogInView::FaceTrouble => "face-trouble",
        },
        PageKind::Form => "form",
        PageKind::Papers => "papers",
        PageKind::Scan => "scan",
        PageKind::Scanned => "scanned",
        PageKind::Phone => "phone",
        PageKind::Review => "review",
        PageKind::DraftFound => "draft-found",
        PageKind::DraftKept if app.global::<Drafts>().get_fault().is_empty() => "draft-kept",
        PageKind::DraftKept => "draft-trouble",
        PageKind::Submitting => "submitting",
        PageKind::Done | PageKind::Decided if app.global::<Outcome>().get_print() == PrintView::Busy => {
            "done"
        }
        PageKind::Done | PageKind::Decided => "printed",
        PageKind::PayAccount => "pay-account",
        PageKind::PayBills => "pay-bills",
        PageKind::PayConfirm => "pay-confirm",
        PageKind::PayCode => "pay-code",
        PageKind::PayOutcome => "pay-outcome",
        PageKind::Affairs => "affairs",
        PageKind::OwnCases => "own-cases",
        PageKind::OwnLicences => "own-licences",
        PageKind::Case => "case",
        PageKind::Project => "project",
        PageKind::CaseAnswer => "case-answer",
        PageKind::CaseWithdraw => "case-withdraw",
        PageKind::CaseSaid => "case-said",
        PageKind::Booking => "booking",
        PageKind::PhoneCode => "phone-code",
        PageKind::PhoneHanded => "phone-handed",
        PageKind::TechnicianCode => "technician-code",
        PageKind::TechnicianShut => "technician-shut",
        PageKind::Bench => "bench",
        PageKind::BenchPart => "bench-part",
        PageKind::BenchGrid => "bench-grid",
        PageKind::BenchGridOver => "bench-grid-over",
        PageKind::BenchCrosses => "bench-crosses",
        PageKind::BenchCrossesOver => "bench-crosses-over",
        PageKind::BenchRecords => "bench-records",
        PageKind::BenchLog => "bench-log",
        PageKind::BenchTicket => "bench-ticket",
        PageKind::Goodbye => "goodbye",
        PageKind::Trouble => "trouble",
    }
}

/// Reads the screen.
pub(super) fn read(app: &App) -> Seen {
    let page = page(app);
    let texts = ElementQuery::from_root(app)
        .match_predicate(|element| element.accessible_role() == Some(AccessibleRole::Text))
        .find_all();
    let words =
        texts.iter().filter_map(|text| Some(text.accessible_label()?.to_string())).filter(|w| !w.is_empty());
    let outcome = matches!(page, "done" | "printed").then(|| app.global::<Outcome>());
    Seen {
        page,
        words: words.collect(),
        number: outcome.as_ref().map(|outcome| outcome.get_number().to_string()),
        received: outcome.map(|outcome| outcome.get_received()),
        online: app.global::<Shell>().get_online(),
    }
}
