//! What of a desired state does not wait for the end of a visit: emergency notices, which hold from the moment that they are
//! taken, and commands, which are begun once each. The document that says them is kept beside the trial: whatever becomes
//! of its settings, they count.

use super::trial::{Kept, Signed};
use crate::{Act, Store, StoreError};
use contract::command::{Command, CommandId, CommandOutcome, Errand};
use contract::desired::Desired;
use contract::emergency::Emergency;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a command failed that the program went down in.
const WENT_DOWN: &str = "the terminal went down before it was done";

/// What came of a restart.
const RESTARTED: &str = "the program is running again";

/// The newest document that says something urgent, and what was begun of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Urgent {
    /// The newest document, if it says something urgent.
    document: Option<Signed>,
    /// What was begun of the newest document: none of it is begun again.
    begun: Vec<Begun>,
}

/// A command that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Which.
    pub id: CommandId,
    /// What it asks.
    pub errand: Errand,
    /// What became of it.
    pub became: CommandOutcome,
}

impl Urgent {
    /// A document was taken. What it no longer asks for is forgotten.
    pub(crate) fn take(&mut self, desired: &Desired, signed: Signed) {
        self.begun.retain(|begun| desired.commands.iter().any(|command| command.id == begun.id));
        self.document = desired.is_urgent().then_some(signed);
    }

    fn next(&self, commands: &[Command], needs_nobody: bool, at: Timestamp) -> Option<Command> {
        let is_begun = |id: CommandId| self.begun.iter().any(|begun| begun.id == id);
        let is_next = |command: &&Command| {
            command.errand.needs_nobody() == needs_nobody && !is_begun(command.id) && at < command.until
        };
        commands.iter().find(is_next).copied()
    }

    fn begin(&mut self, Command { id, errand, .. }: Command) {
        self.begun.push(Begun { id, errand, became: CommandOutcome::Begun });
    }

    fn end(&mut self, id: CommandId, became: CommandOutcome) -> bool {
        let begun = self.begun.iter_mut().find(|begun| begun.id == id && !begun.became.is_final());
        begun.map(|begun| begun.became = became).is_some()
    }

    /// The program starts: a restart is done by it, anything else was cut off.
    fn restart(&mut self) -> Option<(CommandId, CommandOutcome)> {
        let begun = self.begun.iter().find(|begun| !begun.became.is_final())?;
        let became = match begun.errand {
            Errand::Restart => CommandOutcome::done(RESTARTED),
            Errand::SelfTest | Errand::SupportBundle | Errand::Assist => CommandOutcome::failed(WENT_DOWN),
        };
        Some((begun.id, became))
    }
}

impl Store {
    /// The emergency notices that hold now, the most urgent first.
    pub fn emergencies(&mut self, now: Timestamp) -> Result<Vec<Emergency>, StoreError> {
        let at = self.clock(now)?;
        let Some(desired) = self.urgent()? else { return Ok(Vec::new()) };
        Ok(desired.emergencies.into_iter().filter(|emergency| at < emergency.until).collect())
    }

    /// The command that is to be begun next, of those that need nobody before the terminal or of the others.
    pub fn command_waiting(
        &mut self,
        needs_nobody: bool,
        now: Timestamp,
    ) -> Result<Option<Command>, StoreError> {
        let at = self.clock(now)?;
        let desired = self.urgent()?;
        Ok(desired.and_then(|desired| self.desired.urgent.next(&desired.commands, needs_nobody, at)))
    }

    /// The commands that were begun, as central has to know.
    pub fn commands_begun(&self) -> &[Begun] {
        &self.desired.urgent.begun
    }

    /// A command is begun from here on, and never again.
    pub fn begin_command(&mut self, command: Command, now: Timestamp) -> Result<(), StoreError> {
        let at = self.clock(now)?;
        let mut kept = self.desired.clone();
        kept.urgent.begin(command);
        let Command { id, errand, .. } = command;
        self.write_desired(kept, &Act::CommandBegun { command: id, errand }, at)
    }

