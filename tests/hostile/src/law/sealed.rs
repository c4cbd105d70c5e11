//! Sealed files and wrapped keys: whatever is changed, an error, never wrong bytes.
//!
//! The input is taken as a sealed file, a wrapped ring and a key's text as it is; and as a list of changes to files that
//! were sealed here, which is the only way past the header.

use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use alexandria_crypto::blob::{BlobReader, BlobWriter};
use alexandria_crypto::chunked;
use alexandria_crypto::keys::{KeyRing, LibraryKey};

use super::changed::changed;

const ID: [u8; 16] = *b"the hostile file";
const CONTEXT: &[u8] = b"alexandria/tests/hostile";
/// Plaintext lengths around the edges of chunks.
const LENGTHS: [usize; 6] = [0, 1, 300, chunked::CHUNK_LEN, chunked::CHUNK_LEN + 1, 2 * chunked::CHUNK_LEN + 700];

/// What was sealed, once for all inputs. Keys and salts are random: nothing here depends on them.
struct Sealed {
    ring: KeyRing,
    library_key: LibraryKey,
    wrapped: Vec<u8>,
    plain: Vec<u8>,
    /// One for each of [`LENGTHS`].
    blobs: Vec<Vec<u8>>,
    objects: Vec<Vec<u8>>,
}

static SEALED: LazyLock<Option<Sealed>> = LazyLock::new(seal);

fn seal() -> Option<Sealed> {
    let (ring, library_key) = (KeyRing::generate().ok()?, LibraryKey::generate().ok()?);
    let wrapped = ring.wrap(&library_key, CONTEXT).ok()?;
    let plain: Vec<u8> = (0_u8..251).cycle().take(3 * chunked::CHUNK_LEN).collect();
    let part = |length: usize| plain.get(..length);
    let blob = |length: usize| {
        let mut writer = BlobWriter::new(Vec::new(), &ring.blobs, &ID).ok()?;
        writer.write_all(part(length)?).ok()?;
        writer.finish().ok()
    };
    let object = |length: usize| chunked::seal(&ring.index, &ID, part(length)?).ok();
    let blobs = LENGTHS.iter().map(|length| blob(*length)).collect::<Option<_>>()?;
    let objects = LENGTHS.iter().map(|length| object(*length)).collect::<Option<_>>()?;
    Some(Sealed { ring, library_key, wrapped, plain, blobs, objects })
}

pub(super) fn check(bytes: &[u8]) {
    assert!(SEALED.is_some(), "the system has no randomness");
    let Some(sealed) = &*SEALED else { return };
    foreign(sealed, bytes);
    let Some((&number, changes)) = bytes.split_first() else { return };
    let number = usize::from(number) % LENGTHS.len();
    let files = (sealed.blobs.get(number), sealed.objects.get(number), LENGTHS.get(number));
    let (Some(blob), Some(object), Some(length)) = files else { return };
    let plain = sealed.plain.get(..*length).unwrap_or_default();
    changed_blob(sealed, blob, &changed(blob, changes), plain);
    let other = changed(object, changes);
    let opened = chunked::open(&sealed.ring.index, &ID, &other).ok();
    assert_eq!(opened.as_deref(), (other == *object).then_some(plain), "a changed object opened");
    let ring = changed(&sealed.wrapped, changes);
    let unwrapped = KeyRing::unwrap(&sealed.library_key, CONTEXT, &ring).is_ok();
    assert_eq!(unwrapped, ring == sealed.wrapped, "a changed ring opened");
}

/// Bytes that nobody sealed never open.
fn foreign(sealed: &Sealed, bytes: &[u8]) {
    assert!(BlobReader::open(Cursor::new(bytes), &sealed.ring.blobs, &ID).is_err());
    assert!(chunked::open(&sealed.ring.index, &ID, bytes).is_err());
    assert!(KeyRing::unwrap(&sealed.library_key, CONTEXT, bytes).is_err());
    if let Ok(key) = LibraryKey::from_hex(bytes.to_vec()) {
        assert_eq!(key.expose_hex().as_bytes(), bytes, "a key has one way to be written");
    }
}

/// Reads a changed blob from beginning to end: all of it is right or an error comes, and what came before is right too.
fn changed_blob(sealed: &Sealed, original: &[u8], blob: &[u8], plain: &[u8]) {
    let Ok(mut reader) = BlobReader::open(Cursor::new(blob), &sealed.ring.blobs, &ID) else {
        assert_ne!(blob, original, "an unchanged blob opens");
        return;
    };
    let (mut read, mut part) = (Vec::new(), [0; 10_000]);
    let end = loop {
        match reader.read(&mut part) {
            Ok(0) => break Ok(()),
            Ok(length) => read.extend_from_slice(part.get(..length).unwrap_or_default()),
            Err(error) => break Err(error),
        }
    };
    assert!(plain.starts_with(&read), "wrong bytes after {} right ones", read.len());
    assert_eq!(end.is_ok(), blob == original, "a changed blob was read: {end:?}");
    assert!(end.is_err() || read.len() == plain.len());
}
