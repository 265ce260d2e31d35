//! What rules of an instant approval could have said.

#![allow(dead_code)]

use contract::ruling::{RuleSaid, RuleSource, RuleVerdict};
use jiff::civil::date;

/// Nine rules, of which one says something else than that it passes.
pub(crate) fn said(odd: RuleVerdict) -> Vec<RuleSaid> {
    let rule = |words: &str, source: Option<(&str, &str)>| RuleSaid {
        words: words.to_owned(),
        verdict: RuleVerdict::Pass,
        sources: source
            .into_iter()
            .map(|(name, owner)| RuleSource {
                name: name.to_owned(),
                owner: owner.to_owned(),
                as_of: Some(date(2026, 11, 20)),
            })
            .collect(),
        remedy: None,
    };
    let (education, police) = (Some(("学历证书信息", "教育部")), Some(("人口基础信息", "深圳市公安局")));
    let mut rules = vec![
        rule("身份证件在有效期内", None),
        rule("人口库核验为本人且状态正常", police),
        rule("学历证书编号存在且姓名一致", education),
        rule("全日制学习", education),
        rule("毕业日期在择业期内（两年）", education),
        rule("学历层次与年龄符合条件（大专35、本科45、硕士及以上50周岁以下）", education),
        rule("无不予办理的违法犯罪记录", Some(("违法犯罪记录", "深圳市公安局"))),
        rule("未在外地参加社会保险", Some(("外地参保信息", "广东省人力资源和社会保障厅"))),
        rule("落户地址可以落户", Some(("标准地址", "深圳市公安局"))),
    ];
    if let Some(rule) = rules.get_mut(6) {
        rule.verdict = odd;
        match odd {
            RuleVerdict::Fail => "存在不予办理的违法犯罪记录".clone_into(&mut rule.words),
            RuleVerdict::NoAnswer => rule.sources.iter_mut().for_each(|source| source.as_of = None),
            RuleVerdict::Pass | RuleVerdict::NotApplicable => {}
        }
    }
    rules
}
