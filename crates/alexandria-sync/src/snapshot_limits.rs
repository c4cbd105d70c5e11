//! When a snapshot is due.

/// How much there is to be since the last snapshot before another is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotLimits {
    /// Records.
    pub records: usize,
    /// Bytes of records.
    pub bytes: usize,
}

impl Default for SnapshotLimits {
    fn default() -> Self {
        Self { records: 5_000, bytes: 4 * 1024 * 1024 }
    }
}
