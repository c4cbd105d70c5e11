//! Sealed files and wrapped keys: a modified one is an error, and never decrypts to wrong bytes.
//!
//! The input is read as a sealed file, a wrapped key ring and a key in hex, and as a list of mutations of valid files.

use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use alexandria_crypto::blob::{BlobReader, BlobWriter};
use alexandria_crypto::chunked;
use alexandria_crypto::keys::{KeyRing, LibraryKey};

use super::mutate::mutate;

const ID: [u8; 16] = *b"the hostile file";
const CONTEXT: &[u8] = b"alexandria/tests/hostile";
/// Plaintext lengths around the edges of chunks.
const LENGTHS: [usize; 6] = [0, 1, 300, chunked::CHUNK_LEN, chunked::CHUNK_LEN + 1, 2 * chunked::CHUNK_LEN + 700];

/// Valid files, sealed once for all inputs. Keys and salts are random; nothing here depends on them.
struct Fixture {
    ring: KeyRing,
    library_key: LibraryKey,
    wrapped: Vec<u8>,
    plain: Vec<u8>,
    /// One per length in [`LENGTHS`].
    blobs: Vec<Vec<u8>>,
    objects: Vec<Vec<u8>>,
}

static FIXTURE: LazyLock<Option<Fixture>> = LazyLock::new(seal);

fn seal() -> Option<Fixture> {
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
    Some(Fixture { ring, library_key, wrapped, plain, blobs, objects })
}

pub(super) fn check(bytes: &[u8]) {
    assert!(FIXTURE.is_some(), "no random numbers");
    let Some(sealed) = &*FIXTURE else { return };
    check_foreign(sealed, bytes);
    let Some((&number, mutations)) = bytes.split_first() else { return };
    let number = usize::from(number) % LENGTHS.len();
    let files = (sealed.blobs.get(number), sealed.objects.get(number), LENGTHS.get(number));
    let (Some(blob), Some(object), Some(length)) = files else { return };
    let plain = sealed.plain.get(..*length).unwrap_or_default();
    check_mutated_blob(sealed, blob, &mutate(blob, mutations), plain);
    let other = mutate(object, mutations);
    let opened = chunked::open(&sealed.ring.index, &ID, &other).ok();
    assert_eq!(opened.as_deref(), (other == *object).then_some(plain), "a mutated object was opened");
    let ring = mutate(&sealed.wrapped, mutations);
    let unwrapped = KeyRing::unwrap(&sealed.library_key, CONTEXT, &ring).is_ok();
    assert_eq!(unwrapped, ring == sealed.wrapped, "a mutated key ring was unwrapped");
}

/// Arbitrary bytes never open.
fn check_foreign(sealed: &Fixture, bytes: &[u8]) {
    assert!(BlobReader::open(Cursor::new(bytes), &sealed.ring.blobs, &ID).is_err());
    assert!(chunked::open(&sealed.ring.index, &ID, bytes).is_err());
    assert!(KeyRing::unwrap(&sealed.library_key, CONTEXT, bytes).is_err());
    if let Ok(key) = LibraryKey::from_hex(bytes.to_vec()) {
        assert_eq!(key.expose_hex().as_bytes(), bytes, "a key has one canonical form");
    }
}

/// Reads a mutated blob: an error unless it is the original, and every byte before the error is correct.
fn check_mutated_blob(sealed: &Fixture, original: &[u8], blob: &[u8], plain: &[u8]) {
    let Ok(mut reader) = BlobReader::open(Cursor::new(blob), &sealed.ring.blobs, &ID) else {
        assert_ne!(blob, original, "the original blob does not open");
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
    assert_eq!(end.is_ok(), blob == original, "a mutated blob was read: {end:?}");
    assert!(end.is_err() || read.len() == plain.len());
}
