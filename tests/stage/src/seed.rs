//! Chance that can be repeated.

use std::time::{SystemTime, UNIX_EPOCH};

/// Numbers from a seed.
#[derive(Debug)]
pub struct Chance {
    /// What it began with.
    pub seed: u64,
    state: u64,
}

impl Chance {
    /// From the seed in `ALEXANDRIA_SEED`, or a new one. Print it.
    #[must_use]
    pub fn new() -> Self {
        let given = std::env::var("ALEXANDRIA_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            now.as_secs() ^ u64::from(now.subsec_nanos())
        });
        Self { seed, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    /// A number from 0 to `below`, that not included.
    pub fn below(&mut self, below: u64) -> u64 {
        // xorshift64*.
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % below.max(1)
    }
}

impl Default for Chance {
    fn default() -> Self {
        Self::new()
    }
}
