//! How often each version was tried here, written before each attempt.
//!
//! An installer that fails without a word, a copy that is started again from a read-only place, a package that reports
//! another version than it has: each would make the program install the same version again and again. Two attempts, then it
//! stops and says so.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::state_file::{self, StateFileError};
use crate::version::Version;

/// Attempts to install one version, after which the user has to install it by hand.
pub const MAX_ATTEMPTS: u32 = 2;

/// The attempts to install one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The version.
    pub version: Version,
    /// How often its installation was begun.
    pub count: u32,
    /// Whether it was installed, but did not start.
    #[serde(default)]
    pub failed_to_start: bool,
}

/// The attempts on this device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    attempts: Vec<Attempt>,
}

impl Attempts {
    /// Reads the attempts; none if there is no file yet. A damaged file counts as none: it protects from a nuisance, and
    /// must not end updates.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(path: &Path) -> Result<Self, StateFileError> {
        match state_file::read(path) {
            Err(StateFileError::Damaged(_)) => {
                tracing::warn!("the record of attempted updates is damaged and starts again");
                Ok(Self::default())
            }
            read => Ok(read?.unwrap_or_default()),
        }
    }

    /// Writes the attempts.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), StateFileError> {
        state_file::write(path, self)
    }

    /// Notes that an installation of `version` begins.
    pub fn begin(&mut self, version: Version) {
        let attempt = self.of(version);
        attempt.count = attempt.count.saturating_add(1);
    }

    /// Notes that `version` did not start.
    pub fn fail_to_start(&mut self, version: Version) {
        self.of(version).failed_to_start = true;
    }

    /// Forgets the attempts for versions up to the one that now runs well.
    pub fn succeed(&mut self, version: Version) {
        self.attempts.retain(|attempt| attempt.version > version || attempt.failed_to_start);
    }

    /// Whether `version` was tried too often, or did not start.
    #[must_use]
    pub fn is_exhausted(&self, version: Version) -> bool {
        self.failed().contains(&version)
    }

    /// The versions that are not tried again.
    #[must_use]
    pub fn failed(&self) -> Vec<Version> {
        let failed = self.attempts.iter().filter(|attempt| attempt.failed_to_start || attempt.count >= MAX_ATTEMPTS);
        failed.map(|attempt| attempt.version).collect()
    }

    fn of(&mut self, version: Version) -> &mut Attempt {
        let position = self.attempts.iter().position(|attempt| attempt.version == version);
        let position = position.unwrap_or_else(|| {
            self.attempts.push(Attempt { version, count: 0, failed_to_start: false });
            self.attempts.len() - 1
        });
        &mut self.attempts[position]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_version_twice_is_not_tried_again() {
        let (mut attempts, version) = (Attempts::default(), Version::new(1, 4, 0));
        attempts.begin(version);
        assert!(!attempts.is_exhausted(version));
        attempts.begin(version);
        assert!(attempts.is_exhausted(version));
        assert!(!attempts.is_exhausted(Version::new(1, 4, 1)));
    }

    #[test]
    fn version_that_did_not_start_stays_refused_after_a_success() {
        let mut attempts = Attempts::default();
        attempts.begin(Version::new(1, 4, 0));
        attempts.fail_to_start(Version::new(1, 4, 0));
        attempts.begin(Version::new(1, 4, 1));
        attempts.succeed(Version::new(1, 4, 1));
        assert_eq!(attempts.failed(), [Version::new(1, 4, 0)]);
    }

    #[test]
    fn attempts_survive_in_their_file_and_damage_starts_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/attempts.json");
        assert_eq!(Attempts::read(&path).unwrap(), Attempts::default());
        let mut attempts = Attempts::default();
        attempts.begin(Version::new(1, 4, 0));
        attempts.write(&path).unwrap();
        assert_eq!(Attempts::read(&path).unwrap(), attempts);
        std::fs::write(&path, "{").unwrap();
        assert_eq!(Attempts::read(&path).unwrap(), Attempts::default());
    }
}
