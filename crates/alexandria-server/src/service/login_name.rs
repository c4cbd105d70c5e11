//! The name that a reader signs in with, in the one form in which names are compared.
//!
//! Boundary: any text is a name, an address or not. Absent: Unicode normalisation, so two encodings of one letter are two
//! names; clients normalise before they send.

/// Bytes of the longest name: that of the longest e-mail address.
pub const MAX_LOGIN_BYTES: usize = 254;

/// A name that is empty, too long or holds control characters.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a login name has 1 to {MAX_LOGIN_BYTES} bytes and no control characters")]
pub struct InvalidLogin;

/// A login name in the form in which names are compared: without spaces around it, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginName(String);

impl LoginName {
    /// Normalises what a client sent.
    ///
    /// # Errors
    /// [`InvalidLogin`].
    pub fn parse(name: &str) -> Result<Self, InvalidLogin> {
        let name = name.trim();
        // Lower case can be longer than upper case, so the length is checked after it, too.
        if name.len() > MAX_LOGIN_BYTES || name.chars().any(char::is_control) {
            return Err(InvalidLogin);
        }
        let name = name.to_lowercase();
        if (1..=MAX_LOGIN_BYTES).contains(&name.len()) { Ok(Self(name)) } else { Err(InvalidLogin) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_refused_or_compared_in_one_form() {
        for refused in ["", "  ", "a\nb", "a\0", &"a".repeat(255), &"İ".repeat(127)] {
            assert_eq!(LoginName::parse(refused), Err(InvalidLogin), "{refused:?}");
        }
        for (name, expected) in [(" Ada@Example.ORG ", "ada@example.org"), ("ÄÖ", "äö"), ("a b", "a b")] {
            assert_eq!(LoginName::parse(name).as_ref().map(LoginName::as_str), Ok(expected));
        }
    }
}
