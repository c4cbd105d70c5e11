//! Opening the library when the program starts, without asking anyone: with the passphrase file, or with the keychain.

use std::path::PathBuf;

use alexandria_library::{LibraryState, SlotKind, Unlock, passphrase_in};
use tokio::sync::OnceCell;

use crate::contract::CommandError;

/// What can be done without the reader.
pub(crate) enum StartupAction {
    /// Create the library.
    Create(Unlock),
    /// Open it.
    Open(Unlock),
    /// Wait for the reader.
    Wait,
}

/// The first attempt to open the library, made once.
pub(crate) struct Startup {
    passphrase_file: Option<PathBuf>,
    done: OnceCell<()>,
}

impl Startup {
    /// With a file whose first line is the passphrase, if there is one.
    pub(crate) fn new(passphrase_file: Option<PathBuf>) -> Self {
        Self { passphrase_file, done: OnceCell::new() }
    }

    /// Runs the attempt, or waits until the one that runs has ended.
    pub(crate) async fn once(&self, attempt: impl Future<Output = ()>) {
        self.done.get_or_init(|| attempt).await;
    }

    /// What to do about a library in this state.
    pub(crate) async fn action(&self, state: LibraryState) -> Result<StartupAction, CommandError> {
        if let Some(file) = &self.passphrase_file {
            let unlock = Unlock::Passphrase(passphrase_in(file).await?);
            let exists = !matches!(state, LibraryState::None);
            return Ok(if exists { StartupAction::Open(unlock) } else { StartupAction::Create(unlock) });
        }
        Ok(match state {
            LibraryState::Locked { slots } if slots.contains(&SlotKind::Keychain) => {
                StartupAction::Open(Unlock::Keychain)
            }
            // It does not open, and the error says what to do.
            LibraryState::Damaged => StartupAction::Open(Unlock::Keychain),
            LibraryState::None | LibraryState::Locked { .. } => StartupAction::Wait,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(passphrase_file: Option<PathBuf>, state: LibraryState, expect: &str) {
        let action = Startup::new(passphrase_file).action(state).await.unwrap();
        let described = match action {
            StartupAction::Create(unlock) => format!("create with {unlock:?}"),
            StartupAction::Open(unlock) => format!("open with {unlock:?}"),
            StartupAction::Wait => "wait".to_owned(),
        };
        assert_eq!(described, expect);
    }

    #[tokio::test]
    async fn startup_action_depends_on_the_passphrase_file_and_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("passphrase");
        std::fs::write(&file, "a passphrase for tests only").unwrap();
        let locked = |slots: &[SlotKind]| LibraryState::Locked { slots: slots.to_vec() };
        let with_file = || Some(file.clone());
        check(with_file(), LibraryState::None, "create with Unlock::Passphrase").await;
        check(with_file(), locked(&[SlotKind::Keychain]), "open with Unlock::Passphrase").await;
        check(with_file(), LibraryState::Damaged, "open with Unlock::Passphrase").await;
        check(None, LibraryState::None, "wait").await;
        check(None, locked(&[SlotKind::Passphrase, SlotKind::Keychain]), "open with Unlock::Keychain").await;
        check(None, locked(&[SlotKind::Passphrase]), "wait").await;
        check(None, LibraryState::Damaged, "open with Unlock::Keychain").await;
    }

    #[tokio::test]
    async fn startup_attempt_runs_once() {
        let startup = Startup::new(None);
        let mut attempts = 0;
        startup.once(async { attempts += 1 }).await;
        startup.once(async { attempts += 1 }).await;
        assert_eq!(attempts, 1);
    }
}
