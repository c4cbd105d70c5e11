//! A wrapped ring unwraps only with its library key and context.

use super::*;
use crate::keys::{AddEpochError, MAX_EPOCHS};

fn contents(ring: &KeyRing) -> Vec<u8> {
    encoding::encode(&ring.secrets()).1.to_vec()
}

#[test]
fn key_ring_unwraps_only_with_its_library_key_and_context() {
    let (ring, key) = (KeyRing::generate().unwrap(), LibraryKey::generate().unwrap());
    let wrapped = ring.wrap(&key, b"here").unwrap();
    let check = |key: &LibraryKey, context: &[u8], expected: Result<(), EnvelopeError>| {
        let opened = KeyRing::unwrap(key, context, &wrapped).map(|back| assert_eq!(contents(&back), contents(&ring)));
        assert_eq!(opened, expected);
    };
    check(&key, b"here", Ok(()));
    check(&key, b"there", Err(EnvelopeError::NotAuthentic));
    check(&LibraryKey::generate().unwrap(), b"here", Err(EnvelopeError::WrongKey));
}

#[test]
fn working_keys_are_independent() {
    let mut all: Vec<[u8; 32]> = Vec::new();
    for _ in 0..50 {
        all.extend(contents(&KeyRing::generate().unwrap()).as_chunks().0);
    }
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 200);
}

#[test]
fn database_key_pragma_is_raw_key_with_salt() {
    let mut bytes = [0xab; 32];
    let pragma = DatabaseKey(SecretKey::take(&mut bytes)).expose_raw_key_pragma();
    assert_eq!(bytes, [0; 32]);
    assert_eq!(pragma.len(), 3 + 64 + 32);
    assert!(pragma.starts_with(&format!("x'{}", "ab".repeat(32))) && pragma.ends_with('\''));
    let salt_of = |pragma: &str| pragma.get(66..98).unwrap().to_owned();
    let salt = salt_of(&pragma);
    assert!(salt.chars().all(|digit| digit.is_ascii_hexdigit()));
    let other = DatabaseKey(SecretKey::take(&mut [0xac; 32])).expose_raw_key_pragma();
    assert_ne!(salt, salt_of(&other));
}

#[test]
fn publication_ids_depend_on_key_and_content() {
    let key = |byte| PublicationIdKey(SecretKey::take(&mut [byte; 32]));
    assert_eq!(key(1).publication_id(&[5; 32]), key(1).publication_id(&[5; 32]));
    assert_ne!(key(1).publication_id(&[5; 32]), key(2).publication_id(&[5; 32]));
    assert_ne!(key(1).publication_id(&[5; 32]), key(1).publication_id(&[6; 32]));
}

#[test]
fn library_key_round_trips_as_hex() {
    let key = LibraryKey::generate().unwrap();
    let entry = key.expose_hex().as_bytes().to_vec();
    assert!(LibraryKey::from_hex(entry.clone()).unwrap_or_else(|_| panic!("no key")).is_same(&key));
    let mut other = entry.clone();
    other[63] = if other[63] == b'0' { b'1' } else { b'0' };
    assert!(!LibraryKey::from_hex(other).unwrap_or_else(|_| panic!("no key")).is_same(&key));
    for bad in [&entry[..63], &[], &[b'g'; 64], &[b'A'; 64], &[entry.as_slice(), b"0"].concat()] {
        assert!(LibraryKey::from_hex(bad.to_vec()).is_err());
    }
}

fn with_epochs(count: usize) -> KeyRing {
    let mut ring = KeyRing::generate().unwrap();
    for _ in 1..count {
        ring.blobs.add_epoch().unwrap();
    }
    ring
}

/// The kinds of the entries of an encoded ring of version 2.
fn kinds(plain: &[u8]) -> Vec<u8> {
    plain.chunks(33).map(|entry| entry[0]).collect()
}

#[test]
fn key_ring_with_several_epochs_round_trips_in_version_2() {
    let key = LibraryKey::generate().unwrap();
    for count in [1, 2, 3, MAX_EPOCHS] {
        let ring = with_epochs(count);
        let wrapped = ring.wrap(&key, b"here").unwrap();
        assert_eq!(wrapped.len() == KeyRing::V1_WRAPPED_LEN, count == 1, "{count}");
        let unwrapped = KeyRing::unwrap(&key, b"here", &wrapped).ok().unwrap();
        assert_eq!(unwrapped.blobs.ids(), ring.blobs.ids(), "{count}");
        assert_eq!(contents(&unwrapped), contents(&ring), "{count}");
        assert_eq!(KeyRing::unwrap(&key, b"there", &wrapped).err(), Some(EnvelopeError::NotAuthentic));
        let other = LibraryKey::generate().unwrap();
        assert_eq!(KeyRing::unwrap(&other, b"here", &wrapped).err(), Some(EnvelopeError::WrongKey));
    }
}