    /// What became of the command that was begun.
    pub fn end_command(
        &mut self,
        id: CommandId,
        became: CommandOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let at = self.clock(now)?;
        let mut kept = self.desired.clone();
        let act = Act::CommandEnded { command: id, failed: matches!(became, CommandOutcome::Failed { .. }) };
        if kept.urgent.end(id, became) {
            self.write_desired(kept, &act, at)?;
        }
        Ok(())
    }

    /// The program starts.
    pub(crate) fn end_commands(&mut self, at: Timestamp) -> Result<(), StoreError> {
        while let Some((id, became)) = self.desired.urgent.restart() {
            self.end_command(id, became, at)?;
        }
        Ok(())
    }

    fn urgent(&self) -> Result<Option<Desired>, StoreError> {
        let Kept { urgent: Urgent { document, .. }, .. } = &self.desired;
        document.as_ref().map(|document| self.read(&document.signed)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::base64::Base64;
    use contract::desired::SignedDesired;

    fn desired(commands: &[u64]) -> Desired {
        let command =
            |id: &u64| Command { id: CommandId(*id), errand: Errand::SelfTest, until: Timestamp::MAX };
        let commands = commands.iter().map(command).collect();
        let kiosk = "ft-0001".parse().unwrap();
        Desired { commands, ..Desired::new(kiosk, 1, Vec::new(), Timestamp::UNIX_EPOCH) }
    }

    fn signed() -> Signed {
        Signed {
            version: 1,
            signed: SignedDesired { document: String::new(), signature: Base64(Vec::new()) },
        }
    }

    fn next(urgent: &Urgent, desired: &Desired) -> Option<u64> {
        urgent.next(&desired.commands, true, Timestamp::UNIX_EPOCH).map(|command| command.id.0)
    }

    #[test]
    fn each_command_is_begun_once_in_order() {
        let (mut urgent, both) = (Urgent::default(), desired(&[3, 5]));
        urgent.take(&both, signed());
        urgent.begin(both.commands[0]);
        assert_eq!(next(&urgent, &both), Some(5));
        assert!(urgent.end(CommandId(3), CommandOutcome::done("well")));
        assert!(!urgent.end(CommandId(3), CommandOutcome::failed("late")), "it has ended");
        let later = desired(&[5]);
        urgent.take(&later, signed());
        assert!(urgent.begun.is_empty(), "central knows what became of it");
        urgent.begin(later.commands[0]);
        assert_eq!(next(&urgent, &later), None);
        urgent.take(&desired(&[]), signed());
        assert!(urgent.document.is_none() && urgent.begun.is_empty());
    }

    #[test]
    fn what_is_too_old_is_not_begun() {
        let mut late = desired(&[3, 5]);
        late.commands[0].until = Timestamp::UNIX_EPOCH;
        assert_eq!(next(&Urgent::default(), &late), Some(5));
    }

    #[test]
    fn assistance_does_not_wait_behind_what_needs_an_empty_hall() {
        let (mut urgent, mut both) = (Urgent::default(), desired(&[3, 5]));
        both.commands[1].errand = Errand::Assist;
        let assist = urgent.next(&both.commands, false, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(assist.id, CommandId(5));
        urgent.begin(assist);
        assert_eq!(
            (next(&urgent, &both), urgent.next(&both.commands, false, Timestamp::UNIX_EPOCH)),
            (Some(3), None)
        );
    }

    #[test]
    fn a_start_ends_what_was_under_way() {
        let (mut urgent, mut both) = (Urgent::default(), desired(&[3, 5]));
        both.commands[1].errand = Errand::Restart;
        for (command, done) in both.commands.iter().zip([false, true]) {
            urgent.begin(*command);
            let (id, became) = urgent.restart().unwrap();
            assert_eq!((id, matches!(became, CommandOutcome::Done { .. })), (command.id, done));
            assert!(urgent.end(id, became) && urgent.restart().is_none());
        }
    }
}
