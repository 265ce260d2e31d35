//! Stores with a key to seal to, and something to keep.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use central::keys::{self, Keys};
use contract::Secret;
use contract::desired::PublicKey;
use contract::message::{Application, Assurance, EntryBody};
use contract::suite::Suite;
use jiff::Timestamp;
use offline_cache::{Limits, Options, Store};
use std::path::{Path, PathBuf};

/// A city's keys.
pub struct City {
    keys: PathBuf,
}

impl City {
    pub fn found(folder: &Path, suite: Suite) -> Self {
        let keys = folder.join("keys");
        keys::init(&keys, suite).unwrap();
        Self { keys }
    }

    pub fn keys(&self) -> &Path {
        &self.keys
    }

    /// A store that has reached central before.
    pub fn store(&self, folder: &Path, limits: Limits) -> Store {
        let mut store = self.reopen(folder, limits);
        let (kiosk, now) = ("ft-0001".parse().unwrap(), Timestamp::now());
        store.adopt(&Keys::load(&self.keys).unwrap().first_desired(&kiosk, now).unwrap(), now).unwrap();
        store
    }

    pub fn reopen(&self, folder: &Path, limits: Limits) -> Store {
        let signer: PublicKey =
            std::fs::read_to_string(keys::signer_file(&self.keys)).unwrap().parse().unwrap();
        let options = Options { limits, signer: Some(signer) };
        Store::open(&folder.join("kiosk.db"), &"ft-0001".parse().unwrap(), options).unwrap()
    }
}

/// A look-up that needs no card and that central takes.
pub fn look_up() -> EntryBody {
    asking_for(20)
}

/// An entry of about 1 KiB of JSON.
pub fn of_a_kilobyte() -> EntryBody {
    asking_for(800)
}

fn asking_for(digits: usize) -> EntryBody {
    EntryBody::Application(Application {
        service: "SZ-HZ-000061".parse().unwrap(),
        form: "query-only".parse().unwrap(),
        assurance: Assurance::Anonymous,
        fields: [("query_key".parse().unwrap(), Secret::new("7".repeat(digits)))].into(),
        licences: std::collections::BTreeSet::new(),
    })
}
