//! A guide on the receipt printer's paper, to be taken along: with a code that opens it on a phone.

use crate::services::Guide;
use drivers::receipt_printer::{Align, Document, Weight};

/// Lays a guide out. `public` is where central's pages for anyone are; none where the city has given none.
pub fn guide(guide: &Guide, public: Option<&str>, site: &str) -> Document {
    let mut document = Document::new().heading("办事指南").rule();
    document = document.bold(&guide.name).line(&guide.department).rule();
    for (label, value) in &guide.facts {
        document = document.pair(label, value);
    }
    document = document.rule().bold("要带什么");
    for (place, paper) in guide.bring.iter().enumerate() {
        document = document.line(&format!("{}. {paper}", place + 1));
    }
    document = document.rule();
    for (label, value) in guide.rows.iter().filter(|(_, value)| !value.is_empty()) {
        document = document.pair(label, value);
    }
    if let Some(public) = public {
        document = document
            .rule()
            .styled("扫码在手机上看本指南", Align::Centre, Weight::Normal)
            .qr(&format!("{public}/guide/{}", guide.code));
    }
    document
        .styled(site, Align::Centre, Weight::Normal)
        .styled("咨询投诉 12345", Align::Centre, Weight::Normal)
        .feed(3)
        .cut()
}