#[test]
fn new_epoch_changes_no_other_key() {
    let mut ring = KeyRing::generate().unwrap();
    let others = |ring: &KeyRing| {
        let pragma = ring.database.expose_raw_key_pragma().to_string();
        let single = [ring.index.content().newest().id(), ring.backup_key().content().newest().id()];
        (pragma, ring.ids.publication_id(&[0; 32]), single)
    };
    let (before, ids) = (others(&ring), ring.blobs.ids());
    let added = ring.blobs.add_epoch().unwrap();
    assert_eq!(others(&ring), before);
    assert_eq!(ring.blobs.ids(), [ids.as_slice(), &[added]].concat());
}

#[test]
fn non_canonical_rings_are_rejected() {
    let key = LibraryKey::generate().unwrap();
    let ring = with_epochs(2);
    let plain = contents(&ring);
    assert_eq!(kinds(&plain), [1, 2, 3, 4, 4]);
    let entry = |kind: u8, secret: u8| [&[kind][..], &[secret; 32]].concat();
    let entries: Vec<&[u8]> = plain.chunks(33).collect();
    let (unknown, newer) = (entry(5, 1), entry(9, 2));
    let check = |entries: &[&[u8]], expected: Option<EnvelopeError>| {
        let sealed = envelope::seal(key.expose(), b"alexandria/key-ring/v2", b"", &entries.concat()).unwrap();
        assert_eq!(KeyRing::unwrap(&key, b"", &sealed).err(), expected, "{:?}", kinds(&entries.concat()));
    };
    let malformed = Some(EnvelopeError::Malformed);
    let [database, index, ids, first, second] = entries[..] else { panic!("five entries") };
    check(&[database, index, ids, first, second], None);
    check(&[database, index, ids, first, second, &unknown, &newer], None);
    check(&[database, index, ids, first, &unknown, &unknown], None);
    // Version 1 can represent the first; the others lack an entry, repeat one, or have another order.
    check(&[database, index, ids, first], malformed);
    check(&[], malformed);
    check(&[database, index, ids], malformed);
    check(&[database, index, first, second], malformed);
    check(&[database, database, index, ids, first, second], malformed);
    check(&[database, index, ids, first, first], malformed);
    check(&[index, database, ids, first, second], malformed);
    check(&[database, index, ids, &unknown, first], malformed);
    check(&[database, index, ids, first, second, &newer, &unknown], malformed);
    check(&[database, index, ids, first, second, &entry(0, 1)], malformed);
    check(&[database, index, ids, first, second, &unknown[..32]], malformed);
    // The encoding of one version under the label of the other.
    let v1 = contents(&with_epochs(1));
    let sealed = envelope::seal(key.expose(), b"alexandria/key-ring/v2", b"", &v1).unwrap();
    assert_eq!(KeyRing::unwrap(&key, b"", &sealed).err(), Some(EnvelopeError::WrongKey));
    let sealed = envelope::seal(key.expose(), b"alexandria/key-ring/v1", b"", &plain).unwrap();
    assert_eq!(KeyRing::unwrap(&key, b"", &sealed).err(), Some(EnvelopeError::WrongKey));
}

#[test]
fn unknown_entries_survive_a_new_epoch_and_a_new_library_key() {
    let (key, new_key) = (LibraryKey::generate().unwrap(), LibraryKey::generate().unwrap());
    let unknown = [&[7][..], &[0xee; 32]].concat();
    let plain = [contents(&with_epochs(2)), unknown.clone()].concat();
    let sealed = envelope::seal(key.expose(), b"alexandria/key-ring/v2", b"", &plain).unwrap();
    let mut ring = KeyRing::unwrap(&key, b"", &sealed).ok().unwrap();
    ring.blobs.add_epoch().unwrap();
    let rewrapped = ring.wrap(&new_key, b"new").unwrap();
    let unwrapped = KeyRing::unwrap(&new_key, b"new", &rewrapped).ok().unwrap();
    assert!(contents(&unwrapped).ends_with(&unknown));
    assert_eq!(kinds(&contents(&unwrapped)), [1, 2, 3, 4, 4, 4, 7]);
}

#[test]
fn key_ring_has_a_maximum_of_epochs() {
    let mut ring = with_epochs(MAX_EPOCHS);
    assert_eq!(ring.blobs.add_epoch(), Err(AddEpochError::TooMany));
    assert_eq!(ring.blobs.ids().len(), MAX_EPOCHS);
}
