//! How the print of a paper goes on which nothing hangs: a guide, the board of a project. A receipt's and a certificate's have
//! words of their own.

use crate::journey::{PrintResult, Printing};
use contract::language::Language;
use kiosk_ui::PrintView;
use slint::SharedString;

/// What is printed, in Chinese and English.
type Paper = (&'static str, &'static str);

/// A guide (办事指南).
pub(super) const GUIDE: Paper = ("指南", "guide");
/// The board of a project (项目进度).
pub(super) const BOARD: Paper = ("进度", "board");

/// What is said of it; nothing, until it is asked for.
pub(super) fn words(
    language: Language,
    paper: Paper,
    printing: Option<Printing>,
) -> (PrintView, SharedString) {
    let Some(printing) = printing else { return (PrintView::Good, SharedString::new()) };
    let (chinese, english) = paper;
    let (view, chinese, english) = match printing {
        Printing::Busy(_) => {
            (PrintView::Busy, format!("正在打印{chinese}…"), format!("Printing the {english}…"))
        }
        Printing::Over(PrintResult::Printed) => (
            PrintView::Good,
            format!("{chinese}已打印，请取走"),
            format!("The {english} is printed, please take it"),
        ),
        Printing::Over(PrintResult::NoPaper) => (
            PrintView::Bad,
            format!("打印纸用完了，{chinese}没有打印。（故障 E02）"),
            format!("Out of paper, the {english} is not printed. (fault E02)"),
        ),
        Printing::Over(PrintResult::NoPrinter | PrintResult::NotWritable) => (
            PrintView::Bad,
            format!("打印机没有响应，{chinese}没有打印。（故障 E02）"),
            format!("The printer does not answer, the {english} is not printed. (fault E02)"),
        ),
        Printing::Over(PrintResult::Unknown) => (
            PrintView::Bad,
            format!("不确定{chinese}是否打印完整，可以再打印一次。"),
            "Perhaps not printed completely. You can print it again.".to_owned(),
        ),
    };
    (view, language.say(&chinese, &english).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_asked_for_is_not_spoken_of_and_what_fails_is_named() {
        let both = [Language::Chinese, Language::English];
        assert_eq!(both.map(|language| words(language, GUIDE, None).1), ["", ""]);
        let failed =
            both.map(|language| words(language, BOARD, Some(Printing::Over(PrintResult::NoPaper))).1);
        let said = [
            "打印纸用完了，进度没有打印。（故障 E02）",
            "Out of paper, the board is not printed. (fault E02)",
        ];
        assert_eq!(failed, said);
    }
}
