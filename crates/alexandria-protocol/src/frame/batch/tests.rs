use proptest::prelude::*;

use super::*;
use crate::frame::{MAX_CIPHERTEXT_BYTES, RecordHash};
use crate::samples;

fn body(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(|frame| frame.as_bytes().to_vec()).collect()
}

/// All frames of `bytes` if they arrive in pieces of `sizes`, over and over.
fn stream(bytes: &[u8], sizes: &[usize]) -> Result<Vec<Frame>, FrameError> {
    let (mut decoder, mut frames, mut tail) = (StreamDecoder::default(), Vec::new(), bytes);
    for size in sizes.iter().cycle() {
        if tail.is_empty() {
            break;
        }
        let (piece, next) = tail.split_at((*size).min(tail.len()));
        decoder.feed(piece);
        while let Some(frame) = decoder.next_frame()? {
            frames.push(frame);
        }
        tail = next;
    }
    decoder.finish().map(|()| frames)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn frames_are_the_same_in_whatever_pieces_they_arrive(
        lengths in proptest::collection::vec(1_usize..500, 0..6), sizes in proptest::collection::vec(1_usize..700, 1..5),
    ) {
        let frames = samples::chain(&lengths);
        prop_assert_eq!(stream(&body(&frames), &sizes).unwrap(), frames.clone());
        prop_assert_eq!(decode(&body(&frames)).unwrap(), frames);
    }

    #[test]
    fn batch_and_stream_agree_about_any_bytes(
        lengths in proptest::collection::vec(1_usize..60, 1..4), at: prop::sample::Index, byte: u8, cut: prop::sample::Index,
    ) {
        let mut bytes = body(&samples::chain(&lengths));
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(cut.index(bytes.len() + 1));
        prop_assert_eq!(stream(&bytes, &[1]).ok(), decode(&bytes).ok());
    }
}

#[test]
fn stream_that_is_no_frame_fails_at_its_first_byte() {
    let mut decoder = StreamDecoder::default();
    decoder.feed(b"<");
    assert_eq!(decoder.next_frame(), Err(FrameError::NotAFrame));
}

#[test]
fn stream_that_ends_inside_a_frame_is_truncated() {
    let bytes = body(&samples::chain(&[30, 30]));
    for length in [1, 111, 205, 207, bytes.len() - 1] {
        assert_eq!(stream(&bytes[..length], &[64]), Err(FrameError::Truncated), "{length}");
    }
}

#[test]
fn stream_decoder_buffers_no_more_than_a_frame_and_a_piece() {
    let frames = samples::chain(&[MAX_CIPHERTEXT_BYTES; 4]);
    let mut decoder = StreamDecoder::default();
    for piece in body(&frames).chunks(16 * 1024) {
        decoder.feed(piece);
        while decoder.next_frame().unwrap().is_some() {}
        assert!(decoder.buffer.len() <= MAX_FRAME_BYTES + 16 * 1024, "{}", decoder.buffer.len());
    }
}

#[test]
fn batch_takes_what_one_push_may_carry() {
    let small = samples::chain(&[1]).remove(0);
    let mut batch = Batch::default();
    let count = (0..).take_while(|_| batch.push(&small)).count();
    assert_eq!((count, batch.len()), (MAX_FRAMES, MAX_FRAMES));
    let large = samples::chain(&[MAX_CIPHERTEXT_BYTES]).remove(0);
    let mut batch = Batch::default();
    let count = (0..).take_while(|_| batch.push(&large)).count();
    assert_eq!(count, MAX_BYTES / large.as_bytes().len());
    assert!(decode(&batch.into_bytes()).is_ok());
}

#[test]
fn batch_beyond_its_limits_is_refused() {
    let small = samples::chain(&[1]).remove(0);
    let many = small.as_bytes().repeat(MAX_FRAMES + 1);
    assert_eq!(decode(&many), Err(BatchError::TooMany));
    assert_eq!(decode(&vec![0; MAX_BYTES + 1]), Err(BatchError::TooLong));
    let second = Frame::sign(samples::header(2, RecordHash::from_bytes([1; 32])), &[0], &samples::key(1)).unwrap();
    let bytes = [small.as_bytes(), second.as_bytes(), b"ALX"].concat();
    assert_eq!(decode(&bytes), Err(BatchError::Frame { index: 2, error: FrameError::Truncated }));
}
