//! The changes that the engine asks for.

use alexandria_domain::{DeviceId, Hlc, Op, OpId, PublicationId};

/// A sealed and signed record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Whose chain it is in.
    pub device: DeviceId,
    /// Its number there, from 1.
    pub seq: u64,
    /// BLAKE3 of the frame.
    pub hash: [u8; 32],
    /// The frame, as it was signed and is sent.
    pub bytes: Vec<u8>,
}

/// An op that is no register, in the bytes of the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireOpRow {
    /// Unique.
    pub id: OpId,
    /// The publication whose permanent deletion deletes it.
    pub owner: Option<PublicationId>,
    /// The publication whose card it is; `None` for an op of a later version. Of the cards of a publication the greatest is kept,
    /// by stamp, device and id.
    pub card_of: Option<PublicationId>,
    /// The device that made it.
    pub device: DeviceId,
    /// When it was made.
    pub stamp: Hlc,
    /// The op as its author wrote it.
    pub bytes: Vec<u8>,
}

/// A record that could not be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineRow {
    /// Whose record it is.
    pub device: DeviceId,
    /// Its number.
    pub seq: u64,
    /// Why, encoded by the engine.
    pub reason: Vec<u8>,
}

/// One change of what is stored. Those of one transaction happen in their order, together or not at all.
#[derive(Clone, Debug, PartialEq)]
pub enum SyncChange {
    /// Stores a record that this device sealed, before it is sent, and takes exactly these ops out of the outbox.
    Seal {
        /// The record.
        record: RecordRow,
        /// The ops inside.
        ops: Vec<OpId>,
    },
    /// Stores a record of another device and advances the vector to it.
    Receive(RecordRow),
    /// Applies ops of a received record.
    Apply(Vec<Op>),
    /// Stores ops of a received record that are no registers.
    ApplyWire(Vec<WireOpRow>),
    /// Puts a received record aside.
    Quarantine(QuarantineRow),
    /// Takes a record out of quarantine.
    Release {
        /// Whose record it is.
        device: DeviceId,
        /// Its number.
        seq: u64,
    },
    /// The log is known to hold this device's records up to this one.
    LogHead {
        /// The device.
        device: DeviceId,
        /// The number of its last record there; a lower one than is known changes nothing.
        seq: u64,
    },
    /// The log is another one: what it holds is not known.
    ForgetLog,
    /// Advances the vector to a record that a snapshot covers and that is not stored here. A lower one changes nothing.
    Head {
        /// Whose chain it is.
        device: DeviceId,
        /// The number of the record.
        seq: u64,
        /// Its hash.
        hash: [u8; 32],
    },
    /// The chain of a revoked device ends earlier than was known: its later records are removed, the vector goes back, and these
    /// ops, which were in them, are in the outbox again as far as no later op has replaced them.
    Reissue {
        /// The revoked device.
        device: DeviceId,
        /// The number of its last record; 0 if there is none.
        seq: u64,
        /// The hash of that record.
        hash: [u8; 32],
        /// The ops.
        ops: Vec<OpId>,
    },
    /// Removes the records of a device up to this one, which a snapshot covers. Those in quarantine stay.
    Prune {
        /// The device.
        device: DeviceId,
        /// The last record that is removed.
        seq: u64,
    },
    /// Stores a small value of the engine; `None` removes it.
    State {
        /// Its name.
        key: &'static str,
        /// Encoded by the engine.
        value: Option<Vec<u8>>,
    },
}
