//! The demo: a street corner on this machine, with a window and a control strip, or as a scripted tour.

use crate::street::{Panel, Street};
use crate::{build, setup, strip};
use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Instant;

/// What was asked for.
pub(crate) struct Options {
    tour: bool,
    landscape: bool,
    out: PathBuf,
}

/// 21.5 inch, upright.
const PORTRAIT: Panel = Panel { width: 1080, height: 1920, px_per_mm: 4.03 };
/// 15.4 inch, lying.
const LANDSCAPE: Panel = Panel { width: 1280, height: 800, px_per_mm: 3.2 };
/// The upright panel at half its size, so that it fits on a desktop.
const WINDOW: Panel = Panel { width: 540, height: 960, px_per_mm: 2.015 };

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let has_display = std::env::var_os("DISPLAY").is_some_and(|display| !display.is_empty());
        let mut options =
            Self { tour: !has_display, landscape: false, out: build::repository().join("tour") };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--tour" => options.tour = true,
                "--landscape" => options.landscape = true,
                "--out" => options.out = arguments.next().context("--out needs a folder")?.into(),
                other => bail!("demo does not know '{other}'"),
            }
        }
        Ok(options)
    }
}

/// Runs it.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::everything()?;
    println!("building; the first time takes some minutes");
    let programs = build::programs(false, !options.tour)?;
    let started = Instant::now();
    let folder = build::target().join("demo");
    println!("starting central, the virtual card reader, printer and camera in {}", folder.display());
    let mut street = Street::open(&programs, &folder)?;
    let panel = if options.landscape {
        LANDSCAPE
    } else if options.tour {
        PORTRAIT
    } else {
        WINDOW
    };
    let settings = street.settings(panel)?;
    if options.tour {
        tour(&mut street, &settings, options)?;
        println!("\n{:.0} s after the build", started.elapsed().as_secs_f32());
        return Ok(());
    }
    let mut kiosk = street.kiosk(&[OsStr::new("run"), OsStr::new("--config"), settings.as_os_str()])?;
    println!("{}", kiosk.line_with(&["kiosk ready"])?);
    println!("{}", street.operator()?);
    strip::run(&mut street, &mut kiosk)
}

/// Plays the keeper of the virtual devices for the tour, then shows what came of it.
fn tour(street: &mut Street, settings: &std::path::Path, options: &Options) -> Result<()> {
    if options.out.exists() {
        std::fs::remove_dir_all(&options.out)?;
    }
    let mut kiosk = street.kiosk(&[
        OsStr::new("tour"),
        OsStr::new("--config"),
        settings.as_os_str(),
        OsStr::new("--out"),
        options.out.as_os_str(),
    ])?;
    let mut entries = Vec::new();
    while let Some(line) = kiosk.line() {
        let Some(wish) = line.strip_prefix('@') else {
            println!("{line}");
            entries.extend(line.split_once("entry ").map(|(_, entry)| entry.to_owned()));
            continue;
        };
        let (device, words) = wish.split_once(' ').unwrap_or((wish, ""));
        let answer = street.act(device, words).unwrap_or_else(|fault| format!("error {fault:#}"));
        kiosk.say(&answer)?;
    }
    let log = street.folder().join("kiosk.log");
    if !kiosk.wait()? {
        bail!("the tour was not finished: see {}", log.display());
    }
    for (number, receipt) in street.receipts()?.iter().enumerate() {
        std::fs::copy(receipt, options.out.join(format!("receipt-{}.png", number + 1)))?;
    }
    println!("\npictures of every page and of the printed receipts: {}", options.out.display());
    for entry in entries {
        println!("\ncentral's record of entry {entry}:");
        street.show_record(&entry)?;
    }
    Ok(())
}
