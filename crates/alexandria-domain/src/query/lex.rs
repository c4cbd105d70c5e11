//! Splits a query at spaces and quotation marks.

use super::QueryError;

/// A part of the query between spaces: a word, a quoted phrase, or a word with a phrase directly after it.
#[derive(Debug)]
pub(super) struct Lexeme {
    /// Its position, in characters from 1.
    pub(super) at: usize,
    /// The position after a leading `-`, in characters from 1.
    pub(super) word_at: usize,
    pub(super) negated: bool,
    /// The unquoted part: a word, or a filter's name with its colon.
    pub(super) word: String,
    pub(super) quoted: Option<String>,
}

pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»')
}

/// # Errors
/// [`QueryError::UnclosedQuote`] and [`QueryError::EmptyPhrase`].
pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, QueryError> {
    let mut lexemes = Vec::new();
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
        let mut lexeme = Lexeme { at, word_at: at + usize::from(negated), negated, word: String::new(), quoted: None };
        while let Some(&(at, c)) = chars.peek() {
            if c.is_whitespace() {
                break;
            }
            chars.next();
            if !is_quote(c) {
                lexeme.word.push(c);
                continue;
            }
            // An operator needs no space before a phrase.
            if !lexeme.negated && matches!(lexeme.word.as_str(), "OR" | "AND" | "NOT") {
                let phrase = Lexeme { at, word_at: at, negated: false, word: String::new(), quoted: None };
                lexemes.push(std::mem::replace(&mut lexeme, phrase));
            }
            let mut phrase = String::new();
            let closed = chars.by_ref().any(|(_, c)| {
                if !is_quote(c) {
                    phrase.push(c);
                }
                is_quote(c)
            });
            if !closed {
                return Err(QueryError::UnclosedQuote { at });
            }
            if !phrase.chars().any(char::is_alphanumeric) {
                return Err(QueryError::EmptyPhrase { at });
            }
            lexeme.quoted = Some(phrase);
            break;
        }
        lexemes.push(lexeme);
    }
    Ok(lexemes)
}
