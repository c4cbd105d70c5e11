//! Sections and how they are cut into passages, the unit of search.
//!
//! A passage is one to three paragraphs (more while they are short) of about 200 tokens, never more than the
//! embedding model sees; it ends at a sentence, never crosses a section, and knows its headings. Why these numbers:
//! `docs/adr/0005-passage-size.md`.

mod split;
#[cfg(test)]
mod tests;

pub use split::Splitter;

/// Tokens a passage aims at.
pub const TARGET_TOKENS: usize = 200;
/// Most tokens of a passage: what all-MiniLM-L6-v2 sees (256) without its two marks.
pub const MAX_TOKENS: usize = 254;
/// Paragraphs a passage ends after, unless it is still shorter than half of [`TARGET_TOKENS`].
pub const MAX_PARAGRAPHS: usize = 3;

/// A file of the publication's reading order, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Address inside the publication, percent-decoded, such as `text/chapter-1.xhtml`.
    pub href: String,
    /// Media type of the page that is shown for it.
    pub media_type: String,
    /// Its [labels](crate::label) in the table of contents, outermost first; empty if it is not listed.
    pub toc_path: Vec<String>,
    /// Part of the running text (`linear` in EPUB); notes and the like are not.
    pub linear: bool,
    /// Its text in reading order.
    pub blocks: Vec<Block>,
}

impl Section {
    /// The section's text: its blocks, one a line.
    #[must_use]
    pub fn text(&self) -> String {
        self.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Length of [`text`](Self::text) in characters.
    #[must_use]
    pub fn chars(&self) -> u32 {
        let letters: usize = self.blocks.iter().map(|block| block.text.chars().count()).sum();
        u32::try_from(letters + self.blocks.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }
}

/// A heading, a paragraph, a list item, a table row, a line of verse, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its words: white space collapsed, no line breaks, invisible characters removed, never empty.
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

/// A piece of a section that search finds and the reader opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Number of its section in the publication, from 0.
    pub section: u32,
    /// Where it starts in the section's text, in characters.
    pub start: u32,
    /// Its text: consecutive blocks of the section, one a line.
    pub text: String,
    /// Headings above it as [labels](crate::label), outermost first.
    pub heading_path: Vec<String>,
    /// Its length in tokens.
    pub tokens: u32,
}
