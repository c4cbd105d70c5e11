//! The parser: operators between the lexemes of a query, or plain text.

use super::filter::{self, FilterWord};
use super::lex::{self, Lexeme};
use super::{Clause, MAX_QUERY_CHARS, MAX_TERMS, Query, QueryError, Term, plain};

impl Query {
    /// Parses what a person typed or pasted.
    ///
    /// # Errors
    /// [`QueryError`] explains what is wrong. A text of more than [`MAX_TERMS`] terms has no syntax: it can only be too long
    /// or empty.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.chars().nth(MAX_QUERY_CHARS).is_some() {
            return Err(QueryError::TooLong);
        }
        let query = match lex::lex(text) {
            Ok(lexemes) if lexemes.is_empty() => return Err(QueryError::Empty),
            Ok(lexemes) if lexemes.len() <= MAX_TERMS => assemble(lexemes)?,
            Ok(lexemes) => plain::query_of_lexemes(lexemes),
            // Quotation marks that do not match: an error of a query, but common in a part of a dialogue.
            Err(_) if text.split_whitespace().nth(MAX_TERMS).is_some() => plain::query_of(text),
            Err(error) => return Err(error),
        };
        match query.clauses.iter().any(|clause| !clause.negated) {
            true => Ok(query),
            false if query.clauses.is_empty() => Err(QueryError::Empty),
            false => Err(QueryError::OnlyExclusions),
        }
    }
}

/// A query with operators.
fn assemble(lexemes: Vec<Lexeme>) -> Result<Query, QueryError> {
    let mut query = Query::default();
    let mut pending_or = None;
    let mut pending_not = None;
    // Whether the previous lexeme was a term that an OR may follow.
    let mut joinable = false;
    for mut lexeme in lexemes {
        let bare = lexeme.quoted.is_none() && !lexeme.negated;
        if bare && lexeme.word == "OR" {
            if !joinable || pending_or.is_some() || pending_not.is_some() {
                return Err(QueryError::DanglingOr { at: lexeme.at });
            }
            pending_or = Some(lexeme.at);
            continue;
        }
        if bare && lexeme.word == "AND" && pending_or.is_none() && pending_not.is_none() {
            joinable = false;
            continue;
        }
        if bare && lexeme.word == "NOT" {
            if let Some(at) = pending_or {
                return Err(QueryError::DanglingOr { at });
            }
            pending_not = Some(lexeme.at);
            joinable = false;
            continue;
        }
        lexeme.negated |= pending_not.take().is_some();
        let at_or = pending_or.take();
        if let FilterWord::Filter(filter) = filter::parse(&lexeme)? {
            if let Some(at) = at_or {
                return Err(QueryError::DanglingOr { at });
            }
            query.filters.push(filter);
            joinable = false;
            continue;
        }
        add_terms(&mut query, lexeme, at_or, &mut joinable)?;
    }
    if let Some(at) = pending_or {
        return Err(QueryError::DanglingOr { at });
    }
    match pending_not {
        Some(at) => Err(QueryError::DanglingNot { at }),
        None => Ok(query),
    }
}

/// Adds the term or terms of a lexeme: a word, a phrase, or a word with a phrase directly after it.
fn add_terms(query: &mut Query, lexeme: Lexeme, or: Option<usize>, joinable: &mut bool) -> Result<(), QueryError> {
    let Lexeme { at, word_at, negated, word, quoted } = lexeme;
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

/// The term of a word; `None` for punctuation alone, which matches nothing and is ignored.
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
