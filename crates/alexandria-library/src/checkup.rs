//! What can be said of a library without its key: whether its folder can be used, what would open it, whether the
//! keychain answers, whether the model is installed. Of a library that does not open this is all there is to say.
//!
//! Nothing is changed. Absent: what only an open library can tell, which is in `doctor`.

use std::fs::Metadata;
use std::io;
use std::path::Path;

use alexandria_index::RuntimeFiles;
use alexandria_store::FILE_NAME;
use alexandria_vault::{Keychain, KeychainError, KeychainStatus, OsKeychain, SlotKind, Vault, VaultState};

use crate::doctor::{Finding, Severity};
use crate::open::Library;
use crate::shelf::ShelfError;
use crate::worker::blocking;

#[cfg(test)]
mod tests;

/// Said of a vault that is gone, and its copy with it.
const LOST: &str = "missing, with its copy, beside a library's database; put the file `vault` back, or move the \
    folder away and use `alexandria restore` with a backup";
/// Said of a vault that is not whole, and its copy neither.
const DAMAGED: &str = "damaged, and so is its copy; put the file `vault` back from a copy of the folder, or move the \
    folder away and use `alexandria restore` with a backup";

/// Below so many free bytes nothing can be imported any more.
#[cfg(unix)]
const FULL: u64 = 16 << 20;
/// Below so many free bytes an import of some size may fill the disk.
#[cfg(unix)]
const SCARCE: u64 = 1 << 30;

impl Library {
    /// Checks what needs no key of the library in `folder`, which need not be there. Asks the keychain.
    ///
    /// # Errors
    /// When a check itself cannot run.
    pub async fn check_without_key(folder: &Path) -> Result<Vec<Finding>, ShelfError> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        blocking(move || {
            let slots = slots(&folder);
            let keychain = keychain(&folder, slots.as_deref().ok());
            let vault = match slots {
                Ok(slots) => finding("vault", Severity::Fine, format!("whole; it opens with {}", named(&slots))),
                Err(vault) => vault,
            };
            let mut findings = vec![of_folder(&folder)];
            findings.extend(space(&folder));
            findings.extend([vault, keychain, model()]);
            Ok(findings)
        })
        .await
    }
}

fn finding(check: &'static str, severity: Severity, message: impl Into<String>) -> Finding {
    Finding { check, severity, message: message.into() }
}

/// What opens the vault in the folder, or what is wrong with it.
fn slots(folder: &Path) -> Result<Vec<SlotKind>, Finding> {
    let (severity, message) = match Vault::state(folder) {
        Ok(VaultState::Locked { slots }) => return Ok(slots),
        Ok(VaultState::None) if folder.join(FILE_NAME).exists() => (Severity::Problem, LOST.to_owned()),
        Ok(VaultState::None) => (Severity::Notice, "there is none yet; the first import makes a library".to_owned()),
        Ok(VaultState::Damaged) => (Severity::Problem, DAMAGED.to_owned()),
        Err(error) => (Severity::Problem, error.to_string()),
    };
    Err(finding("vault", severity, message))
}

fn named(slots: &[SlotKind]) -> String {
    let name = |slot: &SlotKind| match slot {
        SlotKind::Keychain => "the keychain",
        SlotKind::Passphrase => "a passphrase",
        SlotKind::RecoveryCode => "a recovery code",
    };
    let names: Vec<&str> = slots.iter().map(name).collect();
    if names.is_empty() { "nothing that this version knows".to_owned() } else { names.join(" or ") }
}

/// How the keychain stands, which matters as much as the library needs it. `slots` is what opens it, if it has a vault.
fn keychain(folder: &Path, slots: Option<&[SlotKind]>) -> Finding {
    let keychain = OsKeychain::new();
    let standing = match slots.map(|_| Vault::inspect(folder, &keychain)) {
        Some(Ok(inspection)) => inspection.keychain,
        // No library has an entry of this name; what is asked is whether there is an answer.
        Some(Err(_)) | None => match keychain.get("no-library") {
            Ok(_) | Err(KeychainError::NoEntry) => KeychainStatus::NoKey,
            Err(error) => KeychainStatus::Error(error),
        },
    };
    let (severity, message) = judge(standing, slots);
    finding("keychain", severity, message)
}

