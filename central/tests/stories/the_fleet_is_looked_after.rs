//! Operators look after the fleet: what is wrong is seen, a change is reviewed, agreed to and rolled out, and each sees and
//! does what their role and district allow.

use crate::support::console::Operator;
use crate::support::street::{but, fine};
use crate::support::{City, on_every_store};
use serde_json::json;
use std::time::Duration;

on_every_store!(
    what_is_wrong_is_seen_and_taken_on,
    a_terminal_that_was_put_aside_or_opened_is_told_apart,
    a_change_of_the_city_takes_two,
    notices_are_written_in_rows,
    a_technician_sees_the_own_district_and_changes_nothing,
);

fn location(response: &reqwest::Response) -> String {
    response.headers().get("location").map_or("", |to| to.to_str().unwrap()).to_owned()
}

async fn what_is_wrong_is_seen_and_taken_on(city: City) {
    city.terminal("ft-0001", ("福民路大厅", "futian"), &fine()).await;
    city.terminal("ft-0002", ("梅林书吧", "meilin"), &but("/paper", json!("out"))).await;
    city.terminal("ft-0003", ("华强北地铁口", "huaqiangbei"), &but("/devices/camera", json!("offline")))
        .await;
    city.look_for_alarms().await;
    city.look_for_alarms().await;
    let mut li = city.operator("li", "city").await;
    let list = li.page("/fleet").await;
    assert!(list.contains("共 3 台") && list.contains("梅林书吧") && list.contains("设备故障"), "{list}");
    for (query, found) in [
        ("q=书吧", "ft-0002"),
        ("q=FT-0003", "ft-0003"),
        ("state=fine", "ft-0001"),
        ("problem=paper", "ft-0002"),
        ("street=huaqiangbei", "ft-0003"),
        ("state=down&street=huaqiangbei&version=0.1.0&district=futian", "ft-0003"),
    ] {
        let page = li.page(&format!("/fleet?{query}")).await;
        let named: Vec<&str> = ["ft-0001", "ft-0002", "ft-0003"]
            .into_iter()
            .filter(|name| page.contains(&format!("/kiosks/{name}")))
            .collect();
        assert_eq!(named, [found], "{query}");
    }
    assert!(li.page("/fleet?q=nothing").await.contains("没有符合条件的记录"));
    let map = li.page("/map").await;
    assert!(map.contains("/kiosks/ft-0002") && map.contains("梅林街道 1"), "{map}");
    let kiosk = li.page("/kiosks/ft-0002").await;
    assert!(
        kiosk.contains("用完") && kiosk.contains("带纸前往更换") && kiosk.contains("visit.idle-seconds"),
        "{kiosk}"
    );

    let mut wang = city.operator("wang", "technician:futian").await;
    assert!(wang.page("/alarms").await.contains("由我处理"));
    assert_eq!(location(&wang.post("/alarms/ft-0002/paper/take", &[]).await), "/alarms");
    let alarms = li.page("/alarms").await;
    assert!(alarms.contains("处理中") && alarms.contains("wang"), "{alarms}");
    city.terminal("ft-0002", ("梅林书吧", "meilin"), &fine()).await;
    city.look_for_alarms().await;
    assert!(li.page("/alarms").await.contains("已恢复"));
    assert_eq!(li.get("/kiosks/ft-9999").await.status(), 404);
    assert_eq!(li.get("/kiosks/FT%201").await.status(), 404);

    let place = [("name", "梅林一村"), ("street", "meilin"), ("district", "futian"), ("group", "libraries")];
    assert_eq!(location(&li.post("/kiosks/ft-0002/place", &place).await), "/kiosks/ft-0002");
    assert!(li.page("/fleet?group=libraries").await.contains("梅林一村"));
    let nowhere = [("name", "x"), ("street", "nanshan"), ("district", "futian"), ("group", "")];
    assert_eq!(li.post("/kiosks/ft-0002/place", &nowhere).await.status(), 400);
    let mut auditor = city.operator("an", "auditor").await;
    let log = auditor.page("/audit?subject=ft-0002").await;
    for deed in ["查看终端", "认领告警", "登记位置"] {
        assert!(log.contains(&format!("<td>{deed}</td>")), "{deed}");
    }
}

