//! Numbers for jitter and request ids, from a seed that whoever loads the engine gives. Not for keys or nonces.

use alexandria_protocol::ids::SnapshotId;

/// A stream of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Entropy {
    seed: [u8; 32],
    used: u64,
}

impl Entropy {
    pub(crate) const fn new(seed: [u8; 32]) -> Self {
        Self { seed, used: 0 }
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.used += 1;
        let hash = blake3::keyed_hash(&self.seed, &self.used.to_le_bytes());
        hash.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// A random id of a snapshot.
    pub(crate) fn id(&mut self) -> SnapshotId {
        let [a, b] = [self.next(), self.next()];
        SnapshotId::from_bytes((u128::from(a) << 64 | u128::from(b)).to_be_bytes())
    }

    /// A number below `bound`; 0 if that is 0. The bias is far below what jitter could show.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }
}
