//! Signing stages with keys and certificates that are made for the test and thrown away: what they sign is valid, and a
//! changed byte, another signer or a wrong order is refused.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails if its setup does")]

mod apple;
mod authenticode;
mod chain;
mod detached;
mod material;
