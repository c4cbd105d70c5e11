//! Byte ranges of RFC 9110, as far as readers of books need them: one range, from the front or the end.

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Requested {
    /// All of it: no header, one that is not understood, or several ranges, which a server may ignore.
    Complete,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that there are not.
    Unsatisfiable,
}

/// Reads the value of a `Range` header for a representation of `size` bytes.
pub(super) fn requested(header: Option<&str>, size: u64) -> Requested {
    let Some((first, last)) =
        header.and_then(|value| value.strip_prefix("bytes=")).and_then(|range| range.split_once('-'))
    else {
        return Requested::Complete;
    };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.trim().is_empty() => first..size,
        (None, Some(suffix)) if first.trim().is_empty() => size.saturating_sub(suffix)..size,
        _ => return Requested::Complete,
    };
    if range.start < range.end { Requested::Part(range) } else { Requested::Unsatisfiable }
}

/// Digits only; a number too large to count with is one that no blob reaches.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_header_is_read_or_ignored() {
        let check = |header: &str, expected: Requested| assert_eq!(requested(Some(header), 100), expected, "{header}");
        for ignored in
            ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-1", "chars=0-1", "bytes=0-1,5-6", "bytes=+1-2"]
        {
            check(ignored, Requested::Complete);
        }
        for beyond in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"] {
            check(beyond, Requested::Unsatisfiable);
        }
        check("bytes=0-0", Requested::Part(0..1));
        check("bytes=10-19", Requested::Part(10..20));
        check("bytes=90-1000", Requested::Part(90..100));
        check("bytes=90-99999999999999999999", Requested::Part(90..100));
        check("bytes=99-", Requested::Part(99..100));
        check("bytes=-10", Requested::Part(90..100));
        check("bytes=-1000", Requested::Part(0..100));
        assert_eq!(requested(None, 100), Requested::Complete);
    }
}
