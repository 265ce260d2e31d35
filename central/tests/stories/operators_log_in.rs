//! Operators prove who they are by two factors, and are sent away when they should be.

use crate::support::console::{CHOSEN, Operator};
use crate::support::{City, on_every_store};
use jiff::SignedDuration;

on_every_store!(
    an_operator_sets_up_the_second_factor_and_comes_back,
    five_wrong_tries_close_an_account,
    an_operator_is_sent_away,
);

const NEXT_STEP: SignedDuration = SignedDuration::from_secs(30);

fn location(response: &reqwest::Response) -> &str {
    response.headers().get("location").map_or("", |to| to.to_str().unwrap())
}

async fn an_operator_sets_up_the_second_factor_and_comes_back(city: City) {
    let first = city.invite("li", "city").await;
    let mut li = Operator::new(&city, "li");
    assert_eq!(location(&li.get("/operators").await), "/login");
    assert_eq!(li.type_password("not this one").await.status(), 401);
    let half_way = li.type_password(&first).await;
    assert_eq!(location(&half_way), "/login/code");
    let cookie = half_way.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
    assert_eq!(location(&li.get("/operators").await), "/login/code", "one factor opens nothing");
    li.read_secret().await;
    let before = li.cookie.clone();
    let code = li.code(SignedDuration::ZERO);
    for (fields, status) in [
        ([("code", "000000"), ("fresh", CHOSEN), ("again", CHOSEN)], 401),
        ([("code", &code), ("fresh", "short"), ("again", "short")], 422),
        ([("code", &code), ("fresh", CHOSEN), ("again", "another one of mine")], 422),
        ([("code", &code), ("fresh", CHOSEN), ("again", CHOSEN)], 303),
    ] {
        assert_eq!(li.post("/login/enrol", &fields).await.status(), status, "{fields:?}");
    }
    let page = li.page("/operators").await;
    assert!(page.contains("<b>li</b>") && !page.contains("otpauth"), "{page}");
    let token = std::mem::replace(&mut li.cookie, before);
    assert_eq!(
        location(&li.get("/operators").await),
        "/login",
        "the token of half way is worth nothing any more"
    );
    li.cookie = token;
    assert_eq!(location(&li.get("/login/enrol").await), "/", "the secret is shown once");

    assert_eq!(location(&li.post("/logout", &[]).await), "/login");
    assert_eq!(location(&li.get("/operators").await), "/login");
    assert_eq!(li.type_password(&first).await.status(), 401, "the first password was good once");
    assert_eq!(location(&li.type_password(CHOSEN).await), "/login/code");
    assert_eq!(li.post("/login/code", &[("code", &code)]).await.status(), 401, "and so was its code");
    let next = li.code(NEXT_STEP);
    assert_eq!(location(&li.post("/login/code", &[("code", &next)]).await), "/");
    assert_eq!(li.get("/operators").await.status(), 200);
}

async fn five_wrong_tries_close_an_account(city: City) {
    let mut li = city.operator("li", "city").await;
    li.post("/logout", &[]).await;
    // A right password in between does not begin the count anew: whoever has it still has to guess a code.
    for _ in 0..3 {
        assert_eq!(li.type_password("not this one").await.status(), 401);
    }
    assert_eq!(location(&li.type_password(CHOSEN).await), "/login/code");
    for _ in 0..2 {
        assert_eq!(li.post("/login/code", &[("code", "000000")]).await.status(), 401);
    }
    let code = li.code(NEXT_STEP);
    let refused = li.post("/login/code", &[("code", &code)]).await;
    assert_eq!(refused.status(), 401, "a right code comes too late");
    assert!(refused.text().await.unwrap().contains("账号锁定至"));
    let refused = li.type_password(CHOSEN).await;
    assert!(refused.status() == 401 && refused.text().await.unwrap().contains("账号锁定至"));
    let mut auditor = city.operator("an", "auditor").await;
    let log = auditor.page("/audit?deed=lock-out").await;
    assert!(log.contains("<td>li</td>"), "{log}");

    let mut nobody = Operator::new(&city, "nobody");
    for name in ["nobody", "no body", "", "'; DROP TABLE operators"] {
        nobody.name = name.to_owned();
        let refused = nobody.type_password(CHOSEN).await;
        assert_eq!(refused.status(), 401, "{name}");
        assert!(
            refused.text().await.unwrap().contains("用户名或密码不对"),
            "who does not exist is told no more"
        );
    }
}

async fn an_operator_is_sent_away(city: City) {
    let mut li = city.operator("li", "city").await;
    let mut wang = city.operator("wang", "technician:futian").await;
    assert_eq!(wang.get("/operators").await.status(), 403);
    let page = li.page("/operators").await;
    let ends: Vec<&str> = page.split("action=\"/sessions/").skip(1).map(|rest| &rest[..64]).collect();
    assert_eq!(ends.len(), 1, "one's own session is left by logging out");
    li.post(&format!("/sessions/{}/end", ends[0]), &[]).await;
    assert_eq!(location(&wang.get("/operators").await), "/login");
    assert_eq!(location(&wang.type_password(CHOSEN).await), "/login/code");
    let code = wang.code(NEXT_STEP);
    wang.post("/login/code", &[("code", &code)]).await;
    assert_eq!(location(&li.post("/operators/wang/lock", &[]).await), "/operators");
    assert_eq!(location(&wang.get("/operators").await), "/login", "a lock ends sessions");
    let refused = wang.type_password(CHOSEN).await;
    assert!(refused.status() == 401 && refused.text().await.unwrap().contains("已停用"));

    let reset = li.post("/operators/wang/reset", &[]).await.text().await.unwrap();
    let first = crate::support::console::between(&reset, "<code id=\"first-password\">", "</code>");
    assert_eq!(location(&wang.type_password(first).await), "/login/code");
    wang.set_up().await;
    assert_eq!(
        li.post("/operators/li/lock", &[]).await.status(),
        403,
        "nobody shuts the door behind themselves"
    );
    for (name, role, district, status) in [
        ("zhao", "auditor", "futian", 200),
        ("zhao", "city", "futian", 409),
        ("Zhao!", "city", "futian", 422),
        ("qian", "emperor", "futian", 422),
        ("qian", "district", "Futian!", 422),
    ] {
        let fields = [("name", name), ("role", role), ("district", district)];
        assert_eq!(li.post("/operators", &fields).await.status(), status, "{fields:?}");
    }
}
