//! The audit log: what was done stands in it, and whoever alters it is found out.

use crate::support::{City, on_every_store};
use central::audit::{self, Act, AuditFault, Deed, Head};
use central::store::StoreError;
use central::values;
use jiff::Timestamp;
use std::process::{Command, Output};

on_every_store!(what_is_altered_removed_or_cut_off_is_found, acts_at_once_stand_one_after_the_other);

async fn verify(city: &City, known: Option<Head>) -> Result<Head, AuditFault> {
    city.store().await.read(move |sql| audit::verify(sql, known)).await
}

async fn change(city: &City, statement: &'static str) {
    let changed = city.store().await.change(move |sql| sql.execute(statement, values![])).await;
    assert_eq!(changed.unwrap(), 1, "{statement}");
}

async fn what_is_altered_removed_or_cut_off_is_found(city: City) {
    let mut li = city.operator("li", "city").await;
    li.post("/operators", &[("name", "wang"), ("role", "technician"), ("district", "futian")]).await;
    li.post("/operators/wang/lock", &[]).await;
    li.post("/logout", &[]).await;
    let head = verify(&city, None).await.unwrap();
    assert_eq!(head.n, 4, "enrolled, added, locked, logged out");
    assert_eq!(verify(&city, Some(head)).await.unwrap(), head);
    let mut auditor = city.operator("an", "auditor").await;
    let log = auditor.page("/audit?actor=li&subject=wang").await;
    assert!(log.contains("停用账号") && !log.contains("退出</td>"), "{log}");
    assert!(auditor.post("/audit/verify", &[]).await.text().await.unwrap().contains("全部记录未被改动"));
    assert!(verify(&city, Some(head)).await.is_ok(), "the log goes on through a head of before");
    let other = Head { hash: [7; 32], ..head };
    assert!(matches!(verify(&city, Some(other)).await, Err(AuditFault::Altered(4))));
    let beyond = Head { n: 400, hash: head.hash };
    assert!(matches!(verify(&city, Some(beyond)).await, Err(AuditFault::Cut { expected: 400, .. })));

    for (alter, mend) in [
        ("UPDATE audit SET actor = 'nobody' WHERE n = 2", "UPDATE audit SET actor = 'li' WHERE n = 2"),
        ("UPDATE audit SET at = at + 1 WHERE n = 2", "UPDATE audit SET at = at - 1 WHERE n = 2"),
        (
            "UPDATE audit SET deed = 'log-out' WHERE n = 2",
            "UPDATE audit SET deed = 'operator-add' WHERE n = 2",
        ),
        (
            "UPDATE audit SET deed = 'no-deed' WHERE n = 2",
            "UPDATE audit SET deed = 'operator-add' WHERE n = 2",
        ),
        ("UPDATE audit SET suite = 'sm' WHERE n = 2", "UPDATE audit SET suite = 'international' WHERE n = 2"),
        // A word that slides from one column to the next.
        (
            "UPDATE audit SET subject = 'wangtechnician:futian', detail = '' WHERE n = 2",
            "UPDATE audit SET subject = 'wang', detail = 'technician:futian' WHERE n = 2",
        ),
    ] {
        change(&city, alter).await;
        assert!(matches!(verify(&city, None).await, Err(AuditFault::Altered(2))), "{alter}");
        change(&city, mend).await;
        verify(&city, None).await.unwrap();
    }
    let said = auditor.post("/audit/verify", &[]).await.text().await.unwrap();
    assert!(said.contains("完整"), "{said}");
    change(&city, "DELETE FROM audit WHERE n = (SELECT max(n) FROM audit)").await;
    assert!(matches!(verify(&city, None).await, Err(AuditFault::Cut { .. })));
    change(&city, "DELETE FROM audit WHERE n = 3").await;
    assert!(matches!(verify(&city, None).await, Err(AuditFault::Missing(3))));
    let said = auditor.post("/audit/verify", &[]).await.text().await.unwrap();
    assert!(said.contains("不完整") && said.contains("entry 3"), "{said}");
}

async fn acts_at_once_stand_one_after_the_other(city: City) {
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..20 {
        let store = city.store().await;
        writers.spawn(async move {
            let (actor, now) = (format!("writer-{writer}"), Timestamp::now());
            let act = Act {
                actor,
                deed: Deed::Denied,
                subject: "长".repeat(1000),
                detail: String::new(),
                address: String::new(),
            };
            store.change::<_, StoreError, _>(move |sql| audit::append(sql, &act, now)).await.unwrap();
        });
    }
    writers.join_all().await;
    assert_eq!(verify(&city, None).await.unwrap().n, 20);
}

fn central(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_central")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap()
}

#[tokio::test]
async fn the_command_line_makes_operators_and_is_written_down_too() {
    let city = City::open().await;
    let db = city.db();
    let added = central(&["operator", "add", "--db", &db, "li", "--role", "district:futian"]);
    assert!(added.status.success() && said(&added).contains("li logs in with "), "{}", said(&added));
    for (arguments, words) in [
        (&["operator", "add", "--db", &db, "li", "--role", "city"][..], "there is an operator of this name"),
        (&["operator", "add", "--db", &db, "wu", "--role", "king"], "'king' is no role"),
        (&["operator", "add", "--db", &db, "W U", "--role", "city"], "is not a operator id"),
        (&["operator", "reset", "--db", &db, "wu"], "there is no operator of this name"),
        (&["operator", "lock", "--db", &db, "wu"], "there is no operator of this name"),
        (&["operator", "list", "--db", "sqlite:/nowhere/c.db"], "there is no store at"),
        (&["audit", "verify", "--db", &db, "--head", "4:zz"], "a head is the number of an entry"),
    ] {
        let output = central(arguments);
        assert!(
            !output.status.success() && said(&output).contains(words),
            "{arguments:?}: {}",
            said(&output)
        );
    }
    assert!(central(&["operator", "lock", "--db", &db, "li"]).status.success());
    let list = said(&central(&["operator", "list", "--db", &db]));
    assert!(list.contains("district:futian") && list.contains("locked"), "{list}");
    assert!(central(&["operator", "reset", "--db", &db, "li"]).status.success());
    let whole = said(&central(&["audit", "verify", "--db", &db]));
    assert!(whole.contains("whole: 3 entries"), "{whole}");
    let head = whole.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(central(&["audit", "verify", "--db", &db, "--head", &head]).status.success());
    change(&city, "UPDATE audit SET detail = 'city' WHERE n = 1").await;
    let broken = central(&["audit", "verify", "--db", &db]);
    assert!(
        !broken.status.success() && said(&broken).contains("entry 1 of the audit log was altered"),
        "{}",
        said(&broken)
    );
}
