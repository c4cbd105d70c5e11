//! Parts are sealed files under the backup key.

use std::io::{Cursor, Read, Write};

use super::{HEADER_LEN, commitment, open, seal, sealed_len};
use crate::blob::{BlobError, BlobReader};
use crate::format::OpenError;
use crate::keys::{BackupKey, BlobKeys, KeyRing, LibraryKey, SecretKey};

const ID: [u8; 16] = [7; 16];

fn sealed(key: &BackupKey, plain: &[u8]) -> Vec<u8> {
    let mut writer = seal(Vec::new(), key, &ID).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap()
}

#[test]
fn backup_part_opens_only_under_its_id() {
    let key = BackupKey::generate().ok().unwrap();
    for length in [0, 1, 65_536, 65_537] {
        let plain = vec![3; length];
        let part = sealed(&key, &plain);
        assert_eq!(part.len() as u64, sealed_len(length as u64));
        let mut read = Vec::new();
        open(Cursor::new(&part), &key, &ID).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, plain);
        let other = open(Cursor::new(&part), &key, &[8; 16]).unwrap_err();
        assert!(matches!(other, BlobError::Open(OpenError::NotAuthentic { .. })), "{other}");
    }
}

#[test]
fn backup_part_is_not_a_blob_under_the_same_secret() {
    let backup = BackupKey::from_secret(SecretKey::take(&mut [5; 32]));
    let blob = BlobKeys::from_secret(SecretKey::take(&mut [5; 32]));
    let part = sealed(&backup, b"words");
    assert!(BlobReader::open(Cursor::new(part), &blob, &ID).is_err());
}

#[test]
fn backup_parts_have_distinct_commitments() {
    let key = BackupKey::generate().ok().unwrap();
    let of = |part: &[u8]| commitment(part.first_chunk::<HEADER_LEN>().unwrap());
    let (one, two) = (sealed(&key, b"same"), sealed(&key, b"same"));
    assert_ne!(of(&one), of(&two));
    assert_eq!(of(&one), one[64..96]);
}

#[test]
fn backup_key_is_derived_from_the_ring() {
    let (ring, other) = (KeyRing::generate().ok().unwrap(), KeyRing::generate().ok().unwrap());
    let library = LibraryKey::generate().ok().unwrap();
    let again = KeyRing::unwrap(&library, b"new", &ring.wrap(&library, b"new").unwrap()).ok().unwrap();
    let part = sealed(&ring.backup_key(), b"words");
    assert!(open(Cursor::new(&part), &again.backup_key(), &ID).is_ok());
    assert!(matches!(
        open(Cursor::new(&part), &other.backup_key(), &ID).unwrap_err(),
        BlobError::Open(OpenError::UnknownKey { .. })
    ));
}
