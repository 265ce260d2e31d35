//! The program that runs, and what became of the last one that was to take its place (decision 0040). Pure.

use super::facts::{Fact, fact};
use super::finding::{Finding, Subject, Words};
use contract::app_version::AppVersion;

/// The program and its last update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgramFacts {
    /// The version that runs.
    pub running: AppVersion,
    /// What the updater said last.
    pub update: UpdateFacts,
}

/// What the updater said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateFacts {
    /// This machine has none.
    NoUpdater,
    /// Nothing.
    Nothing,
    /// This one has been fetched, and is installed when nobody stands there.
    Fetched(AppVersion),
    /// This one was installed.
    Installed(AppVersion),
    /// It did not come.
    Failed {
        /// Which.
        app: AppVersion,
        /// The version of the desired state that named it.
        number: u64,
        /// Why.
        why: NoUpdate,
    },
}

/// Why a program did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoUpdate {
    /// No repository that was reached has it.
    NotFound,
    /// The earlier package is nowhere.
    NoWayBack,
    /// The package can't be installed.
    NotInstalled,
    /// The program did not start, stay or open the store; the earlier one runs again.
    NotStarted,
    /// And the earlier one could not be brought back.
    NotBack,
}

/// How it is; `desired` is the desired state in force, by which an old failure is told from one that counts.
pub(super) fn judge(facts: ProgramFacts, desired: Option<u64>) -> Finding {
    let (subject, running) = (Subject::Program, facts.running);
    let good = |zh: &str, en: &str| {
        Finding::good(subject, Words::of(format!("版本 {running}{zh}"), format!("version {running}{en}")))
    };
    match facts.update {
        UpdateFacts::NoUpdater => good("；本机没有升级服务", "; this machine has no updater"),
        UpdateFacts::Nothing | UpdateFacts::Installed(_) => good("", ""),
        UpdateFacts::Fetched(app) => good(
            &format!("；{app} 已下载，无人使用时安装"),
            &format!("; {app} is fetched, and installed when nobody stands here"),
        ),
        UpdateFacts::Failed { app, number, .. } if app == running || desired.is_some_and(|n| n > number) => {
            good("", "")
        }
        UpdateFacts::Failed { app, why, .. } => {
            let (zh, en, next_zh, next_en) = failure(why);
            let found = Words::of(
                format!("版本 {running}；升级到 {app} 没有成功：{zh}"),
                format!("version {running}; {app} did not come: {en}"),
            );
            let next = Words::of(next_zh, next_en);
            match why {
                NoUpdate::NotBack => Finding::broken(subject, found, next),
                _ => Finding::attention(subject, found, next),
            }
        }
    }
}

/// What happened, and what to do next, in both languages.
const fn failure(why: NoUpdate) -> (&'static str, &'static str, &'static str, &'static str) {
    match why {
        NoUpdate::NotFound => (
            "软件源里没有",
            "no repository has it",
            "apt-get update 看软件源能否连上；没有这个版本就告诉运维中心",
            "'apt-get update' shows whether the repository is reached; tell the operator if it lacks it",
        ),
        NoUpdate::NoWayBack => (
            "软件源里没有现有版本，退不回来",
            "the repository lacks the one that runs: no way back",
            "告诉运维中心：把现有版本也放进软件源",
            "tell the operator to put the running version into the repository",
        ),
        NoUpdate::NotInstalled => (
            "装不上",
            "it can't be installed",
            "看 journalctl -u kiosk-update，再告诉运维中心",
            "read 'journalctl -u kiosk-update', then tell the operator",
        ),
        NoUpdate::NotStarted => (
            "新版本起不来，已退回",
            "it did not start; the earlier one is back",
            "看 journalctl -u kiosk，再告诉运维中心",
            "read 'journalctl -u kiosk', then tell the operator",
        ),
        NoUpdate::NotBack => (
            "新版本起不来，也没有退回",
            "it did not start, and the earlier one is not back",
            "手工安装原来的版本：apt-get install budayang-kiosk=版本",
            "install the earlier one by hand: apt-get install budayang-kiosk=VERSION",
        ),
    }
}

/// The lines of its table.
pub(super) fn lines(program: ProgramFacts) -> Vec<Fact> {
    let last = match program.update {
        UpdateFacts::NoUpdater => "没有升级服务".to_owned(),
        UpdateFacts::Nothing => "还没有升级过".to_owned(),
        UpdateFacts::Fetched(app) => format!("{app}：已下载"),
        UpdateFacts::Installed(app) => format!("{app}：已安装"),
        UpdateFacts::Failed { app, why, .. } => format!("{app}：{}", failure(why).0),
    };
    vec![fact("正在运行", program.running.to_string()), fact("最近一次升级", last)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Verdict;

    #[test]
    fn an_update_that_failed_counts_until_something_newer_is_in_force() {
        let version = |minor| AppVersion::new(0, minor, 0);
        let failed = |why| UpdateFacts::Failed { app: version(2), number: 7, why };
        let of =
            |running, update, desired| judge(ProgramFacts { running: version(running), update }, desired);
        for why in [NoUpdate::NotFound, NoUpdate::NoWayBack, NoUpdate::NotInstalled, NoUpdate::NotStarted] {
            for desired in [None, Some(6), Some(7)] {
                let finding = of(1, failed(why), desired);
                assert_eq!(finding.verdict, Verdict::Attention, "{why:?} {desired:?}");
                assert!(finding.next.is_some() && finding.found.en.contains("0.2.0 did not come"));
            }
        }
        let not_back = failed(NoUpdate::NotBack);
        assert_eq!(of(1, not_back, Some(7)).verdict, Verdict::Broken);
        assert_eq!(of(1, not_back, Some(8)).verdict, Verdict::Good, "operators want something else by now");
        assert_eq!(of(2, not_back, Some(7)).verdict, Verdict::Good, "it was installed by hand");
        for update in [UpdateFacts::NoUpdater, UpdateFacts::Nothing, UpdateFacts::Fetched(version(2))] {
            assert_eq!(of(1, update, None).verdict, Verdict::Good, "{update:?}");
        }
    }
}
