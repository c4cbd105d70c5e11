//! Folding: maps printed spellings to the one that people type.

use unicode_normalization::UnicodeNormalization;

use super::chars::{is_accent, is_apostrophe};

/// A text in the form that filters compare: lower case, without accents, white space collapsed, apostrophes straight.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd() {
        if c.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if is_apostrophe(c) {
            folded.push('\'');
        } else {
            push_folded(c, &mut folded);
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Several names as one text in which a filter finds any of them, but nothing across two.
pub(crate) fn fold_all(names: &[String]) -> String {
    names.iter().map(|name| fold(name)).collect::<Vec<_>>().join("\n")
}

/// Appends a word without accents and in lower case. Appends nothing if the word consists of accents.
pub(super) fn fold_word(word: &str, out: &mut String) {
    for c in word.nfkd() {
        if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) {
            push_folded(c, out);
        }
    }
}

/// Appends a decomposed character in lower case, unless it is an accent. Letters that Unicode does not decompose are
/// replaced by the usual substitutes of their languages.
fn push_folded(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    if is_accent(c) {
        return;
    }
    for c in c.to_lowercase() {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ħ' => out.push('h'),
            'ı' => out.push('i'),
            'ŧ' => out.push('t'),
            'ŋ' => out.push('n'),
            'ς' => out.push('σ'),
            _ if is_accent(c) => {}
            _ => out.push(c),
        }
    }
}
