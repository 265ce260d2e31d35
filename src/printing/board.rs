//! The board of a construction project (深圳90) on the receipt printer's paper.

use contract::language::Language;
use contract::project::ProjectProgress;
use drivers::receipt_printer::{Align, Document, Weight};

/// Lays a board out.
pub fn board(project: &ProjectProgress, site: &str) -> Document {
    let mut document = Document::new().heading("项目进度").rule();
    document = document.bold(project.project.as_str()).line(&project.kind);
    document = document.pair("已用工作日", &format!("{}，全程不超过 {}", project.used.0, project.limit.0));
    for (place, stage) in project.stages.iter().enumerate() {
        document = document.rule().bold(&format!("{}. {}", place + 1, stage.name));
        document =
            document.pair("状态", stage.standing.words(Language::Chinese)).pair("牵头部门", &stage.lead);
        document = document.pair("工作日", &stage.days_in_words(Language::Chinese));
        for task in &stage.tasks {
            document = document.pair(&task.name, task.standing.words(Language::Chinese));
        }
    }
    document = document.rule();
    if !project.note.is_empty() {
        document = document.line(&project.note);
    }
    document
        .styled("扫码记下项目代码", Align::Centre, Weight::Normal)
        .qr(project.project.as_str())
        .styled(site, Align::Centre, Weight::Normal)
        .styled("咨询投诉 12345", Align::Centre, Weight::Normal)
        .feed(3)
        .cut()
}
