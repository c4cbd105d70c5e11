//! Filters of the shelf: `melville tag:sea rating:4+ -status:finished`. The same filters as in a query, and words that are
//! looked for in what the shelf shows of a publication, not in its text.

use super::filter::{self, FilterWord};
use super::lex::lex;
use super::{Filter, MAX_QUERY_CHARS, MAX_TERMS, QueryError};

/// Which publications a list shows: all words and all filters must hold. The default shows all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShelfFilter {
    /// What title, authors, series or tags must contain.
    pub words: Vec<ShelfWord>,
    /// Conditions on single properties.
    pub filters: Vec<Filter>,
}

/// A word or phrase of a [`ShelfFilter`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfWord {
    /// What title, authors, series or tags must contain.
    pub text: String,
    /// `-word`: they must not contain it.
    pub negated: bool,
}

impl ShelfFilter {
    /// Parses what a person typed. An empty text lets everything through.
    ///
    /// # Errors
    /// [`QueryError`] explains what is wrong.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.chars().nth(MAX_QUERY_CHARS).is_some() {
            return Err(QueryError::TooLong);
        }
        let lexemes = lex(text)?;
        if lexemes.len() > MAX_TERMS {
            return Err(QueryError::TooManyTerms);
        }
        let mut shelf = Self::default();
        for lexeme in lexemes {
            let (at, negated) = (lexeme.at, lexeme.negated);
            if lexeme.quoted.is_none() && !negated && lexeme.word == "OR" {
                return Err(QueryError::OrInFilter { at });
            }
            if let FilterWord::Filter(filter) = filter::parse(&lexeme)? {
                shelf.filters.push(filter);
                continue;
            }
            let text = format!("{}{}", lexeme.word, lexeme.quoted.unwrap_or_default());
            if text.is_empty() {
                return Err(QueryError::DanglingNot { at });
            }
            shelf.words.push(ShelfWord { text, negated });
        }
        Ok(shelf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<&[&str], QueryError>) {
        let sign = |negated| if negated { "-" } else { "" };
        let found = ShelfFilter::parse(text).map(|shelf| {
            let words = shelf.words.iter().map(|word| format!("{}{}", sign(word.negated), word.text));
            let filter = |filter: &Filter| format!("{}{}:{}", sign(filter.negated), filter.field.name(), filter.value);
            words.chain(shelf.filters.iter().map(filter)).collect::<Vec<_>>()
        });
        assert_eq!(found, expect.map(|parts| parts.iter().map(ToString::to_string).collect()), "{text}");
    }

    #[test]
    fn shelf_filter_reads_words_and_filters() {
        check("OR", Err(QueryError::OrInFilter { at: 1 }));
        check("a -", Err(QueryError::DanglingNot { at: 3 }));
        check("\"a", Err(QueryError::UnclosedQuote { at: 1 }));
        check("shelf:x", Err(QueryError::UnknownFilter { name: "shelf".into() }));
        check("rating:", Err(QueryError::EmptyFilter { name: "rating", example: "4+" }));
        for value in ["6", "-1", "4.5", "++", "5++", "44", "x"] {
            check(&format!("rating:{value}"), Err(QueryError::UnknownRating { value: value.into() }));
        }
        check("status:burnt", Err(QueryError::UnknownStatus { value: "burnt".into() }));
        check(&"a ".repeat(MAX_TERMS + 1), Err(QueryError::TooManyTerms));
        check(&"a".repeat(MAX_QUERY_CHARS + 1), Err(QueryError::TooLong));
        check("  ", Ok(&[]));
        check("moby -\"the sea\" \"OR\"", Ok(&["moby", "-the sea", "OR"]));
        check(
            "-tag:sea rating:4+ status:To-Read collection:\"on holiday\" status:none",
            Ok(&["-tag:sea", "rating:4+", "status:To-Read", "collection:on holiday", "status:none"]),
        );
    }
}
