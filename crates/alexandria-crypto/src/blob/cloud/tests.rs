//! The same content gives the same bytes, whatever is read in which order; other content shares no key with it.

use std::io::{Cursor, Write};

use proptest::prelude::*;

use super::*;
use crate::account::{AccountRootKey, Epochs};
use crate::blob::BlobWriter;
use crate::keys::BlobKeys;

fn keys() -> (Epochs, BlobNameKey) {
    (Epochs::generate().unwrap(), AccountRootKey::generate().unwrap().blob_names())
}

fn plain(length: usize) -> Vec<u8> {
    (0..251).cycle().take(length).collect()
}

fn sealed<S: FixedSource>(blob: &mut CloudBlob<S>) -> Vec<u8> {
    let mut sealed = vec![0; usize::try_from(blob.sealed_len()).unwrap()];
    assert_eq!(blob.read_sealed(0, &mut sealed).unwrap(), sealed.len());
    sealed
}

#[test]
fn cloud_blob_round_trips_and_is_the_same_every_time() {
    let (epochs, names) = keys();
    for length in [0, 1, CHUNK_LEN - 1, CHUNK_LEN, CHUNK_LEN + 1, 3 * CHUNK_LEN, 200_000] {
        let text = plain(length);
        let mut blob = CloudBlob::new(text.as_slice(), &epochs.blob_keys(), &names).unwrap();
        let bytes = sealed(&mut blob);
        let id = *blob.id();
        assert_eq!((blob.plain_len(), *blob.content_hash()), (length as u64, *blake3::hash(&text).as_bytes()));
        let again = CloudBlob::new(text.as_slice(), &epochs.blob_keys(), &names).unwrap();
        assert_eq!((sealed(&mut { again }), names.blob_id(blake3::hash(&text).as_bytes())), (bytes.clone(), id));
        let mut read = Vec::new();
        open(Cursor::new(&bytes), &epochs.blob_keys(), &id).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, text);
        assert!(open(Cursor::new(&bytes), &epochs.blob_keys(), &[0; 16]).is_err());
    }
}

#[test]
fn cloud_blob_of_a_library_file_equals_that_of_its_plaintext() {
    let (epochs, names) = keys();
    let (library, text) = (BlobKeys::generate().unwrap(), plain(150_000));
    let mut writer = BlobWriter::new(Vec::new(), &library, &[7; 16]).unwrap();
    writer.write_all(&text).unwrap();
    let mut file = writer.finish().unwrap();
    let reader = BlobReader::open(Cursor::new(&file), &library, &[7; 16]).unwrap();
    let mut from_file = CloudBlob::new(reader, &epochs.blob_keys(), &names).unwrap();
    let mut from_text = CloudBlob::new(text.as_slice(), &epochs.blob_keys(), &names).unwrap();
    assert_eq!(sealed(&mut from_file), sealed(&mut from_text));
    assert_eq!(from_file.id(), from_text.id());
    // A file that is damaged is not sealed.
    file[200] ^= 1;
    let reader = BlobReader::open(Cursor::new(&file), &library, &[7; 16]).unwrap();
    let refused = CloudBlob::new(reader, &epochs.blob_keys(), &names);
    assert!(matches!(refused, Err(BlobError::Open(OpenError::NotAuthentic { chunk: 0 }))));
}

#[test]
fn other_content_or_epoch_has_another_file_key() {
    let (mut epochs, names) = keys();
    let salt = |epochs: &Epochs, text: &[u8]| {
        let blob = CloudBlob::new(text, &epochs.blob_keys(), &names).unwrap();
        (blob.header[16..55].to_vec(), *blob.id())
    };
    let first = salt(&epochs, b"one");
    let second = salt(&epochs, b"two");
    assert!(first.0 != second.0 && first.1 != second.1);
    let old = CloudBlob::new(b"one".as_slice(), &epochs.blob_keys(), &names).map(|mut blob| sealed(&mut blob)).unwrap();
    epochs.add_epoch().unwrap();
    let later = salt(&epochs, b"one");
    assert!(first.0 != later.0);
    // The name stays, so that the blob of the older epoch is found and not uploaded again.
    assert_eq!(first.1, later.1);
    let mut read = Vec::new();
    open(Cursor::new(old), &epochs.blob_keys(), &first.1).unwrap().read_to_end(&mut read).unwrap();
    assert_eq!(read, b"one");
}

#[test]
fn ranges_of_a_cloud_blob_open_without_the_rest() {
    let (epochs, names) = keys();
    let text = plain(200_000);
    let mut blob = CloudBlob::new(text.as_slice(), &epochs.blob_keys(), &names).unwrap();
    let bytes = sealed(&mut blob);
    let opener = opener(&epochs.blob_keys(), blob.id(), bytes.first_chunk().unwrap(), bytes.len() as u64).unwrap();
    let range = opener.cipher_range(&(199_000..200_000)).unwrap();
    let (start, end) = (usize::try_from(range.start).unwrap(), usize::try_from(range.end).unwrap());
    assert_eq!(opener.open_range(199_000..200_000, &bytes[start..end]).unwrap(), text[199_000..]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn cloud_blob_read_in_any_parts_equals_the_whole(
        length in 0_usize..150_000, parts in prop::collection::vec((0_u64..160_000, 0_usize..70_000), 1..8)
    ) {
        let (epochs, names) = keys();
        let text = plain(length);
        let mut blob = CloudBlob::new(text.as_slice(), &epochs.blob_keys(), &names).unwrap();
        let whole = sealed(&mut blob);
        for (offset, size) in parts {
            let mut part = vec![0; size];
            let read = blob.read_sealed(offset, &mut part).unwrap();
            let start = usize::try_from(offset).unwrap().min(whole.len());
            prop_assert_eq!(&part[..read], &whole[start..(start + size).min(whole.len())]);
        }
    }
}
