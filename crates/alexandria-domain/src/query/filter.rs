//! Filters: `author:melville`, `title:"moby dick"`, …

use super::lex::Lexeme;
use super::{Filter, FilterField, QueryError};
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
    if field == FilterField::Format && Format::from_name(&value.to_ascii_lowercase()).is_none() {
        return Err(QueryError::UnknownFormat { value });
    }
    Ok(FilterWord::Filter(Filter { field, value, negated: lexeme.negated }))
}

const fn example_of(field: FilterField) -> &'static str {
    match field {
        FilterField::Author => "melville",
        FilterField::Title => "\"moby dick\"",
        FilterField::Tag => "adventure",
        FilterField::In => "\"sherlock holmes\"",
        FilterField::Format => "epub",
        FilterField::Lang => "en",
    }
}
