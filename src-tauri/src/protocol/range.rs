//! Byte ranges of a request (RFC 9110, section 14). One range is served; of several, which only save a little, none is,
//! and the answer is the whole, as the RFC allows.

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Everything: there is no range, or it is not understood.
    Whole,
    /// These bytes; not empty, and inside the content.
    Part(Range<usize>),
    /// Bytes that do not exist.
    Unsatisfiable,
}

/// Reads the header for content of `length` bytes.
pub(super) fn wanted(header: Option<&str>, length: usize) -> Wanted {
    let Some((first, last)) = header.and_then(|header| header.strip_prefix("bytes=")?.trim().split_once('-')) else {
        return Wanted::Whole;
    };
    let range = match (first, number(first), number(last)) {
        ("", _, Some(suffix)) => length.saturating_sub(suffix)..length,
        (_, Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(length),
        (_, Some(first), None) if last.is_empty() => first..length,
        _ => return Wanted::Whole,
    };
    if range.is_empty() { Wanted::Unsatisfiable } else { Wanted::Part(range) }
}

/// A decimal number. One too large to count with lies beyond any content.
fn number(digits: &str) -> Option<usize> {
    let decimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    decimal.then(|| digits.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expect: &Wanted) {
        assert_eq!(wanted(Some(header), 100), *expect, "{header}");
    }

    #[test]
    fn one_range_is_cut_to_the_content() {
        check("bytes=0-0", &Wanted::Part(0..1));
        check("bytes=10-19", &Wanted::Part(10..20));
        check("bytes=90-", &Wanted::Part(90..100));
        check("bytes=90-500", &Wanted::Part(90..100));
        check("bytes=-10", &Wanted::Part(90..100));
        check("bytes=-500", &Wanted::Part(0..100));
        check("bytes=50-99999999999999999999999", &Wanted::Part(50..100));
    }

    #[test]
    fn ranges_beyond_the_content_are_unsatisfiable() {
        check("bytes=100-", &Wanted::Unsatisfiable);
        check("bytes=100-200", &Wanted::Unsatisfiable);
        check("bytes=-0", &Wanted::Unsatisfiable);
        check("bytes=99999999999999999999999-", &Wanted::Unsatisfiable);
        assert_eq!(wanted(Some("bytes=0-"), 0), Wanted::Unsatisfiable);
    }

    #[test]
    fn anything_else_gets_the_whole() {
        for header in ["bytes=", "bytes=-", "bytes=5-1", "bytes=0-1,5-6", "bytes=+1-2", "lines=1-2", "bytes=a-b", ""] {
            check(header, &Wanted::Whole);
        }
        assert_eq!(wanted(None, 100), Wanted::Whole);
    }

    proptest::proptest! {
        /// Law: whatever is asked for, what is given is a part of the content that is not empty.
        #[test]
        fn no_header_leads_out_of_the_content(header in "(bytes=)?[-0-9, +a]{0,24}|.{0,24}", length in 0_usize..200) {
            if let Wanted::Part(part) = wanted(Some(&header), length) {
                proptest::prop_assert!(part.start < part.end && part.end <= length, "{:?}", part);
            }
        }
    }
}
