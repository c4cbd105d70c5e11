//! The two encodings of a key ring inside its envelope, described in `docs/formats/vault.md`.
//!
//! Version 1 has the four keys of a ring with one epoch, in a fixed order. Version 2 has a list of entries, each a kind and a
//! secret, and can therefore hold several epochs and kinds that a newer version adds. A ring has exactly one encoding.

use zeroize::Zeroizing;

use crate::envelope::{self, EnvelopeError};
use crate::keys::SecretKey;

const SECRET_LEN: usize = 32;
/// Length in bytes of the encoding of version 1.
pub(super) const V1_LEN: usize = 4 * SECRET_LEN;
const V1_LABEL: &[u8] = b"alexandria/key-ring/v1";
const V2_LABEL: &[u8] = b"alexandria/key-ring/v2";
/// Kind and secret.
const ENTRY_LEN: usize = 1 + SECRET_LEN;
/// Bounds the work on a ring, and keeps it well below the maximum size of a vault.
const MAX_ENTRIES: usize = 512;

// The kinds of entries of version 2.
const DATABASE: u8 = 1;
const INDEX: u8 = 2;
const PUBLICATION_IDS: u8 = 3;
/// The secret of one epoch, which is its blob key.
const EPOCH: u8 = 4;

/// An entry of a kind that only a newer version knows.
pub(super) struct UnknownEntry {
    kind: u8,
    secret: SecretKey,
}

/// The secrets of a ring to encode.
pub(super) struct RingSecrets<'a> {
    pub(super) database: &'a [u8; SECRET_LEN],
    pub(super) index: &'a [u8; SECRET_LEN],
    pub(super) publication_ids: &'a [u8; SECRET_LEN],
    /// Oldest first.
    pub(super) epochs: Vec<&'a [u8; SECRET_LEN]>,
    pub(super) unknown: &'a [UnknownEntry],
}

/// The secrets of a decoded ring.
pub(super) struct DecodedRing {
    pub(super) database: SecretKey,
    pub(super) index: SecretKey,
    pub(super) publication_ids: SecretKey,
    pub(super) first_epoch: SecretKey,
    /// The epochs after the first, oldest first.
    pub(super) later_epochs: Vec<SecretKey>,
    pub(super) unknown: Vec<UnknownEntry>,
}

/// The label of the version that `wrapped` has according to its length. No list of entries is as long as version 1.
pub(super) fn label(wrapped: &[u8]) -> Result<&'static [u8], EnvelopeError> {
    match envelope::plain_len(wrapped.len()) {
        Some(V1_LEN) => Ok(V1_LABEL),
        Some(length) if length.is_multiple_of(ENTRY_LEN) && length / ENTRY_LEN <= MAX_ENTRIES => Ok(V2_LABEL),
        _ => Err(EnvelopeError::Malformed),
    }
}

/// The encoding of a ring, and the label of its version: 1 if that can represent the ring.
pub(super) fn encode(ring: &RingSecrets<'_>) -> (&'static [u8], Zeroizing<Vec<u8>>) {
    if let ([epoch], []) = (ring.epochs.as_slice(), ring.unknown) {
        // Allocated once, here and below: growing would leave copies of the secrets behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(V1_LEN));
        for secret in [ring.database, epoch, ring.index, ring.publication_ids] {
            plain.extend_from_slice(secret);
        }
        return (V1_LABEL, plain);
    }
    let single = [(DATABASE, ring.database), (INDEX, ring.index), (PUBLICATION_IDS, ring.publication_ids)];
    let epochs = ring.epochs.iter().map(|secret| (EPOCH, *secret));
    let unknown = ring.unknown.iter().map(|entry| (entry.kind, entry.secret.expose()));
    let count = single.len() + ring.epochs.len() + ring.unknown.len();
    let mut plain = Zeroizing::new(Vec::with_capacity(count * ENTRY_LEN));
    for (kind, secret) in single.into_iter().chain(epochs).chain(unknown) {
        plain.push(kind);
        plain.extend_from_slice(secret);
    }
    (V2_LABEL, plain)
}

/// Decodes a ring. The secrets are moved out of `plain`, which is wiped.
pub(super) fn decode(mut plain: Zeroizing<Vec<u8>>) -> Result<DecodedRing, EnvelopeError> {
    if plain.len() == V1_LEN { decode_v1(&mut plain) } else { decode_v2(&mut plain) }
}

fn decode_v1(plain: &mut [u8]) -> Result<DecodedRing, EnvelopeError> {
    let mut secrets = plain.as_chunks_mut::<SECRET_LEN>().0.iter_mut().map(SecretKey::take);
    let mut next = || secrets.next().ok_or(EnvelopeError::Malformed);
    let (database, first_epoch) = (next()?, next()?);
    let (index, publication_ids) = (next()?, next()?);
    let (later_epochs, unknown) = (Vec::new(), Vec::new());
    Ok(DecodedRing { database, index, publication_ids, first_epoch, later_epochs, unknown })
}

fn decode_v2(plain: &mut [u8]) -> Result<DecodedRing, EnvelopeError> {
    let entries = plain.as_chunks_mut::<ENTRY_LEN>().0.iter_mut().filter_map(|entry| {
        let (kind, secret) = entry.split_first_chunk_mut::<1>()?;
        Some((kind[0], SecretKey::take(secret.try_into().ok()?)))
    });
    let mut entries = entries.peekable();
    let mut take = |wanted: u8| entries.next_if(|(kind, _)| *kind == wanted).map(|(_, secret)| secret);
    let database = take(DATABASE).ok_or(EnvelopeError::Malformed)?;
    let index = take(INDEX).ok_or(EnvelopeError::Malformed)?;
    let publication_ids = take(PUBLICATION_IDS).ok_or(EnvelopeError::Malformed)?;
    let first_epoch = take(EPOCH).ok_or(EnvelopeError::Malformed)?;
    let later_epochs: Vec<SecretKey> = std::iter::from_fn(|| take(EPOCH)).collect();
    let unknown: Vec<UnknownEntry> = entries.map(|(kind, secret)| UnknownEntry { kind, secret }).collect();
    // A ring that version 1 can represent has no other encoding, and unknown kinds follow the known ones in order.
    let is_canonical = !(later_epochs.is_empty() && unknown.is_empty())
        && unknown.iter().all(|entry| entry.kind > EPOCH)
        && unknown.is_sorted_by_key(|entry| entry.kind);
    if !is_canonical {
        return Err(EnvelopeError::Malformed);
    }
    Ok(DecodedRing { database, index, publication_ids, first_epoch, later_epochs, unknown })
}
