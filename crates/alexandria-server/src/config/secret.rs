//! Text that no log and no message shows.

use std::fmt;

use serde::Deserialize;
use zeroize::Zeroizing;

/// What is shown instead of it.
pub(super) const REDACTED: &str = "[redacted]";

/// A password, or an address that contains one.
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// The text itself, for the library that connects with it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}
