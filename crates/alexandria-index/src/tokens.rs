//! Counts a text's WordPiece tokens without tokenizing it.
//!
//! The splitter measures all of a book, long paragraphs twice, so counting decides how fast it is imported. Words of plain
//! letters are counted by [`vocabulary`]; everything rarer goes to the `tokenizers` crate, word by word, and is cached.
//! The count always equals what `tokenizers` gives for the complete text (a property that `tests` checks): the rules below
//! are those of BERT's normalizer and pre-tokenizer, <https://github.com/google-research/bert#tokenization>.
//!
//! Nothing here truncates, pads or adds special tokens.

mod cache;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::fmt;

use alexandria_domain::{CodedError, ErrorCode};
use tokenizers::Tokenizer;

use crate::runtime::{RuntimeError, RuntimeFiles};
use cache::CountCache;
use vocabulary::Vocabulary;

/// A text with every kind of character that the fast path handles itself, to check a tokenizer with.
const PROBE: &str =
    "The whale—\u{201c}Moby-Dick\u{201d}—swam unfathomably, d\u{e9}j\u{e0}\u{a0}vu; \u{9be8}\u{3092}[SEP] 1851!";

/// Counts tokens as the embedding model's tokenizer would produce them.
pub struct TokenCounter {
    vocabulary: Vocabulary,
    tokenizer: Tokenizer,
    cache: CountCache,
}

impl fmt::Debug for TokenCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenCounter")
    }
}

/// Why a tokenizer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenizerError {
    /// Its file is missing or not the pinned one.
    #[error(transparent)]
    File(#[from] RuntimeError),
    /// Its file is not a tokenizer, or one with other rules than BERT's uncased WordPiece.
    #[error("tokenizer.json is not an uncased BERT tokenizer")]
    Unsupported,
}

impl CodedError for TokenizerError {
    fn code(&self) -> ErrorCode {
        ErrorCode::ModelMissing
    }
}

impl TokenCounter {
    /// Loads the tokenizer alone: importing needs no model.
    ///
    /// # Errors
    /// See [`TokenizerError`].
    pub fn load(files: &RuntimeFiles) -> Result<Self, TokenizerError> {
        Self::from_bytes(&files.read_tokenizer()?)
    }

    pub(crate) fn from_bytes(file: &[u8]) -> Result<Self, TokenizerError> {
        let mut tokenizer = Tokenizer::from_bytes(file).map_err(|_| TokenizerError::Unsupported)?;
        // The published file truncates and pads; a count must cover all of the text and nothing else.
        tokenizer.with_padding(None).with_truncation(None).map_err(|_| TokenizerError::Unsupported)?;
        let vocabulary = Vocabulary::of(&tokenizer).ok_or(TokenizerError::Unsupported)?;
        let counter = Self { vocabulary, tokenizer, cache: CountCache::default() };
        if Some(counter.count(PROBE)) != counter.tokenize(PROBE) {
            return Err(TokenizerError::Unsupported);
        }
        Ok(counter)
    }

    /// The number of tokens of `text`, without special tokens. Never truncates.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        text.split(is_space).map(|run| self.count_run(run)).sum()
    }

    /// Counts a run without white space.
    fn count_run(&self, run: &str) -> usize {
        // Special tokens written out, such as `[SEP]`, are recognised before punctuation is split off.
        if run.contains('[') {
            return self.count_rare(run);
        }
        let mut single_characters = 0;
        let words: usize = run
            .split(|c| {
                let is_token = is_own_token(c);
                single_characters += usize::from(is_token);
                is_token
            })
            .map(|word| self.count_word(word))
            .sum();
        words + single_characters
    }

    fn count_word(&self, word: &str) -> usize {
        if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            self.vocabulary.count(word.as_bytes())
        } else {
            self.count_rare(word)
        }
    }

    fn count_rare(&self, run: &str) -> usize {
        // Every token is at least one character long, so a tokenizer that failed would make the count too high, not too low.
        self.cache.get_or_count(run, || self.tokenize(run).unwrap_or_else(|| run.chars().count()))
    }

    fn tokenize(&self, text: &str) -> Option<usize> {
        let encoding = self.tokenizer.encode_fast(text, false).ok()?;
        Some(encoding.get_ids().len())
    }
}

/// White space that BERT's normalizer turns into a space. It drops control characters first, among them the vertical
/// tab, the form feed and U+0085, which therefore separate nothing.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r') || (!c.is_ascii() && c.is_whitespace() && !c.is_control())
}

/// Characters that are always a token of their own: common punctuation and Chinese characters.
/// The list need not be complete: any other character takes the slow path.
fn is_own_token(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c,
            '\u{2010}'..='\u{2027}'     // dashes, quotation marks, bullets, ellipsis
            | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{ff01}' | '\u{ff0c}' | '\u{ff1a}' | '\u{ff1b}' | '\u{ff1f}'
            | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}
