//! Which device this copy of the library is.
//!
//! No two copies of a library may write under one device id: ops are ordered by stamp and device, and a sync keeps one
//! log for each device. But the folder can be copied to another computer, and an older copy of it can be put back. So the
//! database's record of its device ([`DeviceClaim`]) is worth something only together with a *mark* outside of the folder,
//! in the account's state folder. Both hold a random token that changes at every opening. If they do not agree, or if the
//! mark is not there, this copy becomes a device of its own: an id too many does no harm.
//!
//! Not noticed: a whole disk that is put back as it was, and a copy from the middle of the last session that is put back
//! before another one. Devices that sync notice those by their logs.

mod mark;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use alexandria_crypto::random::{self, RandomError};
use alexandria_domain::{CodedError, DeviceId};
use alexandria_store::{DeviceClaim, Store};

use self::mark::MarkFolder;

/// Claims a device for the open library whose vault names `vault_device`: the one it was when it was opened last, or a
/// new one if this is another copy. The claim is on the disk when this returns, or the id is a new one for this session.
///
/// # Errors
/// When there are no random bytes.
pub(crate) fn claim(store: &Store, vault_device: DeviceId) -> Result<DeviceId, RandomError> {
    claim_with(store, vault_device, state_folder().as_deref())
}

/// The folder of the marks. Unit tests have one of their own, so that they leave nothing in the account.
fn state_folder() -> Option<PathBuf> {
    #[cfg(test)]
    {
        tests::state_folder()
    }
    #[cfg(not(test))]
    {
        Some(crate::folders::Folders::of_account().ok()?.devices().to_owned())
    }
}

fn claim_with(store: &Store, vault_device: DeviceId, folder: Option<&Path>) -> Result<DeviceId, RandomError> {
    // Held to the end, so that two copies that are opened at once do not both continue one device.
    let marks = folder.and_then(|folder| match MarkFolder::lock(folder) {
        Ok(marks) => Some(marks),
        Err(error) => {
            tracing::warn!(code = %error.code(), "the marks of this computer cannot be used");
            None
        }
    });
    let last = store.device_claim().unwrap_or_else(|error| {
        tracing::warn!(code = %error.code(), "the library's device cannot be read");
        None
    });
    let last = last.filter(|claim| claim.vault_device == vault_device);
    if let (Some(last), Some(marks)) = (last, &marks)
        && marks.is_of(&last)
        && resume(store, &last, random::bytes()?, marks)
    {
        return Ok(last.device);
    }
    let claim = DeviceClaim { device: DeviceId::from_bytes(random::bytes()?), vault_device, token: random::bytes()? };
    tracing::info!(device = %claim.device, "this copy of the library is a new device");
    if let Err(error) = store.set_device_claim(&claim) {
        // It cannot be written now, so this id is nobody's after this session.
        tracing::warn!(code = %error.code(), "the library's device was not recorded");
        return Ok(claim.device);
    }
    if let Some(marks) = marks
        && let Err(error) = marks.write(claim.device, &[claim.token])
    {
        tracing::warn!(code = %error.code(), "the mark of this computer was not written");
    }
    Ok(claim.device)
}

/// Continues as the device of the claim `last`, with a new token. Returns whether that is recorded on both sides.
///
/// While the mark has both tokens, a process that is killed leaves two sides that agree. That ends before any op is
/// written: a copy with the last token is an older one then.
fn resume(store: &Store, last: &DeviceClaim, token: [u8; 16], marks: &MarkFolder) -> bool {
    let device = last.device;
    let recorded = marks
        .write(device, &[last.token, token])
        .map_err(|error| error.code())
        .and_then(|()| store.set_device_claim(&DeviceClaim { token, ..*last }).map_err(|error| error.code()))
        .and_then(|()| marks.write(device, &[token]).map_err(|error| error.code()));
    if let Err(code) = recorded {
        tracing::warn!(%code, "the library's device could not be resumed");
    }
    recorded.is_ok()
}
