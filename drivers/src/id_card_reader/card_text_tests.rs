//! The test persons of section 9 of the wire protocol; their regions (990101, 999999) are not assigned.

use super::*;
use contract::id_number::IdNumberFault;
use jiff::civil::date;
use proptest::prelude::*;

/// Writes fields at their places, spaces everywhere else.
fn chip(fields: &[(usize, &str)]) -> Vec<u8> {
    let mut text: Vec<u8> = [0x20, 0x00].repeat(128);
    for (at, value) in fields {
        for (place, unit) in value.encode_utf16().enumerate() {
            text[at + 2 * place..at + 2 * place + 2].copy_from_slice(&unit.to_le_bytes());
        }
    }
    text
}

const CITIZEN: [(usize, &str); 9] = [
    (0, "测试甲"),
    (30, "1"),
    (32, "01"),
    (36, "19900307"),
    (52, "广东省深圳市福田区测试路１号"),
    (122, "990101199003070015"),
    (158, "测试市公安局福田分局"),
    (188, "20200102"),
    (204, "20400102"),
];

const PERMIT: [(usize, &str); 11] = [
    (0, "测试乙"),
    (30, "2"),
    (36, "19850512"),
    (52, "广东省深圳市福田区测试路２号"),
    (122, "810000198505129983"),
    (158, "测试市公安局"),
    (188, "20190901"),
    (204, "20240901"),
    (220, "H00000001"),
    (238, "01"),
    (248, "J"),
];

const FOREIGNER_2017: [(usize, &str); 11] = [
    (0, "TESTER, PERSON ONE"),
    (120, "1"),
    (122, "XXA990000010112"),
    (152, "XXA"),
    (158, "测试丙"),
    (188, "20180101"),
    (204, "20280101"),
    (220, "19800101"),
    (236, "01"),
    (240, "1500"),
    (248, "I"),
];

const FOREIGNER_2023: [(usize, &str); 11] = [
    (0, "测试丁"),
    (30, "2"),
    (32, "01"),
    (36, "19800229"),
    (52, "TESTER, PERSON TWO WITH A LONG NAME"),
    (122, "999999198002290027"),
    (188, "20231201"),
    (204, "20331201"),
    (220, " INDEED"),
    (242, "XXA"),
    (248, "Y"),
];

/// The citizen with one field replaced; a short value is padded so that nothing of the old one stays.
fn citizen_with(at: usize, value: &str) -> Result<CardHolder, DataFault> {
    let mut text = chip(&CITIZEN);
    let old = CITIZEN.iter().find(|(place, _)| *place == at).map_or(0, |(_, old)| old.encode_utf16().count());
    text[at..at + 2 * old].copy_from_slice(&[0x20, 0x00].repeat(old));
    for (place, unit) in value.encode_utf16().enumerate() {
        text[at + 2 * place..at + 2 * place + 2].copy_from_slice(&unit.to_le_bytes());
    }
    CardHolder::parse(&text)
}

#[test]
fn the_texts_have_the_checksums_of_the_specification() {
    let long_term = citizen_long_term();
    let texts: [(&[u8], u32); 5] = [
        (&chip(&CITIZEN), 0x1748_3ED7),
        (&long_term, 0x381D_DC8A),
        (&chip(&PERMIT), 0x1EE5_F380),
        (&chip(&FOREIGNER_2017), 0x3424_3377),
        (&chip(&FOREIGNER_2023), 0xE4A0_A2A6),
    ];
    for (text, checksum) in texts {
        assert_eq!(crc32fast::hash(text), checksum);
        assert!(CardHolder::parse(text).is_ok());
    }
}

fn citizen_long_term() -> Vec<u8> {
    let mut fields = CITIZEN.to_vec();
    fields.pop();
    fields.push((204, "长期"));
    chip(&fields)
}

#[test]
fn a_citizen_is_read() {
    let CardHolder::Citizen(citizen) = CardHolder::parse(&chip(&CITIZEN)).unwrap() else {
        panic!("another kind")
    };
    assert_eq!(citizen.name.expose(), "测试甲");
    assert_eq!(citizen.sex, Sex::Male);
    assert_eq!(citizen.nation.expose(), "01");
    assert_eq!(citizen.birth, date(1990, 3, 7));
    assert_eq!(citizen.address.expose(), "广东省深圳市福田区测试路１号");
    assert_eq!(citizen.number.expose(), "990101199003070015");
    assert_eq!(citizen.authority.expose(), "测试市公安局福田分局");
    assert_eq!((citizen.valid_from, citizen.valid_to), (date(2020, 1, 2), ValidTo::On(date(2040, 1, 2))));
}

