//! Pages of A4: laid out, printed, and what became of them.

use super::Hands;
use crate::journey::{Certificate, PrintResult};
use crate::printing::{self, PageFault, certificate};
use drivers::page_printer::{NoPages, PagePrinter, PageResult};
use jiff::civil::DateTime;
use std::time::Duration;

/// How long the printer may take to say how it stands.
const GLANCE: Duration = Duration::from_secs(1);

/// Whether a printer would print now.
pub(super) async fn would_print(printer: &PagePrinter) -> bool {
    let state = tokio::time::timeout(GLANCE, printer.state()).await;
    state.is_ok_and(|state| {
        state.is_ok_and(|state| state.is_accepting && state.takes_pdf && !state.is_out_of_paper())
    })
}

/// Prints a sample for the technician's eyes.
pub(super) async fn print_sample(hands: &Hands, at: DateTime) -> Result<PageResult, PageFault> {
    let page = printing::sample_page(at, &hands.site())?;
    Ok(match &hands.pages {
        Some(printer) => printer.print(&page, 1).await,
        None => PageResult::NotPrinted(NoPages::Absent("none is set".to_owned())),
    })
}

/// Prints a certificate.
pub(super) async fn print(hands: &Hands, certificate: &Certificate) -> PrintResult {
    let Some(printer) = &hands.pages else { return PrintResult::NoPrinter };
    let verify_at = hands.public.as_ref().map(|public| format!("{public}/verify"));
    let page = match certificate::page(certificate, verify_at.as_deref()) {
        Ok(page) => page,
        Err(fault) => {
            tracing::error!(%fault, "a certificate has no page");
            return PrintResult::NotWritable;
        }
    };
    match printer.print(&page, certificate.copies).await {
        PageResult::Printed => PrintResult::Printed,
        PageResult::Unknown => PrintResult::Unknown,
        PageResult::NotPrinted(why) => {
            tracing::warn!(%why, "a certificate was not printed");
            if why == NoPages::NoPaper { PrintResult::NoPaper } else { PrintResult::NoPrinter }
        }
    }
}
