//! PalmDOC compression: literals, a space with the next character, and copies from the last two kilobytes of the record.

use crate::error::{Defect, ExtractError};

/// Unpacks a record and appends it to `out`, of which it never copies anything that was there before.
pub(super) fn unpack(record: &[u8], out: &mut Vec<u8>) -> Result<(), ExtractError> {
    let start = out.len();
    let mut input = record.iter().copied();
    while let Some(byte) = input.next() {
        match byte {
            // So many bytes as they are.
            1..=8 => out.extend(input.by_ref().take(usize::from(byte))),
            0 | 9..=0x7f => out.push(byte),
            // A distance of eleven bits and a length of three.
            0x80..=0xbf => {
                let Some(next) = input.next() else { break };
                let pair = u16::from_be_bytes([byte, next]);
                let (distance, length) = (usize::from(pair >> 3 & 0x7ff), usize::from(pair & 7) + 3);
                copy(out, start, distance, length)?;
            }
            0xc0.. => out.extend([b' ', byte ^ 0x80]),
        }
    }
    Ok(())
}

/// Repeats what is `distance` bytes back, which may overlap with what is written.
fn copy(out: &mut Vec<u8>, start: usize, distance: usize, length: usize) -> Result<(), ExtractError> {
    let damaged = || ExtractError::malformed(Defect::DamagedText);
    let from = out.len().checked_sub(distance).filter(|from| distance > 0 && *from >= start).ok_or_else(damaged)?;
    for at in from..from + length {
        let byte = *out.get(at).ok_or_else(damaged)?;
        out.push(byte);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(record: &[u8], expect: Option<&[u8]>) {
        let mut out = b"before".to_vec();
        let unpacked = unpack(record, &mut out);
        assert_eq!(unpacked.ok().map(|()| &out[6..]), expect, "{record:?}");
    }

    #[test]
    fn palmdoc_unpacks_literals_spaces_and_copies() {
        check(b"plain", Some(b"plain"));
        check(b"\x02\xe9\x81\x00", Some(b"\xe9\x81\0"));
        check(b"a\xe2", Some(b"a b"));
        // Three bytes from one back: it repeats what it writes.
        check(b"a\x80\x08", Some(b"aaaa"));
        check(b"ab\x80\x11", Some(b"ababab"));
        check(b"", Some(b""));
    }

    #[test]
    fn palmdoc_copies_nothing_from_outside_of_the_record() {
        check(b"a\x80\x10", None);
        check(b"a\x80\x00", None);
        check(b"a\x80", Some(b"a"));
    }

    proptest::proptest! {
        /// Property: no record makes it panic, and none grows by more than its longest copy.
        #[test]
        fn palmdoc_output_is_bounded(record: Vec<u8>) {
            let mut out = Vec::new();
            let _ = unpack(&record, &mut out);
            proptest::prop_assert!(out.len() <= record.len() * 5);
        }
    }
}
