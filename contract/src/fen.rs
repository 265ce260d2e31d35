//! Money. Always whole fen (分) in an `i64`; never a float.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in fen (1/100 yuan). Fees, bills and payments are all counted in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fen(pub i64);

impl Fen {
    /// Nothing to pay.
    pub const ZERO: Self = Self(0);
}

/// `¥128.50`, as it stands on screen and receipt.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (yuan, rest) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        write!(f, "{sign}¥{yuan}.{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::Fen;

    #[test]
    fn amounts_read_as_yuan_and_fen() {
        assert_eq!(Fen(12_850).to_string(), "¥128.50");
        assert_eq!(Fen(5).to_string(), "¥0.05");
        assert_eq!(Fen(-105).to_string(), "-¥1.05");
        assert_eq!(Fen(i64::MIN).to_string(), "-¥92233720368547758.08");
    }
}
