use super::*;

const RULES: &str = include_str!("../../../../catalog/rules.json");

fn catalogue() -> Catalogue {
    Catalogue::parse(include_str!("../../../../catalog/services.csv")).unwrap()
}

fn parse(text: &str) -> Result<RuleSets, RulesFault> {
    let templates = Templates::parse(
        include_str!("../../../../catalog/forms.json"),
        include_str!("../../../../catalog/lists.json"),
    )
    .unwrap();
    let resources = Resources::parse(include_str!("../../../../catalog/data-resources.csv")).unwrap();
    RuleSets::parse(text, &catalogue(), &templates, &resources)
}

fn with(from: &str, to: &str) -> String {
    assert!(RULES.contains(from), "{from}");
    parse(&RULES.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn every_instant_service_has_its_rules() {
    let sets = parse(RULES).unwrap();
    let catalogue = catalogue();
    let instant: Vec<_> = catalogue.services().iter().filter(|s| s.has(Badge::Instant)).collect();
    assert_eq!(instant.len(), 141);
    for service in instant {
        assert!(sets.find(&service.code).is_some(), "{} {}", service.code, service.name);
    }
    assert!(sets.find(&"SZ-HZ-000001".parse().unwrap()).is_none(), "and no other service has");
}

#[test]
fn graduates_settle_by_nine_rules() {
    let sets = parse(RULES).unwrap();
    let set = sets.find(&"SZ-RS-000002".parse().unwrap()).unwrap();
    let ids: Vec<&str> = set.rules().iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9"]);
    let resources: Vec<&str> = set.resources().into_iter().map(ResourceId::as_str).collect();
    assert_eq!(resources, ["address", "criminal_record", "education", "insured_elsewhere", "population"]);
}

#[test]
fn a_rule_that_does_not_type_check_is_refused_by_set_rule_field_and_column() {
    assert_eq!(
        with("!registry.criminal_record.found", "registry.criminal_record.found == 0"),
        "rules.json: rule set hukou-graduate, rule R7, condition, column 35: this is a number, but must be yes or no"
    );
    assert_eq!(
        with("form.settle_kind != '社区公共集体户'", "form.settle_kindness != ''"),
        "rules.json: rule set hukou-graduate, rule R9, applies, column 5: the form has no field 'settle_kindness' that \
         a rule can use"
    );
}

#[test]
fn every_other_fault_is_named() {
    assert!(
        with("\"form\": \"instant-hukou\"", "\"form\": \"no-such\"")
            .contains("hukou-graduate: there is no form no-such")
    );
    assert!(with("SZ-HZ-000024", "SZ-HZ-999999").contains("hukou-talent: there is no service SZ-HZ-999999"));
    assert!(with("SZ-HZ-000024", "SZ-HZ-000001").contains("SZ-HZ-000001 is no instant service of form"));
    assert!(
        with("SZ-RS-000006", "SZ-HZ-000024").contains("hukou-qualification: SZ-HZ-000024 has a set already")
    );
    assert!(with("\"id\": \"R2\"", "\"id\": \"R1\"").contains("rule R1 stands there twice"));
    assert!(
        with("\"id\": \"hukou-talent\"", "\"id\": \"hukou-graduate\"").contains("this id stands there twice")
    );
    assert!(
        with(
            "\"id\": \"evaluation\",\n   \"name\": \"政务服务评价\",\n   \"form\": \"evaluation\"",
            "\"id\": \"evaluation\",\n   \"name\": \"政务服务评价\",\n   \"form\": \"identity\""
        )
        .contains("no form identity")
    );
    assert!(with("\"sets\"", "\"set\"").contains("line 2"));
    assert!(with("\"身份证件在有效期内\"", "\"\"").contains("1 to 200 printable characters"));
    assert!(parse("{\"sets\": []}").unwrap_err().to_string().contains("has no rule set"));
}

#[test]
fn a_version_is_the_text_and_the_text_is_enough_to_have_the_set_again() {
    let sets = parse(RULES).unwrap();
    let set = sets.find(&"SZ-RS-000002".parse().unwrap()).unwrap();
    let recalled = RuleSet::recall(set.text()).unwrap();
    assert_eq!(recalled.version, set.version);
    assert_eq!(recalled.rules().len(), 9);
    assert_eq!(set.version.as_str().parse::<Version>().unwrap(), set.version);
    let changed = parse(&RULES.replacen("<= 35", "<= 36", 1)).unwrap();
    assert_ne!(changed.find(&"SZ-RS-000002".parse().unwrap()).unwrap().version, set.version);
}
