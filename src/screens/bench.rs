//! Behind the technician's door: parts, checks, the touch grid, records, the log.

use super::terminal::{send, sends};
use super::ticket::{self, ticket_written};
use super::{log_in, refresh, store_trouble, texts};
use crate::diagnostics::Eye;
use crate::diagnostics::{Exam, Examined, FaceSight, Gravity, LogLine, Part, Subject, Verdict, Words};
use crate::journey::{
    Aside, Bench as Mode, BenchPage, CELLS, Change, Deed, DoneHere, ExamStep, Journey, NotDone, Page,
    Technician, TechnicianTouch, Tool, Touch,
};
use crate::touch::Felt;
use contract::Seq;
use contract::fault_ticket::SparePart;
use contract::language::Language;
use contract::report::Duty;
use jiff::civil::DateTime;
use kiosk_ui::{App, AsideView, Bench, CrossView, ExamView, LogView, PageKind, PartFact, PartView, Standing};
use slint::{ComponentHandle, Image, SharedString};
use std::fmt::Write as _;

/// Lines of the log that a page shows: each is laid out, whether it can be seen or not.
const MOST_LINES: usize = 100;

fn touch(touch: TechnicianTouch) {
    send(Touch::Technician(touch));
}

pub(super) fn listen(app: &App) {
    let view = app.global::<Bench>();
    let always = |touch| sends(Touch::Technician(touch));
    view.on_look(always(TechnicianTouch::Look));
    view.on_open(|word| {
        if let Ok(subject) = word.parse() {
            touch(TechnicianTouch::Open(subject));
        }
    });
    view.on_open_grid(always(TechnicianTouch::Use(Tool::Grid)));
    view.on_open_crosses(always(TechnicianTouch::Use(Tool::Crosses)));
    view.on_felt(|x, y, width, height| touch(TechnicianTouch::Felt(Felt { x, y, width, height })));
    view.on_calibrate(always(TechnicianTouch::Calibrate));
    view.on_open_records(always(TechnicianTouch::Use(Tool::Records)));
    view.on_open_log(always(TechnicianTouch::Use(Tool::Log)));
    view.on_open_ticket(always(TechnicianTouch::Use(Tool::Ticket)));
    ticket::listen(app);
    view.on_examine(always(TechnicianTouch::Examine));
    view.on_judge(|well| touch(TechnicianTouch::Judge(if well { Eye::Well } else { Eye::Badly })));
    view.on_cell(|cell| {
        if let Ok(cell) = u8::try_from(cell) {
            touch(TechnicianTouch::Cell(cell));
        }
    });
    view.on_send_again(|seq| {
        if let Ok(seq) = u64::try_from(seq) {
            touch(TechnicianTouch::Change(Change::SendAgain(Seq(seq))));
        }
    });
    view.on_set_service(|serve| {
        let duty = if serve { Duty::InService } else { Duty::OutOfService };
        touch(TechnicianTouch::Change(Change::Duty(duty)));
    });
    view.on_paper(|rolls| {
        if let Ok(rolls) = u8::try_from(rolls) {
            touch(TechnicianTouch::Change(Change::PaperLoaded(rolls)));
        }
    });
    view.on_replaced(|place| {
        let part = usize::try_from(place).ok().and_then(|place| SparePart::ALL.get(place));
        if let Some(part) = part {
            touch(TechnicianTouch::Change(Change::PartReplaced(*part)));
        }
    });
    view.on_filter(|from| {
        let from = match from {
            2 => Gravity::Error,
            1 => Gravity::Warning,
            _ => Gravity::Note,
        };
        touch(TechnicianTouch::Filter(from));
    });
    view.set_spare_parts(texts(SparePart::ALL.map(SparePart::chinese)));
}

