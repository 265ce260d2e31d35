//! A guide on the receipt printer's paper, to be taken along: with a code that opens it on a phone.

use contract::guide::Guide;
use drivers::receipt_printer::{Align, Document, Weight};

/// Lays a guide out. `public` is where central's pages for anyone are; none where the city has given none.
pub fn guide(guide: &Guide, public: Option<&str>, site: &str) -> Document {
    let mut document = Document::new().heading("办事指南").rule();
    document = document.bold(&guide.name).line(&guide.department).rule();
    for (label, value) in &guide.facts {
        document = document.pair(label, value);
    }
    for (title, lines) in
        [("谁可以办", &guide.conditions), ("要带什么", &guide.bring), ("依据哪些规定", &guide.grounds)]
    {
        document = document.rule().bold(title);
        for (place, line) in lines.iter().enumerate() {
            document = document.line(&format!("{}. {line}", place + 1));
        }
    }
    document = document.rule().bold("在哪里办");
    if guide.at_terminal {
        document = document.line("任一自助终端，24 小时；或办理部门窗口");
    } else {
        for window in &guide.windows {
            document = document.line(&window.site).line(&window.address).line(&window.hours);
        }
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
