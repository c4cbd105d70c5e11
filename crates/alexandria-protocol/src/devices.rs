//! The device log of an account: signed statements, each of which admits a device or revokes one.
//!
//! The log is a chain like that of records, so a server can neither add a device of its own nor hide a revocation from a
//! client that has seen it. Two keys may write it: that of any device that is not revoked, and the *account key*, which
//! whoever has the account's root key derives; without it nobody could admit the first new device after all others were
//! lost. The first statement is signed by the device that it admits.

mod entry;
mod log;

pub use self::entry::{
    DeviceChange, DeviceEntry, DeviceEntryHash, DeviceStatement, Issuer, NewDevice, SealingPublicKey,
};
pub use self::log::{DeviceLog, DeviceLogEnd, DeviceLogError, DeviceStatus};

#[cfg(test)]
mod tests;
