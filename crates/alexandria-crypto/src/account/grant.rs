//! The secret of a new epoch, sealed by one device to one public key.
//!
//! HPKE authenticates the sender's key, and both sides need a secret derived from the root key: a server that knows all public
//! keys cannot make a grant, and a revoked device, which knows the root key, cannot make one in the name of another device.

use super::epochs::epoch_id;
use super::root::AccountRootKey;
use crate::entropy::EntropyStream;
use crate::keys::{KeyId, SecretKey};
use crate::public_key::{self, KeyPair, OVERHEAD, SharedSecret};
use crate::random::RandomError;

const LABEL: &[u8] = b"alexandria/epoch-grant/v1";
const VERSION: u8 = 1;
const SUITE: u8 = 1;
const HEAD_LEN: usize = 2 + 4 + KeyId::LEN;

/// Length of a grant in bytes.
pub const GRANT_LEN: usize = HEAD_LEN + 32 + OVERHEAD;

/// Why an epoch cannot be granted, or a grant does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// It has the wrong length or an unknown suite.
    #[error("the grant of an epoch is damaged")]
    Malformed,
    /// A newer version wrote it.
    #[error("the grant of an epoch was sealed by a newer version of Alexandria")]
    NewerVersion,
    /// A public key is not a valid point.
    #[error("the recipient's public key is not valid")]
    InvalidKey,
    /// It was changed, or sealed by another device, to another one or in another account.
    #[error("the grant of an epoch is not authentic")]
    NotAuthentic,
    /// The system's random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Who grants what to whom. Nothing of it is secret.
pub(super) struct GrantContext<'a> {
    pub(super) account: &'a [u8; 16],
    pub(super) root: &'a AccountRootKey,
    pub(super) sender: &'a [u8; 32],
    pub(super) recipient: &'a [u8; 32],
}

impl GrantContext<'_> {
    /// Everything that the grant is bound to; all parts but the label have a fixed length.
    fn info(&self, head: &[u8; HEAD_LEN]) -> Vec<u8> {
        [LABEL, head, self.account, self.sender, self.recipient].concat()
    }
}

/// An opened grant.
pub(super) struct GrantedEpoch {
    pub(super) number: u32,
    pub(super) secret: SecretKey,
}

/// Seals the epoch `number` from `sender`, whose public key `context` names.
pub(super) fn seal(
    context: &GrantContext<'_>,
    sender: &KeyPair,
    (number, id, secret): (u32, KeyId, &SecretKey),
    entropy: &mut EntropyStream,
) -> Result<[u8; GRANT_LEN], GrantError> {
    let mut head = [VERSION; HEAD_LEN];
    let fields = [SUITE].into_iter().chain(number.to_be_bytes()).chain(*id.as_bytes());
    head.iter_mut().skip(1).zip(fields).for_each(|(target, byte)| *target = byte);
    let shared_secret = context.root.grant_secret();
    let check = context.root.key_check();
    let shared = SharedSecret { secret: shared_secret.expose(), id: check.as_bytes() };
    let info = context.info(&head);
    let sealed = public_key::seal(sender, context.recipient, Some(shared), &info, secret.expose(), entropy)
        .map_err(|_| GrantError::InvalidKey)?;
    [head.as_slice(), &sealed].concat().try_into().map_err(|_| GrantError::Malformed)
}

/// Opens a grant to `recipient`, whose public key `context` names.
pub(super) fn open(context: &GrantContext<'_>, recipient: &KeyPair, grant: &[u8]) -> Result<GrantedEpoch, GrantError> {
    let (head, sealed) = grant.split_first_chunk::<HEAD_LEN>().ok_or(GrantError::Malformed)?;
    let [version, suite, n0, n1, n2, n3, id @ ..] = *head;
    if version > VERSION {
        return Err(GrantError::NewerVersion);
    }
    if version != VERSION || suite != SUITE || grant.len() != GRANT_LEN {
        return Err(GrantError::Malformed);
    }
    let shared_secret = context.root.grant_secret();
    let check = context.root.key_check();
    let shared = SharedSecret { secret: shared_secret.expose(), id: check.as_bytes() };
    let mut secret = public_key::open(recipient, context.sender, Some(shared), &context.info(head), sealed)
        .map_err(|_| GrantError::NotAuthentic)?;
    let secret = SecretKey::take(&mut secret);
    if *epoch_id(&secret).as_bytes() != id {
        return Err(GrantError::NotAuthentic);
    }
    Ok(GrantedEpoch { number: u32::from_be_bytes([n0, n1, n2, n3]), secret })
}
