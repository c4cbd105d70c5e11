//! The end of a chain of records.

use super::id::{DeviceId, Hash, StreamId};

/// The end of the chain of a device in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The device.
    pub device: DeviceId,
    /// The chain.
    pub stream: StreamId,
    /// The number of its last record.
    pub seq: u64,
    /// The hash of its last record.
    pub hash: Hash,
}