pub(super) const fn page_kind(page: &BenchPage) -> PageKind {
    match page {
        BenchPage::Overview => PageKind::Bench,
        BenchPage::Part { .. } => PageKind::BenchPart,
        BenchPage::Grid(grid) if grid.over.is_some() => PageKind::BenchGridOver,
        BenchPage::Grid(_) => PageKind::BenchGrid,
        BenchPage::Crosses(crosses) if crosses.over.is_some() => PageKind::BenchCrossesOver,
        BenchPage::Crosses(_) => PageKind::BenchCrosses,
        BenchPage::Records => PageKind::BenchRecords,
        BenchPage::Log(_) => PageKind::BenchLog,
        BenchPage::Ticket(_) => PageKind::BenchTicket,
    }
}

pub(super) fn show(app: &App, journey: &Journey) {
    let Page::Technician(mode) = journey.page() else { return forget(app) };
    let Technician::Bench(bench) = mode.as_ref() else { return forget(app) };
    let view = app.global::<Bench>();
    view.set_looking(bench.is_looking());
    view.set_doing(bench.is_doing());
    view.set_summary(summary(bench).into());
    view.set_out_of_service(journey.health().duty == Duty::OutOfService);
    view.set_said(bench.said.as_ref().map(said).unwrap_or_default().into());
    view.set_failed(matches!(bench.said, Some(Err(_))));
    if let Some(parts) = refresh(&view.get_parts(), bench.sight.parts.iter().map(part).collect()) {
        view.set_parts(parts);
    }
    show_part(&view, bench);
    match &bench.page {
        BenchPage::Grid(grid) => {
            let cells = (0..CELLS).map(|cell| grid.hit.contains(&cell)).collect();
            if let Some(cells) = refresh(&view.get_cells(), cells) {
                view.set_cells(cells);
            }
            view.set_result(grid.over.as_ref().map(examined).unwrap_or_default());
        }
        BenchPage::Crosses(crosses) => {
            view.set_cross(crosses.next().map(cross).unwrap_or_default());
            view.set_can_calibrate(crosses.over.as_ref().is_some_and(|over| over.calibration.is_some()));
            view.set_result(crosses.over.as_ref().map(|over| examined(&over.examined)).unwrap_or_default());
        }
        BenchPage::Records => {
            if let Some(records) =
                refresh(&view.get_records(), bench.sight.records.iter().map(record).collect())
            {
                view.set_records(records);
            }
        }
        BenchPage::Log(from) => {
            view.set_log_from(match from {
                Gravity::Note => 0,
                Gravity::Warning => 1,
                Gravity::Error => 2,
            });
            let lines =
                bench.sight.log.iter().filter(|line| line.gravity >= *from).take(MOST_LINES).map(log_line);
            if let Some(lines) = refresh(&view.get_log(), lines.collect()) {
                view.set_log(lines);
            }
        }
        BenchPage::Ticket(form) => ticket::show(app, *form, bench),
        BenchPage::Overview | BenchPage::Part { .. } => {}
    }
}

/// Nothing that a camera showed stays in a property that no page shows.
pub(super) fn forget(app: &App) {
    let view = app.global::<Bench>();
    view.set_picture(Image::default());
    view.set_outline(SharedString::new());
    if let Some(none) = refresh(&view.get_parts(), Vec::new()) {
        view.set_parts(none);
    }
    if let Some(none) = refresh(&view.get_log(), Vec::new()) {
        view.set_log(none);
    }
    if let Some(none) = refresh(&view.get_records(), Vec::new()) {
        view.set_records(none);
    }
    if let Some(none) = refresh(&view.get_aside(), Vec::new()) {
        view.set_aside(none);
    }
}

/// A picture of the camera, while one is looked at.
pub(super) fn preview(app: &App, mode: &Technician, picture: Image) {
    if let Technician::Bench(Mode {
        page: BenchPage::Part { exam: ExamStep::Going { exam, .. }, .. }, ..
    }) = mode
        && exam.is_picture()
    {
        app.global::<Bench>().set_picture(picture);
    }
}

