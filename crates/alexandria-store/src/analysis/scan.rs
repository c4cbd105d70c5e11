//! Cutting a text into terms.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::chars::{Class, class, is_apostrophe, joins_previous};
use super::fold::fold_word;
use super::stem::push_stem;

/// Characters of a word that count. Longer "words" are not prose.
const WORD_CHARS: usize = 64;

/// One term of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What is indexed: the stem, or a pair of characters.
    pub term: &'a str,
    /// The folded word the stem was made from.
    pub form: &'a str,
    /// The bytes of the text it stands for.
    pub range: Range<usize>,
    /// For a script without spaces: where the term's first character ends. `None` for words.
    pub first_end: Option<usize>,
}

/// Cuts `text` into terms and shows each to `visit`, in order.
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
            at = if goes_on(text, end) {
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

/// Memory used again for each word.
#[derive(Default)]
struct Buffers {
    form: String,
    term: String,
    /// Of a run: end of each character in the text, and its normal form's end in `form`.
    ends: Vec<(usize, usize)>,
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Whether the ASCII letters that end at `end` are only a part of a word.
fn goes_on(text: &str, end: usize) -> bool {
    text.as_bytes().get(end).is_some_and(|byte| !byte.is_ascii())
        && char_at(text, end).is_some_and(|c| matches!(class(c), Class::Word | Class::Invisible))
}

/// The quick way for the most frequent kind of word. Returns where to go on.
fn ascii_word(text: &str, range: Range<usize>, buffers: &mut Buffers, visit: &mut impl FnMut(Token<'_>)) -> usize {
    let Buffers { form, term, .. } = buffers;
    form.clear();
    form.push_str(text.get(range.start..range.end.min(range.start + WORD_CHARS)).unwrap_or_default());
    form.make_ascii_lowercase();
    term.clear();
    push_stem(form, term);
    visit(Token { term, form, range: range.clone(), first_end: None });
    skip_possessive(text, range.end)
}

/// A word with letters beyond ASCII. Returns where to go on.
fn word(text: &str, start: usize, buffers: &mut Buffers, visit: &mut impl FnMut(Token<'_>)) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let (mut end, mut counted, mut chars) = (0, 0, 0);
    for (at, c) in rest.char_indices() {
        match class(c) {
            Class::Word => {
                end = at + c.len_utf8();
                chars += 1;
                if chars <= WORD_CHARS {
                    counted = end;
                }
            }
            Class::Invisible => {}
            Class::Continuous | Class::Other => break,
        }
    }
    let Buffers { form, term, .. } = buffers;
    form.clear();
    fold_word(rest.get(..counted).unwrap_or_default(), form);
    if !form.is_empty() {
        term.clear();
        push_stem(form, term);
        visit(Token { term, form, range: start..start + end, first_end: None });
    }
    skip_possessive(text, start + end)
}

/// Where the text goes on after a word that ends at `end`: behind a possessive `'s`, if there is one.
fn skip_possessive(text: &str, end: usize) -> usize {
    let mut rest = text.get(end..).unwrap_or_default().char_indices();
    match (rest.next(), rest.next(), rest.next()) {
        (Some((_, mark)), Some((_, 's' | 'S')), next)
            if is_apostrophe(mark) && next.is_none_or(|(_, c)| class(c) == Class::Other) =>
        {
            end + mark.len_utf8() + 1
        }
        _ => end,
    }
}

/// A run of a script without spaces. Returns where to go on.
fn run(text: &str, start: usize, buffers: &mut Buffers, visit: &mut impl FnMut(Token<'_>)) -> usize {
    let Buffers { form, term, ends } = buffers;
    form.clear();
    ends.clear();
    let mut end = start;
    let mut rest = text.get(start..).unwrap_or_default().chars().peekable();
    while let Some(c) = rest.next_if(|c| class(*c) == Class::Continuous) {
        let from = end;
        end += c.len_utf8();
        while let Some(mark) = rest.next_if(|c| joins_previous(*c)) {
            end += mark.len_utf8();
        }
        let character = text.get(from..end).unwrap_or_default().nfkc().filter(|c| class(*c) != Class::Other);
        let before = form.len();
        form.extend(character.flat_map(char::to_lowercase));
        if form.len() > before {
            ends.push((end, form.len()));
        }
    }
    let mut from = (start, 0);
    for (at, &(first_end, form_end)) in ends.iter().enumerate() {
        let (pair_end, pair_form_end) = ends.get(at + 1).copied().unwrap_or((first_end, form_end));
        term.clear();
        term.push_str(form.get(from.1..pair_form_end).unwrap_or_default());
        visit(Token { term, form: term, range: from.0..pair_end, first_end: Some(first_end) });
        from = (first_end, form_end);
    }
    end
}
