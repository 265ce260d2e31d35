use super::*;
use crate::catalogue::{Badge, Catalogue};
use jiff::civil::date;

const FORMS: &str = include_str!("../../../catalog/forms.json");
const LISTS: &str = include_str!("../../../catalog/lists.json");
const SERVICES: &str = include_str!("../../../catalog/services.csv");

fn templates() -> Templates {
    Templates::parse(FORMS, LISTS).unwrap()
}

fn template(id: &str) -> Template {
    templates().find(&id.parse().unwrap()).unwrap().clone()
}

fn setting() -> Setting {
    Setting { today: date(2026, 11, 23), identified: true }
}

fn filled(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(id, value)| (id.parse().unwrap(), Secret::from(*value))).collect()
}

const CARD: [(&str, &str); 8] = [
    ("name", "测试甲"),
    ("id_no", "990101199003070015"),
    ("sex", "1"),
    ("nation", "01"),
    ("birth", "1990-03-07"),
    ("card_address", "广东省深圳市福田区测试路１号"),
    ("card_issuer", "测试市公安局福田分局"),
    ("card_valid_to", "2040-01-02"),
];

fn certificate(more: &[(&str, &str)]) -> Fields {
    let pairs: Vec<_> = CARD.iter().chain(more).copied().collect();
    filled(&pairs)
}

#[test]
fn all_templates_load_and_each_service_has_its_form() {
    let templates = templates();
    assert_eq!(templates.iter().count(), 33);
    let catalogue = Catalogue::parse(SERVICES).unwrap();
    for service in catalogue.services() {
        for party in [None, Some(Party::Person), Some(Party::Entity)] {
            assert!(templates.for_service(service, party).is_some(), "{}", service.code);
        }
    }
}

#[test]
fn a_complete_certificate_form_passes() {
    let fields = certificate(&[
        ("phone", "13800000001"),
        ("cert_kind", "无犯罪记录证明"),
        ("period_from", "2026-01"),
        ("period_to", "2026-11"),
        ("purpose", "求职"),
        ("copies", "1"),
    ]);
    assert_eq!(template("certificate-print").check(&fields, setting()), vec![]);
}

#[test]
fn each_mistake_is_named_at_its_field() {
    let fields = certificate(&[
        ("phone", "1380000000"),
        ("cert_kind", "无犯罪记录证明"),
        ("period_from", "2026-10"),
        ("period_to", "2026-09"),
        ("purpose", "旅游"),
        ("copies", "4"),
        ("salary", "1"),
    ]);
    let faults: Vec<_> = template("certificate-print")
        .check(&fields, setting())
        .into_iter()
        .map(|(id, fault)| (id.to_string(), fault))
        .collect();
    assert_eq!(
        faults,
        vec![
            ("salary".to_owned(), FieldFault::NotAsked),
            ("phone".to_owned(), FieldFault::Mobile),
            ("period_from".to_owned(), FieldFault::AfterEnd),
            ("purpose".to_owned(), FieldFault::NotAnOption),
            ("copies".to_owned(), FieldFault::OutOfRange { min: 1, max: 3 }),
        ]
    );
}

#[test]
fn a_month_to_come_and_a_foreign_birth_date_are_refused() {
    let mut fields = certificate(&[("period_to", "2026-12"), ("birth", "1990-03-08")]);
    let template = template("certificate-print");
    let fault_of = |fields: &Fields, id: &str| {
        template.check(fields, setting()).into_iter().find(|(f, _)| f.as_str() == id).map(|(_, fault)| fault)
    };
    assert_eq!(fault_of(&fields, "period_to"), Some(FieldFault::InFuture));
    assert_eq!(fault_of(&fields, "birth"), Some(FieldFault::NotAsIdNumber));
    fields.insert("birth".parse().unwrap(), Secret::from("1990-03-07"));
    assert_eq!(fault_of(&fields, "birth"), None);
}

