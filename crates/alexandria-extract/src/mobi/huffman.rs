//! Huffman compression with a dictionary, of which entries are compressed by the same code themselves.

use super::bytes::{u16_at, u32_at, usize_at};
use crate::error::{Defect, ExtractError, LimitKind};
use crate::limits::{Guard, within};

/// Deepest nesting of entries of the dictionary. Real ones have two levels.
const MAX_DEPTH: usize = 32;
/// Longest code, in bits.
const MAX_BITS: usize = 32;
/// Flag of an entry that is not compressed.
const PLAIN: u16 = 0x8000;

/// A row of the table by the first eight bits of a code.
#[derive(Clone, Copy, Default)]
struct Short {
    bits: usize,
    /// Whether these bits are the whole code.
    is_complete: bool,
    max: u64,
}

/// Smallest and largest code of a length, with all bits to the left.
#[derive(Clone, Copy, Default)]
struct Bounds {
    min: u64,
    max: u64,
}

/// An entry of the dictionary.
enum Entry {
    Unpacked(Vec<u8>),
    Packed(Vec<u8>),
    /// It is being unpacked, so it may not occur in itself.
    InProgress,
}

/// The codes and the dictionary of a book.
pub(super) struct Huffman {
    short: Vec<Short>,
    bounds: [Bounds; MAX_BITS + 1],
    entries: Vec<Entry>,
    /// Bytes of all entries that were unpacked.
    unpacked_bytes: usize,
}

impl Huffman {
    /// Reads the codes and the records of the dictionary.
    pub(super) fn read<'a>(
        codes: &[u8],
        dictionary: impl Iterator<Item = &'a [u8]>,
        guard: &Guard,
    ) -> Result<Self, ExtractError> {
        let mut huffman = Self {
            short: Vec::new(),
            bounds: [Bounds::default(); MAX_BITS + 1],
            entries: Vec::new(),
            unpacked_bytes: 0,
        };
        huffman.read_codes(codes).ok_or_else(damaged)?;
        for record in dictionary {
            guard.check_time()?;
            huffman.read_entries(record).ok_or_else(damaged)?;
            within(huffman.entries.len(), LimitKind::Nodes, guard.limits.nodes)?;
        }
        Ok(huffman)
    }

    fn read_codes(&mut self, record: &[u8]) -> Option<()> {
        record.starts_with(b"HUFF").then_some(())?;
        let (short, bounds) = (usize_at(record, 8)?, usize_at(record, 12)?);
        for row in 0..256 {
            let value = u32_at(record, short.checked_add(row * 4)?)?;
            let bits = usize::try_from(value & 0x1f).ok().filter(|bits| *bits > 0)?;
            let max = left_aligned(u64::from(value >> 8) + 1, bits)?.checked_sub(1)?;
            self.short.push(Short { bits, is_complete: value & 0x80 != 0, max });
        }
        for (bits, entry) in self.bounds.iter_mut().enumerate().skip(1) {
            let at = bounds.checked_add((bits - 1) * 8)?;
            let (min, max) = (u64::from(u32_at(record, at)?), u64::from(u32_at(record, at + 4)?));
            *entry = Bounds { min: left_aligned(min, bits)?, max: left_aligned(max + 1, bits)?.checked_sub(1)? };
        }
        Some(())
    }

    fn read_entries(&mut self, record: &[u8]) -> Option<()> {
        record.starts_with(b"CDIC").then_some(())?;
        let (total, bits) = (usize_at(record, 8)?, u32_at(record, 12)?);
        let in_record = 1_usize.checked_shl(bits)?.min(total.saturating_sub(self.entries.len()));
        for number in 0..in_record {
            let at = usize::from(u16_at(record, number.checked_mul(2)?.checked_add(16)?)?) + 16;
            let length = u16_at(record, at)?;
            let bytes = record.get(at + 2..at + 2 + usize::from(length & !PLAIN))?.to_vec();
            self.entries.push(if length & PLAIN == 0 { Entry::Packed(bytes) } else { Entry::Unpacked(bytes) });
        }
        Some(())
    }

    /// Unpacks a record and appends it to `out`, which may have at most `limit` bytes then.
    pub(super) fn unpack(
        &mut self,
        record: &[u8],
        out: &mut Vec<u8>,
        limit: u64,
        guard: &Guard,
    ) -> Result<(), ExtractError> {
        self.unpack_nested(record, out, limit, 0, guard)
    }

    fn unpack_nested(
        &mut self,
        packed: &[u8],
        out: &mut Vec<u8>,
        limit: u64,
        depth: usize,
        guard: &Guard,
    ) -> Result<(), ExtractError> {
        if depth > MAX_DEPTH {
            return Err(damaged());
        }
        guard.check_time()?;
        let mut bits = BitReader { bytes: packed, at: 0 };
        while bits.at < packed.len() * 8 {
            let code = bits.next_32();
            let (length, number) = self.decode(code).ok_or_else(damaged)?;
            bits.at += length;
            if bits.at > packed.len() * 8 {
                // The last byte is filled up with bits of no meaning.
                break;
            }
            self.append_entry(number, out, limit, depth, guard)?;
            within(out.len(), LimitKind::TextBytes, limit)?;
        }
        Ok(())
    }

    /// The length in bits of the code at the start of `code`, and the entry that it stands for.
    fn decode(&self, code: u64) -> Option<(usize, usize)> {
        let short = *self.short.get(usize::try_from(code >> 24).ok()?)?;
        let (mut bits, mut max) = (short.bits, short.max);
        if !short.is_complete {
            while code < self.bounds.get(bits)?.min {
                bits += 1;
            }
            max = self.bounds.get(bits)?.max;
        }
        let number = max.checked_sub(code)?.checked_shr(u32::try_from(MAX_BITS.checked_sub(bits)?).ok()?)?;
        Some((bits, usize::try_from(number).ok()?))
    }

    fn append_entry(
        &mut self,
        number: usize,
        out: &mut Vec<u8>,
        limit: u64,
        depth: usize,
        guard: &Guard,
    ) -> Result<(), ExtractError> {
        let entry = self.entries.get_mut(number).ok_or_else(damaged)?;
        if let Entry::Unpacked(bytes) = entry {
            out.extend_from_slice(bytes);
            return Ok(());
        }
        let Entry::Packed(packed) = std::mem::replace(entry, Entry::InProgress) else { return Err(damaged()) };
        let mut unpacked = Vec::new();
        self.unpack_nested(&packed, &mut unpacked, limit, depth + 1, guard)?;
        self.unpacked_bytes = self.unpacked_bytes.saturating_add(unpacked.len());
        within(self.unpacked_bytes, LimitKind::TextBytes, limit)?;
        out.extend_from_slice(&unpacked);
        if let Some(entry) = self.entries.get_mut(number) {
            *entry = Entry::Unpacked(unpacked);
        }
        Ok(())
    }
}

