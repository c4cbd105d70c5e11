//! Finding a quote in a section's text.
//!
//! The page and the stored text differ in white space and in invisible characters (a soft hyphen, a word joiner), never
//! in letters, so they are compared by their significant characters. `ui/src/renderer/quote.ts` applies the same rule to
//! the page.

use std::fmt;
use std::ops::Range;

use crate::locator::Quote;

/// Whether `c` counts when texts are compared: neither white space nor invisible.
#[must_use]
pub fn is_significant(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The byte range of the highlighted text of `quote` in `text`.
///
/// Tries the highlight with its whole context, then with the context of either side, then alone; of several matches
/// returns the one nearest to `progression` (0 to 1). `None` if there is no match.
#[must_use]
pub fn find(text: &str, quote: &Quote, progression: f64) -> Option<Range<usize>> {
    Haystack::of(text, Letters::AsWritten).find(quote, progression)
}

/// What letters have to have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// Everything: quotes of our own.
    AsWritten,
    /// Quotation marks and dashes of all kinds are alike: quotes that other programs have written down.
    AnyPunctuation,
}

/// A text in which many quotes are found, as by [`find`].
pub struct Haystack {
    text: Significant,
    letters: Letters,
}

/// Without the text, which is the reader's.
impl fmt::Debug for Haystack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Haystack").field("letters", &self.letters).finish_non_exhaustive()
    }
}

impl Haystack {
    /// Prepares a text.
    #[must_use]
    pub fn of(text: &str, letters: Letters) -> Self {
        Self { text: Significant::of(text, letters), letters }
    }

    /// As [`find`]: a byte range of the text.
    #[must_use]
    pub fn find(&self, quote: &Quote, progression: f64) -> Option<Range<usize>> {
        let significant = |text: &String| Significant::of(text, self.letters).text;
        let [before, highlight, after] = [&quote.before, &quote.highlight, &quote.after].map(significant);
        if highlight.is_empty() {
            return None;
        }
        for (with_before, with_after) in [(true, true), (true, false), (false, true), (false, false)] {
            let lead = if with_before { before.as_str() } else { "" };
            let tail = if with_after { after.as_str() } else { "" };
            let needle = [lead, highlight.as_str(), tail].concat();
            if let Some(at) = nearest(&self.text.text, &needle, progression) {
                let start = at + lead.len();
                return Some(self.text.original(start..start + highlight.len()));
            }
        }
        None
    }
}

/// A quotation mark or dash as ASCII has it.
const fn plain(c: char) -> char {
    match c {
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '`' | '\u{b4}' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ => c,
    }
}

/// Start of the occurrence of `needle` that is nearest to `progression` of `haystack`.
#[expect(clippy::cast_precision_loss, reason = "a fraction of a section's length needs no more than 52 bits")]
fn nearest(haystack: &str, needle: &str, progression: f64) -> Option<usize> {
    let wanted = progression * haystack.len() as f64;
    haystack
        .match_indices(needle)
        .map(|(at, _)| at)
        .min_by(|a, b| (*a as f64 - wanted).abs().total_cmp(&(*b as f64 - wanted).abs()))
}

/// A text without its insignificant characters, and where each character was.
struct Significant {
    text: String,
    /// For each character of `text`: its byte offset there, and its byte offset in the original.
    starts: Vec<(usize, usize)>,
}

impl Significant {
    fn of(original: &str, letters: Letters) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut starts = Vec::with_capacity(original.len());
        for (at, c) in original.char_indices().filter(|(_, c)| is_significant(*c)) {
            starts.push((text.len(), at));
            text.push(if letters == Letters::AnyPunctuation { plain(c) } else { c });
        }
        Self { text, starts }
    }

    /// The byte range of the original that a byte range of `text` came from.
    fn original(&self, range: Range<usize>) -> Range<usize> {
        let at = |byte: usize| self.starts.partition_point(|(start, _)| *start < byte);
        let start = self.starts[at(range.start)].1;
        let (last_in_text, last) = self.starts[at(range.end) - 1];
        let length = self.text.split_at(last_in_text).1.chars().next().map_or(0, char::len_utf8);
        start..last + length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, (before, highlight, after): (&str, &str, &str), progression: f64, expect: Option<&str>) {
        let quote = Quote { before: before.into(), highlight: highlight.into(), after: after.into() };
        assert_eq!(find(text, &quote, progression).and_then(|range| text.get(range)), expect);
    }

    #[test]
    fn find_ignores_white_space_and_invisible_characters() {
        check("One white\n whale.", ("One", "white whale", "."), 0.0, Some("white\n whale"));
        check("co\u{ad}operate", ("", "cooperate", ""), 0.0, Some("co\u{ad}operate"));
        check("nothing here", ("", "whale", ""), 0.0, None);
        check("nothing here", ("", "", ""), 0.0, None);
    }

    #[test]
    fn find_chooses_between_equal_quotes_by_context_and_progression() {
        let text = "the sea, the sky, the sea again";
        check(text, ("sky, ", "the sea", ""), 0.0, Some("the sea"));
        let second = find(text, &Quote { highlight: "the sea".into(), ..Quote::default() }, 0.6);
        assert_eq!(second, Some(18..25));
        check(text, ("wrong context ", "the sky", " more wrong"), 0.0, Some("the sky"));
    }

    #[test]
    fn haystack_finds_quotes_with_other_punctuation_if_it_may() {
        let text = "\u{201c}Don\u{2019}t,\u{201d} she said \u{2014} twice.";
        let quote = Quote { highlight: "\"Don't,\" she said - twice".into(), ..Quote::default() };
        assert_eq!(Haystack::of(text, Letters::AsWritten).find(&quote, 0.0), None);
        let found = Haystack::of(text, Letters::AnyPunctuation).find(&quote, 0.0);
        assert_eq!(found, Some(0..text.len() - 1));
    }

    proptest::proptest! {
        /// Property: every quote of a text is found in that text, letter for letter.
        #[test]
        fn find_finds_every_quote_of_a_text(text in ".{0,200}", at in 0.0f64..1.0, length in 1usize..60) {
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "test data")]
            let start = (text.len() as f64 * at) as usize;
            let quote = Quote::of(&text, start..start + length);
            let want: String = quote.highlight.chars().filter(|c| is_significant(*c)).collect();
            let found = find(&text, &quote, at).map(|range| text.get(range).unwrap_or_default().chars().filter(|c| is_significant(*c)).collect::<String>());
            proptest::prop_assert_eq!(found, (!want.is_empty()).then_some(want));
        }
    }
}
