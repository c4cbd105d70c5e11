//! Every network request that the program makes.
//!
//! `docs/adr/0015-network-policy.md` is the policy: no request without the user's permission, and every request is listed.
//! [`Client`] is the only way to make one. It asks [`Permissions`] first and writes to the [`NetworkLog`] before anything is
//! sent. Only this crate may depend on an HTTP client (`xtask/src/tidy/layers.rs`). Absent: what is asked for and what is
//! done with the answer.

mod client;
mod log;

pub use client::{Body, Client, NetError, Permissions};
pub use log::{Entry, LogError, NetworkLog, Outcome};

/// A feature that makes requests, each of which the user permits apart from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// Looking for and downloading new versions of the program.
    Updates,
}
