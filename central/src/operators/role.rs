//! Who may do what at the console (权限): roles, acts, places, and the one function that decides. Everybody who opens a
//! door asks [`may`]; nobody decides by themselves.
//!
//! The audit log is the auditor's alone (三权分立, GB/T 22239-2019 8.1.5): who changes things does not keep the record of it.

use contract::ScopeName;
use std::fmt;
use std::str::FromStr;

/// What an operator is (角色).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Runs the city's fleet, and says who the operators are (市级管理员).
    City,
    /// Runs the terminals of a district (区级管理员).
    District(ScopeName),
    /// Looks after the terminals of a district (运维技师).
    Technician(ScopeName),
    /// Reads what the others did, and changes nothing (审计员).
    Auditor,
}

/// What is no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no role: use city, district:futian, technician:futian or auditor")]
pub struct NoRole(String);

impl NoRole {
    fn of(text: &str) -> Self {
        Self(text.chars().take(40).collect())
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::City => f.write_str("city"),
            Self::District(district) => write!(f, "district:{district}"),
            Self::Technician(district) => write!(f, "technician:{district}"),
            Self::Auditor => f.write_str("auditor"),
        }
    }
}

impl FromStr for Role {
    type Err = NoRole;

    fn from_str(text: &str) -> Result<Self, NoRole> {
        match text.split_once(':') {
            None if text == "city" => Ok(Self::City),
            None if text == "auditor" => Ok(Self::Auditor),
            Some(("district", district)) => {
                district.parse().map(Self::District).map_err(|_| NoRole::of(text))
            }
            Some(("technician", district)) => {
                district.parse().map(Self::Technician).map_err(|_| NoRole::of(text))
            }
            _ => Err(NoRole::of(text)),
        }
    }
}

/// What can be done at the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Keeps one's own session: looks at the start, logs out.
    KeepSession,
    /// Looks at terminals, their state, alarms, settings and rollouts.
    LookAtFleet,
    /// Takes an alarm on oneself, photographs and settles fault tickets.
    TendAlarm,
    /// Asks a terminal to do something: to restart, to look at itself, to send what support needs.
    OrderCommand,
    /// Changes settings, agrees to a change, stops and resumes rollouts.
    Publish,
    /// Invites terminals, approves their keys, ends their certificates.
    Enrol,
    /// Is given the code that opens a terminal's diagnostics.
    OpenTerminal,
    /// Looks at who the operators are and where they are logged in.
    LookAtOperators,
    /// Adds, locks and resets operators, ends their sessions.
    ManageOperators,
    /// Reads the audit log.
    ReadAudit,
}

/// Where an act has its effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the whole city.
    City,
    /// In one district.
    District(ScopeName),
}

impl Role {
    /// The widest place that the role is about.
    pub fn home(&self) -> Place {
        match self {
            Self::City | Self::Auditor => Place::City,
            Self::District(district) | Self::Technician(district) => Place::District(district.clone()),
        }
    }
}

/// Whether a role may do this here.
pub fn may(role: &Role, act: Act, place: &Place) -> bool {
    let home = role.home();
    let reaches = home == Place::City || home == *place;
    let is_allowed = match act {
        Act::KeepSession | Act::LookAtFleet => true,
        Act::TendAlarm | Act::OrderCommand | Act::OpenTerminal => !matches!(role, Role::Auditor),
        Act::Publish => matches!(role, Role::City | Role::District(_)),
        Act::LookAtOperators => matches!(role, Role::City | Role::Auditor),
        Act::Enrol | Act::ManageOperators => matches!(role, Role::City),
        Act::ReadAudit => matches!(role, Role::Auditor),
    };
    reaches && is_allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn luohu() -> Vec<Role> {
        ["city", "district:luohu", "technician:luohu", "auditor"].map(|role| role.parse().unwrap()).to_vec()
    }

    fn district(name: &str) -> Place {
        Place::District(name.parse().unwrap())
    }

    #[test]
    fn the_table_of_rights() {
        let table = [
            (Act::KeepSession, [true, true, true, true]),
            (Act::LookAtFleet, [true, true, true, true]),
            (Act::TendAlarm, [true, true, true, false]),
            (Act::OrderCommand, [true, true, true, false]),
            (Act::OpenTerminal, [true, true, true, false]),
            (Act::Publish, [true, true, false, false]),
            (Act::Enrol, [true, false, false, false]),
            (Act::LookAtOperators, [true, false, false, true]),
            (Act::ManageOperators, [true, false, false, false]),
            (Act::ReadAudit, [false, false, false, true]),
        ];
        for (act, rights) in table {
            for (role, right) in luohu().into_iter().zip(rights) {
                assert_eq!(may(&role, act, &role.home()), right, "{role} {act:?} at home");
                assert_eq!(may(&role, act, &district("luohu")), right, "{role} {act:?} in Luohu");
            }
        }
    }

    #[test]
    fn nobody_of_a_district_reaches_beyond_it() {
        for role in &luohu()[1..3] {
            for place in [Place::City, district("futian")] {
                assert!(!may(role, Act::LookAtFleet, &place) && !may(role, Act::Publish, &place), "{role}");
            }
        }
    }

    #[test]
    fn roles_are_written_as_they_are_read() {
        for text in ["city", "district:futian", "technician:luo-hu", "auditor"] {
            assert_eq!(text.parse::<Role>().unwrap().to_string(), text);
        }
        for bad in ["", "City", "district", "district:", "district:Futian", "district:福田", "auditor:futian"]
        {
            assert!(bad.parse::<Role>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reading(text in ".{0,60}") {
            if let Ok(role) = text.parse::<Role>() {
                prop_assert_eq!(role.to_string(), text);
            }
        }
    }
}
