//! Token counts of rare words, in bounded memory.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{PoisonError, RwLock};

const SHARDS: usize = 16;
/// With 16 shards and some 100 bytes an entry, at most about 8 MB.
const MAX_WORDS_PER_SHARD: usize = 5_000;
/// Longer runs are not words of a language and are unlikely to occur again.
const MAX_WORD_BYTES: usize = 64;

/// Counts by word. Sharded, because every thread that splits books reads it.
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
    /// The cached count of `word`, else that of `count`, which is then cached.
    pub(super) fn get_or_count(&self, word: &str, count: impl FnOnce() -> usize) -> usize {
        if word.len() > MAX_WORD_BYTES {
            return count();
        }
        let number = usize::try_from(self.hasher.hash_one(word) % SHARDS as u64).unwrap_or_default();
        let Some(shard) = self.shards.get(number) else {
            return count();
        };
        // Poison does not matter: an insert cannot leave a map in a state that gives a wrong count.
        if let Some(cached) = shard.read().unwrap_or_else(PoisonError::into_inner).get(word) {
            return *cached;
        }
        let counted = count();
        let mut words = shard.write().unwrap_or_else(PoisonError::into_inner);
        if words.len() >= MAX_WORDS_PER_SHARD {
            words.clear();
        }
        words.insert(word.into(), counted);
        counted
    }
}
