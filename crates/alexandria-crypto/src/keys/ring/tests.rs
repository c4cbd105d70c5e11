//! A wrapped ring unwraps only with its library key and context.

use super::*;

fn contents(ring: &KeyRing) -> Vec<u8> {
    ring.concatenated().to_vec()
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
        all.extend(KeyRing::generate().unwrap().concatenated().as_chunks().0);
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
