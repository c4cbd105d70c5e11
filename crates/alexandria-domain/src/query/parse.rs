//! The parser of the query language: one pass over the characters, then `OR` and `NOT` between the pieces.

use super::{Clause, Filter, FilterField, MAX_QUERY_BYTES, MAX_TERMS, Query, QueryError, Term};
use crate::publication::Format;

/// A piece of the query between spaces, with its place in characters from 1.
#[derive(Debug)]
struct Piece {
    at: usize,
    /// Where it goes on behind a `-`.
    word_at: usize,
    negated: bool,
    /// The unquoted part (a word, or a filter's name with its colon).
    word: String,
    /// The quoted part, if any.
    quoted: Option<String>,
}

pub(super) fn parse(text: &str) -> Result<Query, QueryError> {
    if text.len() > MAX_QUERY_BYTES {
        return Err(QueryError::TooLong);
    }
    let pieces = split(text)?;
    if pieces.is_empty() {
        return Err(QueryError::Empty);
    }
    if pieces.len() > MAX_TERMS {
        return Err(QueryError::TooLong);
    }
    let query = assemble(pieces)?;
    match query.clauses.iter().any(|clause| !clause.negated) {
        true => Ok(query),
        false if query.clauses.is_empty() && query.filters.is_empty() => Err(QueryError::Empty),
        false if query.clauses.is_empty() => Err(QueryError::Empty),
        false => Err(QueryError::OnlyExclusions),
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»')
}

fn split(text: &str) -> Result<Vec<Piece>, QueryError> {
    let mut pieces = Vec::new();
    let mut chars = text.chars().enumerate().map(|(n, c)| (n + 1, c)).peekable();
    while let Some(&(at, first)) = chars.peek() {
        if first.is_whitespace() {
            chars.next();
            continue;
        }
        let negated = first == '-';
        if negated {
            chars.next();
        }
        let mut piece = Piece { at, word_at: at + usize::from(negated), negated, word: String::new(), quoted: None };
        while let Some(&(place, c)) = chars.peek() {
            if c.is_whitespace() {
                break;
            }
            chars.next();
            if !is_quote(c) {
                piece.word.push(c);
                continue;
            }
            // An operator needs no space before a phrase.
            if !piece.negated && matches!(piece.word.as_str(), "OR" | "AND" | "NOT") {
                let phrase = Piece { at: place, word_at: place, negated: false, word: String::new(), quoted: None };
                pieces.push(std::mem::replace(&mut piece, phrase));
            }
            let mut phrase = String::new();
            let closed = chars.by_ref().any(|(_, c)| {
                if !is_quote(c) {
                    phrase.push(c);
                }
                is_quote(c)
            });
            if !closed {
                return Err(QueryError::UnclosedQuote { at: place });
            }
            if !phrase.chars().any(char::is_alphanumeric) {
                return Err(QueryError::EmptyPhrase { at: place });
            }
            piece.quoted = Some(phrase);
            break;
        }
        pieces.push(piece);
    }
    Ok(pieces)
}

fn assemble(pieces: Vec<Piece>) -> Result<Query, QueryError> {
    let mut query = Query::default();
    let mut pending_or = None;
    let mut pending_not = None;
    // Whether the last piece was a term that an OR may follow.
    let mut joinable = false;
    for mut piece in pieces {
        let bare = piece.quoted.is_none() && !piece.negated;
        if bare && piece.word == "OR" {
            if !joinable || pending_or.is_some() || pending_not.is_some() {
                return Err(QueryError::DanglingOr { at: piece.at });
            }
            pending_or = Some(piece.at);
            continue;
        }
        if bare && piece.word == "AND" && pending_or.is_none() && pending_not.is_none() {
            joinable = false;
            continue;
        }
        if bare && piece.word == "NOT" {
            if let Some(at) = pending_or {
                return Err(QueryError::DanglingOr { at });
            }
            pending_not = Some(piece.at);
            joinable = false;
            continue;
        }
        piece.negated |= pending_not.take().is_some();
        let at_or = pending_or.take();
        if let Some(filter) = filter_of(&piece)? {
            if let Some(at) = at_or {
                return Err(QueryError::DanglingOr { at });
            }
            query.filters.push(filter);
            joinable = false;
            continue;
        }
        add_terms(&mut query, piece, at_or, &mut joinable)?;
    }
    if let Some(at) = pending_or {
        return Err(QueryError::DanglingOr { at });
    }
    match pending_not {
        Some(at) => Err(QueryError::DanglingNot { at }),
        None => Ok(query),
    }
}

/// Adds the term or terms of a piece: a word, a phrase, or a word with a phrase right behind it.
fn add_terms(query: &mut Query, piece: Piece, or: Option<usize>, joinable: &mut bool) -> Result<(), QueryError> {
    let Piece { at, word_at, negated, word, quoted } = piece;
    let mut terms = Vec::new();
    if let Some(term) = word_term(&word, word_at)? {
        terms.push(term);
    }
    terms.extend(quoted.map(Term::Phrase));
    if terms.is_empty() && negated && word.is_empty() {
        return Err(QueryError::DanglingNot { at });
    }
    for term in terms {
        match (or, query.clauses.last_mut()) {
            (Some(at), _) if negated => return Err(QueryError::DanglingOr { at }),
            (Some(_), Some(clause)) => clause.any_of.push(term),
            _ => query.clauses.push(Clause { negated, any_of: vec![term] }),
        }
        *joinable = !negated;
    }
    Ok(())
}

/// The term a word stands for; `None` for mere punctuation, which matches nothing and is left out.
fn word_term(word: &str, at: usize) -> Result<Option<Term>, QueryError> {
    let Some(start) = word.strip_suffix('*') else {
        return Ok(word.chars().any(char::is_alphanumeric).then(|| Term::Word(word.to_owned())));
    };
    if start.chars().any(char::is_alphanumeric) {
        Ok(Some(Term::Prefix(start.to_owned())))
    } else {
        Err(QueryError::BareWildcard { at: at + start.chars().count() })
    }
}

fn filter_of(piece: &Piece) -> Result<Option<Filter>, QueryError> {
    let Some((name, rest)) = piece.word.split_once(':') else { return Ok(None) };
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphabetic()) {
        return Ok(None);
    }
    let Some(field) = FilterField::ALL.into_iter().find(|field| name.eq_ignore_ascii_case(field.name())) else {
        // "Note:" at the end of a word is prose; "note:this" looks like a filter.
        let looks_like_filter = piece.quoted.is_some() || rest.chars().next().is_some_and(char::is_alphanumeric);
        return if looks_like_filter { Err(QueryError::UnknownFilter { name: name.to_owned() }) } else { Ok(None) };
    };
    let value = match &piece.quoted {
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
    Ok(Some(Filter { field, value, negated: piece.negated }))
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
