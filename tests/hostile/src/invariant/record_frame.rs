//! Record frames: whatever is read has one encoding, a batch and a stream agree, and a modified frame is refused or does not
//! verify.
//!
//! The input is read as a body of frames, and as a list of mutations of a valid body.

use std::sync::LazyLock;

use alexandria_protocol::frame::batch::{self, StreamDecoder};
use alexandria_protocol::frame::{Frame, FrameError, FrameHeader, MAX_FRAME_BYTES, RecordHash};
use alexandria_protocol::ids::{AccountId, DeviceId, StreamId};
use alexandria_protocol::signature::DeviceSigningKey;

use super::mutate::mutate;

/// Lengths of ciphertexts, the first of which is the shortest.
const LENGTHS: [usize; 3] = [1, 40, 700];

static KEY: LazyLock<DeviceSigningKey> = LazyLock::new(|| DeviceSigningKey::from_seed(&[7; 32]));
/// A chain of valid frames.
static FRAMES: LazyLock<Vec<Frame>> = LazyLock::new(sign);

fn sign() -> Vec<Frame> {
    let mut previous = RecordHash::NONE;
    let frames = (1..).zip(LENGTHS).filter_map(|(seq, length)| {
        let header = FrameHeader {
            account: AccountId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([2; 16]),
            stream: StreamId::LIBRARY,
            seq,
            hlc: seq << 16,
            key_epoch: 1,
            previous,
        };
        let frame = Frame::sign(header, &vec![0xc1; length], &KEY).ok()?;
        previous = frame.hash();
        Some(frame)
    });
    frames.collect()
}

pub(super) fn check(bytes: &[u8]) {
    assert_eq!(FRAMES.len(), LENGTHS.len(), "the valid frames cannot be signed");
    check_body(bytes);
    let valid: Vec<u8> = FRAMES.iter().flat_map(|frame| frame.as_bytes().to_vec()).collect();
    check_body(&mutate(&valid, bytes));
    for frame in FRAMES.iter() {
        check_mutated(frame, &mutate(frame.as_bytes(), bytes));
    }
}

fn check_body(body: &[u8]) {
    let decoded = batch::decode(body);
    if let Ok(frames) = &decoded {
        let again: Vec<u8> = frames.iter().flat_map(|frame| frame.as_bytes().to_vec()).collect();
        assert_eq!(again, body, "a body has another encoding");
    }
    if body.len() <= batch::MAX_BYTES {
        let streamed = stream(body);
        let is_too_many = decoded == Err(batch::BatchError::TooMany);
        assert!(is_too_many || streamed.ok() == decoded.ok(), "a batch and a stream disagree");
    }
}

/// Reads a body in uneven pieces.
fn stream(mut body: &[u8]) -> Result<Vec<Frame>, FrameError> {
    let (mut decoder, mut frames) = (StreamDecoder::default(), Vec::new());
    for size in [1, 113, 64, 4096].iter().cycle() {
        if body.is_empty() {
            break;
        }
        let (piece, tail) = body.split_at((*size).min(body.len()));
        decoder.feed(piece);
        while let Some(frame) = decoder.next_frame()? {
            assert!(frame.as_bytes().len() <= MAX_FRAME_BYTES, "a frame is too long");
            frames.push(frame);
        }
        body = tail;
    }
    decoder.finish().map(|()| frames)
}

fn check_mutated(original: &Frame, bytes: &[u8]) {
    let Ok(frame) = Frame::decode(bytes) else { return };
    let is_same = bytes == original.as_bytes();
    assert_eq!(frame.hash() == original.hash(), is_same, "two frames have one hash");
    assert_eq!(frame.verify(&KEY.public_key()).is_ok(), is_same, "a modified frame verifies");
}
