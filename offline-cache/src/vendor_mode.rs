//! The technician's way into a terminal's diagnostics, as far as it must outlive a restart: how many wrong codes were typed,
//! and a line of the journal for everything that happens there. When a lock ends is counted by whoever has an uptime: a clock
//! can be set, and no time passes here.

use crate::standing::{read, write};
use crate::{Act, Store, StoreError, journal};
use contract::technician::{CodeBox, MOST_WRONG, TechnicianCode};
use jiff::Timestamp;
use rusqlite::TransactionBehavior;

const WRONG: &str = "wrong_technician_codes";

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
}
