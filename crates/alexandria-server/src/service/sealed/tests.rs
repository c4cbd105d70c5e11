use super::*;

#[test]
fn every_flipped_bit_and_other_key_or_purpose_is_refused() {
    let key = SealingKey::new(&[1; 32]);
    let sealed = key.seal(b"purpose", b"secret").unwrap();
    for index in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[index / 8] ^= 1 << (index % 8);
        assert!(key.open(b"purpose", &changed).is_err(), "bit {index}");
    }
    for length in 0..sealed.len() {
        assert!(key.open(b"purpose", &sealed[..length]).is_err(), "{length} bytes");
    }
    assert!(key.open(b"other", &sealed).is_err());
    assert!(SealingKey::new(&[2; 32]).open(b"purpose", &sealed).is_err());
    assert_eq!(**key.open(b"purpose", &sealed).unwrap(), *b"secret");
}

#[test]
fn same_secret_is_sealed_differently_each_time() {
    let key = SealingKey::new(&[1; 32]);
    let (one, two) = (key.seal(b"p", &[0; 64]).unwrap(), key.seal(b"p", &[0; 64]).unwrap());
    assert_ne!(one[25..89], two[25..89]);
    assert!(one[25..89].iter().any(|byte| *byte != 0));
}
