//! The module's answers against the frames of the specification.

use super::*;
use crate::reader::text;
use std::collections::BTreeMap;

fn ask(reader: &mut Reader, command: [u8; 2]) -> Vec<u8> {
    frame(&reader.obey(command))
}

fn citizen() -> Card {
    let fields = [
        ("name", "测试甲"),
        ("sex", "1"),
        ("nation", "01"),
        ("birth", "19900307"),
        ("address", "广东省深圳市福田区测试路１号"),
        ("number", "990101199003070015"),
        ("authority", "测试市公安局福田分局"),
        ("valid_from", "20200102"),
        ("valid_to", "20400102"),
    ];
    let fields: BTreeMap<_, _> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Card { text: text::write("citizen", &fields).unwrap(), photo: card_file::pattern() }
}

fn empty() -> Reader {
    Reader::new(PathBuf::new(), Duration::ZERO)
}

#[test]
fn the_whole_answers_have_the_checksums_of_the_specification() {
    let mut reader = empty();
    reader.lay(citizen());
    let found = [0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x08, 0x00, 0x00, 0x9F, 0x00, 0x00, 0x00, 0x00, 0x97];
    assert_eq!(ask(&mut reader, [0x20, 0x01]), found);
    assert_eq!(ask(&mut reader, [0x20, 0x02]).last(), Some(&0x9C));
    let read = ask(&mut reader, [0x30, 0x01]);
    assert_eq!((read.len(), read.last(), crc32fast::hash(&read)), (1295, Some(&0x92), 0xDA36_B90A));
    let read = ask(&mut reader, [0x30, 0x10]);
    assert_eq!((read.len(), crc32fast::hash(&read)), (1297, 0x0D7E_D9A3));
    assert_eq!(ask(&mut reader, [0x12, 0xFF]).last(), Some(&0x3B));
}

#[test]
fn the_three_steps_are_all_needed_in_this_order() {
    let mut reader = empty();
    assert_eq!(reader.obey([0x20, 0x01]), [0, 0, 0x80]);
    reader.lay(citizen());
    assert_eq!(reader.obey([0x30, 0x01]), [0, 0, 0x41]);
    assert_eq!(reader.obey([0x20, 0x02]), [0, 0, 0x81]);
    reader.obey([0x20, 0x01]);
    reader.obey([0x20, 0x02]);
    assert_eq!(reader.obey([0x30, 0x01]).len(), 3 + 4 + 256 + 1024);
    assert_eq!(reader.obey([0x20, 0x01]), [0, 0, 0x80], "until it was lifted");
    reader.obey([0x10, 0xFF]);
    assert_eq!(reader.obey([0x20, 0x01])[2], 0x9F, "or the module was reset");
}

#[test]
fn requests_may_come_in_any_pieces_and_garbled() {
    let mut reader = empty();
    let status = [0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x03, 0x11, 0xFF, 0xED];
    reader.input.extend([&status[..], &status[..4]].concat());
    assert_eq!(reader.next_request(), Some(Request::Command([0x11, 0xFF])));
    assert_eq!(reader.next_request(), None);
    reader.input.extend(&status[4..9]);
    assert_eq!(reader.next_request(), None);
    reader.input.push(0x00);
    assert_eq!(reader.next_request(), Some(Request::WrongChecksum));
    reader.input.extend([0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x40, 0x00]);
    assert_eq!(reader.next_request(), Some(Request::WrongLength));
}
