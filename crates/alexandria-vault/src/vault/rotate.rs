//! A new library key: the ring is wrapped anew, and every slot made anew for it, in one replacement of the vault.
//!
//! Prepared first, so that a new recovery code can be shown and typed back before anything is written. What cannot be
//! made anew refuses the rotation: nobody is left with a way in that silently opens nothing. The new key gets a keychain
//! entry of its own, and the old entry stays until the new vault is in place.

use std::path::Path;

use alexandria_crypto::keys::LibraryKey;
use alexandria_crypto::passphrase::{Passphrase, PassphraseSlot};
use alexandria_crypto::recovery::{RecoveryCode, RecoverySlot};

use super::custody::{account, forget, fresh_entry, keep, vacant};
use super::open::{Opened, open, open_ring};
use super::protect::{forget_unused, store};
use super::recovery::{confirm, unchanged};
use super::{Credential, Leftover, Vault, context, sealed};
use crate::error::{ProtectError, UnlockError};
use crate::file::{self, Contents, Whole};
use crate::keychain::Keychain;
use crate::slot::{Slot, SlotKind};

/// A new library key that opens nothing yet.
#[expect(missing_debug_implementations, reason = "holds secrets, which are never printed")]
pub struct Rotation {
    key: LibraryKey,
    code: Option<RecoveryCode>,
    from: Whole,
    to: Contents,
}

impl Rotation {
    /// The new recovery code, if the library has one: to be shown and typed back.
    #[must_use]
    pub const fn code(&self) -> Option<&RecoveryCode> {
        self.code.as_ref()
    }
}

impl Vault {
    /// Makes a new library key for the vault in `folder`, with everything that belongs to it. Nothing is written, and
    /// the keychain is not touched, until [`rotate`](Self::rotate).
    ///
    /// The passphrase slot needs the present passphrase, as `credential` or as `passphrase`; a recovery code is replaced
    /// by a new one.
    ///
    /// # Errors
    /// When `credential` does not open the vault, the passphrase is needed and missing or wrong, or a newer version has
    /// added a slot that cannot be made anew here.
    pub fn prepare_rotation(
        folder: &Path,
        credential: &Credential,
        passphrase: Option<&Passphrase>,
        keychain: &dyn Keychain,
    ) -> Result<Rotation, ProtectError> {
        let Opened { key: old, keys, vault: from, .. } = open(folder, credential, keychain)?;
        let Contents { library, device, .. } = from.contents;
        let key = LibraryKey::generate()?;
        let mut to =
            Contents { library, device, slots: Vec::new(), keys: keys.wrap(&key, &context(&library, device))? };
        let mut code = None;
        for slot in &from.contents.slots {
            let anew = match slot {
                // Of several of a kind only the first counts.
                _ if slot.kind().is_some_and(|kind| to.slot(kind).is_some()) => continue,
                Slot::Keychain(_) => Slot::Keychain(fresh_entry()?),
                Slot::Passphrase(slot) => sealed(&key, known(slot, &old, credential, passphrase)?)?,
                Slot::Recovery(_) => {
                    let made = RecoveryCode::generate()?;
                    let slot = RecoverySlot::seal(&key, &made)?;
                    code = Some(made);
                    Slot::Recovery(slot)
                }
                Slot::Unknown(_) => return Err(ProtectError::UnknownSlot),
            };
            to.slots.push(anew);
        }
        Ok(Rotation { key, code, from, to })
    }

    /// Puts the new library key in place. `reentry` is what a person typed of the new recovery code.
    ///
    /// Until the new vault is on disk and read back the old key opens the library, and from then on the new one; at no
    /// point neither. Copies of the vault made elsewhere, in backups, still open with the passphrase or the recovery
    /// code of their time, but not with the keychain any more, which gives up the old key.
    ///
    /// # Errors
    /// When there is a new recovery code and the re-entry is missing or differs (it can be tried again), the vault was
    /// changed since the rotation was prepared, the keychain cannot keep the new key, or the file cannot be written.
    pub fn rotate(
        folder: &Path,
        rotation: &Rotation,
        reentry: Option<String>,
        keychain: &dyn Keychain,
    ) -> Result<Vec<Leftover>, ProtectError> {
        let Rotation { key, code, from, to } = rotation;
        if let Some(code) = code {
            confirm(code, reentry.unwrap_or_default())?;
        }
        unchanged(folder, from)?;
        // A ring that does not open with the new key would be the end of the library.
        open_ring(to, key).map_err(|_| UnlockError::Damaged)?;
        let new_account = match to.slot(SlotKind::Keychain) {
            Some(Slot::Keychain(entry)) => Some(account(&to.library, *entry)),
            _ => None,
        };
        if let Some(account) = &new_account {
            vacant(account, keychain)?;
            keep(folder, account, key, keychain)?;
        }
        store(folder, from, to, || forget_unused(&from.contents, to, keychain)).inspect_err(|_| {
            // What may be in place may need its entry.
            if let Some(account) = new_account.filter(|_| !file::may_hold(folder, to)) {
                let _left_behind = forget(&account, keychain);
            }
        })
    }
}

/// The present passphrase, proven to be the one that `slot` opens with.
fn known<'a>(
    slot: &PassphraseSlot,
    old: &LibraryKey,
    credential: &'a Credential,
    passphrase: Option<&'a Passphrase>,
) -> Result<&'a Passphrase, ProtectError> {
    if let Credential::Passphrase(passphrase) = credential {
        return Ok(passphrase);
    }
    let passphrase = passphrase.ok_or(ProtectError::PassphraseNeeded)?;
    if slot.open(passphrase).map_err(UnlockError::from)?.is_same(old) {
        Ok(passphrase)
    } else {
        Err(UnlockError::Damaged.into())
    }
}
