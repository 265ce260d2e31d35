//! What the screens say when the store takes nothing: in the strip, at a guide, and on a page of its own.

use crate::services::StoreTrouble;

/// The failure's code, as in `docs/failure-states.md`.
pub(crate) const fn code(trouble: StoreTrouble) -> &'static str {
    match trouble {
        StoreTrouble::Full => "故障 E04",
        StoreTrouble::Broken | StoreTrouble::Unknown => "故障 E05",
        StoreTrouble::Copied => "故障 E09",
        StoreTrouble::ReadOnly => "故障 E10",
        StoreTrouble::Newer => "故障 E11",
        StoreTrouble::NoKey => "故障 E12",
    }
}

/// What does not work, for the attract page.
pub(super) const fn in_the_strip(trouble: StoreTrouble) -> &'static str {
    match trouble {
        StoreTrouble::Full => "本机暂停接收新申请，可查看指南（故障 E04）",
        StoreTrouble::Broken | StoreTrouble::Unknown => "本机暂不能保存申请，可查看指南（故障 E05）",
        StoreTrouble::Copied => "本机已停止接收申请，可查看指南（故障 E09）",
        StoreTrouble::ReadOnly => "本机暂不能保存申请，可查看指南（故障 E10）",
        StoreTrouble::Newer => "本机软件需要更新，可查看指南（故障 E11）",
        StoreTrouble::NoKey => "本机等待首次联网，可查看指南（故障 E12）",
    }
}

/// Why this service can't be started here now, and what works instead.
pub(super) const fn at_the_guide(trouble: StoreTrouble) -> &'static str {
    match trouble {
        StoreTrouble::Full => "本机待发的申请已满，暂停接收新申请。请到附近的终端办理。（故障 E04）",
        StoreTrouble::Broken | StoreTrouble::Unknown => {
            "本机暂时不能保存申请，请到附近的终端或窗口办理。（故障 E05）"
        }
        StoreTrouble::Copied => {
            "本机已停止接收申请，维护人员会来处理。请到附近的终端或窗口办理。（故障 E09）"
        }
        StoreTrouble::ReadOnly => "本机暂时不能保存申请，请到附近的终端或窗口办理。（故障 E10）",
        StoreTrouble::Newer => "本机软件正等待更新，请到附近的终端或窗口办理。（故障 E11）",
        StoreTrouble::NoKey => "本机还没有与中心联网，暂不能接收申请。请到附近的终端或窗口办理。（故障 E12）",
    }
}

/// Title and words of the page that a resident sees after confirming in vain.
pub(super) const fn on_the_page(trouble: StoreTrouble) -> (&'static str, &'static str, &'static str) {
    let (title, words) = match trouble {
        StoreTrouble::Unknown => (
            "暂时不知道是否保存成功",
            "请不要重复提交。请记下现在的时间，稍后拨打 12345 查询，或到窗口核实。",
        ),
        StoreTrouble::Full => {
            ("没有保存成功", "本机的存储空间已满，暂时不能接收新申请。请到附近的终端或窗口办理。")
        }
        StoreTrouble::Broken | StoreTrouble::ReadOnly => {
            ("没有保存成功", "本机暂时不能保存申请。请稍后再试一次，或到附近的终端或窗口办理。")
        }
        StoreTrouble::Copied => {
            ("没有保存成功", "本机已停止接收申请，维护人员会来处理。请到附近的终端或窗口办理。")
        }
        StoreTrouble::Newer => ("没有保存成功", "本机软件正等待更新。请到附近的终端或窗口办理。"),
        StoreTrouble::NoKey => {
            ("没有保存成功", "本机还没有与中心联网，暂不能接收申请。请到附近的终端或窗口办理。")
        }
    };
    (title, words, code(trouble))
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
        for trouble in all {
            let code = code(trouble);
            assert!(in_the_strip(trouble).contains(code) && at_the_guide(trouble).contains(code), "{code}");
            assert_eq!(on_the_page(trouble).2, code);
        }
    }
}
