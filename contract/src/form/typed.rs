//! How what somebody typed becomes the canonical text of a field, at the terminal and on the phone alike, and back.

use super::{FieldKind, Pattern};

/// The canonical text of what was typed.
pub fn read_typed(kind: &FieldKind, pattern: Option<&Pattern>, text: &str) -> String {
    match kind {
        FieldKind::MoneyFen => fen_of(text).unwrap_or_else(|| text.to_owned()),
        FieldKind::DateTime => text.replacen(' ', "T", 1),
        FieldKind::Plate | FieldKind::Uscc18 | FieldKind::Either(_) | FieldKind::BirthCertificate => {
            text.to_uppercase()
        }
        FieldKind::Text { .. } => {
            let upper = text.to_uppercase();
            let fits = pattern.is_some_and(|p| !p.regex.is_match(text) && p.regex.is_match(&upper));
            if fits { upper } else { text.to_owned() }
        }
        _ => text.to_owned(),
    }
}

/// The text to go on typing from.
pub fn shown_for_typing(kind: &FieldKind, value: &str) -> String {
    match kind {
        FieldKind::MoneyFen => yuan_of(value).unwrap_or_else(|| value.to_owned()),
        FieldKind::DateTime => value.replacen('T', " ", 1),
        _ => value.to_owned(),
    }
}

/// People write yuan; the form holds fen.
fn fen_of(yuan: &str) -> Option<String> {
    let (whole, part) = yuan.split_once('.').unwrap_or((yuan, ""));
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(part) || part.len() > 2 {
        return None;
    }
    let (whole, part): (i64, i64) = (whole.parse().ok()?, format!("{part:0<2}").parse().ok()?);
    Some(whole.checked_mul(100)?.checked_add(part)?.to_string())
}

fn yuan_of(fen: &str) -> Option<String> {
    let fen: i64 = fen.parse().ok()?;
    Some(match fen % 100 {
        0 => format!("{}", fen / 100),
        part => format!("{}.{part:02}", fen / 100),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn yuan_become_fen() {
        for (typed, fen) in
            [("128.5", "12850"), ("128", "12800"), ("0.05", "5"), ("128.", "12800"), ("007", "700")]
        {
            assert_eq!(read_typed(&FieldKind::MoneyFen, None, typed), fen);
        }
        assert_eq!(read_typed(&FieldKind::MoneyFen, None, "1.2.3"), "1.2.3", "left as it is, to be refused");
        assert_eq!(read_typed(&FieldKind::MoneyFen, None, "1.005"), "1.005");
    }

    proptest! {
        #[test]
        fn an_amount_goes_to_the_keyboard_and_back(fen in 0_i64..10_000_000_000) {
            let text = fen.to_string();
            let shown = shown_for_typing(&FieldKind::MoneyFen, &text);
            prop_assert_eq!(read_typed(&FieldKind::MoneyFen, None, &shown), text);
        }
    }
}
