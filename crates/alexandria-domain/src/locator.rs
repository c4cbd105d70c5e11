//! The Readium Locator model (<https://readium.org/architecture/models/locators/>), reduced to what Alexandria writes.
//!
//! A locator names a section and quotes its text, so it survives another font size, another device and a re-import of
//! the same file. Progressions choose between equal quotes, and are for display. [Areas](crate::area) are for pages with
//! a fixed layout, and are all there is on a page without text.

use crate::area::PageAreas;

/// A location in a publication.
#[derive(Clone, Debug, PartialEq)]
pub struct Locator {
    /// The section's address inside the publication.
    pub href: String,
    /// Media type of the section, `application/xhtml+xml` or `text/html`.
    pub media_type: String,
    /// Heading above the location, for display.
    pub title: Option<String>,
    /// How far into the section, 0 to 1, by characters.
    pub progression: f64,
    /// How far into the publication, 0 to 1, by characters. For display.
    pub total_progression: f64,
    /// Readium position in the publication, from 1; each [`POSITION_CHARS`] characters of a section begin another.
    pub position: u32,
    /// Fragment identifiers or CFI, if there are any.
    pub fragments: Vec<String>,
    /// Areas of pages with a fixed layout.
    pub areas: PageAreas,
    /// The quoted text.
    pub text: Quote,
}

/// Characters of text per position; Readium's number for reflowable text.
pub const POSITION_CHARS: u32 = 1024;

/// Characters of context on each side of a quote.
pub const CONTEXT_CHARS: usize = 64;

/// How much text a section has and how much precedes it: what locators are computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionExtent {
    /// Address inside the publication.
    pub href: String,
    /// Media type of its page.
    pub media_type: String,
    /// Characters of its text.
    pub chars: u32,
    /// Characters of all sections before it.
    pub chars_before: u64,
    /// Positions of all sections before it.
    pub positions_before: u32,
    /// Characters of the whole publication.
    pub total_chars: u64,
}

impl SectionExtent {
    /// Number of positions in a section of `chars` characters; at least one.
    #[must_use]
    pub const fn positions_of(chars: u32) -> u32 {
        if chars == 0 { 1 } else { chars.div_ceil(POSITION_CHARS) }
    }

    /// The locator of the quote `text`, which begins at character `start` of the section.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a progression needs no more than 52 bits")]
    pub fn locate(&self, start: u32, title: Option<String>, text: Quote) -> Locator {
        let start = start.min(self.chars);
        Locator {
            href: self.href.clone(),
            media_type: self.media_type.clone(),
            title,
            progression: f64::from(start) / f64::from(self.chars.max(1)),
            total_progression: (self.chars_before + u64::from(start)) as f64 / self.total_chars.max(1) as f64,
            position: self.positions_before + start / POSITION_CHARS + 1,
            fragments: Vec::new(),
            areas: PageAreas::default(),
            text,
        }
    }
}

/// Quoted text with its context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// Up to [`CONTEXT_CHARS`] characters before the highlighted text.
    pub before: String,
    /// The quoted text itself.
    pub highlight: String,
    /// Up to [`CONTEXT_CHARS`] characters after the highlighted text.
    pub after: String,
}

impl Quote {
    /// Quotes bytes `range` of `text` with its context. Bounds inside a character are moved outwards; a range beyond the
    /// end quotes nothing.
    #[must_use]
    pub fn of(text: &str, range: std::ops::Range<usize>) -> Self {
        let start = text.floor_char_boundary(range.start.min(text.len()));
        let end = text.ceil_char_boundary(range.end.clamp(start, text.len()));
        let (head, rest) = text.split_at(start);
        let (highlight, tail) = rest.split_at(end - start);
        let before_at = head.char_indices().rev().nth(CONTEXT_CHARS - 1).map_or(0, |(at, _)| at);
        Self {
            before: head.split_at(before_at).1.to_owned(),
            highlight: highlight.to_owned(),
            after: tail.chars().take(CONTEXT_CHARS).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quote_of_keeps_whole_characters() {
        let quote = Quote::of("äöü", 3..4);
        assert_eq!((quote.before.as_str(), quote.highlight.as_str(), quote.after.as_str()), ("ä", "ö", "ü"));
        assert_eq!(Quote::of("abc", 9..12), Quote { before: "abc".into(), ..Quote::default() });
    }
}
