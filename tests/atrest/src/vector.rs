//! Vectors as canaries: every chunk of every vector, in each format in which a program might write it.

use std::collections::HashSet;

/// Bytes of a chunk. Random vectors do not share this many by chance.
const CHUNK_BYTES: usize = 16;

/// Vectors to search for on disk.
#[derive(Debug, Default)]
pub struct VectorCanaries {
    chunks: HashSet<[u8; CHUNK_BYTES]>,
}

impl VectorCanaries {
    /// A pseudo-random vector of this length. Its numbers are exact in half precision.
    #[must_use]
    pub fn vector<const LENGTH: usize>(seed: u64) -> [f32; LENGTH] {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        std::array::from_fn(|_| {
            // xorshift64*, of which ten bits and a sign are taken.
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            let bits = state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_be_bytes();
            let size = f32::from(u16::from_be_bytes([bits[0], bits[1]]) >> 6).max(1.0) / 1024.0;
            if bits[2] & 1 == 0 { size } else { -size }
        })
    }

    /// Adds a vector: in single and half precision, and quantised to eight bits as in memory.
    pub fn add(&mut self, vector: &[f32]) {
        let largest = vector.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
        let singles: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
        let halves: Vec<u8> = vector.iter().flat_map(|number| half(*number).to_le_bytes()).collect();
        #[expect(clippy::cast_possible_truncation, reason = "from -127 to 127")]
        let codes: Vec<u8> =
            vector.iter().flat_map(|number| ((number / (largest / 127.0)).round() as i8).to_le_bytes()).collect();
        for form in [singles, halves, codes] {
            self.chunks.extend(form.as_chunks().0);
        }
    }

    /// Number of offsets in `bytes` at which a chunk occurs.
    #[must_use]
    pub fn count_in(&self, bytes: &[u8]) -> usize {
        bytes.windows(CHUNK_BYTES).filter(|window| self.chunks.contains(*window)).count()
    }
}

/// A number in half precision, if it is normal there and needs no more than eleven bits.
fn half(number: f32) -> u16 {
    let bits = number.to_bits();
    let sign = (bits >> 16) & 0x8000;
    let exponent_and_fraction = ((bits >> 13) & 0x3_ffff).wrapping_sub(112 << 10) & 0x7fff;
    u16::try_from(sign | exponent_and_fraction).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_those_of_the_standard() {
        let check = |number: f32, expect: u16| assert_eq!(half(number), expect, "{number}");
        check(1.0, 0x3c00);
        check(-2.0, 0xc000);
        check(0.5, 0x3800);
        check(1.0 / 1024.0, 0x1400);
        check(1023.0 / 1024.0, 0x3bfe);
    }

    #[test]
    fn a_vector_is_seen_in_every_form() {
        let vector = VectorCanaries::vector::<64>(1);
        let mut canaries = VectorCanaries::default();
        canaries.add(&vector);
        let singles: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
        let halves: Vec<u8> = vector.iter().flat_map(|number| half(*number).to_le_bytes()).collect();
        assert_eq!(canaries.count_in(&[b"before".as_slice(), &singles, b"after"].concat()), 16);
        assert_eq!(canaries.count_in(&halves[3..]), 7);
        let other: Vec<u8> = VectorCanaries::vector::<64>(2).iter().flat_map(|number| number.to_le_bytes()).collect();
        assert_eq!(canaries.count_in(&other), 0);
    }
}
