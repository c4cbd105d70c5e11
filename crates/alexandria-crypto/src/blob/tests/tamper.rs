//! Every change to a stored blob is an error.

use super::*;

/// A change to the stored bytes.
#[derive(Clone, Debug)]
enum Change {
    Flip(usize, u8),
    Insert(usize, u8),
    Delete(usize),
    Truncate(usize),
    Extend(Vec<u8>),
    SwapChunks(usize, usize),
    DuplicateChunk(usize),
    RemoveChunk(usize),
    TakeChunkOf(usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<usize>(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, 1 << bit)),
        any::<(usize, u8)>().prop_map(|(at, byte)| Change::Insert(at, byte)),
        any::<usize>().prop_map(Change::Delete),
        any::<usize>().prop_map(Change::Truncate),
        prop::collection::vec(any::<u8>(), 1..SEALED_CHUNK_LEN + 9).prop_map(Change::Extend),
        any::<(usize, usize)>().prop_map(|(a, b)| Change::SwapChunks(a, b)),
        any::<usize>().prop_map(Change::DuplicateChunk),
        any::<usize>().prop_map(Change::RemoveChunk),
        any::<usize>().prop_map(Change::TakeChunkOf),
    ]
}

/// The stored bytes after `change`. `sibling` is another blob of the same key, id and length.
fn apply(change: &Change, original: &[u8], sibling: &[u8]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    let (header, body) = original.split_at(HEADER_LEN);
    let mut chunks: Vec<&[u8]> = body.chunks(SEALED_CHUNK_LEN).collect();
    let (len, count) = (bytes.len(), chunks.len());
    match *change {
        Change::Flip(at, bits) => bytes[at % len] ^= bits,
        Change::Insert(at, byte) => bytes.insert(at % (len + 1), byte),
        Change::Delete(at) => drop(bytes.remove(at % len)),
        Change::Truncate(at) => bytes.truncate(at % len),
        Change::Extend(ref more) => bytes.extend(more),
        Change::SwapChunks(a, b) => chunks.swap(a % count, b % count),
        Change::DuplicateChunk(at) => chunks.insert(at % count, chunks[at % count]),
        Change::RemoveChunk(at) => drop(chunks.remove(at % count)),
        Change::TakeChunkOf(at) => {
            let (_, other) = sibling.split_at(HEADER_LEN);
            chunks[at % count] = other.chunks(SEALED_CHUNK_LEN).nth(at % count).unwrap();
        }
    }
    match change {
        Change::SwapChunks(..) | Change::DuplicateChunk(_) | Change::RemoveChunk(_) | Change::TakeChunkOf(_) => {
            [&[header], chunks.as_slice()].concat().concat()
        }
        _ => bytes,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changed_blob_does_not_open(
        length in prop_oneof![Just(0), Just(CHUNK_LEN), Just(2 * CHUNK_LEN), 1..3 * CHUNK_LEN],
        change in change(),
    ) {
        let (key, plain) = (key(), plain(length));
        let original = blob(&key, &plain, usize::MAX);
        let changed = apply(&change, &original, &blob(&key, &plain, usize::MAX));
        prop_assume!(changed != original);
        prop_assert!(matches!(read_all(&key, &ID, &changed), Err(BlobError::Open(_))));
    }
}

#[test]
fn every_flipped_bit_of_a_blob_is_detected() {
    let key = key();
    let original = blob(&key, b"call me ishmael", usize::MAX);
    for bit in 0..original.len() * 8 {
        let mut changed = original.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let Err(BlobError::Open(error)) = read_all(&key, &ID, &changed) else {
            panic!("bit {bit} is not authenticated")
        };
        let as_expected = match bit / 8 {
            0..4 | 5..8 | 55..64 => error == OpenError::NotSealed,
            4 => matches!(error, OpenError::NewerVersion | OpenError::NotSealed),
            8..16 => matches!(error, OpenError::UnknownKey { .. }),
            16..55 | 64..96 => error == OpenError::WrongKey,
            _ => error == OpenError::NotAuthentic { chunk: 0 },
        };
        assert!(as_expected, "bit {bit}: {error:?}");
    }
}

#[test]
fn blob_is_bound_to_key_and_id() {
    let key = key();
    let sealed = blob(&key, b"text", usize::MAX);
    let check = |key: &BlobKeys, id: &[u8; 16], expected: OpenError| {
        let Err(BlobError::Open(error)) = read_all(key, id, &sealed) else { panic!("opened") };
        assert_eq!(error, expected);
    };
    let id = key.ids()[0];
    check(&super::key(), &ID, OpenError::UnknownKey { id });
    check(&key, &[0x1e; 16], OpenError::NotAuthentic { chunk: 0 });
}

#[test]
fn changed_chunk_leaves_other_chunks_readable() {
    let (key, plain) = (key(), plain(3 * CHUNK_LEN));
    let mut sealed = blob(&key, &plain, usize::MAX);
    sealed[HEADER_LEN + SEALED_CHUNK_LEN + 5] ^= 1;
    let mut reader = BlobReader::open(Cursor::new(sealed), &key, &ID).unwrap();
    let mut buffer = vec![0; CHUNK_LEN];
    assert!(reader.read_at(0, &mut buffer).is_ok());
    assert!(matches!(
        reader.read_at(CHUNK_LEN as u64 + 3, &mut buffer[..1]),
        Err(BlobError::Open(OpenError::NotAuthentic { chunk: 1 }))
    ));
    assert_eq!(reader.read_at(2 * CHUNK_LEN as u64, &mut buffer).unwrap(), CHUNK_LEN);
    assert_eq!(buffer, plain[2 * CHUNK_LEN..]);
}
