//! Labels: headings and entries of the table of contents, used as names of places.
//!
//! Labels are stored many times: each passage has the headings above it, each section its entries in the table of contents.
//! So a label has a maximum length, and so has a path of labels; otherwise a page whose heading is never closed would be
//! stored once for each of its passages. Only labels are shortened: the text keeps its headings complete.

use std::borrow::Cow;

/// Maximum length of a label: some 500 Latin letters, 250 Cyrillic ones or 170 Chinese characters.
pub const MAX_BYTES: usize = 512;

/// Maximum length of the labels of one path, in bytes.
pub const MAX_PATH_BYTES: usize = 1024;

/// Replaces omitted text.
const ELLIPSIS: char = '…';

/// `text`, or as many of its words as fit into `limit` bytes with an ellipsis. A word is split only if it is longer than
/// half of that.
#[must_use]
pub fn shortened(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let room = limit.saturating_sub(ELLIPSIS.len_utf8());
    let (head, _) = text.split_at(text.floor_char_boundary(room));
    let end = head.rfind(char::is_whitespace).filter(|space| *space > room / 2).unwrap_or(head.len());
    let (words, _) = head.split_at(end);
    Cow::Owned(format!("{}{ELLIPSIS}", words.trim_end()))
}

/// The path of these headings, outermost first: each as a label. If together they are longer than [`MAX_PATH_BYTES`],
/// the outermost are left out.
#[must_use]
pub fn path<'a>(headings: impl DoubleEndedIterator<Item = &'a str>) -> Vec<String> {
    let mut room = MAX_PATH_BYTES;
    let mut path: Vec<String> = Vec::new();
    for heading in headings.rev() {
        let label = shortened(heading, MAX_BYTES);
        let Some(left) = room.checked_sub(label.len()) else { break };
        room = left;
        path.push(label.into_owned());
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortened_splits_long_texts_at_a_word_or_at_a_character() {
        let check = |text: &str, limit: usize, expect: &str| assert_eq!(shortened(text, limit), expect, "{text}");
        check("", 10, "");
        check("ten bytes.", 10, "ten bytes.");
        check("the white whale", 14, "the white…");
        check("the white  whale", 14, "the white…");
        check("a Donaudampfschiff", 14, "a Donaudamp…");
        check("ééééééé", 10, "ééé…");
        check("鯨鯨鯨鯨", 10, "鯨鯨…");
    }

    #[test]
    fn path_keeps_the_innermost_labels() {
        let check = |headings: &[&str], expect: &[&str]| assert_eq!(path(headings.iter().copied()), expect);
        check(&[], &[]);
        check(&["Part I", "Chapter 1"], &["Part I", "Chapter 1"]);
        let (long, label) = ("x".repeat(2_000), format!("{}…", "x".repeat(509)));
        check(&[&long], &[&label]);
        check(&["Part I", &long, "End"], &["Part I", &label, "End"]);
        check(&["Part I", &long, &long, "End"], &[&label, "End"]);
        check(&["Part I", &long, &long], &[&label, &label]);
    }

    proptest::proptest! {
        /// A shortened text fits and begins like the original; a text that fits is not changed.
        #[test]
        fn shortened_texts_fit(text in "\\PC{0,60}", limit in 3usize..80) {
            let short = shortened(&text, limit);
            proptest::prop_assert!(short.len() <= limit);
            if text.len() <= limit {
                proptest::prop_assert_eq!(&*short, text.as_str());
            } else {
                proptest::prop_assert!(text.starts_with(short.trim_end_matches(ELLIPSIS)));
            }
        }
    }
}
