//! Keys of common sets: what so many passages contain that finding them one by one is slow.
//!
//! These are the stop words, runs of two and three of them, and the first one to three characters of words. Which passages
//! contain what a key names is stored by `common_sets`. Not here: other common words.
//!
//! Keys are stored. A change of the stop words, of their stems or of anything here needs a migration that clears
//! `publication.has_common_sets`, so that the sets are built again.

use super::chars::{Class, class};
use super::pattern::Pattern;
use super::prepare::{FORM_MARK, PreparedPassage};
use super::stop::{is_stop_word, stop_word_number};

/// Maximum stop words of a key; a longer run is found by its parts.
pub(crate) const MAX_RUN_WORDS: usize = 3;
/// Maximum characters of a prefix that is a key.
const MAX_PREFIX_CHARS: usize = 3;
/// Bytes of the longest key: its kind and three characters.
const MAX_KEY_BYTES: usize = 13;

/// First byte of the keys of stop words; each of them is a byte more.
const RUN: u8 = 1;
/// First byte of the keys of prefixes; their UTF-8 follows.
const PREFIX: u8 = 2;

/// A key, padded with zeros, which occur in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CommonKey([u8; MAX_KEY_BYTES]);

impl CommonKey {
    fn new(kind: u8, content: &[u8]) -> Self {
        let mut key = [0; MAX_KEY_BYTES];
        for (to, from) in key.iter_mut().zip(std::iter::once(&kind).chain(content)) {
            *to = *from;
        }
        Self(key)
    }

    /// The key of the stop words with these numbers, one after the other; [`MAX_RUN_WORDS`] at most.
    pub(crate) fn of_run(numbers: &[u8]) -> Self {
        Self::new(RUN, numbers)
    }

    /// What is stored of it.
    pub(crate) fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        self.0.iter().copied().take_while(|byte| *byte != 0)
    }
}

/// How the passages that match a pattern follow from common sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Coverage {
    /// They are the set of this key.
    Equal(CommonKey),
    /// They are in all sets of these keys.
    Within(Vec<CommonKey>),
}

impl Pattern {
    /// `None` if the pattern has to be looked up in the term index.
    pub(crate) fn coverage(&self) -> Option<Coverage> {
        match &self.prefix {
            Some(prefix) if self.terms.is_empty() => {
                let chars = prefix.text.chars().count();
                let is_key = if prefix.is_character {
                    chars == 1
                } else {
                    chars <= MAX_PREFIX_CHARS && !is_continuous(&prefix.text)
                };
                is_key.then(|| Coverage::Equal(CommonKey::new(PREFIX, prefix.text.as_bytes())))
            }
            Some(_) => None,
            None => {
                let numbers: Vec<u8> = self.terms.iter().map(|term| stop_word_number(term)).collect::<Option<_>>()?;
                if numbers.len() <= MAX_RUN_WORDS {
                    return (!numbers.is_empty()).then(|| Coverage::Equal(CommonKey::of_run(&numbers)));
                }
                Some(Coverage::Within(numbers.windows(MAX_RUN_WORDS).map(CommonKey::of_run).collect()))
            }
        }
    }

    /// Whether the term index would have to read the long list of a stop word for it.
    pub(crate) fn has_stop_word(&self) -> bool {
        self.terms.iter().any(|term| is_stop_word(term))
    }
}

/// The keys of one word, wherever it occurs.
#[derive(Clone, Debug, Default)]
pub(crate) struct WordKeys {
    /// The number of a stop word, for [`CommonKey::of_run`].
    pub(crate) stop_word: Option<u8>,
    pub(crate) prefixes: Vec<CommonKey>,
}

impl WordKeys {
    pub(crate) fn of(term: &str) -> Self {
        let max = if is_continuous(term) { 1 } else { MAX_PREFIX_CHARS };
        let ends = term.char_indices().map(|(start, c)| start + c.len_utf8()).take(max);
        Self {
            stop_word: stop_word_number(term),
            prefixes: ends.filter_map(|end| Some(CommonKey::new(PREFIX, term.as_bytes().get(..end)?))).collect(),
        }
    }
}

impl PreparedPassage {
    /// The terms of the text, in order.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &str> {
        self.body.split_ascii_whitespace()
    }

    /// The words of the text that are not their own stem, without [`FORM_MARK`].
    pub(crate) fn unmarked_forms(&self) -> impl Iterator<Item = &str> {
        self.forms.split_ascii_whitespace().filter_map(|form| form.strip_prefix(FORM_MARK))
    }
}

/// Whether the term is of a script written without spaces.
fn is_continuous(term: &str) -> bool {
    term.chars().next().is_some_and(|c| class(c) == Class::Continuous)
}
