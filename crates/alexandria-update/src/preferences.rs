//! What the user decided about updates, and when they were last looked for: of the device, not of a library.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::release::Channel;
use crate::state_file::{self, StateFileError};

/// Time after which it is said that no check succeeded: somebody may hold back updates.
pub const STALE_AFTER: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A recorded time that is further in the future was written while the clock was wrong.
pub(crate) const MAX_CLOCK_ERROR: SignedDuration = SignedDuration::from_hours(24);

/// When the program looks for updates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The user was not asked yet: only when the user asks for it.
    #[default]
    Undecided,
    /// By itself.
    Automatic,
    /// Only when the user asks for it.
    Manual,
    /// Never; not even then.
    Never,
}

impl Mode {
    /// The name in settings and output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Never => "never",
        }
    }
}

/// The user's decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// When to look for updates.
    #[serde(default)]
    pub mode: Mode,
    /// Which releases to offer.
    pub channel: Channel,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { mode: Mode::Undecided, channel: Channel::Stable }
    }
}

/// The result of the last checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCheck {
    /// When the first check was made, successful or not.
    #[serde(default)]
    pub first: Option<Timestamp>,
    /// When metadata was last verified.
    #[serde(default)]
    pub succeeded: Option<Timestamp>,
}

impl LastCheck {
    /// Records a check.
    #[must_use]
    pub fn after(self, now: Timestamp, is_success: bool) -> Self {
        let Self { first, succeeded } = self.credible(now);
        Self { first: first.or(Some(now)), succeeded: if is_success { Some(now) } else { succeeded } }
    }

    /// Without times that lie in the future: a clock that was once two years ahead must not keep quiet for two years that
    /// checks fail.
    fn credible(self, now: Timestamp) -> Self {
        let is_credible = |time: &Timestamp| time.duration_since(now) <= MAX_CLOCK_ERROR;
        Self { first: self.first.filter(is_credible), succeeded: self.succeeded.filter(is_credible) }
    }

    /// Whether checks have failed for so long that the user should know.
    #[must_use]
    pub fn is_stale(self, now: Timestamp) -> bool {
        let Self { first, succeeded } = self.credible(now);
        succeeded.or(first).is_some_and(|last| now.duration_since(last) > STALE_AFTER)
    }
}

/// Small files in the state folder.
macro_rules! in_file {
    ($type:ty, $name:literal) => {
        impl $type {
            /// Reads it from the folder `state`. Without a file, or with a damaged one, it is the default.
            ///
            /// # Errors
            /// When the file cannot be read.
            pub fn read(state: &Path) -> Result<Self, StateFileError> {
                match state_file::read(&state.join($name)) {
                    Err(StateFileError::Damaged(_)) => {
                        tracing::warn!(file = $name, "damaged; the default is used");
                        Ok(Self::default())
                    }
                    read => Ok(read?.unwrap_or_default()),
                }
            }

            /// Writes it to the folder `state`.
            ///
            /// # Errors
            /// When the file cannot be written.
            pub fn write(&self, state: &Path) -> Result<(), StateFileError> {
                state_file::write(&state.join($name), self)
            }
        }
    };
}

in_file!(Preferences, "preferences.json");
in_file!(LastCheck, "last-check.json");

/// The random id of this installation, which `make` makes the first time.
///
/// # Errors
/// When the file cannot be read or written.
pub fn installation_id<E>(state: &Path, make: impl FnOnce() -> Result<[u8; 16], E>) -> Result<[u8; 16], E>
where
    E: From<StateFileError>,
{
    let file = state.join("installation.json");
    if let Ok(Some(id)) = state_file::read(&file) {
        return Ok(id);
    }
    let id = make()?;
    state_file::write(&file, &id)?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_survive_and_damage_is_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path();
        assert_eq!(Preferences::read(state).unwrap(), Preferences::default());
        let chosen = Preferences { mode: Mode::Automatic, channel: Channel::Beta };
        chosen.write(state).unwrap();
        assert_eq!(Preferences::read(state).unwrap(), chosen);
        std::fs::write(state.join("preferences.json"), "{").unwrap();
        assert_eq!(Preferences::read(state).unwrap(), Preferences::default());
    }

    #[test]
    fn checks_are_stale_after_two_weeks_without_success() {
        let day = |number: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(number * 24);
        let check = |events: &[(i64, bool)], now: i64, want: bool| {
            let last = events.iter().fold(LastCheck::default(), |last, (at, success)| last.after(day(*at), *success));
            assert_eq!(last.is_stale(day(now)), want, "{events:?} at {now}");
        };
        check(&[], 100, false);
        check(&[(0, true)], 14, false);
        check(&[(0, true)], 15, true);
        check(&[(0, true), (10, false)], 15, true);
        check(&[(0, true), (10, true)], 20, false);
        check(&[(0, false)], 15, true);
        // The clock was two years ahead for one check. The weeks count from the next one, or from the first.
        check(&[(0, true), (730, true)], 20, true);
        check(&[(730, true), (1, false)], 10, false);
        check(&[(730, true), (1, false), (16, false)], 16, true);
    }

    #[test]
    fn installation_id_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let id = |byte: u8| installation_id(folder.path(), || Ok::<_, StateFileError>([byte; 16])).unwrap();
        assert_eq!(id(1), [1; 16]);
        assert_eq!(id(2), [1; 16]);
    }
}
