//! Versions of the program: three plain numbers.
//!
//! A release that proves itself in the beta channel is promoted to stable without being built again, so its version has no
//! suffix that would say *beta*. This also avoids the different orders of suffixes in dpkg, rpm and MSI.

use std::fmt;
use std::str::FromStr;

/// `MAJOR.MINOR.PATCH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

/// A version that is not three numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a version such as 1.4.2")]
pub struct InvalidVersion(String);

impl Version {
    /// The version `major.minor.patch`.
    #[must_use]
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let invalid = || InvalidVersion(text.chars().take(40).collect());
        let mut numbers = text.split('.').map(|part| {
            let is_canonical = part == "0" || !part.starts_with('0');
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            if is_number && is_canonical { part.parse::<u32>().ok() } else { None }
        });
        let mut next = || numbers.next().flatten().ok_or_else(invalid);
        let version = Self::new(next()?, next()?, next()?);
        if numbers.next().is_some() { Err(invalid()) } else { Ok(version) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl serde::Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Option<(u32, u32, u32)>) {
        let want = want.map(|(major, minor, patch)| Version::new(major, minor, patch));
        assert_eq!(text.parse::<Version>().ok(), want, "{text}");
        if let Some(version) = want {
            assert_eq!(version.to_string(), text);
        }
    }

    #[test]
    fn version_is_three_canonical_numbers() {
        check("0.1.0", Some((0, 1, 0)));
        check("12.345.6789", Some((12, 345, 6789)));
        for refused in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "1.2.x",
            "01.2.3",
            "1..3",
            "1.2.3-beta.1",
            "1.2.+3",
            " 1.2.3",
            "1.2.99999999999",
        ] {
            check(refused, None);
        }
    }

    #[test]
    fn versions_are_ordered_by_number() {
        let texts = ["0.9.12", "0.10.0", "1.0.0", "1.0.9", "1.0.10", "2.0.0"];
        let versions: Vec<Version> = texts.iter().map(|text| text.parse().unwrap()).collect();
        assert!(versions.is_sorted());
    }
}
