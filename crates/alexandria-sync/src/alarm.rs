//! What the engine refuses, and what stops it until the reader decides.

use alexandria_domain::DeviceId;

/// Why the engine has stopped. The server lies, has lost data, or shuts this device out; what was written here stays, and
/// is sent when the reader has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Alarm {
    /// A frame that cannot be a record.
    #[error("the server sent a malformed record")]
    Malformed,
    /// A record of another account.
    #[error("the server sent a record of another account")]
    ForeignAccount,
    /// A record of a device that no signed statement names.
    #[error("the server sent a record of the unknown device {0}")]
    UnknownDevice(DeviceId),
    /// A signature that the device did not make.
    #[error("record {seq} of device {device} has a forged signature")]
    Forged {
        /// Who is said to have signed it.
        device: DeviceId,
        /// The record's number.
        seq: u64,
    },
    /// Two records with one number.
    #[error("there are two records {seq} of device {device}")]
    Fork {
        /// Whose chain it is.
        device: DeviceId,
        /// The record's number.
        seq: u64,
    },
    /// A record is missing in the middle of a chain.
    #[error("device {device} continues with record {seq}, and one before it is missing")]
    Gap {
        /// Whose chain it is.
        device: DeviceId,
        /// The record that came.
        seq: u64,
    },
    /// The server no longer has what it had, in the same log.
    #[error("the server has lost records of device {device}: it had {had} and has {has}")]
    RolledBack {
        /// Whose records.
        device: DeviceId,
        /// The last record that the server had.
        had: u64,
        /// The last that it has.
        has: u64,
    },
    /// The server has records of this device that this device does not have: this copy of the library was restored from
    /// an older one, or runs twice.
    #[error("the server has record {seq} of this device, which this device did not write")]
    OwnChainAhead {
        /// The record's number.
        seq: u64,
    },
    /// A record of a revoked device, made after it was revoked.
    #[error("record {seq} of device {device} was written after the device was revoked")]
    RevokedDevice {
        /// The revoked device.
        device: DeviceId,
        /// The record's number.
        seq: u64,
    },
    /// The list of devices contradicts the one that was seen before: a key was replaced, a device is absent, or a
    /// revocation was withdrawn.
    #[error("the list of devices went back, at device {0}")]
    DevicesWentBack(DeviceId),
    /// The snapshot does not cover what was seen already, or its seal or signature is not right.
    #[error("the server's snapshot is older than what this device has seen, or was changed")]
    BadSnapshot,
    /// This device was revoked.
    #[error("this device was removed from the account")]
    Revoked,
    /// This version is too old for the server or for the records there.
    #[error("this version is too old")]
    UpgradeNeeded,
    /// The session cannot be renewed.
    #[error("the server does not accept this device's sign-in")]
    SignInNeeded,
}
