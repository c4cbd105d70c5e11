//! A slot of the key bundle: the account's secrets, sealed for what a person knows or keeps.
//!
//! The slot's key seals the secrets symmetrically when it is at hand: at sign-up, and when password or code change. An epoch is
//! added when neither is, so each slot also has a key pair derived from its key, to whose public key any device can grant the
//! new epoch.

use super::grant::{self, GRANT_LEN, GrantContext, GrantError, GrantedEpoch};
use super::root::AccountRootKey;
use super::secrets::{AccountSecrets, CORE_LEN, Core};
use crate::entropy::EntropyStream;
use crate::envelope::{self, EnvelopeError};
use crate::hazmat;
use crate::keys::SecretKey;
use crate::passphrase::Cost;
use crate::public_key::KeyPair;
use zeroize::Zeroizing;

/// Length of a slot's envelope in bytes.
pub(super) const ENVELOPE_LEN: usize = envelope::sealed_len(CORE_LEN);

/// What opens a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlotKind {
    /// The password of the account, through OPAQUE.
    Password,
    /// The recovery code of the account.
    Recovery,
}

impl SlotKind {
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Password => 1,
            Self::Recovery => 2,
        }
    }

    pub(super) const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Password),
            2 => Some(Self::Recovery),
            _ => None,
        }
    }

    const fn label(self) -> &'static [u8] {
        match self {
            Self::Password => b"alexandria/password-slot/v1",
            Self::Recovery => b"alexandria/account-recovery-slot/v1",
        }
    }
}

/// The key of one slot, from the export key of OPAQUE or from a recovery code.
#[expect(missing_debug_implementations, reason = "a secret is never printed")]
pub struct SlotKey {
    kind: SlotKind,
    key: SecretKey,
    /// The cost of stretching the password; `None` for a recovery code, which is not stretched.
    cost: Option<Cost>,
}

impl SlotKey {
    pub(super) const fn new(kind: SlotKind, key: SecretKey) -> Self {
        Self { kind, key, cost: None }
    }

    pub(super) const fn stretched(key: SecretKey, cost: Cost) -> Self {
        Self { kind: SlotKind::Password, key, cost: Some(cost) }
    }

    /// The kind of slot that it opens.
    #[must_use]
    pub const fn kind(&self) -> SlotKind {
        self.kind
    }

    /// Whether two keys are equal, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.key.is_same(&other.key)
    }

    fn key_pair(&self) -> KeyPair {
        let mut seed = Zeroizing::new([0; 32]);
        hazmat::expand(self.key.expose(), &[], &[b"alexandria/slot-key-pair/v1"], &mut seed);
        KeyPair::from_seed(SecretKey::take(&mut seed))
    }
}

/// An epoch granted to a slot after it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SlotGrant {
    /// Public key of the device that granted it.
    pub(super) sender: [u8; 32],
    pub(super) grant: [u8; GRANT_LEN],
}

/// A stored slot. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) kind: SlotKind,
    /// The cost of stretching the password; all zero in a recovery slot.
    pub(super) cost: Cost,
    pub(super) public: [u8; 32],
    pub(super) envelope: [u8; ENVELOPE_LEN],
    pub(super) grant: Option<SlotGrant>,
}

/// Why a slot does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SlotError {
    Envelope(EnvelopeError),
    Grant(GrantError),
    /// The cost or the public key is not the one that the slot was sealed with.
    Malformed,
}

const NO_COST: Cost = Cost { memory_kib: 0, passes: 0, lanes: 0 };

impl Slot {
    /// Seals the secrets.
    pub(super) fn seal(account: &[u8; 16], secrets: &AccountSecrets, key: &SlotKey, salt: &[u8; 32]) -> Option<Self> {
        let (kind, cost, public) = (key.kind, key.cost.unwrap_or(NO_COST), *key.key_pair().public());
        let context = context(account, kind, cost, &public);
        let sealed =
            envelope::seal_with_salt(key.key.expose(), kind.label(), &context, secrets.core().as_slice(), salt);
        Some(Self { kind, cost, public, envelope: sealed.try_into().ok()?, grant: None })
    }

    /// Opens the secrets, and the epoch that was granted later.
    pub(super) fn open(&self, account: &[u8; 16], key: &SlotKey) -> Result<(Core, Option<GrantedEpoch>), SlotError> {
        if key.kind != self.kind || key.cost.is_some_and(|cost| cost != self.cost) {
            return Err(SlotError::Malformed);
        }
        let context = context(account, self.kind, self.cost, &self.public);
        let mut core = envelope::open(key.key.expose(), self.kind.label(), &context, &self.envelope)
            .map_err(SlotError::Envelope)?;
        let core = Core::take(&mut core).ok_or(SlotError::Malformed)?;
        let pair = key.key_pair();
        if *pair.public() != self.public {
            return Err(SlotError::Malformed);
        }
        let granted = self.grant.as_ref().map(|granted| {
            let (sender, recipient) = (&granted.sender, &self.public);
            let context = GrantContext { account, root: &core.root, sender, recipient };
            grant::open(&context, &pair, &granted.grant).map_err(SlotError::Grant)
        });
        let granted = granted.transpose()?;
        Ok((core, granted))
    }

    /// Grants the newest epoch from `sender` to this slot, in place of an earlier grant.
    pub(super) fn grant(
        &mut self,
        (account, root): (&[u8; 16], &AccountRootKey),
        sender: &KeyPair,
        secrets: &AccountSecrets,
        entropy: &mut EntropyStream,
    ) -> Result<(), GrantError> {
        let context = GrantContext { account, root, sender: sender.public(), recipient: &self.public };
        let epoch = (secrets.epochs.newest(), secrets.epochs.newest_id(), secrets.epochs.newest_secret());
        let grant = grant::seal(&context, sender, epoch, entropy)?;
        self.grant = Some(SlotGrant { sender: *sender.public(), grant });
        Ok(())
    }
}

/// Account, kind, cost and public key, which the envelope is bound to.
fn context(account: &[u8; 16], kind: SlotKind, cost: Cost, public: &[u8; 32]) -> Vec<u8> {
    let numbers = [cost.memory_kib, cost.passes, cost.lanes].map(u32::to_be_bytes);
    [account.as_slice(), &[kind.number()], numbers.as_flattened(), public].concat()
}
