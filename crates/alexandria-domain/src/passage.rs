//! Sections and how they are split into passages, the unit of search.
//!
//! A passage is one to three paragraphs (more while they are short) of about 200 tokens, never more than the embedding
//! model sees. It ends at a sentence, never crosses a section, and carries its headings. The reasons for these numbers:
//! `docs/adr/0005-passage-size.md`.
//!
//! Tokens are the embedding model's WordPiece tokens, without special tokens. Counting them is the caller's: this crate has
//! no tokenizer.

mod chunk;
mod split;
#[cfg(test)]
mod tests;

pub use chunk::{Chunk, Chunker};
pub use split::Splitter;

/// Tokens a passage aims at.
pub const TARGET_TOKENS: usize = 200;
/// Maximum tokens of a passage: the input length of all-MiniLM-L6-v2 (256) less its two special tokens.
pub const MAX_TOKENS: usize = 254;
/// Maximum paragraphs of a passage, unless it is still shorter than half of [`TARGET_TOKENS`].
pub const MAX_PARAGRAPHS: usize = 3;

/// A file of the publication's reading order, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Path inside the publication, percent-decoded, such as `text/chapter-1.xhtml`.
    pub href: String,
    /// Media type of the page that displays it.
    pub media_type: String,
    /// Its [labels](crate::label) in the table of contents, outermost first; empty if it is not listed.
    pub toc_path: Vec<String>,
    /// Whether it is part of the main reading order (`linear` in EPUB); notes and the like are not.
    pub linear: bool,
    /// Its text in reading order.
    pub blocks: Vec<Block>,
}

impl Section {
    /// The section's text: its blocks, one per line.
    #[must_use]
    pub fn text(&self) -> String {
        self.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Length of [`text`](Self::text) in characters.
    #[must_use]
    pub fn chars(&self) -> u32 {
        let chars: usize = self.blocks.iter().map(|block| block.text.chars().count()).sum();
        u32::try_from(chars + self.blocks.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }
}

/// A heading, a paragraph, a list item, a table row, a line of verse, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// White space collapsed, no line breaks, no invisible characters, never empty.
    pub text: String,
    /// What it is.
    pub kind: BlockKind,
}

/// What a block of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// A heading of that level, 1 to 6.
    Heading(u8),
    /// Running text.
    Text,
    /// A footnote or endnote; never in one passage with running text.
    Note,
}

/// The part of a section that is one unit of search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Index of its section in the publication, from 0.
    pub section: u32,
    /// Offset in the section's text, in characters.
    pub start: u32,
    /// Consecutive blocks of the section, one per line.
    pub text: String,
    /// Headings above it as [labels](crate::label), outermost first.
    pub heading_path: Vec<String>,
    /// Length of `text` in tokens.
    pub tokens: u32,
}
