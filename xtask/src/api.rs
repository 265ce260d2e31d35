//! The interface, asked by somebody who did not write it: `schemathesis` reads central's OpenAPI document and sends what it
//! allows and what it does not. An answer of 5xx, or one that the document does not describe, fails.

use crate::program::Program;
use crate::{build, setup};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One exact version: what it finds shall not depend on the day.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// What is judged. 'Unsupported methods' and the like are judged by our own stories.
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Runs it as a terminal and as a clerk. `examples` are requests for each operation and way of going wrong.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let examples = match arguments {
        [] => "50",
        [flag, number] if flag == "--examples" && number.parse::<u32>().is_ok() => number,
        _ => bail!("api-test takes --examples N"),
    };
    setup::install(&[("python3-venv", "a place for schemathesis")])?;
    let folder = build::target().join("api-test");
    // What an earlier run left.
    let _ = fs::remove_dir_all(folder.join("city"));
    let city = folder.join("city");
    fs::create_dir_all(&city)?;
    let tool = installed(&folder)?;
    let programs = build::programs(false, false)?;
    let central = programs.join("central");
    for words in [
        &["ca", "init", "ca"][..],
        &["ca", "issue-server", "ca"],
        &["ca", "issue-kiosk", "ca", "ft-0001"],
        &["ca", "issue-clerk", "ca", "wang", "--department", "HZ"],
        &["keys", "init", "keys"],
    ] {
        checked(Command::new(&central).args(words).current_dir(&city))?;
    }
    let mut serve = Command::new(&central);
    serve.args(["serve", "--listen", "127.0.0.1:0", "--public", "127.0.0.1:0", "--admin", "127.0.0.1:0"]);
    serve.args(["--db", "sqlite:central.db", "--simulated-payments", "world.db"]);
    serve.args(["--ca", "ca", "--keys", "keys", "--catalog"]);
    serve.arg(build::repository().join("catalog")).current_dir(&city);
    let running = Program::start("central", serve, &city)?;
    let line = running.line_with(&["central ready "])?;
    let url = line.trim_start_matches("central ready ").to_owned();
    let document = build::repository().join("central/openapi.json");
    for caller in ["kiosk-ft-0001", "clerk-wang"] {
        println!("as {caller}:");
        let papers = |name: String| city.join("ca").join(name);
        checked(
            Command::new(&tool)
                .arg("run")
                .arg(&document)
                .args(["--url", &url, "--checks", CHECKS, "--max-examples", examples, "--no-color"])
                .args(["--generation-deterministic", "--warnings", "off"])
                .arg("--tls-verify")
                .arg(papers("ca.pem".to_owned()))
                .arg("--request-cert")
                .arg(papers(format!("{caller}.pem")))
                .arg("--request-cert-key")
                .arg(papers(format!("{caller}-key.pem")))
                // A request that is held for half a minute is no fault.
                .args(["--exclude-path", "/v1/desired", "--exclude-path", "/v1/enrolment"])
                .current_dir(&city),
        )?;
    }
    Ok(())
}

/// The tool in a folder of its own.
fn installed(folder: &Path) -> Result<PathBuf> {
    let (place, tool) = (folder.join("python"), folder.join("python/bin/schemathesis"));
    if !tool.exists() {
        checked(Command::new("python3").args(["-m", "venv"]).arg(&place))?;
        checked(Command::new(place.join("bin/pip")).args(["install", "--quiet", SCHEMATHESIS]))?;
    }
    Ok(tool)
}

fn checked(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{program} can't be started"))?;
    if status.success() { Ok(()) } else { bail!("{program} failed: see its words above") }
}
