//! Stems of English words, cached: a book repeats each of its words about twenty times.

use std::cell::RefCell;
use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

/// Words cached by each thread before the cache is cleared; about 4 MB.
const MAX_CACHED_WORDS: usize = 1 << 15;

thread_local! {
    static STEMS: RefCell<HashMap<Box<str>, Box<str>>> = RefCell::new(HashMap::new());
}

/// Appends the stem of a folded word. Words with other than Latin letters are their own stem.
pub(super) fn push_stem(word: &str, out: &mut String) {
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        out.push_str(word);
        return;
    }
    STEMS.with_borrow_mut(|stems| {
        if let Some(stem) = stems.get(word) {
            out.push_str(stem);
            return;
        }
        let stem = Stemmer::create(Algorithm::English).stem(word);
        out.push_str(&stem);
        if stems.len() >= MAX_CACHED_WORDS {
            stems.clear();
        }
        stems.insert(word.into(), stem.into());
    });
}
