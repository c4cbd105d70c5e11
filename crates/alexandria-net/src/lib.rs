//! Every network request that the program makes.
//!
//! `docs/adr/0015-network-policy.md` is the policy: no request without the user's permission, and every request is listed.
//! [`Client`] and [`sync::SyncClient`] are the only ways to make one. They ask [`Permissions`] first and write to the
//! [`NetworkLog`] before anything is sent. Only this crate may depend on an HTTP client (`xtask/src/tidy/layers.rs`).
//! Absent: what is asked for and what is done with the answer.

mod body;
mod client;
mod error;
mod feature;
mod http;
mod log;
mod permission;
pub mod sync;

pub use body::Body;
pub use client::Client;
pub use error::NetError;
pub use feature::{Feature, Purpose};
pub use log::{Entry, LogError, NetworkLog, Outcome};
pub use permission::Permissions;
