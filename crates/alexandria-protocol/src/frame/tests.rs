use proptest::prelude::*;

use super::*;
use crate::ids::{AccountId, DeviceId, StreamId};
use crate::samples;

fn any_header() -> impl Strategy<Value = FrameHeader> {
    let ids = any::<([u8; 16], [u8; 16], [u8; 16])>();
    let numbers = (1..=u64::try_from(i64::MAX).unwrap(), any::<u64>(), any::<u32>(), any::<[u8; 32]>());
    (ids, numbers).prop_map(|((account, device, stream), (seq, hlc, key_epoch, previous))| FrameHeader {
        account: AccountId::from_bytes(account),
        device: DeviceId::from_bytes(device),
        stream: StreamId::from_bytes(stream),
        seq,
        hlc,
        key_epoch,
        previous: if seq == 1 { RecordHash::NONE } else { RecordHash::from_bytes(previous) },
    })
}

fn any_frame() -> impl Strategy<Value = Frame> {
    let ciphertext = proptest::collection::vec(any::<u8>(), 1..600);
    (any_header(), ciphertext, any::<[u8; 32]>()).prop_map(|(header, ciphertext, seed)| {
        Frame::sign(header, &ciphertext, &DeviceSigningKey::from_seed(&seed)).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn frame_is_read_as_it_was_signed(frame in any_frame()) {
        let decoded = Frame::decode(frame.as_bytes()).unwrap();
        prop_assert_eq!(&decoded, &frame);
        prop_assert_eq!(decoded.header().additional_data(), frame.header().additional_data());
    }

    #[test]
    fn changed_byte_of_a_frame_is_refused_or_breaks_its_signature(
        header in any_header(), length in 1_usize..300, at: prop::sample::Index, change in 1_u8..=255,
    ) {
        let key = samples::key(7);
        let frame = Frame::sign(header, &vec![9; length], &key).unwrap();
        frame.verify(&key.public_key()).unwrap();
        let mut bytes = frame.as_bytes().to_vec();
        bytes[at.index(frame.as_bytes().len())] ^= change;
        if let Ok(changed) = Frame::decode(&bytes) {
            prop_assert!(changed.verify(&key.public_key()).is_err());
            prop_assert_ne!(changed.hash(), frame.hash());
        }
    }

    #[test]
    fn bytes_that_are_a_frame_have_no_other_encoding(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), seq: u8) {
        // Most random bytes fail at the first field; these get beyond it.
        for (to, from) in bytes.iter_mut().zip(b"ALXR\x01\x01\0\0") {
            *to = *from;
        }
        if let Some(field) = bytes.get_mut(56..64) {
            field.copy_from_slice(&u64::from(seq).to_be_bytes());
        }
        if let Some(field) = bytes.get_mut(108..111) {
            field.fill(0);
        }
        if let Ok((frame, trailing)) = Frame::decode_prefix(&bytes) {
            prop_assert_eq!([frame.as_bytes(), trailing].concat(), bytes.clone());
            let again = frame.header().encode(u32::try_from(frame.ciphertext().len()).unwrap());
            prop_assert_eq!(again.as_slice(), &frame.as_bytes()[..HEADER_BYTES]);
        }
    }
}

#[test]
fn frame_with_another_field_is_refused() {
    let frame = samples::chain(&[40, 40]).remove(1);
    let check = |at: usize, byte: u8, expect: FrameError| {
        let mut bytes = frame.as_bytes().to_vec();
        bytes[at] = byte;
        assert_eq!(Frame::decode(&bytes), Err(expect), "byte {at}");
    };
    check(0, b'a', FrameError::NotAFrame);
    check(4, 2, FrameError::Unknown { version: 2, suite: 1 });
    check(5, 0, FrameError::Unknown { version: 1, suite: 0 });
    check(6, 1, FrameError::Invalid { field: "reserved byte" });
    check(63, 0, FrameError::Invalid { field: "number" });
    check(63, 1, FrameError::Invalid { field: "hash of the record before" });
    check(56, 0x80, FrameError::Invalid { field: "number" });
    check(108, 1, FrameError::Length { bytes: (1 << 24) + 40 });
    check(111, 0, FrameError::Length { bytes: 0 });
    check(111, 41, FrameError::Truncated);
    check(111, 39, FrameError::Trailing { bytes: 1 });
}

#[test]
fn frame_is_refused_at_every_shorter_length() {
    let frame = samples::chain(&[20]).remove(0);
    for length in 0..frame.as_bytes().len() {
        assert_eq!(Frame::decode(&frame.as_bytes()[..length]), Err(FrameError::Truncated), "{length} bytes");
    }
}

#[test]
fn frame_of_the_greatest_length_is_signed_and_a_longer_one_is_not() {
    let sign = |length| Frame::sign(samples::header(1, RecordHash::NONE), &vec![0; length], &samples::key(1));
    let frame = sign(MAX_CIPHERTEXT_BYTES).unwrap();
    assert_eq!(frame.as_bytes().len(), MAX_FRAME_BYTES);
    assert_eq!(Frame::decode(frame.as_bytes()).unwrap().ciphertext().len(), MAX_CIPHERTEXT_BYTES);
    assert_eq!(sign(MAX_CIPHERTEXT_BYTES + 1), Err(FrameError::Length { bytes: MAX_CIPHERTEXT_BYTES + 1 }));
    assert_eq!(sign(0), Err(FrameError::Length { bytes: 0 }));
}

#[test]
fn header_that_no_reader_would_accept_is_not_signed() {
    let some = RecordHash::from_bytes([1; 32]);
    for (seq, previous) in [(0, RecordHash::NONE), (1, some), (2, RecordHash::NONE), (1 << 63, some)] {
        let header = samples::header(seq, previous);
        assert!(matches!(Frame::sign(header, &[1], &samples::key(1)), Err(FrameError::Invalid { .. })), "{seq}");
    }
}

/// The seal binds each field of the header: a record cannot be moved.
#[test]
fn additional_data_differs_with_every_field() {
    let base = samples::header(2, RecordHash::from_bytes([3; 32]));
    let others = [
        FrameHeader { account: AccountId::from_bytes([0; 16]), ..base },
        FrameHeader { device: samples::device(9), ..base },
        FrameHeader { stream: StreamId::from_bytes([5; 16]), ..base },
        FrameHeader { seq: 3, ..base },
        FrameHeader { hlc: 1, ..base },
        FrameHeader { key_epoch: 2, ..base },
        FrameHeader { previous: RecordHash::from_bytes([4; 32]), ..base },
    ];
    for other in others {
        assert_ne!(other.additional_data(), base.additional_data(), "{other:?}");
    }
    let data = base.additional_data();
    assert_eq!(data.len(), AAD_DOMAIN_LENGTH + HEADER_BYTES - 4);
    let frame = Frame::sign(base, &[1, 2, 3], &samples::key(1)).unwrap();
    assert_eq!(&data[AAD_DOMAIN_LENGTH..], &frame.as_bytes()[..HEADER_BYTES - 4]);
}

const AAD_DOMAIN_LENGTH: usize = "alexandria/record/v1/additional-data".len();

#[test]
fn frame_of_another_device_does_not_verify() {
    let frame = samples::chain(&[10]).remove(0);
    assert!(frame.verify(&samples::key(2).public_key()).is_err());
    // A key of small order would verify anything, were it not for the strict check.
    assert!(frame.verify(&DevicePublicKey::from_bytes([0; 32])).is_err());
    assert!(frame.verify(&DevicePublicKey::from_bytes([0xff; 32])).is_err());
}

#[test]
fn signing_key_does_not_print() {
    let text = format!("{:?} {:?}", samples::key(0xab), samples::chain(&[3]));
    assert!(!text.contains("abab") && !text.contains("171"), "{text}");
    assert!(text.contains("3 bytes"), "{text}");
}
