use super::*;
use crate::samples;

#[test]
fn chain_accepts_its_records_in_order() {
    let frames = samples::chain(&[5, 6, 7]);
    let mut end = ChainEnd::START;
    for frame in &frames {
        let Ok(Link::Next(next)) = end.link(frame) else { panic!("record {}", frame.header().seq) };
        assert_eq!(end.link(frame), Ok(Link::Next(next)));
        end = next;
        assert_eq!(end.link(frame), Ok(Link::Repeated));
    }
    assert_eq!(end, ChainEnd::of(&frames[2]));
    assert_eq!(end.link(&frames[0]), Ok(Link::Older));
}

#[test]
fn chain_reports_a_gap_with_the_number_that_is_expected() {
    let frames = samples::chain(&[5, 6, 7]);
    assert_eq!(ChainEnd::START.link(&frames[1]), Err(ChainError::Gap { expected: 1, actual: 2 }));
    assert_eq!(ChainEnd::of(&frames[0]).link(&frames[2]), Err(ChainError::Gap { expected: 2, actual: 3 }));
}

#[test]
fn chain_reports_a_fork() {
    let (one, other) = (samples::chain(&[5, 6, 7]), samples::chain(&[5, 8, 7]));
    // Another record under the number of the last one.
    assert_eq!(ChainEnd::of(&one[1]).link(&other[1]), Err(ChainError::Fork { seq: 2 }));
    // A next record that follows from another one.
    assert_eq!(ChainEnd::of(&one[1]).link(&other[2]), Err(ChainError::Fork { seq: 2 }));
}

#[test]
fn chain_at_the_greatest_number_does_not_overflow() {
    let end = ChainEnd { seq: u64::MAX, hash: RecordHash::from_bytes([1; 32]) };
    assert_eq!(end.link(&samples::chain(&[5])[0]), Ok(Link::Older));
}
