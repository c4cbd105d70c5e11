//! Greedy longest-match tokens for words of plain ASCII letters and digits.
//!
//! The algorithm is WordPiece as BERT uses it (Schuster and Nakajima 2012; Devlin et al. 2018, section 3).

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use tokenizers::{ModelWrapper, Tokenizer};

/// The tokens of the model's vocabulary that plain words can consist of.
pub(super) struct Vocabulary {
    /// Pieces that begin a word.
    first: Pieces,
    /// Pieces that continue one, without their prefix.
    next: Pieces,
    /// Length of the longest piece in bytes.
    longest_piece: usize,
}

type Pieces = HashSet<Box<[u8]>, BuildHasherDefault<Fnv>>;

/// Longer words are one unknown piece. Fixed, so that a word can be lower-cased on the stack.
const LONGEST_WORD: usize = 100;

impl Vocabulary {
    /// The vocabulary of a WordPiece tokeniser; `None` for any other.
    pub(super) fn of(tokenizer: &Tokenizer) -> Option<Self> {
        let ModelWrapper::WordPiece(model) = tokenizer.get_model() else {
            return None;
        };
        if model.max_input_chars_per_word != LONGEST_WORD {
            return None;
        }
        let (mut first, mut next) = (Pieces::default(), Pieces::default());
        for piece in tokenizer.get_vocab(false).keys() {
            let (set, letters) = match piece.strip_prefix(&model.continuing_subword_prefix) {
                Some(rest) => (&mut next, rest),
                None => (&mut first, piece.as_str()),
            };
            if letters.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                set.insert(letters.as_bytes().into());
            }
        }
        let longest_piece = first.iter().chain(&next).map(|piece| piece.len()).max()?;
        Some(Self { first, next, longest_piece })
    }

    /// Tokens of a word of ASCII letters and digits, in any case.
    pub(super) fn count(&self, word: &[u8]) -> usize {
        let mut buffer = [0; LONGEST_WORD];
        let Some(lower) = buffer.get_mut(..word.len()) else {
            return 1;
        };
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        let mut rest: &[u8] = lower;
        let mut set = &self.first;
        let mut count = 0;
        while !rest.is_empty() {
            let longest = rest.len().min(self.longest_piece);
            let found = (1..=longest).rev().find(|&end| rest.get(..end).is_some_and(|head| set.contains(head)));
            let Some(end) = found else {
                return 1; // the whole word is one unknown piece
            };
            rest = rest.split_at(end).1;
            set = &self.next;
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
