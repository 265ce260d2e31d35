//! What the city knows is not asked for: licences stand for papers, registries fill in a form. Of the other papers a page
//! is taken under a (virtual) document camera, travels with its application and lies before the clerk.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::CaseNumber;
use contract::catalogue::{Audience, Service};
use corner::Twin;
use kiosk::forms::Enclosed;
use kiosk::journey::{Page, Papers, PapersStep, Touch};
use kiosk::papers::Refusal;
use kiosk::typing::Key;
use street::Street;
use support::{library, repository};

/// 户口登记项目变更更正（姓名变更）: what proves it may be enclosed.
const CHANGE_OF_NAME: &str = "SZ-HZ-000035";
/// 流动人口居住登记（本人自主申报）: a lease proves it, and the library has this resident's.
const RESIDENCE: &str = "SZ-HZ-000070";

/// A street with a document camera over its shelf.
async fn street_with_shelf() -> (Street, Twin, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let camera = folder.path().join("documents");
    let font = repository().join("ui/fonts/NotoSansSC-Regular.otf").display().to_string();
    let shelf =
        Twin::start("virtual-document-camera", &["--font", &font, "--out", &camera.display().to_string()]);
    let mut street = Street::open_with_document_camera(&camera).await;
    street.until_health("the document camera", |health| health.documents == Some(true)).await;
    (street, shelf, folder)
}

async fn log_in(street: &mut Street, service: &str) {
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(service.parse().unwrap()));
    street.touch(Touch::Start);
    street.recognised().await;
    street.until("the form", |page| matches!(page, Page::Filing(_))).await;
    street.touch(Touch::Next);
}

fn type_in(street: &mut Street, field: &str, keys: &str) {
    street.touch(Touch::Focus(field.parse().unwrap()));
    if keys.chars().any(|c| c.is_ascii_alphabetic()) {
        street.touch(Touch::Key(Key::Language));
    }
    street.keys(keys);
}

fn pick(street: &mut Street, field: &str, value: &str) {
    street.touch(Touch::Pick(field.parse().unwrap(), value.into()));
}

fn papers(street: &Street) -> &Papers {
    match street.page() {
        Page::Papers(papers) => papers,
        page => panic!("not at the papers: {page:?}"),
    }
}

fn is_step(page: &Page, is_so: impl Fn(&PapersStep) -> bool) -> bool {
    matches!(page, Page::Papers(papers) if is_so(&papers.step))
}

async fn until_refused(street: &mut Street, wanted: Refusal) {
    let is_so = |step: &PapersStep| matches!(step, PapersStep::Look(look) if look.why == Some(wanted));
    street.until(&format!("{wanted:?}"), |page| is_step(page, is_so)).await;
}

