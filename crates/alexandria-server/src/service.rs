//! The rules of the server: who may do what, and in which order.
//!
//! Boundary: no SQL, which the store has, and no HTTP, which the edge has. Rules take time from the clock they were given, and
//! see of a reader's library nothing but sealed bytes. All are methods of [`Rules`], one file for each subject.

pub mod account;
pub mod admin;
pub mod backup_code;
pub mod blob_read;
pub mod blobs;
pub mod context;
pub mod convert;
pub mod device_log;
pub mod enrolment;
pub mod erasure;
pub mod error;
pub mod events;
pub mod factors;
pub mod invitations;
pub mod key_bundle;
pub mod login;
pub mod login_name;
pub mod opaque;
pub mod password;
pub mod records;
pub mod recovery;
pub mod registration;
pub mod sealed;
pub mod sessions;
pub mod snapshots;
pub mod tickets;
pub mod totp;

pub use context::{Backends, RuleSettings, Rules};
pub use error::RuleError;
