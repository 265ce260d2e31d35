//! A desk for the random walk: cases in every state, and somebody who looks after them.

#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use contract::calendar::WorkingDays;
use contract::licence::{Licence, PersonLicences};
use contract::message::{AnswerLine, CaseFee, CaseProgress, CaseState, CaseStep, Light, PersonCases};
use contract::project::{ProjectProgress, StageProgress, StageStanding, TaskProgress, TaskStanding};
use contract::{CaseNumber, Fen, Secret};
use jiff::civil::date;
use kiosk::journey::{Affairs, AffairsStep, AffairsTrouble, Answer, Ask, Own, PrintResult, Touch};
use kiosk::typing::Key;

/// What the outside answers to a question about cases; none for another question.
pub(crate) fn answer(ask: &Ask, rng: &mut fastrand::Rng) -> Option<Answer> {
    let trouble = match rng.u8(..8) {
        0 => Some(AffairsTrouble::Offline),
        1 => Some(AffairsTrouble::NoAnswer),
        _ => None,
    };
    match ask {
        Ask::FindCase(_) => {
            let found = (rng.u8(..4) > 0).then(|| any_case(rng, 1));
            Some(Answer::Case(Box::new(trouble.map_or(Ok(found), Err))))
        }
        Ask::FindProject(_) => {
            let found = (rng.u8(..4) > 0).then(project);
            Some(Answer::Project(Box::new(trouble.map_or(Ok(found), Err))))
        }
        Ask::PrintBoard(_) => Some(Answer::Printed(PrintResult::Printed)),
        Ask::Own(Own::Cases, _) => {
            let cases =
                PersonCases { cases: (1..=9).map(|n| any_case(rng, n)).collect(), has_older: rng.bool() };
            Some(Answer::OwnCases(Box::new(trouble.map_or(Ok(cases), Err))))
        }
        Ask::Own(Own::Licences, _) => {
            let licences = PersonLicences { licences: vec![licence()], unanswered: Vec::new() };
            Some(Answer::OwnLicences(Box::new(trouble.map_or(Ok(licences), Err))))
        }
        _ => None,
    }
}

/// A licence as central would tell of it.
pub(crate) fn licence() -> Licence {
    let line = |label: &str, value: &str| AnswerLine { label: label.to_owned(), value: Secret::from(value) };
    Licence {
        name: "机动车驾驶证".to_owned(),
        owner: "深圳市公安局交通警察局".to_owned(),
        as_of: date(2026, 11, 20),
        lines: vec![line("证照状态", "正常"), line("初次领证日期", "2010-05-01"), line("累积记分", "3")],
    }
}

/// A touch of somebody who means it.
pub(crate) fn touch(affairs: &Affairs, rng: &mut fastrand::Rng) -> Touch {
    match &affairs.step {
        AffairsStep::Number { typing, .. } => match rng.u8(..6) {
            0 => Touch::Next,
            2 => Touch::Own(Own::Licences),
            1 => Touch::Own(Own::Cases),
            _ => {
                let is_project = typing.text().starts_with('2') || (typing.text().is_empty() && rng.bool());
                let number = if is_project { PROJECT.replace('-', "") } else { number(1).to_string() };
                let next = number.chars().nth(typing.text().len());
                next.map_or(Touch::Next, |c| Touch::Key(Key::Char(c)))
            }
        },
        AffairsStep::Own(cases) => match rng.usize(..=cases.cases.len()) {
            0 => Touch::Back,
            at => Touch::ChooseCase(cases.cases[at - 1].case.clone()),
        },
        AffairsStep::Case(shown) if shown.can_answer() => Touch::AnswerPapers,
        AffairsStep::Case(shown) if shown.can_withdraw() && rng.bool() => Touch::Withdraw,
        AffairsStep::Project(shown) if shown.printing.is_none() => Touch::PrintBoard,
        AffairsStep::Case(_) | AffairsStep::Project(_) | AffairsStep::Licences(_) => Touch::Back,
        AffairsStep::Answering { answer, .. } if answer.note().is_none() => Touch::Key(Key::Char('1')),
        AffairsStep::Answering { .. } | AffairsStep::Withdrawing(_) => Touch::Next,
        AffairsStep::Said { .. } => Touch::Own(Own::Cases),
        AffairsStep::Away | AffairsStep::Asking { .. } | AffairsStep::Saying { .. } => Touch::KeepGoing,
    }
}

