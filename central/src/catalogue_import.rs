//! A new catalogue takes the place of the old one as a whole, or not at all: services, forms, departments, rules, plans,
//! calendar, resources and providers are judged together first, and everything that is wrong is named at once.

use crate::office::departments;
use crate::registries::Resources;
use crate::{CentralError, Office};
use contract::calendar::Calendar;
use contract::catalogue::Catalogue;
use contract::providers::Providers;
use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Why a catalogue was not taken. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// What is wrong with it, place by place.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<CentralError>),
    /// A file or folder.
    #[error("{path}: {source}; the old catalogue is still in force")]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Judges a folder: every row of every table that is wrong is named. What builds on the tables (rules, plans, the sample
/// registries) is judged when they are right, and its first fault named.
pub fn judge(folder: &Path) -> Result<Office, ImportError> {
    let mut faults = Vec::new();
    let mut look = |name: &str, parse: fn(&str) -> Result<(), CentralError>| {
        let path = folder.join(name);
        let text = fs::read_to_string(&path).map_err(|source| CentralError::Catalogue { path, source });
        faults.extend(text.and_then(|text| parse(&text)).err());
    };
    look("services.csv", |text| Ok(Catalogue::parse(text).map(drop)?));
    look("providers.csv", |text| Ok(Providers::parse(text).map(drop)?));
    look("departments.csv", |text| Ok(departments(text).map(drop)?));
    look("data-resources.csv", |text| Ok(Resources::parse(text).map(drop)?));
    look("calendar.csv", |text| Ok(Calendar::parse(text).map(drop)?));
    if !faults.is_empty() {
        return Err(ImportError::Faults(faults));
    }
    Office::load(folder).map_err(|fault| ImportError::Faults(vec![fault]))
}

/// Puts a copy of a folder in the place of another, in one step of the file system; who reads either sees a whole one.
pub fn import(from: &Path, into: &Path) -> Result<Office, ImportError> {
    let office = judge(from)?;
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ImportError::File { path, source }
    };
    let beside = into.with_extension("new");
    // What an import left that was cut short.
    if beside.exists() {
        fs::remove_dir_all(&beside).map_err(failed(&beside))?;
    }
    copy(from, &beside).map_err(failed(&beside))?;
    if into.exists() {
        renameat2(AT_FDCWD, &beside, AT_FDCWD, into, RenameFlags::RENAME_EXCHANGE)
            .map_err(|error| failed(into)(error.into()))?;
        fs::remove_dir_all(&beside).map_err(failed(&beside))?;
    } else {
        fs::rename(&beside, into).map_err(failed(into))?;
    }
    Ok(office)
}

/// Files and one level of folders: a catalogue has no more.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
            File::open(&target)?.sync_all()?;
        }
    }
    File::open(to)?.sync_all()
}
