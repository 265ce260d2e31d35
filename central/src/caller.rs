//! Who is at the other end of a connection, as the certificate says: the organizational unit (OU) names the kind, the
//! common name (CN) the one, the organization (O) a clerk's department.

use contract::{ClerkId, DepartmentCode, KioskId};
use sha2::{Digest, Sha256};
use std::fmt;
use std::net::IpAddr;

/// The organizational unit of terminals.
pub(crate) const KIOSK_UNIT: &str = "kiosk";

/// The organizational unit of clerks.
pub(crate) const CLERK_UNIT: &str = "clerk";

/// Who is at the other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A terminal.
    Kiosk(Terminal),
    /// A clerk (经办人).
    Clerk(Clerk),
    /// Somebody without a certificate, at the door where terminals ask for one.
    Newcomer(IpAddr),
}

/// A terminal, and by which certificate it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Which.
    pub id: KioskId,
    /// Whether it is let in is looked up by this.
    pub certificate: CertificateFingerprint,
}

/// SHA-256 of a certificate in DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateFingerprint(pub(crate) [u8; 32]);

impl CertificateFingerprint {
    /// The fingerprint of no certificate at all.
    pub(crate) const NONE: Self = Self([0; 32]);

    /// Of a certificate in DER.
    pub fn of(certificate: &[u8]) -> Self {
        Self(Sha256::digest(certificate).into())
    }
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
            Self::Kiosk(terminal) => write!(f, "{}", terminal.id),
            Self::Clerk(Clerk { id, department }) => write!(f, "{department}/{id}"),
            Self::Newcomer(address) => write!(f, "{address}"),
        }
    }
}

impl Caller {
    /// Reads the subject of a certificate that has this fingerprint.
    pub(crate) fn of_subject(
        unit: &str,
        name: &str,
        organization: Option<&str>,
        certificate: CertificateFingerprint,
    ) -> Option<Self> {
        match unit {
            KIOSK_UNIT => name.parse().ok().map(|id| Self::Kiosk(Terminal { id, certificate })),
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
            let caller = Caller::of_subject(unit, name, organization, CertificateFingerprint::of(b""));
            assert_eq!(caller, None, "{unit} {name}");
        }
        let certificate = CertificateFingerprint::of(b"");
        let clerk = Caller::of_subject("clerk", "wang", Some("HZ"), certificate).unwrap();
        assert_eq!(clerk.to_string(), "HZ/wang");
    }
}
