//! Envelopes open for the right secret, label and context, and for nothing else.

use super::*;

const SECRET: [u8; 32] = [9; 32];
const PLAIN: [u8; 40] = [3; 40];

fn sealed() -> Vec<u8> {
    seal(&SECRET, b"label", b"context", &PLAIN).unwrap()
}

fn error_of(sealed: &[u8]) -> EnvelopeError {
    open::<40>(&SECRET, b"label", b"context", sealed).expect_err("opened")
}

#[test]
fn envelope_round_trips() {
    assert_eq!(**open::<40>(&SECRET, b"label", b"context", &sealed()).ok().unwrap(), PLAIN);
    assert_ne!(sealed(), sealed());
}

#[test]
fn every_flipped_bit_of_an_envelope_is_detected() {
    let original = sealed();
    for bit in 0..original.len() * 8 {
        let mut changed = original.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 if changed[0] > 1 => EnvelopeError::NewerVersion,
            0 | 1 => EnvelopeError::Malformed,
            2..66 => EnvelopeError::WrongKey,
            _ => EnvelopeError::NotAuthentic,
        };
        assert_eq!(error_of(&changed), expected, "bit {bit}");
    }
}

#[test]
fn envelope_of_any_other_length_is_rejected() {
    let original = sealed();
    for length in 0..original.len() {
        assert_eq!(error_of(&original[..length]), EnvelopeError::Malformed);
    }
    assert_eq!(error_of(&[original.as_slice(), &[0]].concat()), EnvelopeError::Malformed);
}

#[test]
fn envelope_is_bound_to_secret_label_and_context() {
    let sealed = sealed();
    let check = |secret: &[u8; 32], label: &[u8], context: &[u8], expected| {
        assert_eq!(open::<40>(secret, label, context, &sealed).err(), Some(expected));
    };
    check(&[8; 32], b"label", b"context", EnvelopeError::WrongKey);
    check(&SECRET, b"labe", b"context", EnvelopeError::WrongKey);
    check(&SECRET, b"label", b"contexT", EnvelopeError::NotAuthentic);
    check(&SECRET, b"label", b"", EnvelopeError::NotAuthentic);
}

#[test]
fn label_and_context_are_unambiguous() {
    assert_ne!(additional_data(b"ab", b"c"), additional_data(b"a", b"bc"));
}
