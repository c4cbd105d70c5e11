//! The closed forms agree with each other and with an enumeration of the chunks.

use proptest::prelude::*;

use super::*;

/// 2^32 chunks.
const MAX_PLAIN_LEN: u64 = 1 << 48;

#[test]
fn every_sealed_length_has_one_plaintext_length_or_is_rejected() {
    let mut sealed_lengths = (0..).map(cipher_len).peekable();
    for length in 0..3 * SEALED_CHUNK + 300 {
        let exists = sealed_lengths.next_if_eq(&length).is_some();
        assert_eq!(Layout::from_cipher_len(length).is_ok(), exists, "{length}");
    }
}

#[test]
fn layout_is_limited_to_2_to_the_32_chunks() {
    let longest = cipher_len(MAX_PLAIN_LEN);
    assert_eq!(Layout::from_cipher_len(longest).unwrap().last_chunk(), u32::MAX);
    assert_eq!(Layout::from_cipher_len(longest + TAG + 1), Err(OpenError::WrongLength));
    assert_eq!(Layout::from_cipher_len(u64::MAX), Err(OpenError::WrongLength));
    assert_eq!(cipher_len(u64::MAX), u64::MAX);
}

#[test]
fn ranges_outside_the_file_are_rejected() {
    let layout = Layout::from_cipher_len(cipher_len(100)).unwrap();
    let check = |range: Range<u64>, expected| assert_eq!(layout.sealed_range(&range), expected);
    check(0..100, Ok(96..212));
    check(40..41, Ok(96..212));
    check(100..100, Ok(96..96));
    check(0..101, Err(OpenError::OutOfRange));
    check(101..101, Err(OpenError::OutOfRange));
    #[expect(clippy::reversed_empty_ranges, reason = "a caller can pass a reversed range")]
    check(5..4, Err(OpenError::OutOfRange));
}

proptest! {
    #[test]
    fn plain_len_and_cipher_len_are_inverse(plain in 0..=MAX_PLAIN_LEN) {
        let layout = Layout::from_cipher_len(cipher_len(plain)).unwrap();
        prop_assert_eq!(layout.plain_len(), plain);
        prop_assert_eq!(layout.sealed_chunk(layout.last_chunk()).end, cipher_len(plain));
    }

    #[test]
    fn chunks_for_range_cover_exactly_the_range(plain in 1..5 * CHUNK, a: u64, b: u64) {
        let (a, b) = (a % plain, b % plain);
        let range = a.min(b)..a.max(b) + 1;
        let layout = Layout::from_cipher_len(cipher_len(plain)).unwrap();
        let (first, last) = layout.chunks_for(&range).unwrap().unwrap();
        let chunk = |number: u32| u64::from(number) * CHUNK..(u64::from(number) + 1) * CHUNK;
        prop_assert!(chunk(first).contains(&range.start) && chunk(last).contains(&(range.end - 1)));
        let stored = layout.sealed_range(&range).unwrap();
        prop_assert_eq!(stored, layout.sealed_chunk(first).start..layout.sealed_chunk(last).end);
    }
}
