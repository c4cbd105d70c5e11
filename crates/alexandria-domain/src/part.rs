//! Parts of our own texts and lists, by ranges that our own code computed.
//!
//! Such a range is always valid unless Alexandria has a bug. Then the log names the line that asked, and a debug build
//! stops, so that tests find it; a reader's program goes on with an empty part. Ranges from a file, a database or a
//! caller are data, not computed here: check them with `get` and return an error.

use std::fmt::Debug;
use std::panic::Location;
use std::slice::SliceIndex;

/// The part `range` (bytes, on character boundaries) of `text`, or an empty text and an error in the log.
#[track_caller]
pub fn text_part<R>(text: &str, range: R) -> &str
where
    R: SliceIndex<str, Output = str> + Clone + Debug,
{
    let asked = Location::caller();
    let part = text.get(range.clone());
    part.unwrap_or_else(|| report(range, text.len(), asked))
}

/// The part `range` of `items`, or no items and an error in the log.
#[track_caller]
pub fn slice_part<T, R>(items: &[T], range: R) -> &[T]
where
    R: SliceIndex<[T], Output = [T]> + Clone + Debug,
{
    let asked = Location::caller();
    let part = items.get(range.clone());
    part.unwrap_or_else(|| report(range, items.len(), asked))
}

/// Logs the bug. The text itself is never logged: it is the reader's.
#[cold]
fn report<P: Default>(range: impl Debug, length: usize, asked: &Location<'_>) -> P {
    tracing::error!(?range, length, file = asked.file(), line = asked.line(), "bug: no such part");
    debug_assert!(false, "bug: {asked} asked for the part {range:?} of {length}");
    P::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_of_valid_range_is_that_part() {
        assert_eq!(text_part("a é b", 2..4), "é");
        assert_eq!(text_part("abc", 3..), "");
        assert_eq!(slice_part(&[1, 2, 3], ..2), [1, 2]);
    }

    #[test]
    #[cfg_attr(debug_assertions, should_panic(expected = "part.rs"))]
    fn part_inside_a_character_names_the_line_that_asked() {
        assert_eq!(text_part("é", 1..), "");
    }

    #[test]
    #[cfg_attr(debug_assertions, should_panic(expected = "the part 1..5 of 3"))]
    fn part_beyond_the_end_names_the_range() {
        assert_eq!(slice_part(&[1, 2, 3], 1..5), [0; 0]);
    }
}
