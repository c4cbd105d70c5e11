//! The query language of exact search: words, `"phrases"`, `prefix*`, `-not`, `this OR that`, and the filters
//! `author:` `title:` `tag:` `in:` `format:` `lang:`. `docs/guide/search.md` explains it to readers.
//!
//! Parsing only. What a word matches (folding, stemming) is the store's business.

mod parse;
#[cfg(test)]
mod tests;

/// A parsed query: all clauses and all filters must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What the passage's words must satisfy; at least one clause is not negated.
    pub clauses: Vec<Clause>,
    /// What the publication must satisfy.
    pub filters: Vec<Filter>,
}

/// Alternatives, of which one must be in the passage; or, negated, none may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// `-word` or `NOT word`.
    pub negated: bool,
    /// The alternatives, joined by `OR` in the query.
    pub any_of: Vec<Term>,
}

/// What is looked for in a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word.
    Word(String),
    /// The beginning of a word.
    Prefix(String),
    /// Words one after the other.
    Phrase(String),
}

/// A condition on the publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Which property.
    pub field: FilterField,
    /// What it has to contain (author, title, tag, in) or be (format, lang).
    pub value: String,
    /// `-author:name`: must not.
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
}

impl FilterField {
    /// Every filter, in the order of the guide.
    pub const ALL: [Self; 6] = [Self::Author, Self::Title, Self::Tag, Self::In, Self::Format, Self::Lang];

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
        }
    }
}

/// Longest query, in bytes.
pub const MAX_QUERY_BYTES: usize = 4096;
/// Most terms and filters of a query.
pub const MAX_TERMS: usize = 64;

/// Why a query cannot be understood. Says what to change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// No word to look for.
    #[error("the query has no word to look for; add one")]
    Empty,
    /// A quotation mark without its partner.
    #[error("the quotation mark at character {at} is not closed; add a second one after the phrase")]
    UnclosedQuote {
        /// Its place, in characters from 1.
        at: usize,
    },
    /// Quotation marks with no word between.
    #[error("the quotation marks at character {at} have no word between them; write a phrase or remove them")]
    EmptyPhrase {
        /// The place of the first, in characters from 1.
        at: usize,
    },
    /// Everything in the query is excluded.
    #[error("the query only says what to leave out; add a word to look for")]
    OnlyExclusions,
    /// A word with a colon that is not a filter.
    #[error(
        "`{name}:` is not a filter; the filters are author, title, tag, in, format and lang. To look for the text itself put it in quotation marks"
    )]
    UnknownFilter {
        /// The word before the colon.
        name: String,
    },
    /// A filter without a value.
    #[error("`{name}:` needs a value, such as {name}:{example}")]
    EmptyFilter {
        /// The filter's name.
        name: &'static str,
        /// A value that would do.
        example: &'static str,
    },
    /// A format that does not exist.
    #[error("`{value}` is not a format; the formats are epub, txt, md and html")]
    UnknownFormat {
        /// What was given.
        value: String,
    },
    /// A star with no letters before it.
    #[error("the star at character {at} needs the beginning of a word before it, such as whal*")]
    BareWildcard {
        /// Its place, in characters from 1.
        at: usize,
    },
    /// `OR` without a word on both sides.
    #[error("OR at character {at} needs a word or phrase on both sides, and cannot join excluded words or filters")]
    DanglingOr {
        /// Its place, in characters from 1.
        at: usize,
    },
    /// `-` or `NOT` with nothing after it.
    #[error("nothing follows the exclusion at character {at}; write the word to leave out right after it")]
    DanglingNot {
        /// Its place, in characters from 1.
        at: usize,
    },
    /// More than [`MAX_QUERY_BYTES`] or [`MAX_TERMS`].
    #[error("the query is too long; use at most 64 words")]
    TooLong,
}

impl Query {
    /// Parses what the reader typed.
    ///
    /// # Errors
    /// [`QueryError`] says what is wrong and what to write instead.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::parse(text)
    }
}
