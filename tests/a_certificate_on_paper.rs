//! 无犯罪记录证明 from the card to a printed page: the real journey, store, central and drivers, and a printer that nobody
//! here wrote. What lies in the tray is read again by tools that nobody here wrote either.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/page_printer.rs"]
mod page_printer;
#[path = "support/street.rs"]
mod street;
mod support;

use kiosk::journey::{Done, Page, PrintResult, Printing, Touch};
use page_printer::{PagePrinter, codes, told};
use street::Street;
use support::{library, repository};

const CERTIFICATE: &str = "SZ-HZ-000078";
const PUBLIC: &str = "https://central.example";

fn done(street: &Street) -> &Done {
    match street.page() {
        Page::Done(done) => done,
        page => panic!("not done: {page:?}"),
    }
}

async fn apply(street: &mut Street) {
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(CERTIFICATE.parse().unwrap()));
    street.touch(Touch::Start);
    street.recognised().await;
    street.until("the form", |page| matches!(page, Page::Filing(_))).await;
    street.touch(Touch::Next);
    street.touch(Touch::Focus("phone".parse().unwrap()));
    street.keys("13800000001");
    for (field, value) in [("purpose", "求职"), ("copies", "2")] {
        street.touch(Touch::Pick(field.parse().unwrap(), value.into()));
        street.touch(Touch::Next);
    }
    street.touch(Touch::Submit);
    until_printed(street).await;
}

async fn until_printed(street: &mut Street) {
    let is_over =
        |page: &Page| matches!(page, Page::Done(done) if matches!(done.page, Some((_, Printing::Over(_)))));
    street.until("the page", is_over).await;
}

fn printed(street: &Street) -> PrintResult {
    match done(street).page {
        Some((_, Printing::Over(result))) => result,
        _ => panic!("no page: {:?}", done(street).page),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_from_card_to_a_page_that_anyone_can_check() {
    let Some(printer) = PagePrinter::start() else { return };
    let mut street = Street::open_with_page_printer(&printer.address(), PUBLIC).await;
    street.until_health("the page printer", |health| health.pages == Some(true)).await;

    apply(&mut street).await;
    assert_eq!(printed(&street), PrintResult::Printed);
    let pages = printer.pages();
    let [page] = pages.as_slice() else { panic!("one job of two copies: {pages:?}") };
    let text = told("pdftotext", &["-layout"], page);
    let code = done(&street).slip.check_code.clone().unwrap();
    for words in ["无犯罪记录证明", "陈小福", "公民身份号码", "深圳市公安局", code.expose(), "样例数据"]
    {
        assert!(text.contains(words), "'{words}' is missing on the page:\n{text}");
    }
    assert_eq!(codes(page).trim(), format!("{PUBLIC}/verify/{}", code.expose()));
    let fonts = std::process::Command::new("pdffonts").arg(page).output().unwrap();
    let fonts = String::from_utf8(fonts.stdout).unwrap();
    assert!(
        fonts.lines().skip(2).all(|font| font.contains("yes yes yes")),
        "embedded, cut and readable:\n{fonts}"
    );
    assert!(std::fs::metadata(page).unwrap().len() < 120_000, "only the characters that it needs");

    // The paper is out: the page is taken back, and printed when there is some again.
    street.touch(Touch::End);
    printer.run_out();
    apply(&mut street).await;
    assert_eq!(printed(&street), PrintResult::NoPaper);
    printer.load();
    street.touch(Touch::PrintAgain);
    until_printed(&mut street).await;
    assert_eq!(printed(&street), PrintResult::Printed);

    // It is unplugged.
    drop(printer);
    street.until_health("the missing printer", |health| health.pages == Some(false)).await;
    street.touch(Touch::End);
    apply(&mut street).await;
    assert_eq!(printed(&street), PrintResult::NoPrinter);
    assert!(street.paper().contains("核验码"), "the receipt still tells the code");
}
