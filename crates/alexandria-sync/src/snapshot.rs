//! Snapshots: all ops of the library in one sealed file, in place of the records that brought them.
//!
//! Plaintext: `format: u8 = 1`, then compressed by zstd: the number of covered chains (u32 LE), for each its device, last number
//! (u64 LE) and hash, in the order of devices; then ops as in a record's payload. Sealing pads.

use std::collections::BTreeMap;
use std::io::Read as _;

use alexandria_domain::DeviceId;
use alexandria_protocol::ids::SnapshotId;

use crate::payload::WireOp;
use crate::record::{AccountId, Cursor, Head};

const FORMAT: u8 = 1;
const LEVEL: i32 = 3;

/// The longest snapshot after decompression, in bytes.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What is signed about a snapshot. The server reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotClaim {
    /// The account.
    pub account: AccountId,
    /// The snapshot, and the blob with its bytes.
    pub id: SnapshotId,
    /// Who made it.
    pub device: DeviceId,
    /// The key epoch of its seal.
    pub epoch: u32,
    /// Which records it covers: of each device, all up to this one.
    pub covered: BTreeMap<DeviceId, Head>,
}

/// A signed claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedClaim {
    /// The claim.
    pub claim: SnapshotClaim,
    /// The device's signature.
    pub signature: Vec<u8>,
}

/// A snapshot as it is uploaded and downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSnapshot {
    /// What it is.
    pub signed: SignedClaim,
    /// The sealed file.
    pub bytes: Vec<u8>,
}

/// A snapshot that a server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedSnapshot {
    /// The snapshot.
    pub sealed: SealedSnapshot,
    /// Where to continue reading after it, in the present log.
    pub next: Cursor,
}

/// Why a plaintext is not a snapshot's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the snapshot is malformed")]
pub struct MalformedSnapshot;

/// The plaintext of a snapshot.
///
/// # Errors
/// If the compressor fails.
pub fn encode(covered: &BTreeMap<DeviceId, Head>, ops: &[WireOp]) -> Result<Vec<u8>, MalformedSnapshot> {
    let length = |length: usize| u32::try_from(length).map(u32::to_le_bytes).map_err(|_| MalformedSnapshot);
    let mut bytes = length(covered.len())?.to_vec();
    for (device, head) in covered {
        bytes.extend_from_slice(device.as_bytes());
        bytes.extend_from_slice(&head.seq.to_le_bytes());
        bytes.extend_from_slice(&head.hash);
    }
    for op in ops {
        bytes.extend_from_slice(&length(op.as_bytes().len())?);
        bytes.extend_from_slice(op.as_bytes());
    }
    let mut plain = vec![FORMAT];
    zstd::stream::copy_encode(bytes.as_slice(), &mut plain, LEVEL).map_err(|_| MalformedSnapshot)?;
    Ok(plain)
}

/// What a snapshot covers, and its ops.
///
/// # Errors
/// If it is none, or longer than any may be.
pub fn decode(plain: &[u8]) -> Result<(BTreeMap<DeviceId, Head>, Vec<WireOp>), MalformedSnapshot> {
    let (&FORMAT, compressed) = plain.split_first().ok_or(MalformedSnapshot)? else { return Err(MalformedSnapshot) };
    let decoder = zstd::stream::read::Decoder::new(compressed).map_err(|_| MalformedSnapshot)?;
    let mut bytes = Vec::new();
    decoder.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|_| MalformedSnapshot)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
        return Err(MalformedSnapshot);
    }
    let mut rest = bytes.as_slice();
    let mut covered = BTreeMap::new();
    for _ in 0..u32::from_le_bytes(take(&mut rest)?) {
        let device = DeviceId::from_bytes(take(&mut rest)?);
        let seq = u64::from_le_bytes(take(&mut rest)?);
        if covered.insert(device, Head { seq, hash: take(&mut rest)? }).is_some() {
            return Err(MalformedSnapshot);
        }
    }
    let mut ops = Vec::new();
    while !rest.is_empty() {
        let length = usize::try_from(u32::from_le_bytes(take(&mut rest)?)).map_err(|_| MalformedSnapshot)?;
        let (op, after) = rest.split_at_checked(length).ok_or(MalformedSnapshot)?;
        ops.push(WireOp::decode(op).map_err(|_| MalformedSnapshot)?);
        rest = after;
    }
    Ok((covered, ops))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], MalformedSnapshot> {
    let (part, after) = rest.split_first_chunk::<N>().ok_or(MalformedSnapshot)?;
    *rest = after;
    Ok(*part)
}

#[cfg(test)]
mod tests {
    use alexandria_domain::{Hlc, OpId, PublicationId};

    use super::*;

    #[test]
    fn snapshot_round_trips_and_reports_damage() {
        let device = DeviceId::from_bytes([2; 16]);
        let covered: BTreeMap<_, _> = [(device, Head { seq: 7, hash: [3; 32] })].into();
        let (id, book) = (OpId::from_bytes([1; 16]), PublicationId::from_bytes([4; 16]));
        let ops = vec![WireOp::card(id, device, Hlc::from_u64(5), book, None).unwrap()];
        let plain = encode(&covered, &ops).unwrap();
        assert_eq!(decode(&plain), Ok((covered, ops)));
        for end in 0..plain.len() {
            assert_eq!(decode(&plain[..end]), Err(MalformedSnapshot), "{end}");
        }
        assert_eq!(decode(&[&[2], &plain[1..]].concat()), Err(MalformedSnapshot));
    }
}