async fn a_terminal_that_was_put_aside_or_opened_is_told_apart(city: City) {
    let says = |name: &str, value| {
        let mut report = fine();
        report[name] = value;
        report
    };
    let counters = json!({ "card-reader": { "done": 17, "failed": 2 } });
    city.terminal("ft-0001", ("福民路大厅", "futian"), &says("counters", counters)).await;
    city.terminal("ft-0002", ("梅林书吧", "meilin"), &says("duty", json!("out-of-service"))).await;
    city.terminal("ft-0003", ("华强北地铁口", "huaqiangbei"), &says("door", json!("open"))).await;
    city.look_for_alarms().await;
    let mut li = city.operator("li", "city").await;
    assert!(li.page("/kiosks/ft-0001").await.contains("启动后成功 17 次，失败 2 次"));
    let aside = li.page("/fleet?state=out-of-service").await;
    assert!(aside.contains("/kiosks/ft-0002") && !aside.contains("/kiosks/ft-0003"), "{aside}");
    let open = li.page("/fleet?problem=door").await;
    assert!(open.contains("/kiosks/ft-0003") && open.contains("柜门打开"), "{open}");
    let page = li.page("/kiosks/ft-0003").await;
    assert!(page.contains("开着") && page.contains("派人前往"), "{page}");
    // Out of service is no excuse for an open cabinet.
    let mut both = says("door", json!("open"));
    both["duty"] = json!("out-of-service");
    city.terminal("ft-0002", ("梅林书吧", "meilin"), &both).await;
    city.look_for_alarms().await;
    assert!(!li.page("/fleet?state=out-of-service").await.contains("/kiosks/ft-0002"));
}

