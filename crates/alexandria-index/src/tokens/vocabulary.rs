//! Greedy longest-match tokenization of words of plain ASCII letters and digits.
//!
//! The algorithm is WordPiece as BERT uses it (Schuster and Nakajima 2012; Devlin et al. 2018, section 3).

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use tokenizers::{ModelWrapper, Tokenizer};

/// The tokens of the model's vocabulary that plain words can consist of.
pub(super) struct Vocabulary {
    /// Tokens that begin a word.
    initial: TokenSet,
    /// Tokens that continue a word, without their `##` prefix.
    continuation: TokenSet,
    /// Length of the longest token in bytes.
    max_token_bytes: usize,
}

type TokenSet = HashSet<Box<[u8]>, BuildHasherDefault<Fnv>>;

/// Longer words are one unknown token. Fixed, so that a word can be lower-cased on the stack.
const MAX_WORD_BYTES: usize = 100;

impl Vocabulary {
    /// The vocabulary of a WordPiece tokenizer; `None` for any other.
    pub(super) fn of(tokenizer: &Tokenizer) -> Option<Self> {
        let ModelWrapper::WordPiece(model) = tokenizer.get_model() else {
            return None;
        };
        if model.max_input_chars_per_word != MAX_WORD_BYTES {
            return None;
        }
        let (mut initial, mut continuation) = (TokenSet::default(), TokenSet::default());
        for token in tokenizer.get_vocab(false).keys() {
            let (set, letters) = match token.strip_prefix(&model.continuing_subword_prefix) {
                Some(rest) => (&mut continuation, rest),
                None => (&mut initial, token.as_str()),
            };
            if letters.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                set.insert(letters.as_bytes().into());
            }
        }
        let max_token_bytes = initial.iter().chain(&continuation).map(|token| token.len()).max()?;
        Some(Self { initial, continuation, max_token_bytes })
    }

    /// The number of tokens of a word of ASCII letters and digits, in any case.
    pub(super) fn count(&self, word: &[u8]) -> usize {
        let mut buffer = [0; MAX_WORD_BYTES];
        let Some(lower) = buffer.get_mut(..word.len()) else {
            return 1;
        };
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        let mut rest: &[u8] = lower;
        let mut set = &self.initial;
        let mut count = 0;
        while !rest.is_empty() {
            let longest = rest.len().min(self.max_token_bytes);
            let matched = (1..=longest).rev().find(|&end| rest.get(..end).is_some_and(|head| set.contains(head)));
            let Some(end) = matched else {
                return 1; // the complete word is one unknown token
            };
            rest = rest.split_at(end).1;
            set = &self.continuation;
            count += 1;
        }
        count
    }
}

/// FNV-1a. The set of tokens is fixed, so nobody can choose keys that collide, and its keys are a few bytes long.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = (self.0 ^ number as u64).wrapping_mul(0x0100_0000_01b3);
    }
}
