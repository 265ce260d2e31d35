use super::*;
use crate::identity::{CardKey, ValidTo};
use contract::language::Voice;
use contract::{IdNumber, Sex};
use jiff::civil::date;
use std::path::Path;
use std::sync::LazyLock;

static LIBRARY: LazyLock<Library> =
    LazyLock::new(|| Library::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog")).unwrap());

fn draft(form: &str, audience: Audience) -> Draft {
    let resident = Resident {
        name: Secret::from("测试甲"),
        number: IdNumber::parse("990101199003070015").unwrap(),
        sex: Sex::Male,
        nation: Secret::from("01"),
        birth: date(1990, 3, 7),
        address: Secret::from("广东省深圳市福田区测试路１号"),
        issuer: Secret::from("测试市公安局福田分局"),
        valid_to: ValidTo::LongTerm,
        portrait: None,
        card: CardKey([1; 16]),
    };
    let is_wanted = |service: &&Service| {
        service.at_terminal && service.form.as_str() == form && service.audience == audience
    };
    let service = LIBRARY.services().iter().find(is_wanted).unwrap();
    Draft::new(&LIBRARY, service, Some(&resident), date(2026, 11, 23)).unwrap()
}

fn id(name: &str) -> FieldId {
    name.parse().unwrap()
}

#[test]
fn a_body_is_asked_for_its_code_and_a_person_is_not() {
    let mut draft = draft("licence-renew", Audience::Both);
    assert!(draft.asks("phone") && !draft.asks("uscc"), "most people come for themselves");
    draft.set(&id("unchanged"), Secret::from("true"));
    draft.pick(&id(PARTY), "单位");
    assert!(draft.asks("uscc") && draft.asks("agent_name") && !draft.asks("phone"));
    assert_eq!(draft.value_named("agent_name"), "测试甲", "who stands here is who acts for the body");
    assert_eq!(draft.value_named("unchanged"), "true", "what both forms ask is kept");
    draft.pick(&id(PARTY), "个人");
    assert!(draft.asks("phone") && draft.value_named("agent_name").is_empty());
}

#[test]
fn a_draft_of_a_body_is_found_again_as_one() {
    let mut first = draft("licence-renew", Audience::Both);
    first.pick(&id(PARTY), "单位");
    first.set(&id("uscc"), Secret::from("91440300MA5TE5T01T"));
    let mut second = draft("licence-renew", Audience::Both);
    second.take_up(&first.typed());
    assert_eq!(second.value_named("uscc"), "91440300MA5TE5T01T");
    assert_eq!(second.fields(), first.fields());
}

#[test]
fn another_district_has_other_streets() {
    let mut draft = draft("person-with-address", Audience::Person);
    for (field, value) in [("district", "440304"), ("street", "福田街道"), ("community", "福南社区")]
    {
        draft.pick(&id(field), value);
        assert_eq!(draft.value_named(field), value);
    }
    draft.pick(&id("community"), "下沙社区");
    assert_eq!(draft.value_named("community"), "福南社区", "下沙 does not lie in 福田街道");
    draft.pick(&id("district"), "440305");
    assert!(draft.value_named("street").is_empty() && draft.value_named("community").is_empty());
}

#[test]
fn a_row_is_added_when_it_is_right_and_nobody_stands_there_twice() {
    let mut draft = draft("person-with-family", Audience::Person);
    let members = id("members");
    let write = |draft: &mut Draft, values: [&str; 4]| {
        for (column, value) in values.into_iter().enumerate() {
            draft.set_typed(&cell(&members, column).unwrap(), value);
        }
        draft.add_row(&members)
    };
    let child = ["Zhang San", "a123456789", "子女", "2026-11-01"];
    assert!(write(&mut draft, ["", "", "", ""]).is_err(), "an empty row is none");
    assert_eq!(write(&mut draft, child), Ok(()));
    assert_eq!(write(&mut draft, child), Err(FieldFault::Repeated { row: 2 }));
    assert_eq!(draft.rows(&id("members")).len(), 1);
    assert_eq!(draft.rows(&id("members"))[0][1].expose(), "A123456789", "letters of numbers are capitals");
    draft.remove_row(&id("members"), 0);
    draft.remove_row(&id("members"), 7);
    assert_eq!(draft.fault(&id("members")), Some(FieldFault::Missing));
}

#[test]
fn a_list_takes_no_more_than_it_may_have() {
    let mut draft = draft("enrol-school", Audience::Person);
    draft.pick(&id("district"), "440304");
    draft.pick(&id("street"), "园岭街道");
    for school in ["园岭小学", "园岭外国语小学", "百花小学", "别处小学"] {
        draft.pick(&id("school_ids"), school);
    }
    assert_eq!(draft.value_named("school_ids"), r#"["园岭小学","园岭外国语小学","百花小学"]"#);
    draft.pick(&id("school_ids"), "园岭小学");
    assert_eq!(draft.value_named("school_ids"), r#"["园岭外国语小学","百花小学"]"#);
}

#[test]
fn here_is_one_touch_where_the_terminal_knows_its_place() {
    let library = |cell| {
        Library::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog")).unwrap().standing_in(cell)
    };
    let here = library("440304-08-01-001").unwrap();
    let service = here.find(&"SZ-FQ-000008".parse().unwrap()).unwrap();
    let mut draft = Draft::new(&here, service, None, date(2026, 11, 23)).unwrap();
    assert!(draft.here().is_some() && !draft.is_here());
    draft.choose_here();
    assert!(draft.is_here());
    assert_eq!(draft.value_named("grid_community"), "440304-08-01 福中社区");
    draft.pick(&id("grid_street"), "440304-02 园岭街道");
    assert!(draft.value_named("grid_cell").is_empty() && !draft.is_here());
    draft.pick(&id("grid_community"), "440304-02-02 园西社区");
    assert_eq!(draft.value_named("grid_cell"), "440304-02-02-001 园岭街道园西社区", "there is no other");
    assert_eq!(
        words::value(Voice::CHINESE, draft.kind(&id("grid_cell")).unwrap(), draft.value_named("grid_cell")),
        "园岭街道园西社区"
    );

    assert!(
        Draft::new(&LIBRARY, service, None, date(2026, 11, 23)).unwrap().here().is_none(),
        "nobody said where"
    );
    let fault = library("440304-08-01-009").unwrap_err().to_string();
    assert!(fault.starts_with("cell: '440304-08-01-009' is no cell of lists.json"), "{fault}");
}
