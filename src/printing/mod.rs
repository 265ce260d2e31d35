//! What stands on paper: receipts (回执), guides and boards of projects as a document of the printer's driver, certificates (证明) as a page. Knows no port
//! and no printer.

mod board;
pub mod certificate;
mod guide;
mod page;
mod sample;

pub use board::board;
pub use guide::guide;
pub use page::PageFault;
pub use sample::{sample, sample_page};

use crate::journey::{Counted, Slip};
use contract::language::{Language, Voice};
use drivers::receipt_printer::{Align, Document, Weight};

/// Lays a slip out. Nothing on it names the person beyond the first character of the name.
pub fn receipt(slip: &Slip, site: &str) -> Document {
    let mut document = Document::new().heading("福田政务");
    document = document.styled("自助终端办理回执", Align::Centre, Weight::Normal).rule();
    if slip.copy {
        document = document.styled("【补打】", Align::Centre, Weight::Bold);
    }
    if !slip.received {
        document = document.styled("待联网受理", Align::Centre, Weight::Bold);
    }
    document = document.bold(&slip.service).line(&slip.department);
    if let Some(applicant) = &slip.applicant {
        document = document.pair("申请人", applicant.expose());
    }
    document = document.pair("时间", &minute(slip));
    if slip.fee.0 > 0 {
        document = document.pair(
            if slip.counted == Counted::Order { "金额" } else { "费用" },
            &slip.fee.to_string().replace('¥', "￥"),
        );
    }
    let counted = match slip.counted {
        Counted::Case => "办件编号",
        Counted::Order => "订单号",
    };
    document = document.line(counted).bold(&slip.number).line(&slip.next.words(Language::Chinese));
    let lines = slip.lines(Voice::CHINESE);
    if !lines.is_empty() {
        document = document.rule();
        for line in &lines {
            document = document.pair(&line.label, line.value.expose());
        }
    }
    if let Some(code) = &slip.check_code {
        document = document.pair("核验码", code.expose());
    }
    document
        .rule()
        .styled("扫码记下编号，查询进度时使用", Align::Centre, Weight::Normal)
        .qr(&slip.code)
        .styled(site, Align::Centre, Weight::Normal)
        .styled("咨询投诉 12345", Align::Centre, Weight::Normal)
        .feed(3)
        .cut()
}

fn minute(slip: &Slip) -> String {
    let at = slip.at;
    format!("{}-{:02}-{:02} {:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::{Next, Tells};
    use contract::Fen;
    use drivers::receipt_printer::Block;
    use jiff::civil::date;

    fn words(slip: &Slip) -> String {
        let text = |block: &Block| match block {
            Block::Heading(text) | Block::Line { text, .. } => text.expose().clone(),
            Block::Pair { label, value } => format!("{label}={}", value.expose()),
            _ => String::new(),
        };
        receipt(slip, "1 号终端").blocks().iter().map(text).collect::<Vec<_>>().join("|")
    }

    fn slip(received: bool) -> Slip {
        Slip {
            service: "无犯罪记录证明".to_owned(),
            department: "深圳市公安局（户政管理）".to_owned(),
            applicant: Some("测**".into()),
            counted: Counted::Case,
            number: "L-ft-0001-20261123-00007".to_owned(),
            code: "L-ft-0001-20261123-00007".to_owned(),
            next: Next::Promised(5),
            fee: Fen(500),
            at: date(2026, 11, 23).at(9, 5, 0, 0),
            received,
            tells: Tells::Nothing,
            check_code: None,
            copy: false,
        }
    }

    #[test]
    fn an_offline_receipt_says_so() {
        assert!(words(&slip(false)).contains("|待联网受理|"));
        assert!(!words(&slip(true)).contains("待联网受理"));
        assert!(words(&slip(true)).contains("时间=2026-11-23 09:05"));
        assert!(words(&slip(true)).contains("费用=￥5.00"));
    }

    #[test]
    fn a_second_print_is_marked_as_one() {
        assert!(words(&Slip { copy: true, ..slip(true) }).contains("【补打】"));
    }
}
