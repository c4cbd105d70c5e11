//! The first thing a window does: count this start, and return to the previous program if the new one never comes far.

use std::path::Path;

use alexandria_update::{AppImage, Attempts, Environment, Packaging, StartCheck, Startup, Version};

use super::error::UpdateError;
use crate::folders::Folders;

/// Counts a start of the program `version`, before anything else that could fail: no plugin, no logger, no window. Returns
/// the program to start instead if this one failed too often; it is in its place again then.
///
/// # Errors
/// When a state file cannot be read or written. The program should start nevertheless.
pub fn begin_start(folders: &Folders, version: &str) -> Result<Option<std::path::PathBuf>, UpdateError> {
    let version: Version = version.parse().map_err(|_| UpdateError::Version)?;
    let environment = Environment::of_process().map_err(UpdateError::Io)?;
    begin(folders.updates(), version, &Packaging::detect(&environment))
}

/// Starts the program `previous` with the arguments of this one, which has to end then.
///
/// # Errors
/// When it does not start.
pub fn start_previous(previous: &Path) -> Result<(), UpdateError> {
    let mut command = std::process::Command::new(previous);
    command.args(std::env::args_os().skip(1)).spawn().map_err(UpdateError::Previous)?;
    Ok(())
}

fn begin(state: &Path, version: Version, packaging: &Packaging) -> Result<Option<std::path::PathBuf>, UpdateError> {
    let startup = Startup::new(state);
    let StartCheck::Restore { failed, .. } = startup.begin(version)? else { return Ok(None) };
    let attempts_file = state.join("attempts.json");
    let mut attempts = Attempts::read(&attempts_file)?;
    attempts.fail_to_start(failed);
    attempts.write(&attempts_file)?;
    let Packaging::AppImage(file) = packaging else {
        startup.clear()?;
        return Ok(None);
    };
    let app = AppImage::new(file)?;
    let restored = app.restore();
    // Whatever happened: the count must not keep the program from starting.
    startup.clear()?;
    restored?;
    Ok(Some(app.file().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn program_that_fails_three_times_is_replaced_by_the_previous_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("A.AppImage");
        let state = folder.path().join("state");
        let (old, new) = (Version::new(1, 3, 0), Version::new(1, 4, 0));
        std::fs::write(&file, "old").unwrap();
        Startup::new(&state).expect(old, new).unwrap();
        std::fs::rename(&file, AppImage::new(&file).unwrap().previous()).unwrap();
        std::fs::write(&file, "new").unwrap();
        let packaging = Packaging::AppImage(file.clone());
        for _ in 0..3 {
            assert_eq!(begin(&state, new, &packaging).unwrap(), None);
        }
        assert_eq!(begin(&state, new, &packaging).unwrap(), Some(file.canonicalize().unwrap()));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");
        assert_eq!(Attempts::read(&state.join("attempts.json")).unwrap().failed(), [new]);
        assert_eq!(begin(&state, old, &packaging).unwrap(), None);
    }

    #[test]
    fn missing_previous_program_does_not_keep_the_new_one_from_starting() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("A.AppImage");
        std::fs::write(&file, "new").unwrap();
        let (old, new) = (Version::new(1, 3, 0), Version::new(1, 4, 0));
        Startup::new(folder.path()).expect(old, new).unwrap();
        let packaging = Packaging::AppImage(file);
        for _ in 0..3 {
            begin(folder.path(), new, &packaging).unwrap();
        }
        assert!(begin(folder.path(), new, &packaging).is_err());
        assert_eq!(begin(folder.path(), new, &packaging).unwrap(), None);
    }
}
