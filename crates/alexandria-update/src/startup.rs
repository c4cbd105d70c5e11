//! Returns to the previous program if an update does not start.
//!
//! The installer leaves a note before the new program takes its place. Each start of the new program counts in it before
//! anything else happens; the note goes away once the window has worked for a while. After three starts that never came
//! so far, the previous program takes its place again, and the version is not offered any more. The library is not touched:
//! a program only changes its schema after it has opened it, and then the previous one says that it is too old.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::state_file::{self, StateFileError};
use crate::version::Version;

/// Starts of a new program that may fail.
pub const MAX_FAILED_STARTS: u32 = 3;

/// The note about an update that has not proved itself yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    from: Version,
    to: Version,
    /// Starts of the new program so far.
    starts: u32,
}

/// What to do at the start of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartCheck {
    /// Go on.
    Continue,
    /// Put the previous program back: this version did not start.
    Restore {
        /// The version that did not start.
        failed: Version,
        /// The version to return to.
        to: Version,
    },
}

/// The note about the last update, in the state folder.
#[derive(Clone, Debug)]
pub struct Startup {
    file: PathBuf,
}

impl Startup {
    /// The note in the folder `state`.
    #[must_use]
    pub fn new(state: &Path) -> Self {
        Self { file: state.join("unproven.json") }
    }

    /// Leaves the note, before the new program takes its place.
    ///
    /// # Errors
    /// When it cannot be written; then nothing may be installed.
    pub fn expect(&self, from: Version, to: Version) -> Result<(), StateFileError> {
        state_file::write(&self.file, &Note { from, to, starts: 0 })
    }

    /// Counts a start of `running`. To be called before anything that could fail.
    ///
    /// # Errors
    /// When the count cannot be written. The program should start nevertheless.
    pub fn begin(&self, running: Version) -> Result<StartCheck, StateFileError> {
        let Some(mut note) = self.note()? else { return Ok(StartCheck::Continue) };
        if note.to != running {
            // The installation did not happen, or another program was installed by hand.
            self.clear()?;
            return Ok(StartCheck::Continue);
        }
        if note.starts >= MAX_FAILED_STARTS {
            return Ok(StartCheck::Restore { failed: note.to, to: note.from });
        }
        note.starts += 1;
        state_file::write(&self.file, &note)?;
        Ok(StartCheck::Continue)
    }

    /// The program `running` works. Removes the note if it is about that program, and returns whether it was: the program
    /// that has just installed another one must not vouch for it.
    ///
    /// # Errors
    /// When it cannot be read or removed.
    pub fn prove(&self, running: Version) -> Result<bool, StateFileError> {
        let is_proved = self.note()?.is_some_and(|note| note.to == running);
        if is_proved {
            self.clear()?;
        }
        Ok(is_proved)
    }

    /// Removes the note: there is no new program, or not any more.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn clear(&self) -> Result<(), StateFileError> {
        state_file::remove(&self.file)
    }

    /// The note; a damaged one is removed, because it must never keep the program from starting.
    fn note(&self) -> Result<Option<Note>, StateFileError> {
        match state_file::read(&self.file) {
            Err(StateFileError::Damaged(_)) => {
                self.clear()?;
                Ok(None)
            }
            read => read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Version = Version::new(1, 3, 0);
    const NEW: Version = Version::new(1, 4, 0);

    #[test]
    fn fourth_start_after_three_failures_restores_the_previous_program() {
        let folder = tempfile::tempdir().unwrap();
        let startup = Startup::new(folder.path());
        startup.expect(OLD, NEW).unwrap();
        for _ in 0..MAX_FAILED_STARTS {
            assert_eq!(startup.begin(NEW).unwrap(), StartCheck::Continue);
        }
        assert_eq!(startup.begin(NEW).unwrap(), StartCheck::Restore { failed: NEW, to: OLD });
        startup.clear().unwrap();
        assert_eq!(startup.begin(OLD).unwrap(), StartCheck::Continue);
    }

    #[test]
    fn start_that_works_ends_the_count() {
        let folder = tempfile::tempdir().unwrap();
        let startup = Startup::new(folder.path());
        startup.expect(OLD, NEW).unwrap();
        startup.begin(NEW).unwrap();
        // The old program ends after it has installed the new one.
        assert!(!startup.prove(OLD).unwrap());
        assert!(startup.file.exists());
        assert!(startup.prove(NEW).unwrap());
        for _ in 0..10 {
            assert_eq!(startup.begin(NEW).unwrap(), StartCheck::Continue);
        }
    }

    #[test]
    fn note_of_another_version_or_a_damaged_one_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let startup = Startup::new(folder.path());
        startup.expect(OLD, NEW).unwrap();
        assert_eq!(startup.begin(OLD).unwrap(), StartCheck::Continue);
        assert!(!startup.file.exists());
        std::fs::write(&startup.file, "nonsense").unwrap();
        assert_eq!(startup.begin(NEW).unwrap(), StartCheck::Continue);
        assert!(!startup.file.exists());
    }
}
