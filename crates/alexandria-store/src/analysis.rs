//! Text analysis: what counts as a word, and which words count as the same.
//!
//! Passages and queries go through the same steps, so that what is indexed and what is looked for agree:
//!
//! 1. A *word* is a run of letters, digits and their marks. Apostrophes and hyphens separate words; an English
//!    possessive `'s` is dropped. Typographic and straight apostrophes are the same.
//! 2. Words are folded: Unicode compatibility forms decomposed (NFKD), accents removed, lower case, `ß` `æ` `ø` `ł` … spelt out.
//! 3. Folded words of Latin letters are reduced to their stem (Snowball "English").
//! 4. Scripts written without spaces (Han, kana, hangul, Thai, …) become one term for each character: it and the next
//!    one, or at the end of a run it alone. So any string of two characters or more is a phrase of such pairs, and a single
//!    character is the beginning of one.
//!
//! Absent: stop words are kept, as phrases need them (only [`relaxed`] leaves them out), and stemming for other languages.

mod chars;
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

pub(crate) use pattern::{Pattern, Start, Wanted};
pub(crate) use prepare::{FORM_MARK, HEADING_MARK, REPEATED_MARKS};
pub(crate) use stop::is_stop_word;
