//! What the app and the sync server share: record frames, error codes, limits, requests and answers, signed statements.
//!
//! Pure: no I/O, no clock, no randomness, no async. The server, which stores and relays what it cannot read, has nothing
//! else in common with the app, so nothing here knows a plaintext: what is sealed is bytes.

pub mod api;
pub mod base64;
pub mod blob;
pub mod cursor;
pub mod devices;
pub mod enrolment;
pub mod frame;
pub mod headers;
mod hex;
pub mod ids;
pub mod limits;
pub mod problem;
pub mod proof;
pub mod routes;
#[cfg(test)]
mod samples;
pub mod secret;
pub mod signature;

/// The newest meaning of requests and answers that this version of the program knows. The server speaks this and the one
/// before ([`api::meta::Meta`]).
pub const PROTOCOL: u32 = 1;

#[cfg(test)]
mod vectors;
