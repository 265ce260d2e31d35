//! A technician scans a terminal's code and is told its digits, for the own district's terminals, as long as it is fresh; each
//! time it is written down.

use crate::support::street::fine;
use crate::support::{City, keys_of, on_every_store};
use central::keys::Keys;
use contract::technician::{CodeBox, TechnicianCode};
use jiff::{SignedDuration, Timestamp};

on_every_store!(a_code_is_told_to_who_may_go_there);

/// A code that a terminal made so long ago, as its screen shows it.
fn made(city: &City, kiosk: &str, minutes: i64) -> String {
    let keys = Keys::load(&keys_of(city.authority())).unwrap();
    let newest = keys.sealing().last().unwrap();
    let sealer = newest.public.suite.sealer(&newest.public.bytes).unwrap();
    let at = Timestamp::now() - SignedDuration::from_mins(minutes);
    let (kiosk, code) = (kiosk.parse().unwrap(), TechnicianCode::of(12_345_678));
    CodeBox::seal((newest.id, sealer.as_ref()), &kiosk, &code, at).unwrap().to_string()
}

async fn a_code_is_told_to_who_may_go_there(city: City) {
    city.terminal("ft-0001", ("福民路大厅", "futian"), &fine()).await;
    let here = |sealed: &str| format!("/technician-code?box={sealed}");
    let fresh = made(&city, "ft-0001", 1);
    let mut wang = city.operator("wang", "technician:futian").await;
    assert!(wang.page("/technician-code").await.contains("终端屏幕上的码"));
    let page = wang.page(&here(&fresh)).await;
    assert!(page.contains("1234 5678") && page.contains("ft-0001"), "{page}");
    for (sealed, words) in [
        (made(&city, "ft-0001", 11), "已过十分钟"),
        (made(&city, "ft-0001", -5), "时钟不准"),
        (fresh.replace("ft-0001.1.", "ft-0001.7."), "打不开"),
        ("hello".to_owned(), "不是终端屏幕上的码"),
    ] {
        let response = wang.get(&here(&sealed)).await;
        assert_eq!(response.status(), 422);
        let page = response.text().await.unwrap();
        assert!(page.contains(words) && !page.contains("1234 5678"), "{page}");
    }
    // A terminal that nobody has placed is the city's, and one of Futian is not Luohu's.
    assert_eq!(wang.get(&here(&made(&city, "ft-0009", 1))).await.status(), 403);
    let mut lu = city.operator("lu", "technician:luohu").await;
    assert_eq!(lu.get(&here(&fresh)).await.status(), 403);
    let mut auditor = city.operator("an", "auditor").await;
    assert_eq!(auditor.get(&here(&fresh)).await.status(), 403);
    let log = auditor.page("/audit?subject=ft-0001").await;
    assert_eq!(log.matches("<td>查看维护码</td>").count(), 1, "{log}");
}
