//! Splits a text into terms.

use std::ops::Range;

use alexandria_domain::text_part;
use unicode_normalization::UnicodeNormalization;

use super::chars::{Class, class, is_apostrophe, joins_previous};
use super::fold::fold_word;
use super::stem::push_stem;

/// Characters of a word that are indexed. Longer "words" are not prose.
const MAX_WORD_CHARS: usize = 64;

/// One term of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The indexed term: a stem or a bigram.
    pub term: &'a str,
    /// The folded word before stemming.
    pub form: &'a str,
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// For a bigram: the end of its first character, in bytes. `None` for words.
    pub first_end: Option<usize>,
}

/// Splits `text` into terms and passes each to `visit`, in order.
pub fn analyse(text: &str, mut visit: impl FnMut(Token<'_>)) {
    let bytes = text.as_bytes();
    let mut buffers = Buffers::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            if !byte.is_ascii_alphanumeric() {
                at += 1;
                continue;
            }
            let letters = bytes.iter().skip(at).take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let end = at + letters;
            at = if continues_after(text, end) {
                word(text, at, &mut buffers, &mut visit)
            } else {
                ascii_word(text, at..end, &mut buffers, &mut visit)
            };
            continue;
        }
        let Some(c) = char_at(text, at) else { break };
        at = match class(c) {
            Class::Word => word(text, at, &mut buffers, &mut visit),
            Class::Continuous => run(text, at, &mut buffers, &mut visit),
            Class::Invisible | Class::Other => at + c.len_utf8(),
        };
    }
}

/// Memory reused for each word.
#[derive(Default)]
struct Buffers {
    form: String,
    term: String,
    /// The characters of a run.
    characters: Vec<CharacterEnd>,
}

/// The end of a character of a run.
#[derive(Clone, Copy)]
struct CharacterEnd {
    /// In the text, in bytes.
    text: usize,
    /// In the run's normal form, in bytes.
    form: usize,
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Whether the word of which the ASCII letters end at `end` continues.
fn continues_after(text: &str, end: usize) -> bool {
    text.as_bytes().get(end).is_some_and(|byte| !byte.is_ascii())
        && char_at(text, end).is_some_and(|c| matches!(class(c), Class::Word | Class::Invisible))
}

/// The fast path for the most frequent kind of word. Returns the offset at which to continue.
fn ascii_word(text: &str, range: Range<usize>, buffers: &mut Buffers, visit: &mut impl FnMut(Token<'_>)) -> usize {
    let Buffers { form, term, .. } = buffers;
    form.clear();
    form.push_str(text_part(text, range.start..range.end.min(range.start + MAX_WORD_CHARS)));
    form.make_ascii_lowercase();
    term.clear();
    push_stem(form, term);
    visit(Token { term, form, range: range.clone(), first_end: None });
    skip_possessive(text, range.end)
}

/// A word with letters beyond ASCII. Returns the offset at which to continue.
fn word(text: &str, start: usize, buffers: &mut Buffers, visit: &mut impl FnMut(Token<'_>)) -> usize {
    let rest = text_part(text, start..);
    let (mut end, mut indexed_end, mut chars) = (0, 0, 0);
    for (at, c) in rest.char_indices() {
        match class(c) {
            Class::Word => {
                end = at + c.len_utf8();
                chars += 1;
                if chars <= MAX_WORD_CHARS {
                    indexed_end = end;
                }
            }
            Class::Invisible => {}
            Class::Continuous | Class::Other => break,
        }
    }
    let Buffers { form, term, .. } = buffers;
    form.clear();
    fold_word(text_part(rest, ..indexed_end), form);
    if !form.is_empty() {
        term.clear();
        push_stem(form, term);
        visit(Token { term, form, range: start..start + end, first_end: None });
    }
    skip_possessive(text, start + end)
}

/// The offset after a word that ends at `end` and its possessive `'s`, if there is one.
fn skip_possessive(text: &str, end: usize) -> usize {
    let mut rest = text_part(text, end..).char_indices();
    match (rest.next(), rest.next(), rest.next()) {
        (Some((_, mark)), Some((_, 's' | 'S')), next)
            if is_apostrophe(mark) && next.is_none_or(|(_, c)| class(c) == Class::Other) =>
        {
            end + mark.len_utf8() + 1
        }
        _ => end,
    }
}

/// A run of a script without spaces. Returns the offset at which to continue.
fn run(text: &str, start: usize, buffers: &mut Buffers, visit: &mut impl FnMut(Token<'_>)) -> usize {
    let Buffers { form, term, characters } = buffers;
    form.clear();
    characters.clear();
    let mut end = start;
    let mut rest = text_part(text, start..).chars().peekable();
    while let Some(c) = rest.next_if(|c| class(*c) == Class::Continuous) {
        let from = end;
        end += c.len_utf8();
        while let Some(mark) = rest.next_if(|c| joins_previous(*c)) {
            end += mark.len_utf8();
        }
        let character = text_part(text, from..end).nfkc().filter(|c| class(*c) != Class::Other);
        let before = form.len();
        form.extend(character.flat_map(char::to_lowercase));
        if form.len() > before {
            characters.push(CharacterEnd { text: end, form: form.len() });
        }
    }
    let mut from = CharacterEnd { text: start, form: 0 };
    for (number, &first) in characters.iter().enumerate() {
        let second = characters.get(number + 1).copied().unwrap_or(first);
        term.clear();
        term.push_str(text_part(form, from.form..second.form));
        visit(Token { term, form: term, range: from.text..second.text, first_end: Some(first.text) });
        from = first;
    }
    end
}
