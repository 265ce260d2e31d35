use super::super::{Pulled, pull};
use super::*;
use contract::form::Fields;

fn resources() -> Resources {
    Resources::parse(include_str!("../../../catalog/data-resources.csv")).unwrap()
}

fn load() -> Arc<SampleRegistries> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog/registries");
    Arc::new(SampleRegistries::load(&folder, &resources()).unwrap())
}

async fn ask(registries: &Arc<SampleRegistries>, names: &[&str], form: &[(&str, &str)]) -> Vec<Pulled> {
    let all = resources();
    let asked = names.iter().map(|name| all.find(&name.parse().unwrap()).unwrap().clone());
    let form: Fields = form.iter().map(|(id, value)| (id.parse().unwrap(), Secret::from(*value))).collect();
    let registries: Arc<dyn Registries> = Arc::clone(registries) as Arc<dyn Registries>;
    pull(&registries, asked, &form).await
}

#[tokio::test]
async fn a_record_is_found_by_its_key_and_kind() {
    let (all, form) = (load(), [("id_no", "440304199001010011")]);
    let pulled = ask(&all, &["social_insurance", "population", "insured_elsewhere"], &form).await;
    let names: Vec<&str> = pulled.iter().map(|one| one.resource.id.as_str()).collect();
    assert_eq!(names, ["insured_elsewhere", "population", "social_insurance"]);
    assert!(matches!(pulled[0].answer, Answer::NotFound { .. }));
    let Answer::Found { fields, .. } = &pulled[1].answer else { panic!() };
    assert!(fields.get("name") == Some(&Fact::Text("张三".to_owned())));
    let Answer::Found { fields, .. } = &pulled[2].answer else { panic!() };
    assert!(fields.get("months") == Some(&Fact::Int(120)));
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_is_silent_slow_or_has_no_key_gives_no_answer() {
    let (all, form) = (load(), [("id_no", "440304199001010011")]);
    all.behave("population", Manner::Silent);
    all.behave("licences", Manner::Slow(Duration::from_secs(3)));
    all.behave("housing-fund", Manner::Slow(Duration::from_millis(900)));
    let pulled = ask(&all, &["population", "driving_licence", "education", "housing_fund"], &form).await;
    let why: Vec<Option<Silence>> = pulled
        .iter()
        .map(|one| if let Answer::NoAnswer { why } = one.answer { Some(why) } else { None })
        .collect();
    assert_eq!(why, [Some(Silence::TooSlow), Some(Silence::NoKey), None, Some(Silence::Unreachable)]);
}

#[test]
fn values_do_not_show_themselves() {
    let answer = Answer::Found {
        fields: [("name".to_owned(), Fact::Text("张三".to_owned()))].into(),
        as_of: Date::default(),
    };
    assert!(!format!("{answer:?}").contains("张三"));
}

#[test]
fn a_file_that_is_no_sample_or_broken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let resources = Resources::parse(
        "resource,resource_name,registry,key_fields,kind,field,field_name,type,owner,legal_ground,freshness,retention\n\
         pension,待遇,pension,id_no,,months,月数,int,社保局,《社会保险法》,每日,办件保存期",
    )
    .unwrap();
    let load = |text: &str| {
        std::fs::write(folder.path().join("pension.csv"), text).unwrap();
        SampleRegistries::load(folder.path(), &resources).unwrap_err().to_string()
    };
    assert!(
        SampleRegistries::load(folder.path(), &resources).unwrap_err().to_string().contains("pension.csv")
    );
    assert!(load("key,kind,as_of,months\n").contains("does not begin with"));
    assert!(load("# 样例数据\nid,kind,as_of\n").contains("line 2: the first columns"));
    let rows = "# 样例数据\nkey,kind,as_of,months\n1,,2026-11-20,7\n";
    assert!(load(&format!("{rows}2,,2026-11-20,many\n")).contains("line 4: months must be of type int"));
    assert!(load(&format!("{rows}2,,gestern,1\n")).contains("line 4: as_of"));
    assert!(load(&format!("{rows}1,,2026-11-20,7\n")).contains("line 4: the key has a record"));
}
