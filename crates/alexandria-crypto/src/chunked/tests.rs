//! Ranges equal slices of the plaintext, the end is verified, and only the canonical encoding opens.

use proptest::prelude::*;

use super::*;
use crate::format::{FileCipher, SEALED_CHUNK_LEN};
use crate::hazmat::TAG_LEN;

const ID: [u8; 16] = *b"vector index v1\0";

fn key() -> IndexKey {
    IndexKey::generate().unwrap()
}

fn plain(length: usize) -> Vec<u8> {
    (0..253).cycle().take(length).collect()
}

fn opener(key: &IndexKey, sealed: &[u8]) -> Opener {
    Opener::new(key, &ID, sealed.first_chunk().unwrap(), sealed.len() as u64).unwrap()
}

fn slice(bytes: &[u8], range: Range<u64>) -> &[u8] {
    &bytes[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()]
}

#[test]
fn chunked_seal_round_trips() {
    let key = key();
    for length in [0, 1, CHUNK_LEN - 1, CHUNK_LEN, CHUNK_LEN + 1, 2 * CHUNK_LEN, 2 * CHUNK_LEN + 1] {
        let sealed = seal(&key, &ID, &plain(length)).unwrap();
        assert_eq!(
            (sealed.len() as u64, plain_len(sealed.len() as u64)),
            (cipher_len(length as u64), Ok(length as u64))
        );
        assert_eq!(open(&key, &ID, &sealed).unwrap(), plain(length));
        assert_eq!(open(&key, &[0; 16], &sealed).err(), Some(OpenError::NotAuthentic { chunk: 0 }));
        let end = opener(&key, &sealed).end_range();
        assert_eq!(opener(&key, &sealed).verify_end(slice(&sealed, end)), Ok(()));
    }
}

#[test]
fn truncation_at_chunk_boundary_is_detected() {
    let key = key();
    let sealed = seal(&key, &ID, &plain(3 * CHUNK_LEN)).unwrap();
    let truncated = &sealed[..HEADER_LEN + 2 * SEALED_CHUNK_LEN];
    let opener = opener(&key, truncated);
    assert_eq!(opener.verify_end(slice(truncated, opener.end_range())), Err(OpenError::NotAuthentic { chunk: 1 }));
    assert_eq!(open(&key, &ID, truncated).err(), Some(OpenError::NotAuthentic { chunk: 1 }));
}

#[test]
fn open_range_requires_exact_ciphertext() {
    let key = key();
    let sealed = seal(&key, &ID, &plain(100)).unwrap();
    let opener = opener(&key, &sealed);
    let check = |range, sealed, expected| assert_eq!(opener.open_range(range, sealed), expected);
    check(10..20, &sealed[96..], Ok(plain(100)[10..20].to_vec()));
    check(10..20, &sealed[95..], Err(OpenError::OutOfRange));
    check(10..20, &sealed[97..], Err(OpenError::OutOfRange));
    check(10..10, &[], Ok(Vec::new()));
    check(10..101, &sealed[96..], Err(OpenError::OutOfRange));
}

/// A file of authentic chunks with other boundaries than the canonical ones, which only the holder of the key can produce.
fn sealed_with_chunks(key: &IndexKey, chunks: &[(&[u8], bool)]) -> Vec<u8> {
    let (cipher, header) = FileCipher::create(key.content().newest(), &ID).unwrap();
    let mut file = header.to_vec();
    for (number, (plain, last)) in (0..).zip(chunks) {
        let mut sealed = vec![0; plain.len() + TAG_LEN];
        cipher.seal_chunk(number, *last, plain, &mut sealed).unwrap();
        file.extend(sealed);
    }
    file
}

#[test]
fn non_canonical_chunking_is_rejected() {
    let key = key();
    let full = plain(CHUNK_LEN);
    let check = |chunks: &[(&[u8], bool)], expected| {
        assert_eq!(open(&key, &ID, &sealed_with_chunks(&key, chunks)).err(), expected);
    };
    check(&[(&full, false), (b"end", true)], None);
    check(&[(&full, true)], None);
    check(&[(b"", true)], None);
    // An empty last chunk, no chunk, a short chunk before the end, no last mark, two last marks.
    check(&[(&full, false), (b"", true)], Some(OpenError::WrongLength));
    check(&[], Some(OpenError::WrongLength));
    check(&[(b"short", false), (b"end", true)], Some(OpenError::NotAuthentic { chunk: 0 }));
    check(&[(&full, false)], Some(OpenError::NotAuthentic { chunk: 0 }));
    check(&[(&full, true), (b"end", true)], Some(OpenError::NotAuthentic { chunk: 0 }));
}

#[test]
fn sealer_never_reuses_a_chunk_number() {
    let (cipher, header) = FileCipher::create(key().content().newest(), &ID).unwrap();
    let mut sealer = Sealer::from_cipher((cipher, header)).at_chunk(u32::MAX);
    let mut sealed = Vec::new();
    assert_eq!(sealer.push(&plain(CHUNK_LEN + 1), &mut sealed), Ok(()));
    assert_eq!(sealer.push(&plain(CHUNK_LEN), &mut sealed), Err(SealError::TooLong));
    assert_eq!(sealer.finish(&mut sealed), Err(SealError::TooLong));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn open_range_equals_plaintext_slice(length in 1..4 * CHUNK_LEN as u64, a: u64, b: u64) {
        let (a, b) = (a % (length + 1), b % (length + 1));
        let range = a.min(b)..a.max(b);
        let (key, plain) = (key(), plain(usize::try_from(length).unwrap()));
        let sealed = seal(&key, &ID, &plain).unwrap();
        let stored = cipher_range(range.clone(), sealed.len() as u64).unwrap();
        let opened = opener(&key, &sealed).open_range(range.clone(), slice(&sealed, stored)).unwrap();
        prop_assert_eq!(opened, slice(&plain, range));
    }

    #[test]
    fn sealer_output_is_independent_of_push_sizes(lengths in prop::collection::vec(0..2 * CHUNK_LEN + 2, 0..6)) {
        let (key, mut sealed, mut written) = (key(), Vec::new(), Vec::new());
        let mut sealer = Sealer::new(&key, &ID).unwrap();
        for length in lengths {
            sealer.push(&plain(length), &mut sealed).unwrap();
            written.extend(plain(length));
        }
        sealer.finish(&mut sealed).unwrap();
        prop_assert_eq!(open(&key, &ID, &sealed).unwrap(), written);
    }
}
