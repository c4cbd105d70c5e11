//! Requests to a sync server: one typed method for each route of `alexandria-protocol`.
//!
//! What holds for all of them: the user's permission is asked and the request is listed before anything is sent; an answer that
//! does not say that it is a sync server's changes nothing ([`SyncError::NotOurs`]); what failed in passing is sent again,
//! and nothing else; bodies are bounded. Absent: what to send and when, which is `alexandria-sync`, and direct transfer of
//! blobs to another server, which the user was not told of.

mod address;
mod answer;
mod calls;
mod client;
mod error;
mod jitter;
mod request;
mod retry;
mod session;
mod transport;

pub use address::{Address, AddressError};
pub use calls::{BlobBody, OidcAnswer, PulledRecords, VersionedKeys};
pub use client::{Admission, SyncClient, SyncOptions};
pub use error::SyncError;
pub use jitter::{Jitter, SystemJitter};
pub use retry::RetryPolicy;
pub use session::DeviceCredential;

#[cfg(test)]
mod tests;
