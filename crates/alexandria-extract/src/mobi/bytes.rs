//! Numbers in records: big-endian, and of variable length. Nothing here panics, whatever the offset.

/// Two bytes as a number.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_be_bytes)
}

/// Four bytes as a number.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_be_bytes)
}

/// Four bytes as a length, a count or an offset.
pub(super) fn usize_at(bytes: &[u8], at: usize) -> Option<usize> {
    u32_at(bytes, at).and_then(|number| usize::try_from(number).ok())
}

/// Four bytes as the number of a record; `None` also if the file has no such record.
pub(super) fn record_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize_at(bytes, at).filter(|number| *number != u32::MAX as usize)
}

/// A number of one to four bytes with seven bits each, of which the last has its highest bit set; and how many bytes it
/// takes.
pub(super) fn variable(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let mut value = 0;
    for (count, byte) in bytes.get(at..)?.iter().take(4).enumerate() {
        value = value << 7 | u32::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            return Some((value, count + 1));
        }
    }
    None
}

/// A number of variable length at the end of some bytes, read backwards: its highest bit is in its first byte.
pub(super) fn variable_at_end(bytes: &[u8]) -> usize {
    let mut value = 0;
    for byte in bytes.iter().skip(bytes.len().saturating_sub(4)) {
        if byte & 0x80 != 0 {
            value = 0;
        }
        value = value << 7 | usize::from(byte & 0x7f);
    }
    value
}

/// A number in base 32, as in addresses of Kindle books.
pub(super) fn base_32(digits: &str) -> Option<usize> {
    (!digits.is_empty() && digits.len() <= 10).then(|| usize::from_str_radix(digits, 32).ok()).flatten()
}

/// Where `wanted` is first, from `start` on.
pub(super) fn find(bytes: &[u8], wanted: &[u8], start: usize) -> Option<usize> {
    let rest = bytes.get(start..)?;
    rest.windows(wanted.len().max(1)).position(|window| window == wanted).map(|at| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_of_the_bytes_are_none() {
        assert_eq!((u16_at(b"\x01\x02", 0), u16_at(b"\x01\x02", 1)), (Some(0x102), None));
        assert_eq!((u32_at(b"\0\x01\x02\x03", 0), u32_at(b"", usize::MAX)), (Some(0x1_0203), None));
        assert_eq!((record_at(&[0xff; 4], 0), record_at(&[0, 0, 0, 7], 0)), (None, Some(7)));
    }

    #[test]
    fn variable_numbers_end_at_the_marked_byte() {
        let check = |bytes: &[u8], expect: Option<(u32, usize)>| assert_eq!(variable(bytes, 0), expect, "{bytes:?}");
        check(&[0x81], Some((1, 1)));
        check(&[0x01, 0x80, 0xff], Some((0x80, 2)));
        check(&[0x04, 0x22, 0x91], Some((0x1_1111, 3)));
        check(&[1, 2, 3, 4, 0x85], None);
        check(&[], None);
        assert_eq!(variable(&[0x81], usize::MAX), None);
    }

    #[test]
    fn variable_numbers_at_the_end_begin_at_the_marked_byte() {
        let check = |bytes: &[u8], expect: usize| assert_eq!(variable_at_end(bytes), expect, "{bytes:?}");
        check(b"text\x84", 4);
        check(b"text\x81\x00", 0x80);
        check(b"", 0);
    }

    #[test]
    fn base_32_has_digits_and_letters() {
        assert_eq!((base_32("0001"), base_32("000V"), base_32("10")), (Some(1), Some(31), Some(32)));
        assert_eq!((base_32(""), base_32("W"), base_32("00000000001")), (None, None, None));
    }
}