#[test]
fn an_address_is_needed_only_for_the_post() {
    let form = template("person-basic");
    let fault = |delivery: &str| {
        let fields = certificate(&[("result_delivery", delivery)]);
        form.check(&fields, setting()).into_iter().any(|(id, _)| id.as_str() == "post_address")
    };
    assert!(fault("邮寄"));
    assert!(!fault("窗口自取"));
}

#[test]
fn an_item_without_visits_offers_no_window() {
    let catalogue = Catalogue::parse(SERVICES).unwrap();
    let fault = |visits: bool| {
        let mut services =
            catalogue.services().iter().filter(|service| service.form.as_str() == "person-basic");
        let service = services.find(|service| service.has(Badge::ZeroVisit) != visits).unwrap();
        let form = templates().for_service(service, None).unwrap();
        let faults = form.check(&certificate(&[(RESULT_DELIVERY, AT_A_WINDOW)]), setting()).into_iter();
        faults.filter(|(id, _)| id.as_str() == RESULT_DELIVERY).map(|(_, fault)| fault).next()
    };
    assert_eq!(fault(true), None);
    assert_eq!(fault(false), Some(FieldFault::NotAnOption));
}

#[test]
fn a_public_look_up_asks_for_nothing_personal() {
    let form = template("query-only");
    let nobody = Setting { identified: false, ..setting() };
    let asked: Vec<_> = form.asked(nobody).map(|field| field.id.as_str()).collect();
    assert_eq!(asked, ["query_key"]);
    assert_eq!(form.check(&filled(&[("query_key", "莲花山公园")]), nobody), vec![]);
}

#[test]
fn a_rule_that_nothing_enforces_refuses_the_forms() {
    let rule = r#""rule": "not in the future", "enforced": ["order"]"#;
    let (bare, wrong) = (r#""rule": "not in the future""#, rule.replace("order", "pattern"));
    let compact = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let forms = compact(FORMS);
    assert!(forms.contains(rule), "the sample of this test stands in forms.json");
    let fault = |with: &str| Templates::parse(&forms.replace(rule, with), LISTS).unwrap_err().to_string();
    assert!(fault(bare).contains("must name in 'enforced' what enforces it"), "{}", fault(bare));
    assert!(fault(&wrong).contains("'pattern' does not enforce anything here"), "{}", fault(&wrong));
}

#[test]
fn a_condition_that_could_stumble_is_named_by_form_field_and_column() {
    let broken = FORMS.replace("form.anonymous == false", "form.anonymos == false");
    assert_eq!(
        Templates::parse(&broken, LISTS).unwrap_err().to_string(),
        "forms.json: form incident-report, field phone, when: column 5: the form has no field 'anonymos' that a rule can use"
    );
    let broken = FORMS.replace("\"list\": \"banks\"", "\"list\": \"bank\"");
    assert!(Templates::parse(&broken, LISTS).unwrap_err().to_string().contains("no list 'bank'"));
}

#[test]
fn a_table_names_its_row_and_adds_up() {
    let form = template("legal-entity-setup");
    let fault = |rows: &str| {
        let fields = filled(&[("members", rows)]);
        let mut faults = form.check(&fields, setting()).into_iter();
        faults.find(|(id, _)| id.as_str() == "members").map(|(_, fault)| fault)
    };
    let member = |number: &str, share: u32| format!(r#"["张三","{number}","{share}"]"#);
    let (one, two) = ("11010519491231002X", "91440300MA5TE5T01T");
    assert_eq!(fault(&format!("[{},{}]", member(one, 4_000), member(two, 6_000))), None);
    assert_eq!(
        fault(&format!("[{},{}]", member(one, 4_000), member(two, 5_000))),
        Some(FieldFault::Total { total: 10_000 })
    );
    assert_eq!(
        fault(&format!("[{},{}]", member(one, 5_000), member(one, 5_000))),
        Some(FieldFault::Repeated { row: 2 })
    );
    assert!(matches!(fault(&format!("[{}]", member("1", 10_000))), Some(FieldFault::Cell { row: 1, .. })));
    assert!(matches!(fault("[]"), Some(FieldFault::Entries { min: 1, .. })));
    assert!(matches!(fault("nonsense"), Some(FieldFault::Entries { .. })));
}
