//! Which program a terminal shall run. A state that names another one waits for it; what ran before is remembered, so that the
//! way back leads over any restart.

use crate::{Act, Store, StoreError};
use contract::app_version::AppVersion;
use jiff::Timestamp;

/// The program that shall run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedProgram {
    /// Its version.
    pub app: AppVersion,
    /// The newest version of a desired state: the same program is asked for anew with each.
    pub number: u64,
    /// The program that ran with the last good state, while another one is asked for or has not been kept yet.
    pub before: Option<AppVersion>,
    /// Whether a state waits for it.
    pub is_awaited: bool,
}

impl Store {
    /// The program that shall run: what the state that waits says, or else the one that ran before it, or what is in force. None
    /// where what is installed stays.
    pub fn program_wanted(&self) -> Result<Option<WantedProgram>, StoreError> {
        let before = self.desired.before;
        let (app, is_awaited) = match self.settings_waiting()? {
            Some((_, waiting)) => (waiting.settings.update_version.or(before), true),
            None => (before.or(self.settings_in_force()?.settings.update_version), false),
        };
        Ok(app.map(|app| WantedProgram { app, number: self.desired.floor, before, is_awaited }))
    }

    /// The state that waits names another program than the one that runs: from here on it is asked for, and the one that runs is
    /// remembered. False if that state is not the one that waits any more.
    pub fn ask_program(
        &mut self,
        wanted: WantedProgram,
        running: AppVersion,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let WantedProgram { app, number: version, .. } = wanted;
        self.step_desired(now, &Act::ProgramAsked { version, app }, |kept| kept.ask_program(version, running))
    }

    /// This program runs, and no other is on its way: whatever was to come back has.
    pub fn program_runs(&mut self, running: AppVersion, now: Timestamp) -> Result<(), StoreError> {
        self.step_desired(now, &Act::ProgramBack { app: running }, |kept| kept.came_back(running)).map(drop)
    }
}
