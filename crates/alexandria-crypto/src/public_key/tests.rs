//! Only the recipient opens, only from that sender, only with that context; and the suite is RFC 9180's.

use super::*;

const INFO: &[u8] = b"info";

fn pair(byte: u8) -> KeyPair {
    KeyPair::from_seed(SecretKey::take(&mut [byte; 32]))
}

fn seal_to(sender: &KeyPair, recipient: &[u8; 32], shared: Option<SharedSecret<'_>>) -> Vec<u8> {
    seal(sender, recipient, shared, INFO, b"text", &mut EntropyStream::new().unwrap()).unwrap()
}

#[test]
fn sealed_message_opens_only_for_its_recipient_sender_and_context() {
    let (sender, recipient) = (pair(1), pair(2));
    let secret = |secret| Some(SharedSecret { secret, id: b"id" });
    let check = |shared, recipient: &KeyPair, sender: &KeyPair, opened_with, info: &[u8], expect: bool| {
        let sealed = seal_to(&pair(1), pair(2).public(), shared);
        assert_eq!(sealed.len(), 4 + OVERHEAD);
        let opened = open::<4>(recipient, sender.public(), opened_with, info, &sealed);
        assert_eq!(opened.is_ok_and(|plain| **plain == *b"text"), expect);
    };
    for shared in [None, secret(&[9; 32])] {
        check(shared, &recipient, &sender, shared, INFO, true);
        check(shared, &pair(3), &sender, shared, INFO, false);
        check(shared, &recipient, &pair(3), shared, INFO, false);
        check(shared, &recipient, &sender, shared, b"other", false);
        check(shared, &recipient, &sender, secret(&[8; 32]), INFO, false);
    }
    check(secret(&[9; 32]), &recipient, &sender, Some(SharedSecret { secret: &[9; 32], id: b"other" }), INFO, false);
    check(secret(&[9; 32]), &recipient, &sender, None, INFO, false);
}

#[test]
fn changed_truncated_or_longer_message_does_not_open() {
    let (sender, recipient) = (pair(1), pair(2));
    let sealed = seal_to(&sender, recipient.public(), None);
    let opens = |sealed: &[u8]| open::<4>(&recipient, sender.public(), None, INFO, sealed).is_ok();
    assert!(opens(&sealed));
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(!opens(&changed), "{at}");
        assert!(!opens(&sealed[..at]), "{at}");
    }
    assert!(!opens(&[&sealed[..], b"0"].concat()));
    assert!(open::<5>(&recipient, sender.public(), None, INFO, &sealed).is_err());
}

#[test]
fn keys_of_small_order_are_refused() {
    let sealed = seal(&pair(1), &[0; 32], None, INFO, b"text", &mut EntropyStream::new().unwrap());
    assert_eq!(sealed, Err(PublicKeyError));
    assert!(open::<4>(&pair(2), &[0; 32], None, INFO, &seal_to(&pair(1), pair(2).public(), None)).is_err());
}

#[test]
fn key_pair_is_derived_as_in_rfc_9180() {
    // Appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305; ikmR and pkRm.
    let mut seed = hex("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df");
    let expected = hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
    assert_eq!(*KeyPair::from_seed(SecretKey::take(&mut seed)).public(), expected);
}

fn hex(text: &str) -> [u8; 32] {
    let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16).unwrap()).unwrap();
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    std::array::from_fn(|at| digit(pairs[at][0]) << 4 | digit(pairs[at][1]))
}