/// The code of the project that everybody asks for here.
pub(crate) const PROJECT: &str = "2026-440304-47-01-123456";

/// A project as central would tell of it: a stage is closed, one is nearly late, one stands, one has not begun.
pub(crate) fn project() -> ProjectProgress {
    let task = |name: &str, standing| TaskProgress {
        name: name.to_owned(),
        department: "深圳市规划和自然资源局".to_owned(),
        standing,
    };
    let stage = |name: &str, standing, limit, used, light, tasks: Vec<TaskProgress>| StageProgress {
        name: name.to_owned(),
        lead: "深圳市规划和自然资源局".to_owned(),
        standing,
        limit: WorkingDays(limit),
        used: WorkingDays(used),
        due_on: (standing == StageStanding::Open).then(|| date(2026, 12, 4)),
        light,
        tasks,
    };
    let (passed, open, waits) = (TaskStanding::Passed, TaskStanding::Open, TaskStanding::Waiting);
    ProjectProgress {
        project: PROJECT.parse().unwrap(),
        kind: "政府投资房建".to_owned(),
        limit: WorkingDays(85),
        used: WorkingDays(45),
        stages: vec![
            stage(
                "立项及用地规划许可",
                StageStanding::Closed,
                30,
                25,
                Light::Green,
                vec![
                    task("可行性研究报告审批", passed),
                    task("建设项目用地预审与选址意见书", TaskStanding::NotNeeded),
                ],
            ),
            stage(
                "工程建设许可",
                StageStanding::Open,
                20,
                16,
                Light::Amber,
                vec![task("建设工程方案设计核查", passed), task("建设工程规划许可证", open)],
            ),
            stage(
                "施工许可",
                StageStanding::Paused,
                25,
                4,
                Light::Green,
                vec![task("特殊建设工程消防设计审查", open)],
            ),
            stage(
                "竣工验收",
                StageStanding::Waiting,
                10,
                0,
                Light::Green,
                vec![task("建设工程竣工联合（现场）验收", waits)],
            ),
        ],
        note: "样例数据：各阶段的划分为样例，非官方".to_owned(),
    }
}

fn number(n: u32) -> CaseNumber {
    CaseNumber::compose(440_304, date(2026, 11, 23), n).unwrap()
}

fn any_case(rng: &mut fastrand::Rng, n: u32) -> CaseProgress {
    let states = [
        CaseState::Received,
        CaseState::PapersAsked,
        CaseState::Accepted,
        CaseState::Approved,
        CaseState::Withdrawn,
    ];
    case(states[rng.usize(..states.len())], n)
}

/// A case as central would tell of it.
pub(crate) fn case(state: CaseState, n: u32) -> CaseProgress {
    let step = |day: i8, words: &str| CaseStep { on: date(2026, 11, day), words: words.to_owned() };
    let asks = state == CaseState::PapersAsked;
    let (due_on, days_left) = match state {
        CaseState::Accepted => (Some(date(2026, 12, 1)), Some(WorkingDays(5))),
        _ => (None, None),
    };
    CaseProgress {
        case: number(n),
        service: "SZ-HZ-000001".parse().unwrap(),
        state,
        accepted_on: date(2026, 11, 23),
        promised_days: 5,
        due_on,
        days_left,
        light: Light::Green,
        next_step: if asks {
            "请持本人身份证在任一自助终端补正材料"
        } else {
            "部门正在办理"
        }
        .to_owned(),
        papers: if asks {
            vec!["房屋租赁合同".to_owned(), "出生医学证明".to_owned()]
        } else {
            Vec::new()
        },
        reasons: Vec::new(),
        rules: Vec::new(),
        booked: None,
        fee: (state == CaseState::Accepted).then_some(CaseFee { amount_fen: Fen(4_000), is_paid: false }),
        steps: vec![step(23, "收件"), step(24, if asks { "通知补正" } else { "受理" })],
    }
}
