//! What a newcomer or CI runs. Each command does all of its own set-up.

mod api;
mod bench;
mod build;
mod crash;
mod demo;
mod network;
mod package;
#[path = "../../tests/support/phone.rs"]
mod phone;
mod program;
mod setup;
mod simulate;
mod street;
mod strip;
mod update;
mod vm;

use anyhow::{Result, bail};
use std::process::ExitCode;

const HELP: &str = "cargo xtask COMMAND

  demo [--tour] [--landscape] [--out DIR]
                 a terminal with virtual devices and its own central API: a window and a control strip where there is
                 a display; a scripted visit with a picture of every page where there is none, or with --tour
  test [ARGS]    builds and runs every test; ARGS go to the test runner
  vm-test [--rounds N] [--seed N] [--if-possible]
                 cuts the power of a virtual machine that files applications, and counts what was lost; N is 3;
                 with --if-possible it says so and ends well where the machine's packages can't be had
  simulate [--from N] [--seeds N] [--endless]
                 more seeds of fifty kiosks over a bad network; the normal suite runs 500
  crash-test [--kills N] [--seed N]
                 kills the terminal's and central's programs at random moments of visits and compares what the screen
                 acknowledged with what central holds; N is 400
  api-test [--examples N]
                 lets schemathesis ask central what its OpenAPI document allows and what it does not; N is 50
  bench [NAME]   prints the figures, each beside its limit; of one benchmark of the terminal with its NAME, as search
  package [--twice]
                 builds the Debian packages of terminal and central into target/debian; with --twice once more from
                 nothing, and compares the bytes
  package-test   installs each into a fresh Debian folder, looks at it, removes and purges it; as root
  update-test [--booted]
                 lets the terminal's updater install and take back small packages in a fresh Debian folder; with --booted
                 also under a real systemd in a container; as root
  setup          installs the system packages that are missing";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = arguments.split_first().map_or(("", &[][..]), |(c, rest)| (c.as_str(), rest));
    let done = match command {
        "demo" => demo::Options::parse(rest).and_then(|options| demo::run(&options)),
        "test" => test(rest),
        "vm-test" => vm::Options::parse(rest).and_then(|options| vm::run(&options)),
        "crash-test" => crash::Options::parse(rest).and_then(|options| crash::run(&options)),
        "api-test" => api::run(rest),
        "bench" => bench::run(rest),
        "package" => package::build(rest),
        "package-test" => package::test(rest),
        "update-test" => update::test(rest),
        "simulate" => simulate::Seeds::parse(rest).and_then(|seeds| simulate::run(&seeds)),
        "setup" => setup::everything(),
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("xtask: {fault:#}");
            ExitCode::FAILURE
        }
    }
}

fn test(arguments: &[String]) -> Result<()> {
    setup::everything()?;
    let nextest = build::has_nextest();
    let mut cargo = build::cargo();
    if nextest {
        cargo.args(["nextest", "run", "--no-fail-fast"]);
    } else {
        eprintln!("cargo-nextest is not installed: running cargo test");
        cargo.args(["test", "--no-fail-fast"]);
    }
    cargo.args(["--workspace", "--no-default-features"]).args(build::TEST_FEATURES).args(arguments);
    let status = cargo.status()?;
    if status.success() { Ok(()) } else { bail!("tests failed: the runner's summary above names them") }
}
