//! Everything secret that the devices of an account share.

use zeroize::{Zeroize, Zeroizing};

use super::epochs::Epochs;
use super::history::{EpochHistory, HistoryError};
use super::root::AccountRootKey;
use crate::keys::{PublicationIdKey, SecretKey};
use crate::random::RandomError;

/// Length in bytes of what a new device receives: root key, publication id key, number and secret of the newest epoch.
pub(super) const CORE_LEN: usize = 32 + 32 + 4 + 32;

/// The secrets of one account.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct AccountSecrets {
    /// The root key.
    pub root: AccountRootKey,
    /// Derives publication ids. Taken from the library of the first device, so that its books keep their ids; a library that
    /// joins later takes it from here.
    pub ids: PublicationIdKey,
    /// The epochs.
    pub epochs: Epochs,
}

impl AccountSecrets {
    /// The secrets of a new account whose publication ids are those of the library with the key `ids`.
    ///
    /// # Errors
    /// When the operating system's random generator fails.
    pub fn generate(ids: &PublicationIdKey) -> Result<Self, RandomError> {
        Ok(Self { root: AccountRootKey::generate()?, ids: ids.duplicate(), epochs: Epochs::generate()? })
    }

    /// A second copy, which is wiped when it is dropped.
    pub(super) fn duplicate(&self) -> Self {
        Self { root: self.root.duplicate(), ids: self.ids.duplicate(), epochs: self.epochs.duplicate() }
    }

    /// Takes `epochs` if they continue those that are known.
    pub(super) fn replace_epochs(&mut self, epochs: Epochs) -> Result<(), HistoryError> {
        let known = self.epochs.secrets().count();
        let continues = epochs.secrets().count() >= known
            && self.epochs.secrets().zip(epochs.secrets()).all(|(known, received)| known.is_same(received));
        if !continues {
            return Err(HistoryError::Fork);
        }
        self.epochs = epochs;
        Ok(())
    }

    /// Root key, publication id key, number and secret of the newest epoch. The rest is in the [`EpochHistory`].
    pub(super) fn core(&self) -> Box<Zeroizing<[u8; CORE_LEN]>> {
        let mut core = Box::new(Zeroizing::new([0; CORE_LEN]));
        let number = self.epochs.newest().to_be_bytes();
        let parts = [self.root.expose().as_slice(), self.ids.expose(), &number, self.epochs.newest_secret().expose()];
        core.iter_mut().zip(parts.into_iter().flatten()).for_each(|(target, byte)| *target = *byte);
        core
    }
}

/// What a core holds before its history has been opened.
pub(super) struct Core {
    pub(super) root: AccountRootKey,
    ids: PublicationIdKey,
    pub(super) epoch: u32,
    newest: SecretKey,
}

impl Core {
    /// Moves the secrets out of `core`, which is wiped. `None` if it has another length.
    pub(super) fn take(core: &mut [u8; CORE_LEN]) -> Option<Self> {
        let (root, rest) = core.split_first_chunk_mut::<32>()?;
        let (ids, rest) = rest.split_first_chunk_mut::<32>()?;
        let (number, rest) = rest.split_first_chunk_mut::<4>()?;
        let newest = rest.first_chunk_mut::<32>()?;
        let taken = Self {
            root: AccountRootKey::take(root),
            ids: PublicationIdKey::take(ids),
            epoch: u32::from_be_bytes(*number),
            newest: SecretKey::take(newest),
        };
        core.zeroize();
        Some(taken)
    }

    /// The secrets, given that the core's epoch is the newest of `history`, or that a newer one was granted.
    pub(super) fn complete(
        self,
        account: &[u8; 16],
        granted: Option<SecretKey>,
        history: &EpochHistory,
    ) -> Result<AccountSecrets, HistoryError> {
        let Self { root, ids, epoch, newest } = self;
        let Some(granted) = granted else {
            if epoch != history.newest() {
                return Err(HistoryError::WrongLength);
            }
            return Ok(AccountSecrets { root, ids, epochs: history.open(account, newest)? });
        };
        let epochs = history.open(account, granted)?;
        let position = usize::try_from(epoch).ok().and_then(|epoch| epoch.checked_sub(1));
        let known = position.and_then(|position| epochs.secrets().nth(position));
        if known.is_none_or(|known| !known.is_same(&newest)) {
            return Err(HistoryError::Fork);
        }
        Ok(AccountSecrets { root, ids, epochs })
    }
}
