use super::*;
use contract::form::Templates;

fn scope() -> Scope {
    let templates = Templates::parse(
        include_str!("../../../../catalog/forms.json"),
        include_str!("../../../../catalog/lists.json"),
    )
    .unwrap();
    let resources = Resources::parse(include_str!("../../../../catalog/data-resources.csv")).unwrap();
    super::scope(templates.find(&"instant-hukou".parse().unwrap()).unwrap(), &resources)
}

fn fault(source: &str) -> String {
    Condition::checked(source, &scope()).unwrap_err().to_string()
}

#[test]
fn conditions_of_every_kind_are_taken() {
    for source in [
        "true",
        "in_force(form.card_valid_to) && years_since(form.birth) >= 18",
        "registry.population.found && registry.population.name == form.name",
        "registry.education.graduated_on <= today && days_since(registry.education.graduated_on) <= 730",
        "form.degree in ['硕士', '博士'] || (form.degree == '本科' ? years_since(form.birth) < 45 : false)",
        "!registry.criminal_record.found",
        "has(form.address_code) && form.address_code.startsWith('4403')",
        "registry.social_insurance.months + 1 > 12 - 3",
        "in_force(registry.residence_permit.valid_to)",
    ] {
        assert!(Condition::checked(source, &scope()).is_ok(), "{source}: {}", fault(source));
    }
}

#[test]
fn what_does_not_type_check_is_refused_with_its_column() {
    for (source, words) in [
        ("form.birth > 18", "column 14: this is a number, but must be a date"),
        ("form.nmae == '张三'", "the form has no field 'nmae'"),
        ("form.sign == ''", "the form has no field 'sign' that a rule can use"),
        ("registry.moon.found", "'moon' is no resource"),
        ("registry.education.colour == '红'", "the resource 'education' has no field 'colour'"),
        ("registry.education", "write form.FIELD"),
        ("password == ''", "write form.FIELD"),
        ("years_since(form.name) > 18", "this is a text, but must be a date"),
        ("years_since(form.birth)", "this is a number, but must be yes or no"),
        ("form.name < '张'", "only numbers and dates have an order"),
        ("'甲' in form.name", "'in' needs a list"),
        ("form.degree in ['本科', 3]", "this is a number, but must be a text"),
        ("system('ls')", "there is no function system()"),
        ("[1, 2].exists(x, x == 1)", "no part of a condition"),
        ("1.5 < 2.0", "write a text, a whole number"),
        ("has(registry.education.name)", "registries have 'found'"),
        ("form.name ==", "column 13"),
        ("'", "column"),
        ("", "column"),
    ] {
        assert!(fault(source).contains(words), "{source}: {}", fault(source));
    }
    let long = format!("true{}", " && true".repeat(200));
    assert!(fault(&long).contains("at most 1000 characters"));
}

#[test]
fn a_column_is_counted_in_characters() {
    assert!(
        fault("form.degree == '本科' && form.nmae == ''").starts_with("column "),
        "{}",
        fault("form.degree == '本科' && form.nmae == ''")
    );
    assert_eq!(fault("'本科' == 1").split(':').next(), Some("column 9"));
}

#[test]
fn whether_a_rule_applies_hangs_on_the_form_alone() {
    let scope = scope().form_only();
    assert!(Condition::checked("form.settle_kind != '社区公共集体户'", &scope).is_ok());
    assert!(Condition::checked("registry.address.found", &scope).is_err());
}

#[test]
fn a_condition_knows_what_stands_in_it() {
    let source = "true || (has(form.address_code) && registry.address.can_settle == (form.name in ['甲']))";
    let condition = Condition::checked(source, &scope()).unwrap();
    assert_eq!(condition.form_fields().collect::<Vec<_>>(), ["address_code", "name"]);
    assert_eq!(condition.resources().map(ResourceId::as_str).collect::<Vec<_>>(), ["address"]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_taken_or_refused_without_panic(
        source in "(form|registry|\\.|name|has|\\(|\\)|'|==|&&|in|\\[|\\]|[0-9]| |today|\\PC){0,12}"
    ) {
        let _ = Condition::checked(&source, &scope());
    }
}
