//! What the tokeniser said about the rarer words of recent text, in bounded memory.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{PoisonError, RwLock};

const SHARDS: usize = 16;
/// At 16 shards and some 100 bytes an entry, at most about 8 MB.
const WORDS_PER_SHARD: usize = 5_000;
/// Longer runs are not words of a language and will not come again.
const LONGEST_WORD: usize = 64;

/// Counts by word. Sharded, because every thread that splits books asks it.
pub(super) struct CountCache {
    hasher: RandomState,
    shards: [RwLock<HashMap<Box<str>, usize>>; SHARDS],
}

impl Default for CountCache {
    fn default() -> Self {
        Self { hasher: RandomState::new(), shards: std::array::from_fn(|_| RwLock::default()) }
    }
}

impl CountCache {
    /// The remembered count of `word`, or that of `count`, which is then remembered.
    pub(super) fn get_or_count(&self, word: &str, count: impl FnOnce() -> usize) -> usize {
        if word.len() > LONGEST_WORD {
            return count();
        }
        let number = usize::try_from(self.hasher.hash_one(word) % SHARDS as u64).unwrap_or_default();
        let Some(shard) = self.shards.get(number) else {
            return count();
        };
        // Poison is no matter: an insert cannot leave a map half changed in a way that gives a wrong count.
        if let Some(known) = shard.read().unwrap_or_else(PoisonError::into_inner).get(word) {
            return *known;
        }
        let counted = count();
        let mut words = shard.write().unwrap_or_else(PoisonError::into_inner);
        if words.len() >= WORDS_PER_SHARD {
            words.clear();
        }
        words.insert(word.into(), counted);
        counted
    }
}