async fn a_change_of_the_city_takes_two(city: City) {
    city.terminal("ft-0001", ("福民路大厅", "futian"), &fine()).await;
    let (mut li, mut zhao) = (city.operator("li", "city").await, city.operator("zhao", "city").await);
    for (name, text, verdict) in [
        ("visit.idle-seconds", "90", "可用"),
        ("visit.idle-seconds", "9", "不符合要求"),
        ("visit.idle-seconds", "soon", "不符合要求"),
        ("visit.idle-seconds", "", "不作规定"),
        ("update.version", "0.2.0", "可用"),
        ("update.version", "0.2", "应为：版本号，三段数字，如 0.2.0"),
        ("services.closed", "SZ-HZ-000001 HZ", "可用"),
        ("services.closed", "everything", "不符合要求"),
    ] {
        let judged =
            li.post(&format!("/settings/check?key={name}"), &[(name, text)]).await.text().await.unwrap();
        assert!(judged.contains(verdict), "{name} {text}: {judged}");
    }
    let refused = li.post("/settings/review", &[("scope", "city"), ("visit.idle-seconds", "9")]).await;
    assert_eq!(refused.status(), 422);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("visit.idle-seconds") && refused.contains("应为：30 至 300 秒"), "{refused}");
    let nothing = li.post("/settings/review", &[("scope", "city"), ("visit.idle-seconds", "")]).await;
    assert!(nothing.status() == 422 && nothing.text().await.unwrap().contains("没有改动"));
    let review = li.post("/settings/review", &[("scope", "city"), ("visit.idle-seconds", "90")]).await;
    let review = review.text().await.unwrap();
    assert!(review.contains(r#"<pre class="after">90</pre>"#) && review.contains("另一人批准"), "{review}");

    let change = [
        ("scope", "city"),
        ("visit.idle-seconds", "90"),
        ("reason", "residents need longer"),
        ("pace", "at_once"),
    ];
    let published = location(&li.post("/settings/publish", &change).await);
    assert!(published.starts_with("/rollouts/"), "{published}");
    assert!(li.page(&published).await.contains("待批准"));
    let again = li.post("/settings/publish", &change).await;
    assert!(again.status() == 409 && again.text().await.unwrap().contains("还没有结束"));
    let alone = li.post(&format!("{published}/approve"), &[]).await;
    assert!(alone.status() == 409 && alone.text().await.unwrap().contains("由 li 提出"));
    assert_eq!(location(&zhao.post(&format!("{published}/approve"), &[]).await), published);
    assert!(zhao.page(&published).await.contains("下发中"));
    assert_eq!(location(&li.post(&format!("{published}/abort"), &[]).await), published);
    assert!(li.page("/rollouts").await.contains("已中止"));
    assert_eq!(city.said("city").await, json!({}), "an aborted change is nowhere");
    for (path, status) in [("/rollouts/999", 404), ("/rollouts/x", 404), ("/settings?scope=town", 404)] {
        assert_eq!(li.get(path).await.status(), status, "{path}");
    }
    let mut auditor = city.operator("an", "auditor").await;
    let log = auditor.page("/audit?actor=zhao").await;
    assert!(log.contains("批准下发"), "{log}");
}

async fn notices_are_written_in_rows(city: City) {
    let mut li = city.operator("li", "city").await;
    let row = [
        ("notices.0.text", "元旦放假三天"),
        ("notices.0.start", "2026-12-31T18:00"),
        ("notices.0.end", "2027-01-04T08:00"),
        ("notices.0.thu", "on"),
        ("notices.0.priority", "3"),
        ("notices.1.text", ""),
        ("notices.1.priority", "0"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [row.as_slice(), more].concat();
    let backwards = with(&[
        ("notices.1.text", "x"),
        ("notices.1.start", "2027-01-04T08:00"),
        ("notices.1.end", "2026-12-31T18:00"),
    ]);
    for (form, verdict) in [
        (with(&[]), "可用"),
        (backwards, "第 2 条公告，结束时间应晚于开始时间"),
        (row[5..].to_vec(), "不作规定"),
    ] {
        let judged = li.post("/settings/check?key=notices", &form).await.text().await.unwrap();
        assert!(judged.contains(verdict), "{judged}");
    }
    let publish = with(&[("scope", "group:libraries"), ("reason", "holidays"), ("pace", "at_once")]);
    let review = li.post("/settings/review", &publish).await.text().await.unwrap();
    let said = "元旦放假三天 · 2026-12-31 18:00 起 · 至 2027-01-04 08:00 · 周四 · 优先级 3";
    assert!(review.contains(&format!(r#"<pre class="after">{said}</pre>"#)), "{review}");
    assert!(review.contains(r#"name="notices.0.thu" value="on""#), "what was typed goes on to be published");
    let rollout = location(&li.post("/settings/publish", &publish).await);
    assert!(li.page(&rollout).await.contains(said));
    // Nobody belongs to the group yet, so nothing has to be waited for but central's next look at its rollouts.
    let set = async {
        loop {
            let set = city.said("group:libraries").await;
            if set != json!({}) {
                return set;
            }
        }
    };
    let set = tokio::time::timeout(Duration::from_mins(1), set).await.unwrap();
    assert_eq!(set["notices"][0]["weekdays"], json!(["thu"]), "{set}");
    // The editor shows them again, and finds nothing new in them.
    let editor = li.page("/settings?scope=group:libraries").await;
    for shown in [r#"value="元旦放假三天""#, r#"value="2026-12-31T18:00""#] {
        assert!(editor.contains(shown), "{editor}");
    }
    let again = li.post("/settings/review", &publish).await;
    assert!(again.status() == 422 && again.text().await.unwrap().contains("没有改动"));
}

async fn a_technician_sees_the_own_district_and_changes_nothing(city: City) {
    city.terminal("ft-0001", ("福民路大厅", "futian"), &fine()).await;
    let mut elsewhere: Operator = city.operator("wu", "district:luohu").await;
    assert!(!elsewhere.page("/fleet").await.contains("ft-0001"));
    assert!(!elsewhere.page("/map").await.contains("ft-0001"));
    for path in ["/kiosks/ft-0001", "/settings?scope=terminal:ft-0001", "/settings?scope=district:futian"] {
        assert_eq!(elsewhere.get(path).await.status(), 403, "{path}");
    }
    let change =
        |scope| [("scope", scope), ("visit.idle-seconds", "90"), ("reason", "x"), ("pace", "staged")];
    for scope in ["city", "district:futian", "terminal:ft-0001", "group:libraries"] {
        assert_eq!(elsewhere.post("/settings/publish", &change(scope)).await.status(), 403, "{scope}");
    }
    let own = location(&elsewhere.post("/settings/publish", &change("district:luohu")).await);
    assert!(elsewhere.page(&own).await.contains("district:luohu"));
    let mut wang = city.operator("wang", "technician:futian").await;
    assert!(wang.page("/kiosks/ft-0001").await.contains("福民路大厅"));
    assert_eq!(wang.get(&own).await.status(), 403, "another district's rollout");
    assert_eq!(wang.post("/settings/publish", &change("district:futian")).await.status(), 403);
    assert!(!wang.page("/settings").await.contains("预览改动"), "what can't be done is not offered");
}
