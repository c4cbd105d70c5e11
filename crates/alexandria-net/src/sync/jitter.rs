//! The random part of a pause, so that devices that lost a server together do not return together.

use std::fmt::Debug;
use std::hash::{BuildHasher as _, RandomState};

/// A source of random pauses.
pub trait Jitter: Debug + Send + Sync {
    /// A number below `bound`, or 0 if that is 0.
    fn below(&self, bound: u64) -> u64;
}

/// Random numbers that differ between processes and calls. Not for secrets.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemJitter;

impl Jitter for SystemJitter {
    fn below(&self, bound: u64) -> u64 {
        // The standard library seeds its hash tables from the system's random source.
        RandomState::new().hash_one(0).checked_rem(bound).unwrap_or_default()
    }
}
