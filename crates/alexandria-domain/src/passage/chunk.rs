//! Splitting one text into chunks that fit the embedding model.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{MAX_TOKENS, TARGET_TOKENS};
use crate::part::text_part;

/// Splits text at sentences, measuring it with the embedding model's own tokenizer.
pub struct Chunker<'a> {
    count: &'a dyn Fn(&str) -> usize,
}

impl std::fmt::Debug for Chunker<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chunker")
    }
}

/// A part of a text, in bytes from `start` to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Offset of its first byte.
    pub start: usize,
    /// Offset after its last byte.
    pub end: usize,
    /// Its length in tokens, at most [`MAX_TOKENS`]. Where a word was split, both parts are counted.
    pub tokens: usize,
}

impl Chunk {
    /// Its bytes in the text.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Without surrounding white space; `None` if nothing else remains.
    fn trimmed(self, text: &str) -> Option<Self> {
        let chunk = text_part(text, self.range());
        let start = self.start + (chunk.len() - chunk.trim_start().len());
        let chunk = chunk.trim();
        (!chunk.is_empty()).then_some(Self { start, end: start + chunk.len(), ..self })
    }
}

impl<'a> Chunker<'a> {
    /// `count` returns the number of tokens of a text, without special tokens. For two texts joined by a space, tab or line
    /// break it must return at most the sum of their counts.
    #[must_use]
    pub fn new(count: &'a dyn Fn(&str) -> usize) -> Self {
        Self { count }
    }

    /// One chunk if the text has at most [`MAX_TOKENS`]; otherwise chunks of consecutive sentences, of up to
    /// [`TARGET_TOKENS`] each. Only a longer sentence is split inside. What is between two chunks is white space.
    #[must_use]
    pub fn chunks(&self, text: &str) -> Vec<Chunk> {
        let all = self.measure(text, 0, text.len());
        if all.tokens <= MAX_TOKENS {
            return vec![all];
        }
        let mut chunks: Vec<Chunk> = Vec::new();
        for (start, sentence) in text.split_sentence_bound_indices() {
            for next in self.bisect(text, start, start + sentence.len()) {
                match chunks.last_mut().map(|chunk| (self.join(text, *chunk, next), chunk)) {
                    Some((joined, chunk)) if joined.tokens <= TARGET_TOKENS => *chunk = joined,
                    _ => chunks.push(next),
                }
            }
        }
        chunks.into_iter().filter_map(|chunk| chunk.trimmed(text)).collect()
    }

    fn measure(&self, text: &str, start: usize, end: usize) -> Chunk {
        Chunk { start, end, tokens: (self.count)(text_part(text, start..end)) }
    }

    /// Two adjacent chunks as one. Measuring dominates the time of splitting, so it is repeated only where a word may
    /// continue from one into the other.
    fn join(&self, text: &str, chunk: Chunk, next: Chunk) -> Chunk {
        let ends_in_space = text_part(text, chunk.range()).ends_with([' ', '\t', '\n', '\r']);
        if ends_in_space {
            return Chunk { end: next.end, tokens: chunk.tokens + next.tokens, ..chunk };
        }
        self.measure(text, chunk.start, next.end)
    }

    /// A sentence; if it is too long, split between words, or inside a word that is itself too long, until every part
    /// fits.
    fn bisect(&self, text: &str, start: usize, end: usize) -> Vec<Chunk> {
        let all = self.measure(text, start, end);
        let part = text_part(text, start..end);
        if all.tokens <= MAX_TOKENS || part.chars().nth(1).is_none() {
            return vec![all];
        }
        let middle = part.ceil_char_boundary(part.len() / 2);
        let (head, tail) = part.split_at(middle);
        let cut = match (head.rfind(char::is_whitespace), tail.find(char::is_whitespace)) {
            (Some(space), _) if space > 0 => space + head.split_at(space).1.chars().next().map_or(1, char::len_utf8),
            (_, Some(space)) if space > 0 => middle + space,
            _ => middle,
        };
        let cut = if cut == part.len() { part.floor_char_boundary(part.len() / 2).max(1) } else { cut };
        let cut = start + part.ceil_char_boundary(cut);
        let mut parts = self.bisect(text, start, cut);
        parts.extend(self.bisect(text, cut, end));
        parts
    }
}