fn show_part(view: &Bench<'_>, bench: &Mode) {
    let (subject, step) = match &bench.page {
        BenchPage::Part { subject, exam } => (Some(*subject), Some(exam)),
        _ => (None, None),
    };
    let open = subject.and_then(|subject| bench.part(subject));
    view.set_part(open.map(part).unwrap_or_default());
    let facts = open.map(|part| part.facts.as_slice()).unwrap_or_default();
    let facts =
        facts.iter().map(|fact| PartFact { label: fact.label.into(), value: fact.value.as_str().into() });
    if let Some(facts) = refresh(&view.get_facts(), facts.collect()) {
        view.set_facts(facts);
    }
    let refused = if subject == Some(Subject::Queue) { bench.sight.aside.as_slice() } else { &[] };
    if let Some(aside) = refresh(&view.get_aside(), refused.iter().filter_map(aside).collect()) {
        view.set_aside(aside);
    }
    let exam = bench.exam();
    view.set_exam_name(exam.map(exam_name).unwrap_or_default().into());
    view.set_exam_how(exam.map(|exam| exam_how(exam, step)).unwrap_or_default().into());
    view.set_question(exam.map(question).unwrap_or_default().into());
    view.set_exam(match step {
        _ if exam.is_none() => ExamView::None,
        None | Some(ExamStep::NotYet) => ExamView::Offered,
        Some(ExamStep::Going { exam, .. }) if exam.is_picture() => ExamView::Picture,
        Some(ExamStep::Going { .. }) => ExamView::Going,
        Some(ExamStep::Asking(_)) => ExamView::Asking,
        Some(ExamStep::Over(_)) => ExamView::Over,
    });
    let sight = match step {
        Some(ExamStep::Going { sight, .. }) => sight.as_ref(),
        _ => None,
    };
    view.set_outline(sight.map(outline).unwrap_or_default().into());
    view.set_sees(sight.map(sees).unwrap_or_default().into());
    if view.get_exam() != ExamView::Picture {
        view.set_picture(Image::default());
    }
    if let Some(ExamStep::Over(over)) = step {
        view.set_result(examined(over));
    }
}

fn summary(bench: &Mode) -> String {
    let parts = &bench.sight.parts;
    let count = |verdict| parts.iter().filter(|part| part.finding.verdict == verdict).count();
    match (count(Verdict::Broken), count(Verdict::Attention)) {
        _ if parts.is_empty() => "正在检查各部件…".to_owned(),
        (0, 0) => "各部件正常。点一项看详情和检查。".to_owned(),
        (broken, attention) => format!("{broken} 项故障，{attention} 项需处理。点一项看详情和检查。"),
    }
}

const fn standing(verdict: Verdict) -> Standing {
    match verdict {
        Verdict::NotFitted => Standing::NotFitted,
        Verdict::Good => Standing::Good,
        Verdict::Attention => Standing::Attention,
        Verdict::Broken => Standing::Broken,
    }
}

fn verdict(verdict: Verdict, found: &Words, next: Option<&Words>) -> PartView {
    let (word, found) = (verdict.name(), found.zh.as_str());
    let sentence = if found.starts_with(word) { found.to_owned() } else { format!("{word}：{found}") };
    PartView {
        standing: standing(verdict),
        verdict: word.into(),
        found: found.into(),
        sentence: sentence.into(),
        next: next.map(|next| next.zh.as_str().into()).unwrap_or_default(),
        ..PartView::default()
    }
}

fn part(part: &Part) -> PartView {
    let finding = &part.finding;
    PartView {
        word: finding.subject.word().into(),
        name: finding.subject.name().into(),
        ..verdict(finding.verdict, &finding.found, finding.next.as_ref())
    }
}

fn examined(examined: &Examined) -> PartView {
    verdict(examined.verdict, &examined.found, examined.next.as_ref())
}

