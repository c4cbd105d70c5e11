//! Streams of different seeds differ, and a stream continues where it stopped.

use super::*;

fn bytes<const N: usize>(stream: &mut EntropyStream) -> [u8; N] {
    let mut bytes = [0; N];
    RngCore::fill_bytes(stream, &mut bytes);
    bytes
}

#[test]
fn entropy_streams_depend_on_the_seed_only() {
    assert_ne!(bytes::<32>(&mut EntropyStream::new().unwrap()), bytes::<32>(&mut EntropyStream::new().unwrap()));
    let expected: [u8; 64] = bytes(&mut EntropyStream::from_seed(&[1; 32]));
    assert_ne!(expected, bytes(&mut EntropyStream::from_seed(&[2; 32])));
    let mut stream = EntropyStream::from_seed(&[1; 32]);
    assert_eq!(expected, [bytes::<20>(&mut stream).as_slice(), &bytes::<44>(&mut stream)].concat()[..]);
}

#[test]
fn entropy_stream_is_one_for_both_generations_of_the_trait() {
    let mut stream = EntropyStream::from_seed(&[1; 32]);
    let (old, new) = (RngCore::next_u64(&mut stream), TryRng::try_next_u64(&mut stream));
    let expected: [u8; 16] = bytes(&mut EntropyStream::from_seed(&[1; 32]));
    assert_eq!([old.to_le_bytes(), new.unwrap_or_else(|never| match never {}).to_le_bytes()].concat(), expected);
}
