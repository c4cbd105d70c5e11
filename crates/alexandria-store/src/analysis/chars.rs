//! Which characters make words.

use alexandria_domain::quote::is_significant;
use unicode_normalization::char::is_combining_mark;

/// How a character takes part in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Belongs to a word of a script that separates words.
    Word,
    /// Belongs to a run of a script written without spaces.
    Continuous,
    /// Invisible; does not interrupt a word.
    Invisible,
    /// Separates words.
    Other,
}

pub(super) fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Class::Word } else { Class::Other };
    }
    if is_apostrophe(c) {
        return Class::Other;
    }
    if c.is_alphanumeric() || is_combining_mark(c) {
        return if is_continuous(c) { Class::Continuous } else { Class::Word };
    }
    if c.is_whitespace() || is_significant(c) { Class::Other } else { Class::Invisible }
}

/// Straight, typographic, modifier and full-width apostrophes, and the left quotation mark that is often used for one.
pub(super) const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '\u{2b9}' | '\u{ff07}')
}

/// Letters and marks of scripts that put no spaces between words, and hangul, whose particles are attached to words.
const fn is_continuous(c: char) -> bool {
    matches!(c as u32,
        0x0e00..=0x0eff      // Thai, Lao
        | 0x1000..=0x109f    // Myanmar
        | 0x1100..=0x11ff    // hangul jamo
        | 0x1780..=0x17ff    // Khmer
        | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3038..=0x303a // numerals
        | 0x3041..=0x3195    // kana, bopomofo, compatibility jamo, small numerals
        | 0x31a0..=0x31bf | 0x31f0..=0x31ff
        | 0x3220..=0x3229 | 0x3280..=0x3289 // numerals in brackets and circles
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff // Han
        | 0xa960..=0xa97f | 0xac00..=0xd7ff // hangul
        | 0xf900..=0xfaff    // compatibility Han
        | 0xff66..=0xffdc    // half-width kana and hangul
        | 0x1aff0..=0x1b16f  // kana supplements
        | 0x20000..=0x3ffff  // Han extensions
    )
}

/// Whether a character of a continuous script joins the one before it: vowel signs, voicing marks, jamo that close a syllable.
pub(super) fn joins_previous(c: char) -> bool {
    matches!(c, '\u{ff9e}' | '\u{ff9f}' | '\u{1160}'..='\u{11ff}') || is_combining_mark(c)
}

/// Accents and vowel points that people omit when typing. Marks that form another letter (Indic vowel signs, kana voicing)
/// are not included.
pub(super) const fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{483}'..='\u{489}' // Cyrillic
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' // Hebrew
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' // Arabic
    )
}
