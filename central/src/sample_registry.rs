//! 样例数据. A stand-in for the city's registries, so that look-ups and certificates have something to show.
//!
//! **Nothing here is real.** Every answer says so in its first line. The same person and service give the same
//! answer each time, because the values come from a hash of both; nothing is stored. A city replaces this module by
//! a client of its data-sharing platform (一库共享).

use crate::{ServiceFacts, ServiceKind};
use contract::message::{AnswerLine, Application};
use contract::{EntryId, Secret};
use sha2::{Digest, Sha256};

/// What stands first in every answer.
pub const MARK: &str = "样例数据";

/// An answer as [`contract::message::Outcome::Answered`] carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The lines, the first one the [`MARK`].
    pub lines: Vec<AnswerLine>,
    /// The code of a certificate.
    pub check_code: Option<String>,
}

/// Makes up the answer to a look-up or the text of a certificate.
pub fn answer(facts: &ServiceFacts, application: &Application, entry: EntryId) -> Answer {
    let mut dice = Dice::of(application);
    let mut lines =
        vec![line(MARK, "本结果为演示用样例数据，不具法律效力".to_owned()), line("事项", facts.name.clone())];
    if facts.kind == ServiceKind::Certificate && facts.name.contains("证明") {
        lines.push(line("核查结果", dice.pick(&["符合出具条件", "未发现异常记录"])));
        lines.push(line("有效期", "自出具之日起 3 个月".to_owned()));
    } else {
        lines.extend(by_theme(&facts.theme, &mut dice));
    }
    let check_code = match facts.kind {
        ServiceKind::Certificate => Some(check_code(entry)),
        ServiceKind::LookUp | ServiceKind::Rating | ServiceKind::Ordinary => None,
    };
    Answer { lines, check_code }
}

fn by_theme(theme: &str, dice: &mut Dice) -> Vec<AnswerLine> {
    match theme {
        "社会保障" | "离职退休" => vec![
            line("参保状态", dice.pick(&["正常参保", "正常参保", "暂停参保"])),
            line("参保险种", dice.pick(&["职工基本养老保险", "城乡居民基本养老保险"])),
            line("累计缴费月数", format!("{} 个月", dice.between(6, 300))),
            line("本月缴费基数", format!("{} 元", dice.between(2_360, 26_421))),
        ],
        "医疗卫生" | "生育收养" => vec![
            line("医保状态", dice.pick(&["正常", "正常", "待激活"])),
            line("参保档次", dice.pick(&["一档", "二档"])),
            line("个人账户余额", format!("{}.{:02} 元", dice.between(0, 9_000), dice.between(0, 99))),
        ],
        "住房保障" => vec![
            line("深圳市住房登记", dice.pick(&["查无登记", "查无登记", "已登记 1 套"])),
            line("公积金缴存状态", dice.pick(&["正常缴存", "封存"])),
            line("公积金余额", format!("{}.{:02} 元", dice.between(500, 180_000), dice.between(0, 99))),
        ],
        "公用事业" => vec![
            line("户号状态", dice.pick(&["正常", "正常", "欠费"])),
            line("上期用量", format!("{}", dice.between(3, 420))),
            line("上期金额", format!("{}.{:02} 元", dice.between(8, 600), dice.between(0, 99))),
        ],
        "交通出行" | "交通运输" => vec![
            line("状态", dice.pick(&["正常", "正常", "暂扣"])),
            line("累积记分", format!("{} 分", dice.between(0, 11))),
            line("未处理违法", format!("{} 宗", dice.between(0, 3))),
        ],
        "户籍办理" | "出境入境" | "证件办理" => vec![
            line("办理状态", dice.pick(&["已制证，待领取", "审核中", "已签发"])),
            line("证件有效期", format!("{} 年", dice.pick(&["5", "10", "20"]))),
        ],
        "教育科研" | "职业资格" => vec![
            line("登记状态", dice.pick(&["已登记", "已登记", "查无记录"])),
            line("登记年份", format!("{}", dice.between(1998, 2024))),
            line("成绩等次", dice.pick(&["合格", "良好", "优秀"])),
        ],
        _ => vec![
            line("登记状态", dice.pick(&["正常", "正常", "查无记录"])),
            line("最近更新", format!("2026 年 {} 月", dice.between(1, 10))),
        ],
    }
}

fn line(label: &str, value: String) -> AnswerLine {
    AnswerLine { label: label.to_owned(), value: Secret::new(value) }
}

/// Twelve characters without the ones that people mix up. They come from the random part of the entry's key.
fn check_code(entry: EntryId) -> String {
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let digest = Sha256::digest(entry.0.as_bytes());
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).map_or('2', |b| char::from(*b));
    digest.iter().take(12).map(letter).collect()
}

/// A stream of numbers that depends on the service and the person alone.
struct Dice([u8; 32]);

impl Dice {
    fn of(application: &Application) -> Self {
        let mut hash = Sha256::new();
        hash.update(application.service.as_str());
        let person = application.fields.iter().find(|(id, _)| id.as_str() == "id_no");
        match person {
            Some((_, number)) => hash.update(number.expose()),
            None => application.fields.values().for_each(|value| hash.update(value.expose())),
        }
        Self(hash.finalize().into())
    }

    fn roll(&mut self) -> u32 {
        self.0 = Sha256::digest(self.0).into();
        self.0.iter().take(4).fold(0, |number, byte| (number << 8) | u32::from(*byte))
    }

    fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.roll() % (most - least + 1)
    }

    fn pick(&mut self, choices: &[&str]) -> String {
        let count = u32::try_from(choices.len()).unwrap_or(1).max(1);
        let at = usize::try_from(self.roll() % count).unwrap_or(0);
        choices.get(at).copied().unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::Fen;
    use contract::message::Assurance;

    fn ask(id_no: &str, theme: &str, kind: ServiceKind) -> Answer {
        let facts = ServiceFacts {
            promised_days: 0,
            fee: Fen::ZERO,
            kind,
            name: "查询".to_owned(),
            theme: theme.to_owned(),
        };
        let application = Application {
            service: "SZ-SB-000001".parse().unwrap(),
            form: "query-only".parse().unwrap(),
            assurance: Assurance::Card,
            fields: [("id_no".parse().unwrap(), Secret::from(id_no))].into(),
            licences: std::collections::BTreeSet::new(),
        };
        answer(&facts, &application, EntryId(uuid::Uuid::from_u128(7)))
    }

    #[test]
    fn every_answer_says_that_it_is_a_sample() {
        for theme in ["社会保障", "医疗卫生", "住房保障", "公用事业", "交通出行", "户籍办理", "教育科研", ""]
        {
            let answer = ask("440304199001010011", theme, ServiceKind::LookUp);
            assert_eq!(answer.lines[0].label, MARK);
            assert!(answer.lines.len() > 3, "{theme}");
            assert_eq!(answer.check_code, None);
        }
    }

    #[test]
    fn a_person_gets_the_same_answer_each_time_and_another_person_another() {
        let first = ask("440304199001010011", "社会保障", ServiceKind::Certificate);
        assert_eq!(first, ask("440304199001010011", "社会保障", ServiceKind::Certificate));
        assert_ne!(first.lines, ask("44030419900101002X", "社会保障", ServiceKind::Certificate).lines);
        assert_eq!(first.check_code.map(|code| code.len()), Some(12));
    }
}
