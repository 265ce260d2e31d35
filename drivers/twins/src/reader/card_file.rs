//! A card as a small text file, `key = value` a line, so that anyone can make one.
//!
//! ```text
//! # an invented person
//! kind = citizen
//! name = 测试甲
//! photo = ../photos/astronaut.photo
//! ```
//!
//! `photo` is a file of 1024 bytes beside the card, `pattern` for the specification's test pattern, or `none`.

use super::text;
use std::collections::BTreeMap;
use std::path::Path;

/// A card that can be laid on the reader.
#[derive(Clone, Debug)]
pub struct Card {
    /// The chip's text.
    pub text: [u8; 256],
    /// 0 or 1024 bytes.
    pub photo: Vec<u8>,
}

/// Reads a card file.
pub fn read(path: &Path) -> Result<Card, String> {
    let file = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    parse(&file, folder).map_err(|fault| format!("{}: {fault}", path.display()))
}

fn parse(file: &str, folder: &Path) -> Result<Card, String> {
    let mut fields = BTreeMap::new();
    for line in file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (key, value) = line.split_once('=').ok_or_else(|| format!("'{line}' is not key = value"))?;
        fields.insert(key.trim().to_owned(), value.trim().to_owned());
    }
    let kind = fields.remove("kind").ok_or("the line 'kind = citizen' is missing")?;
    let photo = match fields.remove("photo").as_deref() {
        None | Some("none") => Vec::new(),
        Some("pattern") => pattern(),
        Some(name) => std::fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"))?,
    };
    if !matches!(photo.len(), 0 | 1024) {
        return Err(format!("the photo has {} bytes: it must have 1024", photo.len()));
    }
    Ok(Card { text: text::write(&kind, &fields)?, photo })
}

/// Byte i is (7 i + 3) mod 256.
pub fn pattern() -> Vec<u8> {
    std::iter::successors(Some(3u8), |byte| Some(byte.wrapping_add(7))).take(1024).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_file_is_read() {
        let card = parse("# x\nkind = citizen\nname = 测试甲\nphoto = pattern\n", Path::new(".")).unwrap();
        assert_eq!(&card.text[..4], [0x4B, 0x6D, 0xD5, 0x8B]);
        assert_eq!(card.photo.len(), 1024);
        assert_eq!(card.photo[1], 10);
    }

    #[test]
    fn a_wrong_line_is_named() {
        assert!(parse("kind citizen", Path::new(".")).unwrap_err().contains("kind citizen"));
        assert!(parse("kind = citizen\nphoto = no.photo", Path::new("/")).unwrap_err().contains("no.photo"));
    }
}
