//! Samples for the technician's eyes, of a receipt and of a page: letters of both kinds and all weights, a code, rules, shades. They say
//! when they were printed, and nothing of anybody.

use super::page::{CODE, MARGIN, PageFault, written};
use contract::Secret;
use drivers::receipt_printer::{Align, Document, Weight};
use jiff::civil::DateTime;

/// A receipt.
pub fn sample(at: DateTime, site: &str) -> Document {
    let time = at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    Document::new()
        .heading("打印样张")
        .styled(site, Align::Centre, Weight::Normal)
        .rule()
        .pair("时间", &time)
        .line("政务服务一二三四五六七八九十")
        .bold("政务服务一二三四五六七八九十")
        .line("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        .line("abcdefghijklmnopqrstuvwxyz")
        .line("0123456789 ()+-*/.,:;%&")
        .line("████████████████████████")
        .styled("居左", Align::Left, Weight::Normal)
        .styled("居中", Align::Centre, Weight::Normal)
        .styled("居右", Align::Right, Weight::Normal)
        .rule()
        .styled("这个码能扫出打印时间", Align::Centre, Weight::Normal)
        .qr(&time)
        .feed(3)
        .cut()
}

/// A page of A4, framed to its edges.
pub fn sample_page(at: DateTime, site: &str) -> Result<Secret<Vec<u8>>, PageFault> {
    let time = at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    written(|mut pen| {
        pen.frame();
        pen.centred("打印样页", 24.0)?;
        pen.y += 30.0;
        pen.pair("地点", site)?;
        pen.pair("时间", &time)?;
        for size in [8.0, 10.0, 13.0, 18.0] {
            pen.y += size;
            for (place, is_bold) in [(MARGIN, false), (MARGIN + 230.0, true)] {
                pen.write((place, pen.y), size, "政务服务 ABC abc 0123", is_bold)?;
            }
            pen.y += size;
        }
        pen.y += 30.0;
        pen.shades();
        let rule = pen.y + 40.0;
        pen.rule(rule);
        pen.y = rule + 30.0;
        pen.code(&time, (MARGIN, pen.y))?;
        let beside = (MARGIN + CODE + 20.0, pen.y + CODE / 2.0);
        pen.write(beside, 13.0, "这个码能扫出打印时间；四边的框应当完整。", false)
    })
}
