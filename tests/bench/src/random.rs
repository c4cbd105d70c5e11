//! Pseudorandom variations, the same in every run: books that differ slightly from real ones, vectors near real ones.

use alexandria_index::{DIMENSIONS, Embedding};

/// One of this many words is replaced by another word of the text.
const WORDS_PER_REPLACEMENT: usize = 40;
/// Length of the noise added to a vector of length 1.
const NOISE_LENGTH: f32 = 0.35;

/// A pseudorandom generator (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or_default() % limit
    }

    /// A number from -1 to 1.
    fn unit(&mut self) -> f32 {
        let bytes = self.next().to_be_bytes();
        f32::from(i16::from_be_bytes([bytes[0], bytes[1]])) / f32::from(i16::MAX)
    }
}

/// The text with some of its words replaced by others of its words.
pub(crate) fn with_replaced_words(text: &str, random: &mut Random) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let replaced = |word: &&'_ str| {
        if random.below(WORDS_PER_REPLACEMENT) > 0 {
            return (*word).to_owned();
        }
        words.get(random.below(words.len())).copied().unwrap_or_default().to_owned()
    };
    words.iter().map(replaced).collect::<Vec<_>>().join(" ")
}

/// A vector near this one, of length 1.
pub(crate) fn vector_near(vector: &Embedding, random: &mut Random) -> Embedding {
    // The root mean square of a number from -1 to 1 is 0.577.
    #[expect(clippy::cast_precision_loss, reason = "384 fits")]
    let step = NOISE_LENGTH / (DIMENSIONS as f32).sqrt() / 0.577;
    let moved = vector.map(|number| number + step * random.unit());
    let length = moved.iter().map(|number| number * number).sum::<f32>().sqrt();
    moved.map(|number| number / length)
}
