//! The keys of an account, which several devices share, and everything that is sealed with them.
//!
//! They are independent of the keys of the library ([`crate::keys`]), which never leave the device. [`secrets`] holds the
//! hierarchy; [`record`], [`snapshot`] and [`crate::blob::cloud`] seal content; [`bundle`] seals the hierarchy for the server to
//! keep, [`enrolment`] for a new device, [`rotation`] for the devices that stay when one is revoked, and [`stored`] for this
//! device's own database. [`opaque`] is the client of the sign-in. Format: `docs/formats/account.md`. Absent: who is asked and
//! when, signatures of devices (`alexandria-protocol`), and the network.

pub mod bundle;
pub mod device;
pub mod enrolment;
pub mod opaque;
pub mod record;
pub mod recovery;
pub mod rotation;
pub mod secrets;
pub mod snapshot;
pub mod stored;

mod epochs;
mod grant;
mod history;
mod root;
mod slot;
#[cfg(test)]
mod vectors;

pub use epochs::{Epochs, MAX_ACCOUNT_EPOCHS};
pub use grant::{GRANT_LEN, GrantError};
pub use history::{EpochHistory, HistoryError};
pub use root::{AccountRootKey, BlobNameKey, KeyCheck};
pub use slot::{SlotKey, SlotKind};
