//! Files of every epoch open, the newest epoch seals, and a key id that is not in the ring is a typed error.

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;

use super::*;
use crate::blob::{BlobError, BlobReader, BlobWriter};
use crate::format::{HEADER_LEN, OpenError};

const ID: [u8; 16] = [7; 16];

fn seal(keys: &BlobKeys, plain: &[u8]) -> Vec<u8> {
    let mut writer = BlobWriter::new(Vec::new(), keys, &ID).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap()
}

fn open(keys: &BlobKeys, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    let mut plain = Vec::new();
    match BlobReader::open(Cursor::new(sealed), keys, &ID) {
        Ok(mut reader) => reader.read_to_end(&mut plain).unwrap(),
        Err(BlobError::Open(error)) => return Err(error),
        Err(error) => panic!("{error}"),
    };
    Ok(plain)
}

/// The key id in the header of a sealed file.
fn key_id(sealed: &[u8]) -> KeyId {
    KeyId::from_bytes(*sealed[8..].first_chunk().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_epoch_opens_and_the_newest_seals(lengths in prop::collection::vec(0..70_000_usize, 1..6)) {
        let mut keys = BlobKeys::generate().unwrap();
        let mut files = Vec::new();
        for (epoch, length) in lengths.iter().enumerate() {
            if epoch > 0 {
                let added = keys.add_epoch().unwrap();
                prop_assert_eq!(keys.ids().pop(), Some(added));
            }
            let plain = vec![u8::try_from(epoch).unwrap(); *length];
            let sealed = seal(&keys, &plain);
            prop_assert_eq!(Some(key_id(&sealed)), keys.ids().pop());
            files.push((sealed, plain));
        }
        prop_assert_eq!(keys.ids().len(), lengths.len());
        for (sealed, plain) in &files {
            prop_assert_eq!(&open(&keys, sealed).unwrap(), plain);
        }
    }

    #[test]
    fn foreign_key_ids_are_rejected_as_unknown(epochs in 1..5_usize, foreign: [u8; 8]) {
        let mut keys = BlobKeys::generate().unwrap();
        for _ in 1..epochs {
            keys.add_epoch().unwrap();
        }
        let other = BlobKeys::generate().unwrap();
        let sealed = seal(&other, b"text");
        prop_assert_eq!(open(&keys, &sealed), Err(OpenError::UnknownKey { id: other.ids()[0] }));
        let mut sealed = seal(&keys, b"text");
        sealed[8..16].copy_from_slice(&foreign);
        prop_assert_eq!(open(&keys, &sealed), Err(OpenError::UnknownKey { id: KeyId::from_bytes(foreign) }));
    }
}

#[test]
fn header_that_names_another_epoch_does_not_open() {
    let mut keys = BlobKeys::generate().unwrap();
    let (old, plain) = (seal(&keys, b"text"), b"text");
    keys.add_epoch().unwrap();
    let ids = keys.ids();
    let mut changed = old.clone();
    changed[8..16].copy_from_slice(ids[1].as_bytes());
    assert_eq!(open(&keys, &changed), Err(OpenError::WrongKey));
    // The commitment and the chunks of a file of the other epoch do not help.
    let new = seal(&keys, plain);
    assert_eq!(
        open(&keys, &[&old[..HEADER_LEN], &new[HEADER_LEN..]].concat()),
        Err(OpenError::NotAuthentic { chunk: 0 })
    );
}

#[test]
fn epoch_with_the_same_key_is_rejected() {
    let mut keys = BlobKeys::from_secret(SecretKey::take(&mut [1; 32]));
    let ids = keys.ids();
    assert_eq!(keys.push(SecretKey::take(&mut [1; 32])), Err(AddEpochError::Duplicate));
    assert_eq!(keys.ids(), ids);
}

#[test]
fn key_ids_are_printed_as_hexadecimal_digits() {
    let id = KeyId::from_bytes([0, 1, 0xab, 0xff, 4, 5, 6, 7]);
    assert_eq!((id.to_string(), format!("{id:?}")), ("0001abff04050607".into(), "KeyId(0001abff04050607)".into()));
}
