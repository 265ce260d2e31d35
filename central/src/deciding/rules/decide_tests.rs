use super::super::{RuleSets, Sealable};
use super::*;
use crate::registries::Fact;
use crate::registries::Resources;
use contract::catalogue::Catalogue;
use contract::form::Templates;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::LazyLock;

static GRADUATES: LazyLock<Arc<RuleSet>> = LazyLock::new(|| {
    let catalogue = Catalogue::parse(include_str!("../../../../catalog/services.csv")).unwrap();
    let templates = Templates::parse(
        include_str!("../../../../catalog/forms.json"),
        include_str!("../../../../catalog/lists.json"),
    )
    .unwrap();
    let resources = Resources::parse(include_str!("../../../../catalog/data-resources.csv")).unwrap();
    let rules = include_str!("../../../../catalog/rules.json");
    let sets = RuleSets::parse(rules, &catalogue, &templates, &resources).unwrap();
    Arc::clone(sets.find(&"SZ-RS-000002".parse().unwrap()).unwrap())
});

const TODAY: Date = date(2026, 11, 25);

fn text(value: &str) -> Fact {
    Fact::Text(value.to_owned())
}

fn found(fields: &[(&str, Fact)]) -> Answer {
    Answer::Found {
        fields: fields.iter().map(|(id, fact)| ((*id).to_owned(), fact.clone())).collect(),
        as_of: TODAY,
    }
}

/// A graduate whom every rule lets pass.
fn graduate() -> Inputs {
    let form = [
        ("name", text("林新雨")),
        ("card_valid_to", text("2036-01-01")),
        ("birth", text("2004-06-15")),
        ("degree", text("本科")),
        ("settle_kind", text("单位集体户")),
    ];
    let registry = [
        ("population", found(&[("name", text("林新雨")), ("status", text("正常"))])),
        (
            "education",
            found(&[
                ("name", text("林新雨")),
                ("study_mode", text("全日制")),
                ("degree", text("本科")),
                ("graduated_on", text("2026-06-30")),
            ]),
        ),
        ("criminal_record", Answer::NotFound { as_of: TODAY }),
        ("insured_elsewhere", Answer::NotFound { as_of: TODAY }),
        ("address", found(&[("can_settle", Fact::Bool(true))])),
    ];
    Inputs {
        today: TODAY,
        form: form.into_iter().map(|(id, fact)| (id.to_owned(), fact)).collect(),
        registry: registry.into_iter().map(|(id, answer)| (id.parse().unwrap(), answer)).collect(),
    }
}

fn with_form(id: &str, value: &str) -> Inputs {
    let mut inputs = graduate();
    inputs.form.insert(id.to_owned(), text(value));
    inputs
}

fn with_answer(resource: &str, answer: Answer) -> Inputs {
    let mut inputs = graduate();
    inputs.registry.insert(resource.parse().unwrap(), answer);
    inputs
}

fn failing(inputs: &Inputs) -> Vec<String> {
    let (_, outcomes) = decide(&GRADUATES, inputs);
    outcomes.into_iter().filter(|o| o.verdict == Verdict::Fail).map(|o| o.rule).collect()
}

#[test]
fn who_meets_every_rule_is_approved() {
    let (decision, outcomes) = decide(&GRADUATES, &graduate());
    assert_eq!(decision, Decision::Approved, "{outcomes:?}");
    assert_eq!(outcomes.len(), 9);
    assert_eq!(outcomes[2].sources, [("education".parse().unwrap(), Some(TODAY))]);
}

#[test]
fn each_of_the_nine_rules_refuses_by_itself() {
    let education = |id: &str, value: &str| {
        let mut inputs = graduate();
        let Some(Answer::Found { fields, .. }) = inputs.registry.get_mut(&"education".parse().unwrap())
        else {
            panic!()
        };
        fields.insert(id.to_owned(), text(value));
        inputs
    };
    let nobody = Answer::NotFound { as_of: TODAY };
    assert_eq!(failing(&with_form("card_valid_to", "2026-11-24")), ["R1"]);
    assert_eq!(failing(&with_answer("population", nobody.clone())), ["R2"]);
    assert_eq!(failing(&education("name", "林雨新")), ["R3"]);
    assert_eq!(failing(&education("study_mode", "函授")), ["R4"]);
    assert_eq!(failing(&education("graduated_on", "2024-11-25")), ["R5"]);
    assert_eq!(failing(&education("graduated_on", "2026-11-26")), ["R5"]);
    assert_eq!(failing(&with_form("birth", "1980-11-25")), ["R6"]);
    assert_eq!(failing(&with_answer("criminal_record", found(&[]))), ["R7"]);
    assert_eq!(failing(&with_answer("insured_elsewhere", found(&[]))), ["R8"]);
    assert_eq!(failing(&with_answer("address", found(&[("can_settle", Fact::Bool(false))]))), ["R9"]);
    assert_eq!(failing(&education("graduated_on", "2024-11-26")), [""; 0]);
    assert_eq!(failing(&with_form("birth", "1980-11-26")), [""; 0]);
}

#[test]
fn a_refusal_says_every_reason() {
    let mut inputs = with_form("birth", "1970-01-01");
    inputs.registry.insert("criminal_record".parse().unwrap(), found(&[]));
    let (decision, _) = decide(&GRADUATES, &inputs);
    let Decision::Refused { reasons } = decision else { panic!("{decision:?}") };
    let reasons: Vec<&str> = reasons.iter().map(PlainWords::as_str).collect();
    assert_eq!(reasons, ["学历层次或年龄不符合条件", "存在不予办理的违法犯罪记录"]);
}