const fn damaged() -> ExtractError {
    ExtractError::malformed(Defect::DamagedText)
}

/// The bits of a code of that length, moved to the left of 32 bits.
fn left_aligned(code: u64, bits: usize) -> Option<u64> {
    let shift = u32::try_from(MAX_BITS.checked_sub(bits)?).ok()?;
    code.checked_shl(shift)
}

/// Reads bits from the left; after the end there are zeros.
struct BitReader<'a> {
    bytes: &'a [u8],
    /// Bits that were read.
    at: usize,
}

impl BitReader<'_> {
    /// The next 32 bits, which are not consumed.
    fn next_32(&self) -> u64 {
        let first = self.at / 8;
        let five = (first..first + 5)
            .fold(0_u64, |value, at| value << 8 | u64::from(self.bytes.get(at).copied().unwrap_or(0)));
        five >> (8 - self.at % 8) & 0xffff_ffff
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    /// A code in which every byte is the complete code of 255 minus itself.
    fn byte_codes() -> Vec<u8> {
        let mut record = b"HUFF\0\0\0\x18\0\0\0\x18\0\0\x04\x18\0\0\0\0\0\0\0\0".to_vec();
        for _ in 0..256 {
            record.extend((255_u32 << 8 | 0x80 | 8).to_be_bytes());
        }
        for _ in 0..32 {
            record.extend([0; 8]);
        }
        record
    }

    fn dictionary(entries: &[(&[u8], bool)]) -> Vec<u8> {
        let count = u32::try_from(entries.len()).unwrap();
        let mut record = [&b"CDIC\0\0\0\x10"[..], &count.to_be_bytes(), &8_u32.to_be_bytes()].concat();
        let mut at = entries.len() * 2;
        for (bytes, _) in entries {
            record.extend(u16::try_from(at).unwrap().to_be_bytes());
            at += bytes.len() + 2;
        }
        for (bytes, is_plain) in entries {
            let flag = if *is_plain { PLAIN } else { 0 };
            record.extend((u16::try_from(bytes.len()).unwrap() | flag).to_be_bytes());
            record.extend(*bytes);
        }
        record
    }

    fn check(entries: &[(&[u8], bool)], packed: &[u8], limit: u64, expect: Option<&[u8]>) {
        let guard = Guard::start(&Limits::default());
        let record = dictionary(entries);
        let mut huffman = Huffman::read(&byte_codes(), std::iter::once(record.as_slice()), &guard).unwrap();
        let mut out = Vec::new();
        let unpacked = huffman.unpack(packed, &mut out, limit, &guard);
        assert_eq!(unpacked.ok().map(|()| out.as_slice()), expect, "{packed:?}");
    }

    #[test]
    fn huffman_unpacks_entries_and_entries_of_entries() {
        let entries: &[(&[u8], bool)] = &[(b"lighthouse", true), (b" ", true), (&[255, 254, 255], false)];
        check(entries, &[255, 254, 255], 100, Some(b"lighthouse lighthouse"));
        check(entries, &[253, 253], 100, Some(b"lighthouse lighthouselighthouse lighthouse"));
        check(entries, &[], 100, Some(b""));
    }

    #[test]
    fn huffman_refuses_entries_that_contain_themselves_or_are_missing() {
        check(&[(&[255], false)], &[255], 100, None);
        check(&[(&[254], false), (&[255], false)], &[255], 100, None);
        check(&[(b"a", true)], &[3], 100, None);
    }

    #[test]
    fn huffman_output_is_limited_while_it_grows() {
        let entries: &[(&[u8], bool)] =
            &[(b"0123456789", true), (&[255; 8], false), (&[254; 8], false), (&[253; 8], false)];
        check(entries, &[252; 8], 1_000, None);
        check(entries, &[254], 80, Some(&b"0123456789".repeat(8)));
    }

    #[test]
    fn huffman_refuses_damaged_tables() {
        let guard = Guard::start(&Limits::default());
        let dictionary = dictionary(&[(b"a", true)]);
        for length in [0, 4, 23, 100, byte_codes().len() - 1] {
            let codes = &byte_codes()[..length];
            assert!(Huffman::read(codes, std::iter::once(dictionary.as_slice()), &guard).is_err(), "{length}");
        }
        for length in [0, 15, 17, dictionary.len() - 1] {
            let cut = dictionary.get(..length).unwrap();
            assert!(Huffman::read(&byte_codes(), std::iter::once(cut), &guard).is_err(), "{length}");
        }
    }
}
