//! 深圳90: a construction project through its stages, several departments beside each other.

use crate::support::{
    City, SIGNATURE, Sent, filing, key, on_every_store, opened, problem, receipt, whole_catalogue,
};
use contract::message::{CaseProgress, CaseState, Light};
use contract::project::{ProjectProgress, StageStanding, TaskStanding};
use serde_json::{Value, json};

on_every_store!(
    a_project_goes_through_its_first_stage,
    a_stage_that_is_not_open_takes_no_application,
    two_departments_finish_at_the_same_time,
    who_has_the_code_sees_the_board,
);

const PROJECT: &str = "2026-440304-47-01-123456";

fn stage(seq: u64, service: &str, kind: &str, stage: &str) -> Sent {
    let matters = match stage {
        "立项及用地规划许可" => r#"["建设用地规划许可证"]"#,
        "工程建设许可" => r#"["建设工程规划许可证"]"#,
        "施工许可" => r#"["建筑工程施工许可"]"#,
        _ => r#"["建设工程竣工联合（现场）验收"]"#,
    };
    filing(
        seq,
        service,
        "staged-project",
        &[
            ("project_code", PROJECT),
            ("project_name", "福田样例科技大厦"),
            ("invest_kind", kind),
            ("stage", stage),
            ("matters", matters),
            ("uscc", "91440300MA5TE5T01T"),
            ("entity_name", "深圳市样例科技有限公司"),
            ("legal_rep", "张三"),
            ("entity_address", "福中路100号"),
            ("agent_role", "法定代表人"),
            ("agent_name", "张三"),
            ("agent_id_no", "440304199001010011"),
            ("agent_phone", "13800000001"),
            ("consent", "true"),
            ("sign", SIGNATURE),
        ],
    )
}

fn first_stage(seq: u64) -> Sent {
    stage(seq, "SZ-GT-000004", "社会投资", "立项及用地规划许可")
}

async fn a_project_goes_through_its_first_stage(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let case = opened(&receipt(kiosk.post(key(), &first_stage(1)).await).await);
    let (fg, gt, zj) = (city.clerk("fan", "FG"), city.clerk("gao", "GT"), city.clerk("zhu", "ZJ"));
    let path = format!("/v1/clerk/projects/{PROJECT}");
    let acts = format!("{path}/acts");
    let board: Value = gt.get(&path).await.json().await.unwrap();
    assert_eq!((&board["kind"], board["stages"].as_array().unwrap().len()), (&json!("社会投资"), 3));
    assert_eq!(board["stages"][0]["standing"], "open");
    assert_eq!(board["stages"][1]["standing"], "waiting");
    assert!(board["stages"][0]["due_on"].is_string());

    let finish = |task: &str, seen: u32| json!({"act": "finish", "seen": seen, "task": task, "outcome": {"result": "passed"}});
    let close = |seen: u32| json!({"act": "close", "seen": seen});
    assert_eq!(problem(gt.post(&acts, &close(1)).await).await, (409, "act-refused".to_owned()));
    assert_eq!(
        problem(gt.post(&acts, &finish("record", 1)).await).await,
        (403, "other-department".to_owned())
    );
    assert_eq!(problem(gt.post(&acts, &finish("moon", 1)).await).await, (409, "act-refused".to_owned()));
    assert_eq!(
        problem(gt.post(&acts, &json!({"act": "finish"})).await).await,
        (422, "not-an-act".to_owned())
    );
    assert_eq!(fg.post(&acts, &finish("record", 1)).await.status(), 200);
    assert_eq!(gt.post(&acts, &finish("land-plan", 2)).await.status(), 200);
    assert_eq!(problem(fg.post(&acts, &close(3)).await).await, (403, "other-department".to_owned()));
    let pause = json!({"act": "pause", "seen": 3, "ground": "public_notice"});
    let paused: Value = gt.post(&acts, &pause).await.json().await.unwrap();
    assert_eq!(
        (&paused["stages"][0]["standing"], &paused["stages"][0]["due_on"]),
        (&json!("paused"), &Value::Null)
    );
    assert_eq!(gt.post(&acts, &json!({"act": "resume", "seen": 4})).await.status(), 200);
    let closed: Value = gt.post(&acts, &close(5)).await.json().await.unwrap();
    assert_eq!(closed["stages"][0]["standing"], "closed");
    assert_eq!(closed["stages"][0]["tasks"][0]["result"]["result"], "passed");
    let progress: CaseProgress = kiosk.get(&format!("/v1/cases/{case}")).await.json().await.unwrap();
    assert_eq!(progress.state, CaseState::Approved, "the application is decided with its stage");

    // Every department of the project is told, those of later stages too.
    let told: Value = zj.get("/v1/clerk/inbox").await.json().await.unwrap();
    let told: Vec<&str> = told.as_array().unwrap().iter().map(|row| row["words"].as_str().unwrap()).collect();
    assert_eq!(told.len(), 6);
    assert!(told.iter().any(|words| words.contains("事项通过：社会投资项目备案")), "{told:?}");
    let others: Value = city.clerk("wang", "HZ").get("/v1/clerk/inbox").await.json().await.unwrap();
    assert_eq!(others, json!([]));
    let boards: Value = zj.get("/v1/clerk/projects").await.json().await.unwrap();
    assert_eq!(boards[0]["project"], PROJECT);

    let next = stage(2, "SZ-GT-000015", "社会投资", "工程建设许可");
    assert_eq!(kiosk.post(key(), &next).await.status(), 201);
    let board: Value = gt.get(&path).await.json().await.unwrap();
    assert_eq!(board["stages"][1]["standing"], "open");
}