const fn exam_name(exam: Exam) -> &'static str {
    match exam {
        Exam::Card => "试读一张卡",
        Exam::Code => "试扫一个码",
        Exam::SamplePrint => "打印样张",
        Exam::SamplePage => "打印样页",
        Exam::Face | Exam::Papers => "看画面",
        Exam::Sound => "试听",
        Exam::Photo => "试一张卡的照片",
        Exam::Store => "试写、通读",
        Exam::Line => "测网速",
        Exam::Certificate => "向中心出示",
    }
}

/// What only a person can say of it.
const fn question(exam: Exam) -> &'static str {
    match exam {
        Exam::Face | Exam::Papers => "画面清楚吗？",
        Exam::SamplePrint => "请看样张：打得清楚吗？",
        Exam::SamplePage => "请看样页：打得清楚吗？四边的框完整吗？",
        Exam::Sound => "左、右、两边各响一声：都听清楚了吗？",
        Exam::Card | Exam::Code | Exam::Photo | Exam::Store | Exam::Line | Exam::Certificate => "",
    }
}

const fn exam_how(exam: Exam, step: Option<&ExamStep>) -> &'static str {
    match (exam, step) {
        (Exam::Card | Exam::Photo, Some(ExamStep::Going { .. })) => "请把卡放在读卡区，30 秒内有效…",
        (Exam::Code, Some(ExamStep::Going { .. })) => "请把回执的二维码对准扫码口，30 秒内有效…",
        (Exam::SamplePrint, Some(ExamStep::Going { .. })) => "正在打印样张…",
        (Exam::SamplePage, Some(ExamStep::Going { .. })) => "正在打印样页…",
        (Exam::Sound, Some(ExamStep::Going { .. })) => "正在放音：先左，再右，后两边…",
        (Exam::Store, Some(ExamStep::Going { .. })) => "正在试写和通读…",
        (Exam::Certificate, Some(ExamStep::Going { .. })) => "正在连接中心…",
        (Exam::Line, Some(ExamStep::Going { .. })) => "正在从中心下载…",
        (Exam::Line, _) => "外部检查：从中心下载公开的接口说明（约 170 KB），看用时",
        (Exam::Card, _) => "人工检查：放一张测试卡，只看卡种和读取用时，不保留、不显示内容",
        (Exam::Code, _) => "人工检查：扫任意一张回执的码，只看读没读到和字符数，不保留、不显示内容",
        (Exam::SamplePrint, _) => "外部检查：打印带时间、字符和二维码的样张并切纸；人工检查：由您看是否清楚",
        (Exam::SamplePage, _) => "外部检查：打印一张带边框、灰阶和二维码的 A4 样页；人工检查：由您看是否清楚",
        (Exam::Sound, _) => "外部检查：左、右、两边各响一声；人工检查：由您听是否清楚",
        (Exam::Photo, _) => "人工检查：放一张测试卡，解码芯片照片并找脸，不保留、不显示照片",
        (Exam::Store, _) => "外部检查：像保存申请一样落盘 10 次，再通读全库找损坏；不改变内容",
        (Exam::Certificate, _) => "外部检查：新建一条连接，看中心是否认可本机证书",
        (Exam::Face, _) => "人工检查：看实时画面和面部识别框是否清楚，不保存画面",
        (Exam::Papers, _) => "人工检查：看实时画面是否清楚，不保存画面",
    }
}

/// The boxes as one path.
fn outline(sight: &FaceSight) -> String {
    let mut commands = String::new();
    for face in &sight.boxes {
        let (left, top) = (face.left, face.top);
        let (right, bottom) = (left.saturating_add(face.width), top.saturating_add(face.height));
        // Writing into a text does not fail.
        let _ = write!(commands, "M {left} {top} L {right} {top} L {right} {bottom} L {left} {bottom} Z ");
    }
    commands
}

fn sees(sight: &FaceSight) -> String {
    let count = sight.boxes.len();
    match sight.hint {
        None => format!("识别到 {count} 张脸，可以比对"),
        Some(hint) => {
            format!("识别到 {count} 张脸；会提示居民：{}", log_in::hint_words(Language::Chinese, hint))
        }
    }
}

