//! A blob reads back as written at every offset, and a changed blob is rejected.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::format::{CHUNK_LEN, HEADER_LEN, SEALED_CHUNK_LEN};
use crate::keys::BlobKeys;

mod faults;
mod tamper;

const ID: [u8; 16] = [0x1d; 16];

fn key() -> BlobKeys {
    BlobKeys::generate().unwrap()
}

fn plain(length: usize) -> Vec<u8> {
    (0..251).cycle().take(length).collect()
}

/// A blob of `plain`, written `write_len` bytes at a time.
fn blob(key: &BlobKeys, plain: &[u8], write_len: usize) -> Vec<u8> {
    let mut writer = BlobWriter::new(Vec::new(), key, &ID).unwrap();
    plain.chunks(write_len).for_each(|part| std::io::Write::write_all(&mut writer, part).unwrap());
    writer.finish().unwrap()
}

fn read_all(key: &BlobKeys, id: &[u8; 16], sealed: &[u8]) -> Result<Vec<u8>, BlobError> {
    let mut reader = BlobReader::open(Cursor::new(sealed), key, id)?;
    let mut plain = vec![0; usize::try_from(reader.len()).unwrap()];
    let read = reader.read_at(0, &mut plain)?;
    assert_eq!(read, plain.len());
    Ok(plain)
}

#[test]
fn blobs_of_all_boundary_sizes_round_trip() {
    let key = key();
    for length in [0, 1, 15, 16, 17, CHUNK_LEN - 1, CHUNK_LEN, CHUNK_LEN + 1, 2 * CHUNK_LEN, 3 * CHUNK_LEN + 77] {
        for write_len in [1000, CHUNK_LEN, usize::MAX] {
            let plain = plain(length);
            let sealed = blob(&key, &plain, write_len);
            assert_eq!(sealed.len() as u64, crate::format::cipher_len(length as u64));
            assert_eq!(read_all(&key, &ID, &sealed).unwrap(), plain, "{length} in {write_len}");
        }
    }
}

#[test]
fn blob_reader_implements_read_and_seek() {
    use std::io::{Read, Seek, SeekFrom};
    let (key, plain) = (key(), plain(2 * CHUNK_LEN + 9));
    let mut reader = BlobReader::open(Cursor::new(blob(&key, &plain, 70_000)), &key, &ID).unwrap();
    let mut all = Vec::new();
    reader.read_to_end(&mut all).unwrap();
    assert_eq!(all, plain);
    assert_eq!(reader.seek(SeekFrom::End(-9)).unwrap(), 2 * CHUNK_LEN as u64);
    let mut end = [0; 20];
    assert_eq!(reader.read(&mut end).unwrap(), 9);
    assert_eq!(end[..9], plain[2 * CHUNK_LEN..]);
    assert_eq!(reader.read(&mut end).unwrap(), 0);
    reader.seek(SeekFrom::Start(u64::MAX)).unwrap();
    assert_eq!(reader.read(&mut end).unwrap(), 0);
    assert!(reader.seek(SeekFrom::Current(1)).is_err());
    assert!(reader.seek(SeekFrom::End(i64::MIN)).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn blob_read_at_equals_plaintext_slice(
        length in 0..4 * CHUNK_LEN,
        reads in prop::collection::vec((0..5 * CHUNK_LEN, 0..2 * CHUNK_LEN + 2), 1..12),
    ) {
        let (key, plain) = (key(), plain(length));
        let mut reader = BlobReader::open(Cursor::new(blob(&key, &plain, usize::MAX)), &key, &ID).unwrap();
        for (offset, want) in reads {
            let mut buffer = vec![0xee; want];
            let read = reader.read_at(offset as u64, &mut buffer).unwrap();
            let expected = plain.get(offset..(offset + want).min(length)).unwrap_or(&[]);
            prop_assert_eq!(&buffer[..read], expected);
            prop_assert!(buffer[read..].iter().all(|&byte| byte == 0xee));
        }
    }

    #[test]
    fn blob_writer_accepts_writes_of_any_size(lengths in prop::collection::vec(0..CHUNK_LEN + 3, 0..8)) {
        let (key, mut written) = (key(), Vec::new());
        let mut writer = BlobWriter::new(Vec::new(), &key, &ID).unwrap();
        for length in lengths {
            std::io::Write::write_all(&mut writer, &plain(length)).unwrap();
            written.extend(plain(length));
        }
        prop_assert_eq!(read_all(&key, &ID, &writer.finish().unwrap()).unwrap(), written);
    }
}
