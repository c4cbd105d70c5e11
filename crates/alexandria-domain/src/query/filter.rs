//! Filters: `author:melville`, `title:"moby dick"`, …

use super::lex::Lexeme;
use super::{Filter, FilterField, QueryError};
use crate::edits::{MAX_RATING, ReadingStatus};
use crate::publication::Format;

/// What a lexeme is.
pub(super) enum FilterWord {
    Filter(Filter),
    /// Not a filter, even if it contains a colon.
    Word,
}

/// # Errors
/// If the lexeme looks like a filter but is not a valid one.
pub(super) fn parse(lexeme: &Lexeme) -> Result<FilterWord, QueryError> {
    let Some((name, rest)) = lexeme.word.split_once(':') else { return Ok(FilterWord::Word) };
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphabetic()) {
        return Ok(FilterWord::Word);
    }
    let Some(field) = FilterField::from_name(name) else {
        // "Note:" at the end of a word is prose; "note:this" looks like a filter.
        let looks_like_filter = lexeme.quoted.is_some() || rest.chars().next().is_some_and(char::is_alphanumeric);
        return if looks_like_filter {
            Err(QueryError::UnknownFilter { name: name.to_owned() })
        } else {
            Ok(FilterWord::Word)
        };
    };
    let value = match &lexeme.quoted {
        Some(phrase) => format!("{rest}{phrase}"),
        None => rest.to_owned(),
    };
    let value = value.trim().to_owned();
    if value.is_empty() {
        return Err(QueryError::EmptyFilter { name: field.name(), example: example_of(field) });
    }
    check_value(field, &value)?;
    Ok(FilterWord::Filter(Filter { field, value, negated: lexeme.negated }))
}

/// # Errors
/// If no publication could have that value.
fn check_value(field: FilterField, value: &str) -> Result<(), QueryError> {
    let lower = value.to_ascii_lowercase();
    let unknown = || value.to_owned();
    match field {
        FilterField::Format if Format::from_name(&lower).is_none() => {
            Err(QueryError::UnknownFormat { value: unknown() })
        }
        FilterField::Rating if !is_rating(&lower) => Err(QueryError::UnknownRating { value: unknown() }),
        FilterField::Status if lower != NO_STATUS && ReadingStatus::from_name(&lower).is_none() => {
            Err(QueryError::UnknownStatus { value: unknown() })
        }
        _ => Ok(()),
    }
}

/// The value of a status filter for publications without one.
const NO_STATUS: &str = "none";

/// Whether a value is a number of stars, or the least number of stars.
fn is_rating(value: &str) -> bool {
    let stars = value.strip_suffix('+').unwrap_or(value);
    matches!(stars.as_bytes(), [digit] if (b'0'..=b'0' + MAX_RATING).contains(digit))
}

const fn example_of(field: FilterField) -> &'static str {
    match field {
        FilterField::Author => "melville",
        FilterField::Title => "\"moby dick\"",
        FilterField::Tag => "adventure",
        FilterField::In => "\"sherlock holmes\"",
        FilterField::Format => "epub",
        FilterField::Lang => "en",
        FilterField::Collection => "holidays",
        FilterField::Rating => "4+",
        FilterField::Status => "finished",
    }
}