fn cross((place, (x, y)): (usize, (u8, u8))) -> CrossView {
    let number = i32::try_from(place + 1).unwrap_or_default();
    CrossView { number, x: f32::from(x) / 10.0, y: f32::from(y) / 10.0 }
}

fn aside(entry: &Aside) -> Option<AsideView> {
    let kind = match entry.kind.as_str() {
        "application" => "申请",
        "evaluation" => "评价",
        "case_reply" => "补正",
        "paper" => "材料",
        "fault_ticket" => "故障单",
        other => other,
    };
    Some(AsideView {
        seq: i32::try_from(entry.seq.0).ok()?,
        what: format!("第 {} 件 · {kind}", entry.seq).into(),
        why: format!("原因：{}", entry.problem.as_deref().unwrap_or("没有留下原因")).into(),
    })
}

fn said(result: &Result<Change, NotDone>) -> String {
    match result {
        Ok(Change::SendAgain(seq)) => format!("第 {seq} 件已重新排队，联网后自动发送"),
        Ok(Change::Duty(Duty::OutOfService)) => "本机已停用，居民不能开始办理".to_owned(),
        Ok(Change::Duty(Duty::InService)) => "本机已恢复服务".to_owned(),
        Ok(Change::PaperLoaded(rolls)) => format!("已记下：装回执纸 {rolls} 卷"),
        Ok(Change::PartReplaced(part)) => format!("已记下：更换{}", part.chinese()),
        Ok(Change::Report(ticket)) => ticket_written(*ticket),
        Ok(Change::Calibrated(_)) => "校准已保存，马上生效；请再点一次核对".to_owned(),
        Err(NotDone::Store(trouble)) => {
            format!("没有做成：本机存储不能写入（故障 {}）", store_trouble::code(*trouble))
        }
        Err(NotDone::Panel) => "没有校准：触摸屏拔掉了，或算出的数不能用；原因看运行日志".to_owned(),
    }
}

/// A part by its word in the journal; an unknown one is of a newer version.
fn part_name(word: &str) -> &'static str {
    word.parse().map_or("其他部件", SparePart::chinese)
}

fn record(done: &DoneHere) -> PartFact {
    let words = match &done.deed {
        Deed::Entered => "进入维护模式".to_owned(),
        Deed::Left => "退出维护模式".to_owned(),
        Deed::WrongCode => "维护码输错".to_owned(),
        Deed::Locked => "输错 5 次，锁定 15 分钟".to_owned(),
        Deed::PaperLoaded(rolls) => format!("装回执纸 {rolls} 卷"),
        Deed::PartReplaced(part) => format!("更换{}", part_name(part)),
        Deed::Reported(part) => format!("写故障单：{}", part_name(part)),
        Deed::Calibrated => "校准触摸屏".to_owned(),
        Deed::Duty(Duty::OutOfService) => "停用本机".to_owned(),
        Deed::Duty(Duty::InService) => "恢复服务".to_owned(),
    };
    PartFact { label: minute(done.at).into(), value: words.into() }
}

fn log_line(line: &LogLine) -> LogView {
    let at = jiff::tz::offset(8).to_datetime(line.at);
    LogView {
        standing: match line.gravity {
            Gravity::Note => Standing::NotFitted,
            Gravity::Warning => Standing::Attention,
            Gravity::Error => Standing::Broken,
        },
        at: at.strftime("%m-%d %H:%M:%S").to_string().into(),
        text: line.text.as_str().into(),
    }
}

fn minute(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::FaceBox;

    #[test]
    fn boxes_are_drawn_where_the_faces_are() {
        let face = FaceBox { left: 10, top: 20, width: 100, height: 200 };
        let sight = FaceSight { boxes: vec![face], hint: None };
        assert_eq!(outline(&sight), "M 10 20 L 110 20 L 110 220 L 10 220 Z ");
        assert!(sees(&sight).contains("可以比对"));
    }
}
