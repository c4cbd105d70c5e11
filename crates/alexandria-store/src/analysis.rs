//! Text analysis: how text becomes index terms.
//!
//! Passages and queries go through the same steps, so that indexed and searched terms agree:
//!
//! 1. A *word* is a run of letters, digits and their marks. Apostrophes and hyphens separate words; an English
//!    possessive `'s` is dropped. Typographic and straight apostrophes are the same.
//! 2. Words are folded: Unicode compatibility forms decomposed (NFKD), accents removed, lower case, `ß` `æ` `ø` `ł` … spelled
//!    out.
//! 3. Folded words of Latin letters are reduced to their stem (Snowball "English").
//! 4. Scripts written without spaces (Han, kana, hangul, Thai, …) become bigrams: one term for each character and its
//!    successor, or at the end of a run for the character alone. So any string of two or more characters is a phrase of
//!    bigrams, and a single character is the prefix of one.
//!
//! Stop words are indexed, because phrases need them; only [`relaxed`] omits them. Not here: stemming for other languages.

mod chars;
mod common;
mod fold;
mod matches;
mod pattern;
mod prepare;
mod relax;
mod scan;
mod stem;
mod stop;
#[cfg(test)]
mod tests;

pub use fold::fold;
pub use matches::matches;
pub use prepare::PreparedPassage;
pub use relax::relaxed;
pub use scan::{Token, analyse};

pub(crate) use common::{CommonKey, Coverage, MAX_RUN_WORDS, WordKeys};
pub(crate) use fold::fold_all;
pub(crate) use matches::MatchCounter;
pub(crate) use pattern::{Pattern, Prefix, QueryPatterns};
pub(crate) use prepare::{FORM_MARK, HEADING_MARK, REPETITION_DEGREES};
pub(crate) use stop::is_stop_word;
