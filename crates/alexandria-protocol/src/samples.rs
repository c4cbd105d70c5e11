//! Values for tests.

use crate::frame::{Frame, FrameHeader, RecordHash};
use crate::ids::{AccountId, DeviceId, StreamId};
use crate::signature::DeviceSigningKey;

pub(crate) fn key(seed: u8) -> DeviceSigningKey {
    DeviceSigningKey::from_seed(&[seed; 32])
}

pub(crate) fn account() -> AccountId {
    AccountId::from_bytes([0xa1; 16])
}

pub(crate) fn device(number: u8) -> DeviceId {
    DeviceId::from_bytes([number; 16])
}

pub(crate) fn header(seq: u64, previous: RecordHash) -> FrameHeader {
    FrameHeader {
        account: account(),
        device: device(1),
        stream: StreamId::LIBRARY,
        seq,
        hlc: 1_800_000_000_000 << 16,
        key_epoch: 1,
        previous,
    }
}

/// A chain of frames with ciphertexts of these lengths.
pub(crate) fn chain(lengths: &[usize]) -> Vec<Frame> {
    let mut previous = RecordHash::NONE;
    let frame = |(seq, length): (u64, &usize)| {
        let frame = Frame::sign(header(seq, previous), &vec![0x5a; *length], &key(1)).unwrap();
        previous = frame.hash();
        frame
    };
    (1..).zip(lengths).map(frame).collect()
}
