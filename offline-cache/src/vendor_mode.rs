//! The technician's way into a terminal's diagnostics, as far as it must outlive a restart: how many wrong codes were typed,
//! and a line of the journal for everything that happens there. When a lock ends is counted by whoever has an uptime: a clock
//! can be set, and no time passes here. Beside it what the technician did, and whether the terminal is out of service.

use crate::standing::{read, write};
use crate::{Act, Store, StoreError, journal};
use contract::report::Duty;
use contract::technician::{CodeBox, MOST_WRONG, TechnicianCode};
use jiff::Timestamp;
use rusqlite::TransactionBehavior;

const WRONG: &str = "wrong_technician_codes";
const DUTY: &str = "duty";

/// Something happened on the way in or out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VendorNews {
    /// The code was right: it is used up, and the technician is in.
    Entered,
    /// It was wrong.
    WrongCode,
    /// The time of a lock is over: codes are taken again.
    LockOver,
    /// The technician left, or was gone for minutes.
    Left,
}

/// Something that a technician did to the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Put so many new rolls of paper in.
    PaperLoaded(u8),
    /// Replaced this part.
    PartReplaced(String),
    /// Wrote a fault ticket about this part; the ticket is an entry.
    FaultReported(String),
    /// Calibrated the touch panel.
    TouchCalibrated,
}

/// A line of the journal that tells of technicians.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// When, by the store's clock.
    pub at: Timestamp,
    /// What.
    pub act: Act,
}

impl Store {
    /// Seals a code to central's newest key, so that central alone reads it.
    pub fn seal_code(&self, code: &TechnicianCode, now: Timestamp) -> Result<CodeBox, StoreError> {
        let sealing = self.sealing.as_ref().ok_or(StoreError::NoKey)?;
        let at = self.clock(now)?;
        CodeBox::seal((sealing.id, sealing.sealer.as_ref()), &self.kiosk, code, at).map_err(StoreError::Suite)
    }

    /// How many wrong codes were typed since the last right one.
    pub fn wrong_codes(&self) -> Result<u8, StoreError> {
        Ok(read(&self.db, WRONG)?.unwrap_or(0))
    }

    /// Writes down what happened; how many wrong codes there are now. On the disk when this returns.
    pub fn note_vendor_mode(&mut self, news: VendorNews, now: Timestamp) -> Result<u8, StoreError> {
        let (suite, at) = (self.suite, self.clock(now)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before: u8 = read(&change, WRONG)?.unwrap_or(0);
        let wrong = match news {
            VendorNews::Entered | VendorNews::LockOver => 0,
            VendorNews::WrongCode => before.saturating_add(1),
            VendorNews::Left => before,
        };
        let act = match news {
            VendorNews::Entered => Act::VendorModeEntered,
            VendorNews::WrongCode => Act::VendorCodeWrong { wrong },
            VendorNews::LockOver => Act::VendorModeUnlocked,
            VendorNews::Left => Act::VendorModeLeft,
        };
        journal::write(&change, suite, at, &act)?;
        if news == VendorNews::WrongCode && wrong >= MOST_WRONG {
            journal::write(&change, suite, at, &Act::VendorModeLocked)?;
        }
        if wrong != before {
            write(&change, WRONG, &wrong)?;
        }
        change.commit()?;
        Ok(wrong)
    }

    /// Whether residents are served, as it was said last.
    pub fn duty(&self) -> Result<Duty, StoreError> {
        Ok(read(&self.db, DUTY)?.unwrap_or_default())
    }

    /// Whether residents are served from here on, also after a restart.
    pub fn set_duty(&mut self, duty: Duty, now: Timestamp) -> Result<(), StoreError> {
        let (suite, at) = (self.suite, self.clock(now)?);
        let act = match duty {
            Duty::InService => Act::InService,
            Duty::OutOfService => Act::OutOfService,
        };
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        write(&change, DUTY, &duty)?;
        journal::write(&change, suite, at, &act)?;
        Ok(change.commit()?)
    }

    /// Writes down what a technician did.
    pub fn note_work(&mut self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        let (suite, at) = (self.suite, self.clock(now)?);
        let act = match work {
            Work::PaperLoaded(rolls) => Act::PaperLoaded { rolls },
            Work::PartReplaced(part) => Act::PartReplaced { part },
            Work::FaultReported(part) => Act::FaultReported { part },
            Work::TouchCalibrated => Act::TouchCalibrated,
        };
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        journal::write(&change, suite, at, &act)?;
        Ok(change.commit()?)
    }

    /// The last lines of the journal that tell of technicians, the newest first.
    pub fn records(&self, most: usize) -> Result<Vec<Record>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT at, act FROM journal WHERE act ->> 'act' IN ('vendor_mode_entered', 'vendor_code_wrong',
             'vendor_mode_locked', 'vendor_mode_left', 'paper_loaded', 'part_replaced', 'fault_reported',
             'touch_calibrated', 'out_of_service', 'in_service')
             ORDER BY n DESC LIMIT ?1",
        )?;
        let rows = query.query_map([u64::try_from(most).unwrap_or(u64::MAX)], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?;
        let unreadable = |detail: String| StoreError::Unreadable { place: "journal", detail };
        let mut records = Vec::new();
        for row in rows {
            let (at, act) = row?;
            let at = Timestamp::from_millisecond(at).map_err(|error| unreadable(error.to_string()))?;
            let act = serde_json::from_str(&act).map_err(|error| unreadable(error.to_string()))?;
            records.push(Record { at, act });
        }
        Ok(records)
    }
}
