//! A technician writes a fault ticket at a terminal; it comes among the entries, once; a phone adds photos at the console, and
//! somebody settles it.

use crate::support::{City, key, on_every_store, receipt, sent};
use central::tickets;
use contract::fault_ticket::{FaultTicket, SparePart, Symptom};
use contract::message::{EntryBody, Outcome};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

on_every_store!(a_ticket_is_photographed_and_settled, one_that_was_mended_at_once_is_settled);

fn ticket(part: SparePart, mended: bool) -> EntryBody {
    EntryBody::FaultTicket(FaultTicket { part, symptom: Symptom::Fitful, mended })
}

/// What a phone sends.
pub(super) fn photo() -> Vec<u8> {
    let mut jpeg = Vec::new();
    let shade = |x: u32, y: u32| Rgb([90, (x / 4 % 200) as u8, (y / 3 % 200) as u8]);
    let picture = RgbImage::from_fn(800, 600, shade);
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 80)).unwrap();
    jpeg
}

async fn a_ticket_is_photographed_and_settled(city: City) {
    city.terminal("ft-0001", ("福民路大厅", "futian"), &crate::support::street::fine()).await;
    let (kiosk, id) = (city.kiosk("ft-0001"), key());
    for _ in 0..2 {
        let noted = receipt(kiosk.post(id, &sent(1, ticket(SparePart::Cutter, false))).await).await;
        assert_eq!(noted.outcome, Outcome::Noted);
    }
    let mut wang = city.operator("wang", "technician:futian").await;
    let at = format!("/tickets/ft-0001/{id}");
    let list = wang.page("/tickets").await;
    assert_eq!(list.matches(&at).count(), 1, "the same entry twice is one ticket: {list}");
    assert!(list.contains("切刀") && list.contains("时好时坏") && list.contains("待处理"), "{list}");
    let text = wang.send_file(&format!("{at}/photos"), "photo", b"this is no picture").await;
    assert!(text.text().await.unwrap().contains("请重拍"), "whoever sent it is told");
    assert_eq!(wang.get(&format!("{at}/photos/0")).await.status(), 404, "and nothing of it is kept");
    for place in 0..7 {
        let status = wang.send_file(&format!("{at}/photos"), "photo", &photo()).await.status();
        assert!(status.is_redirection(), "{status}");
        let shown = wang.get(&format!("{at}/photos/{place}")).await;
        assert_eq!(shown.status(), if place < 6 { 200 } else { 404 }, "six and no more");
        if place < 6 {
            let shown = shown.bytes().await.unwrap();
            assert!(image::load_from_memory(&shown).is_ok_and(|picture| picture.width() == 800));
        }
    }

    let mut elsewhere = city.operator("wu", "technician:luohu").await;
    assert!(!elsewhere.page("/tickets").await.contains("ft-0001"));
    assert_eq!(elsewhere.get(&at).await.status(), 403);
    assert_eq!(elsewhere.post(&format!("{at}/close"), &[]).await.status(), 403);
    let mut auditor = city.operator("an", "auditor").await;
    assert!(!auditor.page(&at).await.contains("标为已处理"), "what can't be done is not offered");

    for _ in 0..2 {
        assert!(wang.post(&format!("{at}/close"), &[]).await.status().is_redirection());
    }
    let page = wang.page(&at).await;
    assert!(page.contains("已处理") && page.contains("wang") && !page.contains("标为已处理"), "{page}");
    let log = auditor.page("/audit?subject=ft-0001").await;
    assert_eq!(log.matches("<td>处理故障单</td>").count(), 1, "settled once");
    assert_eq!(log.matches("<td>补故障照片</td>").count(), 6);
    for nowhere in ["/tickets/ft-0001/0", &format!("/tickets/ft-0002/{id}")] {
        assert_eq!(wang.get(nowhere).await.status(), 404, "{nowhere}");
    }
}

async fn one_that_was_mended_at_once_is_settled(city: City) {
    let kiosk = city.kiosk("ft-0001");
    receipt(kiosk.post(key(), &sent(1, ticket(SparePart::Cable, true))).await).await;
    let all = city.store().await.read(tickets::list).await.unwrap();
    let [one] = &all[..] else { panic!("{all:?}") };
    assert!(one.closed_at == Some(one.at) && one.closed_by.is_none(), "{one:?}");
}
