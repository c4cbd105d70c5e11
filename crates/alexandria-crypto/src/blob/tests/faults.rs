//! Failing sinks and sources.

use std::io::{self, Write};

use super::*;

/// Accepts `capacity` bytes, then fails once.
struct FullSink {
    capacity: usize,
    written: Vec<u8>,
}

impl Write for FullSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.capacity == 0 {
            self.capacity = usize::MAX;
            return Err(io::ErrorKind::StorageFull.into());
        }
        let length = bytes.len().min(self.capacity);
        self.capacity -= length;
        self.written.extend(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn blob_writer_is_poisoned_by_a_failed_write() {
    let key = key();
    for capacity in [0, 50, HEADER_LEN + SEALED_CHUNK_LEN + 1] {
        let mut writer = BlobWriter::new(FullSink { capacity, written: Vec::new() }, &key, &ID).unwrap();
        let failed = writer.write_all(&plain(4 * CHUNK_LEN)).unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
        // The sink accepts writes again, but the bytes in between are lost.
        let again = writer.write_all(b"more").unwrap_err();
        assert!(matches!(again.get_ref().and_then(|error| error.downcast_ref()), Some(BlobError::Poisoned)));
        assert!(matches!(writer.finish(), Err(BlobError::Poisoned)));
    }
}

#[test]
fn unfinished_blob_does_not_open() {
    let key = key();
    let mut stored = Vec::new();
    let mut writer = BlobWriter::new(&mut stored, &key, &ID).unwrap();
    writer.write_all(&plain(3 * CHUNK_LEN)).unwrap();
    drop(writer);
    assert!(matches!(read_all(&key, &ID, &stored), Err(BlobError::Open(OpenError::NotAuthentic { chunk: 1 }))));
}

#[test]
fn blob_errors_pass_through_io_traits() {
    use std::io::Read;
    let key = key();
    let mut sealed = blob(&key, &plain(2 * CHUNK_LEN), usize::MAX);
    sealed[HEADER_LEN] ^= 1;
    let mut reader = BlobReader::open(Cursor::new(sealed), &key, &ID).unwrap();
    let error = reader.read(&mut [0; 10]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    let inner = error.get_ref().and_then(|error| error.downcast_ref());
    assert!(matches!(inner, Some(BlobError::Open(OpenError::NotAuthentic { chunk: 0 }))));
}
