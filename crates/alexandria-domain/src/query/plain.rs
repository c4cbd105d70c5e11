//! A text of more than [`MAX_TERMS`](super::MAX_TERMS) terms: every word of it, whatever its punctuation would mean in a
//! shorter query.
//!
//! The terms are such that written out as a shorter query they would mean the same: no quotation mark, no leading `-`, no
//! final `*`, no operator, and nothing that looks like a filter.

use super::filter::{self, FilterWord};
use super::lex::{Lexeme, is_quote};
use super::{Clause, Query, Term};

/// The words of a text as separate terms.
pub(super) fn query_of(text: &str) -> Query {
    let mut query = Query::default();
    for word in text.split_whitespace() {
        add_word(&mut query, word);
    }
    query
}

/// The words of a text whose quotation marks are balanced, so that a filter's value may be quoted.
pub(super) fn query_of_lexemes(lexemes: Vec<Lexeme>) -> Query {
    let mut query = Query::default();
    for lexeme in lexemes {
        if let Ok(FilterWord::Filter(filter)) = filter::parse(&lexeme) {
            query.filters.push(filter);
            continue;
        }
        let words = lexeme.word.split_whitespace().chain(lexeme.quoted.iter().flat_map(|text| text.split_whitespace()));
        words.for_each(|word| add_word(&mut query, word));
    }
    query
}

fn add_word(query: &mut Query, word: &str) {
    word.split(is_quote).for_each(|part| add_part(query, part));
}

/// Adds a word without quotation marks. What looks like a filter but is not a valid one becomes the words on both sides of
/// its colon.
fn add_part(query: &mut Query, part: &str) {
    let mut rest = part;
    loop {
        let negated = rest.starts_with('-');
        rest = rest.trim_start_matches('-').trim_end_matches('*');
        let lexeme = Lexeme { at: 1, word_at: 1, negated, word: rest.to_owned(), quoted: None };
        match (filter::parse(&lexeme), rest.split_once(':')) {
            (Ok(FilterWord::Filter(filter)), _) => return query.filters.push(filter),
            (Err(_), Some((name, value))) => {
                add_term(query, name);
                rest = value;
            }
            (Ok(FilterWord::Word), _) | (Err(_), None) => return add_term(query, rest),
        }
    }
}

fn add_term(query: &mut Query, word: &str) {
    if word.chars().any(char::is_alphanumeric) {
        let word = if matches!(word, "OR" | "AND" | "NOT") { word.to_lowercase() } else { word.to_owned() };
        query.clauses.push(Clause { negated: false, any_of: vec![Term::Word(word)] });
    }
}
