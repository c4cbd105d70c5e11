//! Checks that need no key: the library's folder, disk space, the vault, the keychain, the model. For a library that does
//! not open, these are all there are. Changes nothing.

use std::fs::Metadata;
use std::io;
use std::path::Path;

use alexandria_store::FILE_NAME;
use alexandria_vault::{Keychain, KeychainError, KeychainStatus, OsKeychain, SlotKind, Vault, VaultState};

use super::check::check_model;
use super::finding::{Finding, Remedy};
use crate::blocking::blocking;
use crate::shelf::ShelfError;

/// With fewer free bytes nothing can be imported any more.
#[cfg(unix)]
const MIN_FREE_BYTES: u64 = 16 << 20;
/// With fewer free bytes a large import may fill the disk.
#[cfg(unix)]
const LOW_FREE_BYTES: u64 = 1 << 30;

/// Checks the library in `folder`, which need not exist. Asks the keychain.
pub(crate) async fn check_without_key(folder: &Path) -> Result<Vec<Finding>, ShelfError> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    blocking(move || {
        let slots = read_slots(&folder);
        let keychain = check_keychain(&folder, slots.as_deref().ok());
        let vault = match slots {
            Ok(slots) => Finding::ok("vault", format!("intact; opens with {}", names(&slots))),
            Err(finding) => finding,
        };
        let mut findings = vec![check_folder(&folder)];
        findings.extend(check_space(&folder));
        findings.extend([vault, keychain, check_model()]);
        Ok(findings)
    })
    .await
}

/// The credentials that open the vault in the folder, or what is wrong with it.
fn read_slots(folder: &Path) -> Result<Vec<SlotKind>, Finding> {
    Err(match Vault::state(folder) {
        Ok(VaultState::Locked { slots }) => return Ok(slots),
        Ok(VaultState::None) if folder.join(FILE_NAME).exists() => {
            Finding::error("vault", "missing, with its copy, although a library's database is there")
                .with_remedy(Remedy::RecoverVault)
        }
        Ok(VaultState::None) => Finding::warning("vault", "none yet; the first import creates a library"),
        Ok(VaultState::Damaged) => {
            Finding::error("vault", "damaged, and so is its copy").with_remedy(Remedy::RecoverVault)
        }
        Err(error) => Finding::error("vault", error.to_string()),
    })
}

fn names(slots: &[SlotKind]) -> String {
    let name = |slot: &SlotKind| match slot {
        SlotKind::Keychain => "the keychain",
        SlotKind::Passphrase => "a passphrase",
        SlotKind::RecoveryCode => "a recovery code",
    };
    let names: Vec<&str> = slots.iter().map(name).collect();
    if names.is_empty() { "nothing that this version knows".to_owned() } else { names.join(" or ") }
}

/// The state of the keychain, which matters as much as the library needs it. `slots` are the credentials of the library,
/// if it has a vault.
fn check_keychain(folder: &Path, slots: Option<&[SlotKind]>) -> Finding {
    let keychain = OsKeychain::new();
    let standing = match slots.map(|_| Vault::inspect(folder, &keychain)) {
        Some(Ok(inspection)) => inspection.keychain,
        // No library uses this name; the question is whether the keychain answers.
        Some(Err(_)) | None => match keychain.get("no-library") {
            Ok(_) | Err(KeychainError::NoEntry) => KeychainStatus::NoKey,
            Err(error) => KeychainStatus::Error(error),
        },
    };
    judge_keychain(standing, slots)
}

pub(super) fn judge_keychain(standing: KeychainStatus, slots: Option<&[SlotKind]>) -> Finding {
    let check = "keychain";
    let is_needed = slots.is_none_or(|slots| slots.contains(&SlotKind::Keychain));
    let failed = |message: String| match slots {
        Some([SlotKind::Keychain]) => Finding::error(check, message),
        _ => Finding::warning(check, message),
    };
    match standing {
        KeychainStatus::HasKey => Finding::ok(check, "available, and has the key"),
        KeychainStatus::NoKey if slots.is_none() => Finding::ok(check, "available"),
        KeychainStatus::NoKey if is_needed => failed(KeychainError::NoEntry.to_string()),
        KeychainStatus::NoKey => Finding::ok(check, "available; this library does not need it"),
        KeychainStatus::Error(error) if is_needed => failed(error.to_string()),
        KeychainStatus::Error(_) => Finding::ok(check, "not available; this library does not need it"),
    }
}

/// Whether the library's folder can be used, and by whom.
fn check_folder(folder: &Path) -> Finding {
    let check = "folder";
    match folder.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Finding::warning(check, "does not exist yet; the first import creates it")
        }
        Err(error) => Finding::error(check, format!("cannot be read: {error}")).with_remedy(Remedy::CheckFolder),
        Ok(metadata) if !metadata.is_dir() => {
            Finding::error(check, "is not a folder").with_remedy(Remedy::ChooseFolder)
        }
        Ok(metadata) => match check_writable(folder) {
            Ok(()) => check_permissions(check, &metadata),
            Err(error) => Finding::error(check, format!("cannot be written: {error}")).with_remedy(Remedy::CheckFolder),
        },
    }
}

/// Whether this account may use the folder, as far as the system says; no file is created to find out.
#[cfg(unix)]
fn check_writable(folder: &Path) -> io::Result<()> {
    use rustix::fs::Access;
    Ok(rustix::fs::access(folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)?)
}

/// Windows has no such question; only reading is tried.
#[cfg(not(unix))]
fn check_writable(folder: &Path) -> io::Result<()> {
    folder.read_dir().map(drop)
}

/// Whether other accounts of the computer have access to the folder. No promise is broken if they do: its contents are
/// encrypted.
#[cfg(unix)]
fn check_permissions(check: &'static str, folder: &Metadata) -> Finding {
    let mode = std::os::unix::fs::PermissionsExt::mode(&folder.permissions());
    let access = match mode {
        mode if mode & 0o022 != 0 => "remove and replace its files",
        mode if mode & 0o055 != 0 => "see how many books there are and how large each one is",
        _ => return Finding::ok(check, "writable, and accessible to this account only"),
    };
    Finding::warning(check, format!("other accounts of this computer can {access}")).with_remedy(Remedy::RestrictFolder)
}

/// On Windows a profile's folders are private by default.
#[cfg(not(unix))]
fn check_permissions(check: &'static str, _folder: &Metadata) -> Finding {
    Finding::ok(check, "exists and can be read")
}

/// Free space on the disk of the folder, or of its nearest existing parent; `None` if the system does not say.
#[cfg(unix)]
fn check_space(folder: &Path) -> Option<Finding> {
    let existing = folder.ancestors().find(|folder| folder.exists())?;
    let disk = rustix::fs::statvfs(existing).ok()?;
    Some(judge_space(disk.f_bavail.saturating_mul(disk.f_frsize)))
}

/// There is no safe way to ask Windows.
#[cfg(not(unix))]
fn check_space(_folder: &Path) -> Option<Finding> {
    None
}

#[cfg(unix)]
pub(super) fn judge_space(free_bytes: u64) -> Finding {
    let (check, message) = ("space", format!("{} MB free", free_bytes >> 20));
    match free_bytes {
        0..MIN_FREE_BYTES => {
            Finding::error(check, format!("the disk is full: {message}")).with_remedy(Remedy::FreeSpace)
        }
        MIN_FREE_BYTES..LOW_FREE_BYTES => {
            Finding::warning(check, format!("the disk is almost full: {message}")).with_remedy(Remedy::FreeSpace)
        }
        LOW_FREE_BYTES.. => Finding::ok(check, message),
    }
}