async fn a_stage_that_is_not_open_takes_no_application(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let refused = async |sent: Sent| problem(kiosk.post(key(), &sent).await).await;
    let later = stage(1, "SZ-ZJ-000063", "社会投资", "施工许可");
    assert_eq!(refused(later).await, (409, "stage-refused".to_owned()));
    let missing = stage(2, "SZ-ZJ-000074", "社会投资", "竣工验收");
    assert_eq!(
        refused(missing).await,
        (409, "stage-refused".to_owned()),
        "private projects have three stages"
    );
    let mut wrong = first_stage(3);
    if let contract::message::EntryBody::Application(application) = &mut wrong.entry.body {
        application.fields.insert("project_code".parse().unwrap(), contract::Secret::from("2026-44"));
    }
    assert_eq!(refused(wrong).await, (422, "form-refused".to_owned()));
    assert_eq!(kiosk.post(key(), &first_stage(4)).await.status(), 201);
    assert_eq!(
        kiosk.post(key(), &first_stage(5)).await.status(),
        201,
        "an open stage takes more applications"
    );
}

async fn two_departments_finish_at_the_same_time(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    assert_eq!(kiosk.post(key(), &first_stage(1)).await.status(), 201);
    let path = format!("/v1/clerk/projects/{PROJECT}/acts");
    let acts = [("fan", "FG", "record"), ("gao", "GT", "land-plan")].map(|(id, department, task)| {
        let (clerk, path) = (city.clerk(id, department), path.clone());
        let act = json!({"act": "finish", "seen": 1, "task": task, "outcome": {"result": "passed"}});
        tokio::spawn(async move { clerk.post(&path, &act).await.status().as_u16() })
    });
    let mut got = Vec::new();
    for act in acts {
        got.push(act.await.unwrap());
    }
    got.sort_unstable();
    assert_eq!(got, [200, 409], "the second is told of the first and looks again");
}

async fn who_has_the_code_sees_the_board(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let (kiosk, fan) = (city.kiosk("ft-0001"), city.clerk("fan", "FG"));
    let path = format!("/v1/projects/{PROJECT}");
    assert_eq!(problem(kiosk.get(&path).await).await, (404, "no-such-project".to_owned()), "not begun");
    let no_code = problem(kiosk.get("/v1/projects/2026-44").await).await;
    assert_eq!(no_code, (404, "no-such-project".to_owned()));
    assert_eq!(problem(fan.get(&path).await).await.0, 403, "it is for terminals");
    assert_eq!(kiosk.post(key(), &first_stage(1)).await.status(), 201);
    let act = json!({"act": "finish", "seen": 1, "task": "record",
        "outcome": {"result": "not_needed", "reason": "同批次项目已备案"}});
    assert_eq!(fan.post(&format!("/v1/clerk/projects/{PROJECT}/acts"), &act).await.status(), 200);

    let text = kiosk.get(&path).await.text().await.unwrap();
    for told in ["张三", "440304199001010011", "13800000001", "fan", "同批次项目已备案"] {
        assert!(!text.contains(told), "{told} is nobody's business");
    }
    let board: ProjectProgress = serde_json::from_str(&text).unwrap();
    assert_eq!((board.limit.0, board.used.0, board.stages.len()), (33, 0, 3));
    let [first, second, third] = board.stages.as_slice() else { panic!("{board:?}") };
    assert_eq!((first.standing, first.limit.0, first.light), (StageStanding::Open, 5, Light::Green));
    assert!(first.due_on.is_some());
    let tasks: Vec<_> = first.tasks.iter().map(|task| (task.name.as_str(), task.standing)).collect();
    assert_eq!(
        tasks,
        [("社会投资项目备案", TaskStanding::NotNeeded), ("建设用地规划许可证", TaskStanding::Open)]
    );
    for later in [second, third] {
        assert_eq!((later.standing, later.due_on), (StageStanding::Waiting, None));
    }
}
