//! A certificate (证明) as a page of A4: what it says, whom it names, and how anyone checks it.

use super::page::{A4, CODE, MARGIN, PageFault, Pen, broken, written};
use crate::journey::Certificate;
use contract::Secret;

/// Where the foot begins: what a certificate says has to end above it.
const FOOT: f32 = A4.1 - 188.0;
/// The label by which made-up answers say what they are.
const SAMPLE: &str = "样例数据";

/// Lays a certificate out on a page. `verify_at` is the page on which anyone checks a code; none where the city has given
/// none.
pub fn page(certificate: &Certificate, verify_at: Option<&str>) -> Result<Secret<Vec<u8>>, PageFault> {
    written(|pen| write(pen, certificate, verify_at))
}

fn write(mut pen: Pen<'_>, certificate: &Certificate, verify_at: Option<&str>) -> Result<(), PageFault> {
    if certificate.lines.iter().any(|line| line.label == SAMPLE) {
        pen.across(SAMPLE)?;
    }
    pen.centred(&certificate.title, 24.0)?;
    pen.y += 54.0;
    pen.pair("姓名", certificate.holder.expose())?;
    pen.pair("公民身份号码", certificate.number.expose())?;
    for line in &certificate.lines {
        pen.pair(&line.label, line.value.expose())?;
    }
    pen.y += 40.0;
    pen.right(&certificate.issuer)?;
    let day = certificate.issued_on;
    pen.right(&format!("{}年{}月{}日", day.year(), day.month(), day.day()))?;
    if pen.y > FOOT {
        return Err(PageFault::TooLong);
    }
    foot(pen, certificate, verify_at)
}

/// The code, and how it is checked.
fn foot(mut pen: Pen<'_>, certificate: &Certificate, verify_at: Option<&str>) -> Result<(), PageFault> {
    const SIZE: f32 = 10.0;
    let top = FOOT + 18.0;
    pen.rule(FOOT);
    let code = certificate.check_code.expose();
    let target = verify_at.map_or_else(|| code.clone(), |page| format!("{page}/{code}"));
    pen.code(&target, (MARGIN, top))?;
    pen.ink(0);
    let x = MARGIN + CODE + 20.0;
    let how = match verify_at {
        Some(page) => format!("扫码，或在 {page} 输入核验码，可核对本证明的真伪。"),
        None => "在市政务服务网的核验页输入核验码，可核对本证明的真伪。".to_owned(),
    };
    let mut lines = vec![format!("核验码：{code}"), format!("办件编号：{}", certificate.case)];
    lines.extend(broken(&how, SIZE, A4.0 - MARGIN - x));
    lines.push("由福田区 24 小时自助政务终端打印。".to_owned());
    let mut y = top + 14.0;
    for line in lines {
        pen.write((x, y), SIZE, &line, false)?;
        y += SIZE * 1.8;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::message::AnswerLine;
    use jiff::civil::date;

    const CHECK: Option<&str> = Some("https://central.example/verify");

    fn certificate(holder: &str, lines: &[(&str, &str)]) -> Certificate {
        let line = |(label, value): &(&str, &str)| AnswerLine {
            label: (*label).to_owned(),
            value: Secret::from(*value),
        };
        Certificate {
            title: "无犯罪记录证明（本人申请开具）".to_owned(),
            holder: holder.into(),
            number: "440304199001010011".into(),
            lines: lines.iter().map(line).collect(),
            issuer: "深圳市公安局（户政管理）".to_owned(),
            case: "440304 20261123 0000001 7".to_owned(),
            check_code: "ABCD-EFGH-JKLM".into(),
            issued_on: date(2026, 11, 23),
            copies: 1,
        }
    }

    #[test]
    fn a_page_carries_only_the_characters_that_it_needs() {
        let page = page(&certificate("陈小福", &[("核查结果", "未发现异常记录")]), CHECK).unwrap();
        assert!(page.expose().starts_with(b"%PDF-"));
        assert!(page.expose().len() < 120_000, "{} bytes: the whole font is in it", page.expose().len());
    }

    #[test]
    fn nobody_gets_a_certificate_with_a_hole_in_the_name() {
        assert_eq!(page(&certificate("陈𬎆", &[]), None), Err(PageFault::Character));
    }

    #[test]
    fn what_does_not_fit_above_the_foot_is_no_page() {
        let with = |lines: &[(&str, &str)]| page(&certificate("陈小福", lines), CHECK).map(drop);
        assert_eq!(with(&[("项目", "内容"); 8]), Ok(()));
        assert_eq!(with(&[("项目", "内容"); 20]), Err(PageFault::TooLong));
        let long = "长".repeat(600);
        assert_eq!(with(&[("项目", &long)]), Err(PageFault::TooLong), "lines that are broken count");
    }
}
