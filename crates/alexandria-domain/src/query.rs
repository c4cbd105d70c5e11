//! The query language of exact search: words, `"phrases"`, `prefix*`, `-not`, `this OR that`, and the filters
//! `author:` `title:` `tag:` `in:` `format:` `lang:` `collection:` `rating:` `status:`. `docs/guide/search.md` explains it to
//! readers.
//!
//! A text of more than [`MAX_TERMS`] terms is not a query that somebody composed but a passage that was pasted. It is read
//! as plain text: each word is a term, punctuation is no syntax, and only filters keep their meaning.
//!
//! Parsing only. What a word matches (folding, stemming) is decided by the store.

mod error;
mod filter;
mod lex;
mod parse;
mod plain;
mod shelf;
#[cfg(test)]
mod tests;

pub use error::QueryError;
pub use shelf::{ShelfFilter, ShelfWord};

/// A parsed query: all clauses and all filters must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Conditions on the passage's words; at least one clause is not negated.
    pub clauses: Vec<Clause>,
    /// Conditions on the publication.
    pub filters: Vec<Filter>,
}

/// Alternatives: one of them must be in the passage or, if negated, none may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// `-word` or `NOT word`.
    pub negated: bool,
    /// The alternatives, joined by `OR` in the query.
    pub any_of: Vec<Term>,
}

/// What a passage is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word.
    Word(String),
    /// The beginning of a word.
    Prefix(String),
    /// Consecutive words.
    Phrase(String),
}

impl Term {
    /// The word, prefix or phrase without operators.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Prefix(text) | Self::Phrase(text) => text,
        }
    }
}

/// A condition on the publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The property.
    pub field: FilterField,
    /// What the property must contain (author, title, tag, in) or equal (the others).
    pub value: String,
    /// `-author:name`: the condition must not hold.
    pub negated: bool,
}

/// A property of publications that queries can filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FilterField {
    /// An author's name contains the value.
    Author,
    /// The title contains the value.
    Title,
    /// A subject contains the value.
    Tag,
    /// The series contains the value, or the id starts with it.
    In,
    /// The format's name is the value.
    Format,
    /// The language is the value or a variant of it (`en` finds `en-GB`).
    Lang,
    /// It is in a collection of that name or id; not one with a filter of its own.
    Collection,
    /// The reader's stars are the value; with a `+` after it, at least the value. 0 is no rating.
    Rating,
    /// The reading status has that name; `none` for none.
    Status,
}

impl FilterField {
    /// Every field, in the order of the user guide.
    pub const ALL: [Self; 9] = [
        Self::Author,
        Self::Title,
        Self::Tag,
        Self::In,
        Self::Format,
        Self::Lang,
        Self::Collection,
        Self::Rating,
        Self::Status,
    ];

    /// The word before the colon.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Title => "title",
            Self::Tag => "tag",
            Self::In => "in",
            Self::Format => "format",
            Self::Lang => "lang",
            Self::Collection => "collection",
            Self::Rating => "rating",
            Self::Status => "status",
        }
    }
}

/// Maximum length of a query, in characters: more than a page of a book.
pub const MAX_QUERY_CHARS: usize = 8_000;
/// Maximum terms and filters of a query with operators, as separated by spaces. A longer text is plain text.
pub const MAX_TERMS: usize = 64;

impl FilterField {
    /// The field of that name, in any case.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| name.eq_ignore_ascii_case(field.name()))
    }
}
