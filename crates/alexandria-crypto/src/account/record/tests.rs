//! Records open only with the epoch and the clear fields that they were sealed with, and their lengths are few.

use proptest::prelude::*;

use super::*;
use crate::account::Epochs;

const HEAD: &[u8] = b"version suite device stream seq epoch prev hlc length";

fn keys() -> RecordKeys {
    Epochs::generate().unwrap().record_keys()
}

/// A head with the fields that the server can read.
fn head(device: u8, stream: u8, seq: u64, epoch: u32) -> Vec<u8> {
    [&[1, 1][..], &[device; 16], &[stream; 16], &seq.to_be_bytes(), &epoch.to_be_bytes()].concat()
}

#[test]
fn record_round_trips_in_every_length_class() {
    let keys = keys();
    let check = |payload: usize, sealed: usize| {
        let plain = vec![0xa5; payload];
        let record = keys.seal(HEAD, &plain).unwrap();
        assert_eq!((record.len(), sealed_len(payload)), (sealed, Ok(sealed)), "{payload}");
        assert_eq!(*keys.open(1, HEAD, &record).unwrap(), plain, "{payload}");
    };
    check(0, 256);
    check(170, 256);
    check(171, 1024);
    check(938, 1024);
    check(939, 4096);
    check(16_298, 16_384);
    check(16_299, 65_536);
    check(65_451, 256 * 1024);
    check(MAX_PAYLOAD_LEN, 256 * 1024);
    let too_long = SealRecordError::TooLong { length: MAX_PAYLOAD_LEN + 1 };
    assert_eq!(keys.seal(HEAD, &vec![0; MAX_PAYLOAD_LEN + 1]), Err(too_long));
    assert_eq!(sealed_len(usize::MAX), Err(SealRecordError::TooLong { length: usize::MAX }));
}

#[test]
fn record_with_another_device_stream_number_or_epoch_is_refused() {
    let mut epochs = Epochs::generate().unwrap();
    let sealed = epochs.record_keys().seal(&head(1, 2, 3, 1), b"ops").unwrap();
    epochs.add_epoch().unwrap();
    let keys = epochs.record_keys();
    assert_eq!(keys.epoch(), 2);
    let check = |epoch, head: &[u8], expect: Result<(), OpenRecordError>| {
        assert_eq!(keys.open(epoch, head, &sealed).map(|opened| assert_eq!(*opened, b"ops")), expect);
    };
    check(1, &head(1, 2, 3, 1), Ok(()));
    check(1, &head(9, 2, 3, 1), Err(OpenRecordError::NotAuthentic));
    check(1, &head(1, 9, 3, 1), Err(OpenRecordError::NotAuthentic));
    check(1, &head(1, 2, 9, 1), Err(OpenRecordError::NotAuthentic));
    check(1, &head(1, 2, 3, 2), Err(OpenRecordError::NotAuthentic));
    check(2, &head(1, 2, 3, 2), Err(OpenRecordError::WrongKey));
    check(0, &head(1, 2, 3, 0), Err(OpenRecordError::UnknownEpoch { epoch: 0 }));
    check(3, &head(1, 2, 3, 3), Err(OpenRecordError::UnknownEpoch { epoch: 3 }));
    let other = Epochs::generate().unwrap().record_keys();
    assert_eq!(other.open(1, &head(1, 2, 3, 1), &sealed).err(), Some(OpenRecordError::WrongKey));
}

#[test]
fn changed_or_truncated_record_is_refused() {
    let keys = keys();
    let sealed = keys.seal(HEAD, b"ops").unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(keys.open(1, HEAD, &changed).is_err(), "{at}");
        assert_eq!(keys.open(1, HEAD, &sealed[..at]).err(), Some(OpenRecordError::Malformed));
    }
    let longer = [&sealed[..], &[0; 768]].concat();
    assert_eq!(keys.open(1, HEAD, &longer).err(), Some(OpenRecordError::NotAuthentic));
    let mut newer = sealed.clone();
    newer[0] = 2;
    assert_eq!(keys.open(1, HEAD, &newer).err(), Some(OpenRecordError::NewerVersion));
    let mut other_suite = sealed;
    other_suite[1] = 2;
    assert_eq!(keys.open(1, HEAD, &other_suite).err(), Some(OpenRecordError::Malformed));
}

#[test]
fn record_with_other_padding_is_refused() {
    let keys = keys();
    let seal = |padded: &[u8]| envelope::seal(keys.newest.expose(), LABEL, HEAD, padded).unwrap();
    let check = |padded: &[u8], opens: bool| {
        let opened = keys.open(1, HEAD, &seal(padded));
        assert_eq!(opened.map(drop), if opens { Ok(()) } else { Err(OpenRecordError::Malformed) });
    };
    let mut padded = [0; 174];
    check(&padded, true);
    padded[173] = 1;
    check(&padded, false);
    padded[3] = 170;
    check(&padded, true);
    padded[3] = 171;
    check(&padded, false);
    padded[0] = 255;
    check(&padded, false);
    // A short payload in a longer class than it needs.
    check(&[0; 942], false);
}

proptest! {
    #[test]
    fn sealed_records_never_repeat_and_always_open(payload: Vec<u8>, head: Vec<u8>, other: Vec<u8>) {
        let keys = keys();
        let (one, two) = (keys.seal(&head, &payload).unwrap(), keys.seal(&head, &payload).unwrap());
        prop_assert_ne!(&one, &two);
        let opened = keys.open(1, &head, &one).unwrap();
        prop_assert_eq!(opened.as_slice(), payload.as_slice());
        prop_assert_eq!(keys.open(1, &other, &two).is_ok(), other == head);
    }

    #[test]
    fn opening_arbitrary_bytes_never_panics(sealed in prop::collection::vec(any::<u8>(), 256), epoch: u32) {
        prop_assert!(keys().open(epoch, HEAD, &sealed).is_err());
    }
}