#[test]
fn the_other_kinds_are_read() {
    let CardHolder::Permit(permit) = CardHolder::parse(&chip(&PERMIT)).unwrap() else {
        panic!("another kind")
    };
    assert_eq!(
        (permit.travel_permit.expose().as_str(), permit.issue_count.expose().as_str()),
        ("H00000001", "01")
    );
    let CardHolder::Foreigner2017(old) = CardHolder::parse(&chip(&FOREIGNER_2017)).unwrap() else {
        panic!("another kind")
    };
    assert_eq!(old.name.expose(), "TESTER, PERSON ONE");
    assert_eq!((old.number.expose().as_str(), old.birth), ("XXA990000010112", date(1980, 1, 1)));
    let new = CardHolder::parse(&chip(&FOREIGNER_2023)).unwrap();
    assert_eq!(new.name().expose(), "测试丁");
    let CardHolder::Foreigner2023(new) = new else { panic!("another kind") };
    assert_eq!(new.name.expose(), "TESTER, PERSON TWO WITH A LONG NAME INDEED");
    assert_eq!(new.birth, date(1980, 2, 29));
}

#[test]
fn an_expired_card_is_a_flag_and_long_term_never_expires() {
    let citizen = CardHolder::parse(&chip(&CITIZEN)).unwrap();
    assert!(citizen.valid_on(date(2020, 1, 2)) && citizen.valid_on(date(2040, 1, 2)));
    assert!(!citizen.valid_on(date(2020, 1, 1)) && !citizen.valid_on(date(2040, 1, 3)));
    let long_term = CardHolder::parse(&citizen_long_term()).unwrap();
    assert!(long_term.valid_on(date(2999, 1, 1)) && !long_term.valid_on(date(2019, 1, 1)));
}

#[test]
fn each_failed_check_is_named_without_content() {
    use DataFault as F;
    let cases = [
        (36, "19900230", F::Date(Field::Birth)),
        (36, "1990030", F::Form(Field::Birth)),
        (36, "19900308", F::BirthDiffers),
        (30, "2", F::SexDiffers),
        (30, "3", F::Form(Field::Sex)),
        (32, "57", F::Form(Field::Nation)),
        (122, "990101199003070016", F::Number(IdNumberFault::Check)),
        (122, "99010119900307001", F::Number(IdNumberFault::Form)),
        (188, "20400103", F::ValidityOrder),
        (204, "短期", F::Form(Field::ValidTo)),
        (0, "", F::Form(Field::Name)),
        (0, "测\u{7}甲", F::Character(Field::Name)),
        (248, "Q", F::UnknownKind(b'Q')),
    ];
    for (at, value, fault) in cases {
        assert_eq!(citizen_with(at, value).unwrap_err(), fault, "{at} {value}");
    }
    assert_eq!(CardHolder::parse(&[0x20; 255]).unwrap_err(), F::Lengths);
}

#[test]
fn sex_0_and_9_are_not_compared_with_the_number() {
    assert_eq!(citizen_with(30, "0").unwrap().sex(), Sex::Unknown);
    assert_eq!(citizen_with(30, "9").unwrap().sex(), Sex::NotStated);
}

#[test]
fn rare_characters_are_kept_and_a_cut_pair_at_the_end_of_a_name_is_dropped() {
    let rare = citizen_with(0, "𠮷\u{E001}甲").unwrap();
    assert_eq!(rare.name().expose(), "𠮷\u{E001}甲");
    let mut cut = chip(&[&CITIZEN[1..], &[(0, "测测测测测测测测测测测测测测")]].concat());
    cut[28..30].copy_from_slice(&0xD842u16.to_le_bytes());
    assert_eq!(CardHolder::parse(&cut).unwrap().name().expose().chars().count(), 14);
    let mut lone = chip(&CITIZEN);
    lone[2..4].copy_from_slice(&0xD842u16.to_le_bytes());
    assert_eq!(CardHolder::parse(&lone).unwrap_err(), DataFault::Character(Field::Name));
}

#[test]
fn debug_shows_nothing_personal() {
    let shown = format!("{:?}", CardHolder::parse(&chip(&CITIZEN)).unwrap());
    for personal in ["测试", "9901", "广东", "1990", "Male"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}

proptest! {
    #[test]
    fn any_text_is_survived(text in proptest::collection::vec(any::<u8>(), 0..300), kind in prop::sample::select(&b" JIYQ"[..])) {
        let _ = CardHolder::parse(&text);
        if text.len() >= 256 {
            let mut text = text[..256].to_vec();
            text[248] = kind;
            let _ = CardHolder::parse(&text);
        }
    }
}
