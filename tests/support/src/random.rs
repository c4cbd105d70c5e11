//! Random numbers that can be repeated.

use std::time::{SystemTime, UNIX_EPOCH};

/// A generator (xorshift64*) that starts from a seed.
#[derive(Debug)]
pub struct SeededRng {
    /// What it started from; print it, so that a failure can be repeated.
    pub seed: u64,
    state: u64,
}

impl SeededRng {
    /// From the seed in `ALEXANDRIA_SEED`, or a new one from the clock.
    #[must_use]
    pub fn new() -> Self {
        let given = std::env::var("ALEXANDRIA_SEED").ok().and_then(|seed| seed.parse().ok());
        Self::from_seed(given.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            now.as_secs() ^ u64::from(now.subsec_nanos())
        }))
    }

    /// From a seed.
    #[must_use]
    pub const fn from_seed(seed: u64) -> Self {
        Self { seed, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    /// A number from 0 up to, but not including, `limit`; 0 for a limit of 0.
    pub const fn below(&mut self, limit: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let limit = if limit == 0 { 1 } else { limit };
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % limit
    }
}

impl Default for SeededRng {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_numbers_and_another_gives_others() {
        let numbers = |seed| {
            let mut rng = SeededRng::from_seed(seed);
            (0..8).map(|_| rng.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
        assert!(numbers(7).iter().all(|&number| number < 1000));
        assert_eq!(SeededRng::from_seed(7).below(0), 0);
    }
}
