//! What the stories share.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use contract::{IdNumber, Secret, Sex};
use jiff::civil::date;
use kiosk::identity::{CardKey, Resident, ValidTo};
use kiosk::services::Library;
use std::{path::PathBuf, sync::Arc};

pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn library() -> Arc<Library> {
    let library = Library::load(&repository().join("catalog")).unwrap();
    Arc::new(library.standing_in("440304-08-01-001").unwrap())
}

/// The invented person of the card reader's specification.
pub fn resident() -> Resident {
    Resident {
        name: Secret::from("测试甲"),
        number: IdNumber::parse("990101199003070015").unwrap(),
        sex: Sex::Male,
        nation: Secret::from("01"),
        birth: date(1990, 3, 7),
        address: Secret::from("广东省深圳市福田区测试路１号"),
        issuer: Secret::from("测试市公安局福田分局"),
        valid_to: ValidTo::LongTerm,
        portrait: Some(Secret::new(vec![7; 1024])),
        card: CardKey([1; 16]),
    }
}
