//! Errors of the query language. Their texts explain the syntax, so that a shell can show them as they are.

use super::{MAX_QUERY_CHARS, MAX_TERMS};
use crate::publication::Format;

/// Why a query cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// No search term.
    #[error("the query has no word to search for")]
    Empty,
    /// A quotation mark without its partner.
    #[error("the quotation mark at character {at} is not closed; a phrase needs one on both sides")]
    UnclosedQuote {
        /// Its position, in characters from 1.
        at: usize,
    },
    /// Quotation marks with no word between.
    #[error("the quotation marks at character {at} have no word between them")]
    EmptyPhrase {
        /// The position of the first, in characters from 1.
        at: usize,
    },
    /// Every term is excluded.
    #[error("the query only excludes words; it needs a word to search for")]
    OnlyExclusions,
    /// A word with a colon that is not a filter.
    #[error(
        "`{name}:` is not a filter; the filters are author, title, tag, in, format, lang, collection, rating and status. To \
         search for the text itself, put it in quotation marks"
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
        /// A valid value.
        example: &'static str,
    },
    /// An unknown value of the format filter.
    #[error("`{value}` is not a format; the formats are {}", Format::ALL.map(Format::name).join(", "))]
    UnknownFormat {
        /// The value.
        value: String,
    },
    /// A value of the rating filter that is no number of stars.
    #[error("`{value}` is not a rating; a rating is 0 to 5, or 1+ to 5+ for that many stars or more")]
    UnknownRating {
        /// The value.
        value: String,
    },
    /// An unknown value of the status filter.
    #[error("`{value}` is not a reading status; they are to-read, reading, finished and none")]
    UnknownStatus {
        /// The value.
        value: String,
    },
    /// `OR` in a filter of the shelf, which has no alternatives.
    #[error("OR at character {at} cannot be used to filter books; to find the word itself, put it in quotation marks")]
    OrInFilter {
        /// Its position, in characters from 1.
        at: usize,
    },
    /// More terms than a filter of the shelf can have.
    #[error("a filter has at most {MAX_TERMS} words")]
    TooManyTerms,
    /// A `*` without the beginning of a word.
    #[error("the star at character {at} needs the beginning of a word before it, such as whal*")]
    BareWildcard {
        /// Its position, in characters from 1.
        at: usize,
    },
    /// `OR` without a term on both sides.
    #[error("OR at character {at} needs a word or phrase on both sides, and cannot join excluded words or filters")]
    DanglingOr {
        /// Its position, in characters from 1.
        at: usize,
    },
    /// `-` or `NOT` with nothing after it.
    #[error("the exclusion at character {at} needs a word directly after it")]
    DanglingNot {
        /// Its position, in characters from 1.
        at: usize,
    },
    /// Longer than [`MAX_QUERY_CHARS`].
    #[error("the query is longer than {MAX_QUERY_CHARS} characters")]
    TooLong,
}
