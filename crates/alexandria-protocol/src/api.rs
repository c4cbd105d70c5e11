//! Bodies of requests and answers, one module for each group of routes ([`crate::routes`]).
//!
//! JSON. A field that is not known is ignored, so that a newer program can add one; a field that may be missing is an
//! `Option`. Times are milliseconds since 1970 by the server's clock, durations are in their name's unit.

pub mod account;
pub mod auth;
pub mod blobs;
pub mod devices;
pub mod enrolments;
pub mod factors;
pub mod invitations;
pub mod keys;
pub mod meta;
pub mod oidc;
pub mod password;
pub mod records;
pub mod sessions;
pub mod snapshots;

#[cfg(test)]
mod tests;
