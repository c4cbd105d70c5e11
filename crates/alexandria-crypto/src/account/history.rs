//! Older epochs, each sealed under the next one.
//!
//! Whoever has the newest epoch opens all that came before, so that a new device, a sign-in or a device that missed a rotation
//! needs one secret, whatever the number of epochs. A revoked device, which has no newer epoch, gains nothing.

use super::epochs::{Epochs, MAX_ACCOUNT_EPOCHS};
use crate::envelope::{self, EnvelopeError};
use crate::keys::SecretKey;
use crate::random::{self, RandomError};

const LABEL: &[u8] = b"alexandria/epoch-history/v1";
/// Length of one link in bytes.
pub(super) const LINK_LEN: usize = envelope::sealed_len(32);

/// Why a history does not lead from a newest epoch to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// It does not have one link for each older epoch, or has too many.
    #[error("the history of epochs has the wrong length")]
    WrongLength,
    /// The link to this epoch does not open.
    #[error("the history of epochs is damaged at epoch {epoch}: {error}")]
    Link {
        /// The older epoch.
        epoch: u32,
        /// Why.
        error: EnvelopeError,
    },
    /// It leads to other epochs than those that this device has.
    #[error("the history of epochs contradicts the epochs of this device")]
    Fork,
}

/// The sealed older epochs. Public; it opens with the newest epoch only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochHistory {
    /// Oldest first: link `n` holds epoch `n`, sealed under epoch `n + 1`.
    links: Vec<[u8; LINK_LEN]>,
}

impl EpochHistory {
    /// The history of `epochs`.
    pub(super) fn seal(account: &[u8; 16], epochs: &Epochs) -> Result<Self, RandomError> {
        Self::seal_with(account, epochs, |_| random::bytes())
    }

    /// [`seal`](Self::seal) with given salts, for the test vectors.
    pub(crate) fn seal_with(
        account: &[u8; 16],
        epochs: &Epochs,
        mut salt: impl FnMut(u32) -> Result<[u8; 32], RandomError>,
    ) -> Result<Self, RandomError> {
        let secrets: Vec<&SecretKey> = epochs.secrets().collect();
        let mut links = Vec::with_capacity(secrets.len());
        for (number, pair) in (1..).zip(secrets.windows(2)) {
            let [older, newer] = pair else { continue };
            let context = context(account, number);
            let sealed = envelope::seal_with_salt(newer.expose(), LABEL, &context, older.expose(), &salt(number)?);
            links.extend(<[u8; LINK_LEN]>::try_from(sealed));
        }
        Ok(Self { links })
    }

    pub(super) fn from_links(links: Vec<[u8; LINK_LEN]>) -> Self {
        Self { links }
    }

    pub(super) fn links(&self) -> &[[u8; LINK_LEN]] {
        &self.links
    }

    /// Number of the newest epoch of this history.
    #[must_use]
    pub fn newest(&self) -> u32 {
        u32::try_from(self.links.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// All epochs, given the newest.
    pub(super) fn open(&self, account: &[u8; 16], newest: SecretKey) -> Result<Epochs, HistoryError> {
        if self.links.len() >= MAX_ACCOUNT_EPOCHS {
            return Err(HistoryError::WrongLength);
        }
        let mut secrets = vec![newest];
        for (epoch, link) in (1..self.newest()).zip(&self.links).rev() {
            let newer = secrets.last().ok_or(HistoryError::WrongLength)?;
            let mut older = envelope::open(newer.expose(), LABEL, &context(account, epoch), link)
                .map_err(|error| HistoryError::Link { epoch, error })?;
            secrets.push(SecretKey::take(&mut older));
        }
        secrets.reverse();
        Epochs::from_secrets(secrets).ok_or(HistoryError::WrongLength)
    }
}

fn context(account: &[u8; 16], epoch: u32) -> Vec<u8> {
    [account.as_slice(), &epoch.to_be_bytes()].concat()
}
