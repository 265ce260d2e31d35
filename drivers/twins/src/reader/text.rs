//! Writes the 256 bytes of a chip's text (section 5 of the wire protocol) from fields by name.
//!
//! Nothing is checked here: a card with an impossible date must be possible to lay down.

use std::collections::BTreeMap;

/// Places of fields: name, offset and length in bytes.
type Layout = &'static [(&'static str, usize, usize)];

const CITIZEN: Layout = &[
    ("name", 0, 30),
    ("sex", 30, 2),
    ("nation", 32, 4),
    ("birth", 36, 16),
    ("address", 52, 70),
    ("number", 122, 36),
    ("authority", 158, 30),
    ("valid_from", 188, 16),
    ("valid_to", 204, 16),
];

const PERMIT: Layout = &[
    ("name", 0, 30),
    ("sex", 30, 2),
    ("birth", 36, 16),
    ("address", 52, 70),
    ("number", 122, 36),
    ("authority", 158, 30),
    ("valid_from", 188, 16),
    ("valid_to", 204, 16),
    ("permit", 220, 18),
    ("count", 238, 4),
];

const FOREIGNER_2017: Layout = &[
    ("english_name", 0, 120),
    ("sex", 120, 2),
    ("number", 122, 30),
    ("nationality", 152, 6),
    ("name", 158, 30),
    ("valid_from", 188, 16),
    ("valid_to", 204, 16),
    ("birth", 220, 16),
    ("version", 236, 4),
    ("authority", 240, 8),
];

const FOREIGNER_2023: Layout = &[
    ("name", 0, 30),
    ("sex", 30, 2),
    ("count", 32, 4),
    ("birth", 36, 16),
    ("english_name", 52, 70),
    ("number", 122, 36),
    ("valid_from", 188, 16),
    ("valid_to", 204, 16),
    ("english_name_rest", 220, 22),
    ("nationality", 242, 6),
    ("link", 250, 6),
];

/// The layout and the byte that names it.
fn layout(kind: &str) -> Option<(Layout, Option<char>)> {
    Some(match kind {
        "citizen" => (CITIZEN, None),
        "permit" => (PERMIT, Some('J')),
        "foreigner-2017" => (FOREIGNER_2017, Some('I')),
        "foreigner-2023" => (FOREIGNER_2023, Some('Y')),
        _ => return None,
    })
}

/// Writes the text, or says what is wrong with the description.
pub fn write(kind: &str, fields: &BTreeMap<String, String>) -> Result<[u8; 256], String> {
    let (layout, mark) = layout(kind)
        .ok_or_else(|| format!("kind '{kind}' is not citizen, permit, foreigner-2017 or foreigner-2023"))?;
    if let Some(unknown) = fields.keys().find(|name| !layout.iter().any(|(known, ..)| known == name)) {
        return Err(format!("a card of kind {kind} has no field '{unknown}'"));
    }
    let mut text = [0; 256];
    for pair in text.chunks_exact_mut(2) {
        pair.copy_from_slice(&[0x20, 0x00]);
    }
    for (name, at, length) in layout {
        let Some(value) = fields.get(*name) else { continue };
        let units: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
        if units.len() > *length {
            return Err(format!("'{name}' has {} characters, at most {} fit", units.len() / 2, length / 2));
        }
        if let Some(place) = text.get_mut(*at..at + units.len()) {
            place.copy_from_slice(&units);
        }
    }
    if let (Some(mark), Some(place)) = (mark, text.get_mut(248)) {
        *place = mark as u8;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> BTreeMap<String, String> {
        text.lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.trim().to_owned(), value.to_owned()))
            .collect()
    }

    #[test]
    fn texts_have_the_checksums_of_the_specification() {
        let citizen = "name=测试甲\nsex=1\nnation=01\nbirth=19900307\naddress=广东省深圳市福田区测试路１号\n\
            number=990101199003070015\nauthority=测试市公安局福田分局\nvalid_from=20200102\nvalid_to=20400102";
        assert_eq!(crc32fast::hash(&write("citizen", &fields(citizen)).unwrap()), 0x1748_3ED7);
        let long = citizen.replace("20400102", "长期");
        assert_eq!(crc32fast::hash(&write("citizen", &fields(&long)).unwrap()), 0x381D_DC8A);
        let permit = "name=测试乙\nsex=2\nbirth=19850512\naddress=广东省深圳市福田区测试路２号\n\
            number=810000198505129983\nauthority=测试市公安局\nvalid_from=20190901\nvalid_to=20240901\n\
            permit=H00000001\ncount=01";
        assert_eq!(crc32fast::hash(&write("permit", &fields(permit)).unwrap()), 0x1EE5_F380);
        let old = "english_name=TESTER, PERSON ONE\nsex=1\nnumber=XXA990000010112\nnationality=XXA\nname=测试丙\n\
            valid_from=20180101\nvalid_to=20280101\nbirth=19800101\nversion=01\nauthority=1500";
        assert_eq!(crc32fast::hash(&write("foreigner-2017", &fields(old)).unwrap()), 0x3424_3377);
        let new = "name=测试丁\nsex=2\ncount=01\nbirth=19800229\nenglish_name=TESTER, PERSON TWO WITH A LONG NAME\n\
            number=999999198002290027\nvalid_from=20231201\nvalid_to=20331201\nenglish_name_rest= INDEED\n\
            nationality=XXA";
        assert_eq!(crc32fast::hash(&write("foreigner-2023", &fields(new)).unwrap()), 0xE4A0_A2A6);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert!(write("citizen", &fields("sex=12")).unwrap_err().contains("at most 1"));
        assert!(write("citizen", &fields("colour=red")).unwrap_err().contains("colour"));
        assert!(write("passport", &BTreeMap::new()).is_err());
    }
}
