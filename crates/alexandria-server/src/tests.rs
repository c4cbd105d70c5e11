//! The API over real HTTP on loopback: each route's refusal before its success, and clients that lie.
//!
//! Every test runs on every stack that the machine has, through one harness. The client here is small and independent of
//! the app's: it signs and seals by itself, so that a mistake of both sides does not cancel out.

mod account;
mod auth;
mod blobs;
mod canary;
mod client;
mod devices;
mod enrolments;
mod factors;
mod harness;
mod keys;
mod opaque;
mod records;
mod recovery;
mod registration;
mod sessions;
mod snapshots;