#[test]
fn a_silent_registry_goes_to_a_clerk() {
    let silent = Answer::NoAnswer { why: Silence::TooSlow };
    let (decision, outcomes) = decide(&GRADUATES, &with_answer("criminal_record", silent.clone()));
    assert!(matches!(&decision, Decision::ToClerk { unanswered } if unanswered.len() == 1), "{decision:?}");
    assert!(matches!(&outcomes[6].verdict, Verdict::NoAnswer { why } if why.contains("未在时限内答复")));
    // Unless something else fails for certain.
    let mut inputs = with_answer("criminal_record", silent);
    inputs.form.insert("card_valid_to".to_owned(), text("2020-01-01"));
    assert!(matches!(decide(&GRADUATES, &inputs).0, Decision::Refused { .. }));
}

#[test]
fn a_rule_that_does_not_apply_needs_no_answer() {
    let mut inputs = with_form("settle_kind", "社区公共集体户");
    inputs.registry.remove(&"address".parse().unwrap());
    let (decision, outcomes) = decide(&GRADUATES, &inputs);
    assert_eq!((decision, &outcomes[8].verdict), (Decision::Approved, &Verdict::NotApplicable));
    let asked: Vec<&str> = needed(&GRADUATES, &inputs).into_iter().map(ResourceId::as_str).collect();
    assert_eq!(asked, ["criminal_record", "education", "insured_elsewhere", "population"]);
    assert_eq!(needed(&GRADUATES, &graduate()).len(), 5);
}

#[test]
fn a_field_that_is_missing_is_no_answer() {
    let mut inputs = graduate();
    inputs.form.remove("card_valid_to");
    assert!(matches!(decide(&GRADUATES, &inputs).0, Decision::ToClerk { .. }));
    let inputs = with_answer("population", found(&[("name", text("林新雨"))]));
    assert!(matches!(decide(&GRADUATES, &inputs).0, Decision::ToClerk { .. }));
}

#[test]
fn nothing_short_circuits_past_a_silent_source() {
    let text = |condition: &str| {
        format!(
            "{{\"id\":\"x\",\"name\":\"x\",\"form\":\"instant-hukou\",\"services\":[],\"rules\":[{{\"id\":\"R1\",\
             \"words\":\"甲\",\"fails\":\"乙\",\"condition\":\"{condition}\"}}]}}"
        )
    };
    for condition in
        ["true || registry.moon.found", "!(false && registry.moon.found)", "true || form.name == form.x"]
    {
        let set = RuleSet::recall(&text(condition)).unwrap();
        let (decision, _) = decide(&set, &graduate());
        let expected_pass = !condition.contains("moon");
        assert_eq!(decision == Decision::Approved, expected_pass, "{condition}");
    }
}

#[test]
fn sealed_inputs_decide_the_same_again_and_their_digest_hangs_on_a_salt() {
    let sealable = graduate().salted([7; 32]);
    let kept: Sealable = serde_json::from_str(&serde_json::to_string(&sealable).unwrap()).unwrap();
    assert_eq!(kept, sealable);
    assert_eq!(kept.digest().unwrap(), sealable.digest().unwrap());
    assert_eq!(decide(&GRADUATES, &kept.inputs), decide(&GRADUATES, &graduate()));
    assert_ne!(graduate().salted([8; 32]).digest().unwrap(), sealable.digest().unwrap());
    assert_ne!(with_form("name", "林雨").salted([7; 32]).digest().unwrap(), sealable.digest().unwrap());
}

fn an_answer() -> impl Strategy<Value = Answer> {
    let fields = prop::collection::btree_map(
        "(name|status|study_mode|degree|graduated_on|can_settle)",
        a_fact(),
        0..6,
    );
    prop_oneof![
        fields.prop_map(|fields| Answer::Found { fields, as_of: TODAY }),
        Just(Answer::NotFound { as_of: TODAY }),
        Just(Answer::NoAnswer { why: Silence::Unreachable }),
    ]
}

fn a_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        "(林新雨|正常|全日制|本科|2026-06-30|2004-06-15|长期|\\PC{0,4})".prop_map(Fact::Text),
        any::<i64>().prop_map(Fact::Int),
        any::<bool>().prop_map(Fact::Bool),
    ]
}

proptest! {
    /// Whatever stands in the form and whatever the registries say: approved means that every source of every rule that
    /// applies has answered, and the same inputs are decided the same.
    #[test]
    fn no_answer_never_approves(
        form in prop::collection::btree_map("(name|birth|degree|card_valid_to|settle_kind)", a_fact(), 0..6),
        answers in prop::collection::btree_map(
            "(population|education|criminal_record|insured_elsewhere|address)", an_answer(), 0..6),
        good in any::<bool>(),
    ) {
        let mut inputs = graduate();
        if !good {
            inputs.form = form;
        }
        for (resource, answer) in answers {
            inputs.registry.insert(resource.parse().unwrap(), answer);
        }
        let set = &GRADUATES;
        let (decision, outcomes) = decide(set, &inputs);
        prop_assert_eq!(&decide(set, &inputs), &(decision.clone(), outcomes.clone()));
        if decision == Decision::Approved {
            for outcome in &outcomes {
                let silent = outcome.sources.iter().any(|(_, as_of)| as_of.is_none());
                prop_assert!(!silent || outcome.verdict == Verdict::NotApplicable, "{:?}", outcome);
            }
            let registry: &BTreeMap<_, _> = &inputs.registry;
            let crime = registry.get(&"criminal_record".parse().unwrap());
            let silent = matches!(crime, Some(Answer::NoAnswer { .. }));
            prop_assert!(!silent, "approved without an answer on crime");
        }
    }
}
