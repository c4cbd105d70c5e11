//! Byte ranges of a request (RFC 9110, section 14). One range is served; for several, which save little, the
//! response is the complete content, as the RFC allows.

use std::ops::Range;

/// What a `Range` header requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RangeRequest {
    /// Everything: there is no range, or it is invalid.
    Full,
    /// These bytes; not empty, and inside the content.
    Part(Range<usize>),
    /// A range outside the content.
    Unsatisfiable,
}

/// Parses the header for content of `length` bytes.
#[must_use]
pub fn parse_range(header: Option<&str>, length: usize) -> RangeRequest {
    let Some((first, last)) = header.and_then(|header| header.strip_prefix("bytes=")?.trim().split_once('-')) else {
        return RangeRequest::Full;
    };
    let range = match (first, number(first), number(last)) {
        ("", _, Some(suffix)) => length.saturating_sub(suffix)..length,
        (_, Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(length),
        (_, Some(first), None) if last.is_empty() => first..length,
        _ => return RangeRequest::Full,
    };
    if range.is_empty() { RangeRequest::Unsatisfiable } else { RangeRequest::Part(range) }
}

/// A decimal number, saturating: a larger one is outside any content.
fn number(digits: &str) -> Option<usize> {
    let decimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    decimal.then(|| digits.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expect: &RangeRequest) {
        assert_eq!(parse_range(Some(header), 100), *expect, "{header}");
    }

    #[test]
    fn parse_range_clamps_to_the_content() {
        check("bytes=0-0", &RangeRequest::Part(0..1));
        check("bytes=10-19", &RangeRequest::Part(10..20));
        check("bytes=90-", &RangeRequest::Part(90..100));
        check("bytes=90-500", &RangeRequest::Part(90..100));
        check("bytes=-10", &RangeRequest::Part(90..100));
        check("bytes=-500", &RangeRequest::Part(0..100));
        check("bytes=50-99999999999999999999999", &RangeRequest::Part(50..100));
    }

    #[test]
    fn parse_range_outside_the_content_is_unsatisfiable() {
        check("bytes=100-", &RangeRequest::Unsatisfiable);
        check("bytes=100-200", &RangeRequest::Unsatisfiable);
        check("bytes=-0", &RangeRequest::Unsatisfiable);
        check("bytes=99999999999999999999999-", &RangeRequest::Unsatisfiable);
        assert_eq!(parse_range(Some("bytes=0-"), 0), RangeRequest::Unsatisfiable);
    }

    #[test]
    fn parse_range_ignores_invalid_headers() {
        for header in ["bytes=", "bytes=-", "bytes=5-1", "bytes=0-1,5-6", "bytes=+1-2", "lines=1-2", "bytes=a-b", ""] {
            check(header, &RangeRequest::Full);
        }
        assert_eq!(parse_range(None, 100), RangeRequest::Full);
    }

    proptest::proptest! {
        /// Every range is non-empty and inside the content.
        #[test]
        fn parse_range_stays_inside_the_content(header in "(bytes=)?[-0-9, +a]{0,24}|.{0,24}", length in 0_usize..200) {
            if let RangeRequest::Part(part) = parse_range(Some(&header), length) {
                proptest::prop_assert!(part.start < part.end && part.end <= length, "{:?}", part);
            }
        }
    }
}
