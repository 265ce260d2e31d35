//! A sample for the technician's eyes: letters of both kinds and all weights, a code, rules, a cut. It says when it was printed, and
//! nothing of anybody.

use drivers::receipt_printer::{Align, Document, Weight};
use jiff::civil::DateTime;

/// Lays it out.
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
