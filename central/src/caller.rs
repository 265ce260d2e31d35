//! Who is at the other end of a connection, as the certificate says: the organizational unit (OU) names the kind, the
//! common name (CN) the one, the organization (O) a clerk's department.

use contract::{ClerkId, DepartmentCode, KioskId};
use std::fmt;

/// The organizational unit of terminals.
pub(crate) const KIOSK_UNIT: &str = "kiosk";

/// The organizational unit of clerks.
pub(crate) const CLERK_UNIT: &str = "clerk";

/// Who is at the other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A terminal.
    Kiosk(KioskId),
    /// A clerk (经办人).
    Clerk(Clerk),
}

/// A clerk, and for whom the clerk decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clerk {
    /// Who.
    pub id: ClerkId,
    /// The clerk's department.
    pub department: DepartmentCode,
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kiosk(kiosk) => write!(f, "{kiosk}"),
            Self::Clerk(Clerk { id, department }) => write!(f, "{department}/{id}"),
        }
    }
}

impl Caller {
    /// Reads the subject of a certificate.
    pub(crate) fn of_subject(unit: &str, name: &str, organization: Option<&str>) -> Option<Self> {
        match unit {
            KIOSK_UNIT => name.parse().ok().map(Self::Kiosk),
            CLERK_UNIT => {
                let (id, department) = (name.parse().ok()?, organization?.parse().ok()?);
                Some(Self::Clerk(Clerk { id, department }))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_that_names_nobody_is_nobody() {
        for (unit, name, organization) in [
            ("", "ft-0001", None),
            ("kiosk", "FT 1", None),
            ("clerk", "wang", None),
            ("clerk", "wang", Some("HZZ")),
            ("central", "central", None),
        ] {
            assert_eq!(Caller::of_subject(unit, name, organization), None, "{unit} {name}");
        }
        let clerk = Caller::of_subject("clerk", "wang", Some("HZ")).unwrap();
        assert_eq!(clerk.to_string(), "HZ/wang");
    }
}