fn seen_by_the_clerk(street: &Street, case: &CaseNumber) -> serde_json::Value {
    serde_json::from_str(&street.clerk(&["show", case.as_str()])).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_taken_when_it_lies_well_and_lies_before_the_clerk() {
    let (mut street, mut shelf, _folder) = street_with_shelf().await;
    log_in(&mut street, CHANGE_OF_NAME).await;
    type_in(&mut street, "phone", "13800000001");
    pick(&mut street, "result_delivery", "窗口自取");
    street.touch(Touch::Next);
    let paper = papers(&street).materials()[0].id.clone();
    assert!(matches!(papers(&street).step, PapersStep::List));
    street.touch(Touch::Scan(paper.clone()));
    until_refused(&mut street, Refusal::NoSheet).await;
    shelf.say("lay over the edge");
    until_refused(&mut street, Refusal::CutOff).await;
    shelf.say("lay out of focus");
    until_refused(&mut street, Refusal::Blurred).await;
    shelf.say("lay");
    street.until("a page", |page| is_step(page, |step| matches!(step, PapersStep::Judge { .. }))).await;
    // Not pleased with it: once more. Then two pages are kept, and one is taken out again.
    street.touch(Touch::TryAgain);
    for _ in 0..2 {
        street.until("a page", |page| is_step(page, |step| matches!(step, PapersStep::Judge { .. }))).await;
        street.touch(Touch::KeepPage);
        street.touch(Touch::Scan(paper.clone()));
    }
    street.touch(Touch::Back);
    street.touch(Touch::ShowPage(paper.clone(), 1));
    street.touch(Touch::DropPage);
    let kept = papers(&street).enclosures();
    assert_eq!(kept.of(papers(&street).materials()[0]), Enclosed::Pages(1));
    // What has no four corners is taken as it lies.
    shelf.say("lift");
    street.touch(Touch::Scan(paper.clone()));
    until_refused(&mut street, Refusal::NoSheet).await;
    street.touch(Touch::ScanWhole);
    street
        .until("the whole picture", |page| is_step(page, |step| matches!(step, PapersStep::Judge { .. })))
        .await;
    street.touch(Touch::KeepPage);
    street.touch(Touch::Next);
    // Back to change something: the pages are still there.
    street.touch(Touch::Back);
    assert_eq!(papers(&street).enclosures().pages_of(&paper).count(), 2);
    street.touch(Touch::Next);
    let case = street.sign_and_submit().await;
    street.touch(Touch::End);
    assert!(!street.journey().holds_personal_data());
    street.until_health("the pages to arrive", |health| health.waiting == 0).await;
    assert_eq!(seen_by_the_clerk(&street, &case)["papers"][paper.as_str()], 2);

    // Unplugged: it is said, and the application goes on without.
    shelf.say("unplug");
    street.until_health("the camera to be missed", |health| health.documents == Some(false)).await;
    log_in(&mut street, CHANGE_OF_NAME).await;
    type_in(&mut street, "phone", "13800000001");
    pick(&mut street, "result_delivery", "窗口自取");
    street.touch(Touch::Next);
    street.touch(Touch::Scan(paper));
    assert!(matches!(papers(&street).step, PapersStep::List), "there is nothing to look with");
    street.touch(Touch::Next);
    street.sign_and_submit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_licence_library_has_is_not_asked_for() {
    let mut street = Street::open().await;
    log_in(&mut street, RESIDENCE).await;
    type_in(&mut street, "phone", "13800000001");
    for (field, value) in [("district", "440304"), ("street", "莲花街道"), ("community", "福中社区")]
    {
        pick(&mut street, field, value);
    }
    type_in(&mut street, "address_detail", "Fuzhong 3 Road 88-101");
    pick(&mut street, "house_kind", "租赁");
    pick(&mut street, "result_delivery", "电子证照");
    type_in(&mut street, "live_since", "20250901");
    while matches!(street.page(), Page::Filing(filing) if !filing.show_faults) {
        street.touch(Touch::Next);
    }
    street
        .until("the library's word", |page| matches!(page, Page::Papers(papers) if papers.asking.is_none()))
        .await;
    let at = papers(&street);
    let lease = at.materials().into_iter().find(|paper| paper.licence.is_some()).unwrap();
    let Enclosed::Held(held) = at.enclosures().of(lease) else { panic!("the lease is asked for") };
    assert_eq!((held.name.as_str(), held.owner.as_str()), ("房屋租赁凭证", "深圳市住房和建设局"));
    let material = lease.id.clone();
    street.touch(Touch::Next);
    let case = street.sign_and_submit().await;
    street.touch(Touch::End);
    let seen = seen_by_the_clerk(&street, &case);
    assert_eq!(seen["licences"]["lease"], "found", "central looked again: {seen}");
    assert_eq!(seen["papers"].get(material.as_str()), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_registry_knows_is_not_typed() {
    let mut street = Street::open().await;
    let library = library();
    let of_bodies = |s: &&Service| {
        let is_change = s.form.as_str() == "licence-change" && s.audience == Audience::Entity;
        is_change && library.obstacle(s).is_none()
    };
    let service = library.services().iter().find(of_bodies).unwrap().code.to_string();
    log_in(&mut street, &service).await;
    let value = |street: &Street, field: &str| match street.page() {
        Page::Filing(filing) => filing.draft.value_named(field).to_owned(),
        page => panic!("no form: {page:?}"),
    };
    type_in(&mut street, "uscc", "91440300MA5TE5T01");
    street.touch(Touch::CloseKeyboard);
    assert_eq!(value(&street, "entity_name"), "", "half a number is nobody's");
    street.touch(Touch::Focus("uscc".parse().unwrap()));
    street.touch(Touch::Key(Key::Char('T')));
    street.touch(Touch::CloseKeyboard);
    let is_told = |page: &Page| matches!(page, Page::Filing(filing) if !filing.draft.value_named("entity_name").is_empty());
    street.until("the registry's word", is_told).await;
    assert_eq!(value(&street, "entity_name"), "深圳市样例科技有限公司");
    assert_eq!(value(&street, "legal_rep"), "张三");
    let Page::Filing(filing) = street.page() else { panic!("no form") };
    let name = "entity_name".parse().unwrap();
    assert_eq!(filing.draft.known(&name).unwrap().owner, "深圳市市场监督管理局");
    assert!(filing.draft.typing_for(&name).is_none(), "it stands as the registry has it");
    assert!(filing.draft.typing_for(&"legal_rep".parse().unwrap()).is_some(), "a change may be under way");
    // Another number: what hung on the first is gone.
    street.touch(Touch::Focus("uscc".parse().unwrap()));
    street.touch(Touch::Key(Key::Clear));
    type_in(&mut street, "uscc", "91440300MA5TE5T02X");
    street.touch(Touch::CloseKeyboard);
    let is_other = |page: &Page| matches!(page, Page::Filing(filing) if filing.draft.value_named("entity_name").contains("注销"));
    street.until("the word on the other body", is_other).await;
    assert_eq!(value(&street, "legal_rep"), "李四");
}
