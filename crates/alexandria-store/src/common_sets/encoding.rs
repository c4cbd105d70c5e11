//! The stored form of one row: entries, each a key and a set, in the order of the keys.
//!
//! An entry is the length of the key (one byte), the key, the length of the set (LEB128), and the set: a byte for its form,
//! then either the distances between its numbers, less one, in LEB128, or a bitmap. The shorter form is written.

use super::MAX_ORDINAL;
use crate::analysis::CommonKey;
use crate::passage_set::Ordinals;

const LIST: u8 = 0;
const BITMAP: u8 = 1;

/// The row that holds a key.
pub(super) fn bucket_of(key: &CommonKey) -> i64 {
    // FNV-1a.
    let hash = key
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    // Bits that every bit of a short key has reached.
    i64::from(hash.to_le_bytes()[1]) % super::BUCKETS
}

/// Appends an entry. `ordinals` ascend; `scratch` is overwritten.
pub(super) fn push(row: &mut Vec<u8>, key: &CommonKey, ordinals: &[u32], scratch: &mut Vec<u8>) {
    let length_at = row.len();
    row.push(0);
    row.extend(key.bytes());
    let length = row.len() - length_at - 1;
    if let Some(at) = row.get_mut(length_at) {
        *at = u8::try_from(length).unwrap_or(u8::MAX);
    }
    encode(ordinals, scratch);
    push_number(row, u32::try_from(scratch.len()).unwrap_or(u32::MAX));
    row.extend_from_slice(scratch);
}

/// Replaces `set` by the shorter form.
fn encode(ordinals: &[u32], set: &mut Vec<u8>) {
    set.clear();
    let bitmap_bytes = ordinals.last().map_or(0, |last| *last as usize / 8 + 1);
    // A number takes a byte at least.
    if ordinals.len() <= bitmap_bytes {
        set.push(LIST);
        let mut next = 0;
        for ordinal in ordinals {
            push_number(set, ordinal - next);
            next = ordinal + 1;
        }
        if set.len() <= bitmap_bytes + 1 {
            return;
        }
        set.clear();
    }
    set.push(BITMAP);
    set.resize(bitmap_bytes + 1, 0);
    for ordinal in ordinals {
        if let Some(byte) = set.get_mut(*ordinal as usize / 8 + 1) {
            *byte |= 1 << (ordinal % 8);
        }
    }
}

/// The set of a key in a row, empty if the row has no such key; `None` if the row is invalid.
pub(super) fn find(row: &[u8], key: &CommonKey) -> Option<Ordinals> {
    let mut rest = row;
    while let Some((&length, after)) = rest.split_first() {
        let (found, after) = after.split_at_checked(usize::from(length))?;
        let (length, after) = number(after)?;
        let (set, after) = after.split_at_checked(length as usize)?;
        if key.bytes().eq(found.iter().copied()) {
            return decode(set);
        }
        rest = after;
    }
    Some(Ordinals::default())
}

fn decode(set: &[u8]) -> Option<Ordinals> {
    let (&form, mut rest) = set.split_first()?;
    if form == BITMAP {
        return Some(Ordinals::from_bitmap(rest));
    }
    let mut ordinals = Ordinals::default();
    let mut next = 0_u32;
    while !rest.is_empty() {
        let (distance, after) = number(rest)?;
        let ordinal = next.checked_add(distance).filter(|ordinal| *ordinal <= MAX_ORDINAL)?;
        ordinals.insert(ordinal);
        next = ordinal + 1;
        rest = after;
    }
    Some(ordinals)
}

fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// A number, and the bytes after it.
fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut number = 0_u32;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        number |= u32::from(byte & 0x7f).checked_shl(u32::try_from(at).ok()? * 7)?;
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(at + 1..)?));
        }
    }
    None
}