fn judge(standing: KeychainStatus, slots: Option<&[SlotKind]>) -> (Severity, String) {
    let is_wanted = slots.is_none_or(|slots| slots.contains(&SlotKind::Keychain));
    let without = match slots {
        Some([SlotKind::Keychain]) => Severity::Problem,
        _ => Severity::Notice,
    };
    match standing {
        KeychainStatus::HasKey => (Severity::Fine, "it answers, and has the key".to_owned()),
        KeychainStatus::NoKey if slots.is_none() => (Severity::Fine, "it answers".to_owned()),
        KeychainStatus::NoKey if is_wanted => (without, KeychainError::NoEntry.to_string()),
        KeychainStatus::NoKey => (Severity::Fine, "it answers; this library does not need it".to_owned()),
        KeychainStatus::Error(error) if is_wanted => (without, error.to_string()),
        KeychainStatus::Error(_) => {
            (Severity::Fine, "it cannot be used now, and this library does not need it".to_owned())
        }
    }
}

/// Whether the library's folder can be used, and by whom.
fn of_folder(folder: &Path) -> Finding {
    let (severity, message) = match folder.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            (Severity::Notice, "it is not there yet; the first import makes it".to_owned())
        }
        Err(error) => (Severity::Problem, format!("it cannot be looked at: {error}; check its permissions")),
        Ok(metadata) if !metadata.is_dir() => {
            (Severity::Problem, "it is no folder; name another one with --library".to_owned())
        }
        Ok(metadata) => match writable(folder) {
            Ok(()) => open_to(&metadata),
            Err(error) => {
                let message = format!("it cannot be written: {error}; check its permissions and the disk");
                (Severity::Problem, message)
            }
        },
    };
    finding("folder", severity, message)
}

/// Whether this account may use the folder, by what the system says: a file is not made to find out.
#[cfg(unix)]
fn writable(folder: &Path) -> io::Result<()> {
    use rustix::fs::Access;
    Ok(rustix::fs::access(folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)?)
}

/// Windows tells only whoever tries.
#[cfg(not(unix))]
fn writable(folder: &Path) -> io::Result<()> {
    folder.read_dir().map(drop)
}

/// Whether other accounts of the computer get at the folder. No promise is broken if they do: what is in it is sealed.
#[cfg(unix)]
fn open_to(folder: &Metadata) -> (Severity, String) {
    let mode = std::os::unix::fs::PermissionsExt::mode(&folder.permissions());
    let others_can = match mode {
        mode if mode & 0o022 != 0 => "remove and replace its files",
        mode if mode & 0o055 != 0 => "see how many books there are and how long each is",
        _ => return (Severity::Fine, "it can be written, and belongs to this account alone".to_owned()),
    };
    (Severity::Notice, format!("other accounts of this computer can {others_can}; `chmod 700` takes that away"))
}

/// An account's folders are its own there.
#[cfg(not(unix))]
fn open_to(_folder: &Metadata) -> (Severity, String) {
    (Severity::Fine, "it is there and can be read".to_owned())
}

/// How much room there is on the disk that the folder is on, or will be; nothing, if the system does not say.
#[cfg(unix)]
fn space(folder: &Path) -> Option<Finding> {
    let present = folder.ancestors().find(|folder| folder.exists())?;
    let disk = rustix::fs::statvfs(present).ok()?;
    let (severity, message) = room(disk.f_bavail.saturating_mul(disk.f_frsize));
    Some(finding("space", severity, message))
}

/// There is no safe way to ask Windows.
#[cfg(not(unix))]
fn space(_folder: &Path) -> Option<Finding> {
    None
}

#[cfg(unix)]
fn room(free: u64) -> (Severity, String) {
    let free_mb = free >> 20;
    match free {
        0..FULL => (Severity::Problem, format!("the disk is full ({free_mb} MB are free); make room on it")),
        FULL..SCARCE => (Severity::Notice, format!("the disk is almost full ({free_mb} MB are free)")),
        SCARCE.. => (Severity::Fine, format!("{free_mb} MB are free")),
    }
}

/// Whether search by meaning has what it needs.
fn model() -> Finding {
    let checked = RuntimeFiles::locate().and_then(|files| files.verify());
    let (severity, message) = match checked {
        Ok(()) => (Severity::Fine, "the embedding model and its runtime are as shipped".to_owned()),
        Err(error) => (Severity::Problem, error.to_string()),
    };
    finding("model", severity, message)
}
