//! Snapshots open only as what they were sealed as, and their lengths are few.

use super::*;
use crate::account::Epochs;

#[test]
fn snapshot_round_trips_in_every_length_class() {
    let keys = Epochs::generate().unwrap().snapshot_keys();
    for length in [0, 1, 4088, 4089, 65_000, 70_000, 300_001] {
        let plain = vec![7; length];
        let sealed = keys.seal(&[1; 16], &plain).unwrap();
        assert_eq!(*keys.open(&[1; 16], &sealed).unwrap(), plain);
        assert!(keys.open(&[2; 16], &sealed).is_err());
    }
}

#[test]
fn padding_of_snapshots_adds_at_most_an_eighth() {
    let check = |plain, expect| assert_eq!(padded_len(plain), Some(expect));
    check(0, 4096);
    check(4088, 4096);
    check(4089, 4352);
    check(1_000_000, 1_015_808);
    assert_eq!(padded_len(usize::MAX), None);
    for plain in (4096..200_000).step_by(77) {
        let padded = padded_len(plain).unwrap();
        assert!(padded >= plain + 8 && padded <= (plain + 8) * 9 / 8, "{plain} {padded}");
    }
}

#[test]
fn snapshot_of_an_older_epoch_opens_and_of_an_unknown_one_does_not() {
    let mut epochs = Epochs::generate().unwrap();
    let first = epochs.snapshot_keys();
    let old = first.seal(&[1; 16], b"old").unwrap();
    epochs.add_epoch().unwrap();
    let both = epochs.snapshot_keys();
    assert_eq!(both.open(&[1; 16], &old).unwrap().as_slice(), b"old");
    let new = both.seal(&[1; 16], b"new").unwrap();
    assert!(matches!(first.open(&[1; 16], &new), Err(OpenError::UnknownKey { .. })));
}

#[test]
fn changed_snapshot_does_not_open() {
    let keys = Epochs::generate().unwrap().snapshot_keys();
    let sealed = keys.seal(&[1; 16], b"state").unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(keys.open(&[1; 16], &changed).is_err(), "{at}");
    }
    for length in [0, 95, 96, 111, sealed.len() - 1] {
        assert!(keys.open(&[1; 16], &sealed[..length]).is_err(), "{length}");
    }
    // Sealed under the right key, but not padded.
    let mut sealer = Sealer::with_content_key(keys.0.newest(), &[1; 16]).unwrap();
    let mut bare = Vec::new();
    sealer.push(&[0, 0, 0, 0, 0, 0, 0, 1, 9], &mut bare).unwrap();
    sealer.finish(&mut bare).unwrap();
    assert_eq!(keys.open(&[1; 16], &bare).err(), Some(OpenError::WrongLength));
}
