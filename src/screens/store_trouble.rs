//! What the screens say when the store takes nothing: in the strip, at a guide, and on a page of its own.

use crate::services::StoreTrouble;
use contract::language::Language;

/// The failure's code, as in `docs/failure-states.md`.
pub(crate) const fn code(trouble: StoreTrouble) -> &'static str {
    match trouble {
        StoreTrouble::Full => "E04",
        StoreTrouble::Broken | StoreTrouble::Unknown => "E05",
        StoreTrouble::Copied => "E09",
        StoreTrouble::ReadOnly => "E10",
        StoreTrouble::Newer => "E11",
        StoreTrouble::NoKey => "E12",
    }
}

/// The same for people: `故障 E04`.
pub(crate) fn fault(language: Language, trouble: StoreTrouble) -> String {
    format!("{} {}", language.say("故障", "Fault"), code(trouble))
}

/// What does not work, for the attract page.
pub(super) const fn in_the_strip(language: Language, trouble: StoreTrouble) -> &'static str {
    let (chinese, english) = match trouble {
        StoreTrouble::Full => (
            "本机暂停接收新申请，可查看指南（故障 E04）",
            "No new applications, guides can be read (fault E04)",
        ),
        StoreTrouble::Broken | StoreTrouble::Unknown => (
            "本机暂不能保存申请，可查看指南（故障 E05）",
            "Applications can't be saved, guides can be read (fault E05)",
        ),
        StoreTrouble::Copied => (
            "本机已停止接收申请，可查看指南（故障 E09）",
            "No applications here, guides can be read (fault E09)",
        ),
        StoreTrouble::ReadOnly => (
            "本机暂不能保存申请，可查看指南（故障 E10）",
            "Applications can't be saved, guides can be read (fault E10)",
        ),
        StoreTrouble::Newer => (
            "本机软件需要更新，可查看指南（故障 E11）",
            "Waiting for an update, guides can be read (fault E11)",
        ),
        StoreTrouble::NoKey => (
            "本机等待首次联网，可查看指南（故障 E12）",
            "Never connected yet, guides can be read (fault E12)",
        ),
    };
    language.say(chinese, english)
}

/// Why this service can't be started here now, and what works instead.
pub(super) const fn at_the_guide(language: Language, trouble: StoreTrouble) -> &'static str {
    let (chinese, english) = match trouble {
        StoreTrouble::Full => (
            "本机待发的申请已满，暂停接收新申请。请到附近的终端办理。（故障 E04）",
            "This terminal is full and takes no new applications. Please use another one nearby. (fault E04)",
        ),
        StoreTrouble::Broken | StoreTrouble::Unknown => (
            "本机暂时不能保存申请，请到附近的终端或窗口办理。（故障 E05）",
            "Applications can't be saved here now. Please use another terminal or a counter. (fault E05)",
        ),
        StoreTrouble::Copied => (
            "本机已停止接收申请，维护人员会来处理。请到附近的终端或窗口办理。（故障 E09）",
            "No applications are taken here until staff come. Please use another terminal or a counter. (fault E09)",
        ),
        StoreTrouble::ReadOnly => (
            "本机暂时不能保存申请，请到附近的终端或窗口办理。（故障 E10）",
            "Applications can't be saved here now. Please use another terminal or a counter. (fault E10)",
        ),
        StoreTrouble::Newer => (
            "本机软件正等待更新，请到附近的终端或窗口办理。（故障 E11）",
            "This terminal waits for an update. Please use another one or a counter. (fault E11)",
        ),
        StoreTrouble::NoKey => (
            "本机还没有与中心联网，暂不能接收申请。请到附近的终端或窗口办理。（故障 E12）",
            "This terminal was never connected yet. Please use another one or a counter. (fault E12)",
        ),
    };
    language.say(chinese, english)
}

/// Title and words of the page that a resident sees after confirming in vain.
pub(super) const fn on_the_page(language: Language, trouble: StoreTrouble) -> (&'static str, &'static str) {
    let (chinese, english) = match trouble {
        StoreTrouble::Unknown => {
            return language.say(
                (
                    "暂时不知道是否保存成功",
                    "请不要重复提交。请记下现在的时间，稍后拨打 12345 查询，或到窗口核实。",
                ),
                (
                    "It is not known whether it was saved",
                    "Please don't submit again. Note the time, and call 12345 later or ask at a counter.",
                ),
            );
        }
        StoreTrouble::Full => (
            "本机的存储空间已满，暂时不能接收新申请。请到附近的终端或窗口办理。",
            "This terminal is full and takes no new applications. Please use another one or a counter.",
        ),
        StoreTrouble::Broken | StoreTrouble::ReadOnly => (
            "本机暂时不能保存申请。请稍后再试一次，或到附近的终端或窗口办理。",
            "Applications can't be saved here now. Please try later, or use another terminal or a counter.",
        ),
        StoreTrouble::Copied => (
            "本机已停止接收申请，维护人员会来处理。请到附近的终端或窗口办理。",
            "No applications are taken here until staff come. Please use another terminal or a counter.",
        ),
        StoreTrouble::Newer => (
            "本机软件正等待更新。请到附近的终端或窗口办理。",
            "This terminal waits for an update. Please use another one or a counter.",
        ),
        StoreTrouble::NoKey => (
            "本机还没有与中心联网，暂不能接收申请。请到附近的终端或窗口办理。",
            "This terminal was never connected yet. Please use another one or a counter.",
        ),
    };
    (language.say("没有保存成功", "Not saved"), language.say(chinese, english))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_says_its_code_wherever_it_is_shown() {
        let all = [
            StoreTrouble::Full,
            StoreTrouble::Broken,
            StoreTrouble::Unknown,
            StoreTrouble::Copied,
            StoreTrouble::ReadOnly,
            StoreTrouble::Newer,
            StoreTrouble::NoKey,
        ];
        for (trouble, language) in
            all.into_iter().flat_map(|one| [(one, Language::Chinese), (one, Language::English)])
        {
            let code = code(trouble);
            assert!(in_the_strip(language, trouble).contains(code), "{code}");
            assert!(at_the_guide(language, trouble).contains(code), "{code}");
            assert!(fault(language, trouble).ends_with(code), "{code}");
        }
    }
}
