//! Personal data, as a type that cannot be printed by accident and wipes itself.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use zeroize::Zeroize;

/// A value that belongs to a person. It has no `Display`, its `Debug` is `***`, and its memory is overwritten
/// when it is dropped. Reading it takes the visible word [`Secret::expose`].
///
/// Printing one by accident does not compile:
///
/// ```compile_fail,E0277
/// let phone = contract::Secret::from("13800000001");
/// println!("{phone}");
/// ```
///
/// ```compile_fail,E0308
/// let phone = contract::Secret::from("13800000001");
/// let copy: String = phone;
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value in; the caller must not keep a copy.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Every use is a place that an auditor looks at.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, to be changed.
    pub const fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> Zeroize for Secret<T> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl From<&str> for Secret<String> {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Serialising is leaving the process: only messages to central and the store's payloads do it.
impl Serialize for Secret<String> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Secret<String> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Secret<String> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Secret<String> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_as_stars() {
        let name = Secret::from("张三");
        assert_eq!(format!("{name:?} {name:#?}"), "*** ***");
        assert_eq!(name.expose(), "张三");
    }
}
