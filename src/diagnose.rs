//! `kiosk diagnose` and `kiosk support-bundle`: what a technician reads and takes along over SSH, or beside the terminal.

use anyhow::{Context, Result};
use kiosk::diagnostics::{self, Finding, NoDesk, Subject, Verdict};
use kiosk::settings::Settings;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// Nothing could be looked at.
const CANNOT_TELL: u8 = 3;

/// Prints how each part is, or one of them. The exit code is the worst: 0 good, 1 attention, 2 broken; 3 where nothing could
/// be looked at.
pub(crate) fn run(config: &Path, wanted: Option<Subject>, json: bool, in_chinese: bool) -> ExitCode {
    match look(config) {
        Ok(findings) => {
            let findings: Vec<Finding> = findings
                .into_iter()
                .filter(|finding| wanted.is_none_or(|wanted| wanted == finding.subject))
                .collect();
            let text = if json { as_json(&findings) } else { as_lines(&findings, in_chinese) };
            match text.and_then(|text| super::print(std::iter::once(text))) {
                Ok(()) => ExitCode::from(worst(&findings)),
                Err(fault) => cannot_tell(&fault),
            }
        }
        Err(fault) => cannot_tell(&fault),
    }
}

fn cannot_tell(fault: &anyhow::Error) -> ExitCode {
    eprintln!("kiosk: {fault:#}");
    ExitCode::from(CANNOT_TELL)
}

/// A running terminal is asked; where none runs, its devices are opened here.
fn look(config: &Path) -> Result<Vec<Finding>> {
    let settings = Settings::load(config)?;
    let runtime = tokio::runtime::Runtime::new().context("no runtime can be started")?;
    runtime.block_on(async {
        match diagnostics::ask(&settings.paths.state).await {
            Ok(findings) => Ok(findings),
            Err(NoDesk::NotRunning) => Ok(diagnostics::look_alone(&settings).await?),
            Err(fault) => Err(fault.into()),
        }
    })
}

/// Carries out `kiosk support-bundle`.
pub(crate) fn bundle(config: &Path, out: &Path) -> Result<()> {
    let settings = Settings::load(config)?;
    let runtime = tokio::runtime::Runtime::new().context("no runtime can be started")?;
    let made = runtime.block_on(async {
        match diagnostics::ask_bundle(&settings.paths.state).await {
            Err(NoDesk::NotRunning) => Ok(diagnostics::bundle_alone(&settings).await?),
            asked => asked.map_err(anyhow::Error::from),
        }
    })?;
    let made = made.map_err(anyhow::Error::msg).context("no bundle could be made")?;
    std::fs::write(out, serde_json::to_vec_pretty(&made)?).with_context(|| out.display().to_string())?;
    let by = if made.signed.is_some() { "signed by this terminal" } else { "not signed: no certificate" };
    super::print(std::iter::once(format!("{}  {} bytes, {by}", out.display(), made.document.len())))
}

fn worst(findings: &[Finding]) -> u8 {
    match findings.iter().map(|finding| finding.verdict).max() {
        None | Some(Verdict::NotFitted | Verdict::Good) => 0,
        Some(Verdict::Attention) => 1,
        Some(Verdict::Broken) => 2,
    }
}

fn as_json(findings: &[Finding]) -> Result<String> {
    Ok(serde_json::to_string_pretty(findings)?)
}

fn as_lines(findings: &[Finding], in_chinese: bool) -> Result<String> {
    let mut text = String::new();
    for Finding { subject, verdict, found, next } in findings {
        if in_chinese {
            writeln!(text, "【{}】{}（{subject}）：{}", verdict.name(), subject.name(), found.zh)?;
            if let Some(next) = next {
                writeln!(text, "    → {}", next.zh)?;
            }
        } else {
            writeln!(text, "{:10}  {:15}  {}", verdict.word(), subject.word(), found.en)?;
            if let Some(next) = next {
                writeln!(text, "{:10}  {:15}  -> {}", "", "", next.en)?;
            }
        }
    }
    text.truncate(text.trim_end().len());
    Ok(text)
}
