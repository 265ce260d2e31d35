//! What a page is called where a test speaks of it.

use kiosk::journey::{AffairsStep, BookingStep, HandoffStep, Page, PapersStep, PayStep};

/// The page, and its step where it has some.
pub(crate) const fn name(page: &Page) -> &'static str {
    match page {
        Page::Attract => "attract",
        Page::Home => "home",
        Page::Search(_) => "search",
        Page::Shelf(_) => "shelf",
        Page::Guide(_) => "guide",
        Page::LogIn(_) => "log-in",
        Page::Filing(_) => "form",
        Page::Papers(papers) => match papers.step {
            PapersStep::List => "papers",
            PapersStep::Look(_) => "under the camera",
            PapersStep::Phone(_) => "a phone's code",
            PapersStep::Judge { .. } => "a page that was taken",
            PapersStep::Kept { .. } => "a page that is kept",
            PapersStep::NoPicture { .. } => "no picture",
        },
        Page::Review(_) => "review",
        Page::FindingDraft(_) => "finding a draft",
        Page::DraftFound(_) => "draft found",
        Page::KeepingDraft(_) => "keeping a draft",
        Page::DraftKept(_) => "draft kept",
        Page::Submitting(_) => "submitting",
        Page::Done(_) => "done",
        Page::Goodbye { .. } => "goodbye",
        Page::Technician(_) => "a technician's page",
        Page::Trouble(_) => "trouble",
        Page::Handoff(phone) => match phone.step {
            HandoffStep::Code { .. } => "code of a phone",
            HandoffStep::Claiming { .. } | HandoffStep::Handing { .. } => "asking for a phone",
            HandoffStep::Handed(_) | HandoffStep::NotHanded(_) => "handed to a phone",
        },
        Page::Booking(booking) => match booking.step {
            BookingStep::Asking { .. } => "asking for places",
            BookingStep::Trouble(_) => "nothing to choose from",
            BookingStep::Taken => "a place is gone",
        },
        Page::Paying(paying) => match paying.step {
            PayStep::Account { .. } => "account",
            PayStep::Bills(_) => "bills",
            PayStep::Confirm(_) => "confirm",
            PayStep::Code(_) => "code",
            PayStep::Outcome(_) => "what became of an order",
            PayStep::Away | PayStep::LookingUp { .. } | PayStep::Ordering { .. } => "asking for money",
        },
        Page::Affairs(affairs) => match affairs.step {
            AffairsStep::Number { .. } => "number of a case",
            AffairsStep::Own(_) => "own cases",
            AffairsStep::Licences(_) => "own licences",
            AffairsStep::Case(_) => "case",
            AffairsStep::Project(_) => "project",
            AffairsStep::Answering { .. } => "answer to a notice",
            AffairsStep::Withdrawing(_) => "taking back",
            AffairsStep::Said { .. } => "what became of a reply",
            AffairsStep::Away | AffairsStep::Asking { .. } | AffairsStep::Saying { .. } => {
                "asking about a case"
            }
        },
    }
}
