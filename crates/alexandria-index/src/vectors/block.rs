//! Vectors in eight bits a number, in the order of their passages' rows, and their similarity to a query.
//!
//! Each vector has its own scale, so that its largest number becomes ±127. The query keeps fifteen bits. Measured on
//! 9,000 passages of the test books, and on 99,000 made of them by adding noise, the ten nearest found this way hold
//! 99.3 % and 99.0 % of the true ten; a similarity is off by at most 0.0024.

use super::filter::PassageFilter;
use super::nearest::Best;
use super::table::Half;
use crate::embed::{DIMENSIONS, Embedding};

/// A run of vectors that does not change any more.
#[derive(Debug, Default)]
pub(super) struct Block {
    passages: Vec<i64>,
    /// One step of the codes of each vector.
    steps: Vec<f32>,
    codes: Vec<[i8; DIMENSIONS]>,
}

/// A query ready to be compared: its numbers in steps of `step`.
pub(super) struct Key {
    step: f32,
    numbers: [i16; DIMENSIONS],
}

impl Key {
    pub(super) fn of(query: &Embedding) -> Self {
        let step = step_of(query.iter().copied(), f32::from(i16::MAX));
        #[expect(clippy::cast_possible_truncation, reason = "within ±32767 by the choice of the step")]
        let numbers = query.map(|number| (number / step).round() as i16);
        Self { step, numbers }
    }
}

impl Block {
    /// Encodes vectors of half precision.
    pub(super) fn of(passages: &[i64], numbers: &[Half]) -> Self {
        let mut block = Self::default();
        for (&passage, vector) in passages.iter().zip(numbers.as_chunks().0) {
            let vector: Embedding = vector.map(Half::to_f32);
            block.push(passage, &vector);
        }
        block
    }

    fn push(&mut self, passage: i64, vector: &Embedding) {
        let step = step_of(vector.iter().copied(), f32::from(i8::MAX));
        self.passages.push(passage);
        self.steps.push(step);
        #[expect(clippy::cast_possible_truncation, reason = "within ±127 by the choice of the step")]
        self.codes.push(vector.map(|number| (number / step).round() as i8));
    }

    /// Bytes it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.passages.len() * BYTES_PER_VECTOR
    }

    /// The rows whose passages `keep` wants.
    pub(super) fn retained(&self, keep: impl Fn(i64) -> bool) -> Self {
        let mut kept = Self::default();
        for ((&passage, &step), codes) in self.passages.iter().zip(&self.steps).zip(&self.codes) {
            if keep(passage) {
                kept.passages.push(passage);
                kept.steps.push(step);
                kept.codes.push(*codes);
            }
        }
        kept
    }

    /// The passages.
    pub(super) fn passages(&self) -> &[i64] {
        &self.passages
    }

    /// Shows the vectors of the wanted passages, which are in order.
    pub(super) fn decode(&self, wanted: &[i64], mut show: impl FnMut(i64, Embedding)) {
        let mut show = |at: usize| {
            if let (Some(&passage), Some(&step), Some(codes)) =
                (self.passages.get(at), self.steps.get(at), self.codes.get(at))
            {
                show(passage, codes.map(|code| f32::from(code) * step));
            }
        };
        // As a book's passages are embedded in order, so are nearly all blocks.
        if self.passages.is_sorted() {
            for passage in wanted {
                let from = self.passages.partition_point(|before| before < passage);
                let same = self.passages.iter().skip(from).take_while(|here| *here == passage).count();
                (from..from + same).for_each(&mut show);
            }
        } else {
            let here = self.passages.iter().enumerate().filter(|(_, passage)| wanted.binary_search(passage).is_ok());
            here.for_each(|(at, _)| show(at));
        }
    }

    /// Compares every passage that passes the filter with the query.
    pub(super) fn search(&self, query: &Key, filter: &PassageFilter, best: &mut Best) {
        let all = filter.passes_all();
        for ((&passage, &step), codes) in self.passages.iter().zip(&self.steps).zip(&self.codes) {
            if all || filter.passes(passage) {
                best.offer(passage, product(&query.numbers, codes) * query.step * step);
            }
        }
    }
}

/// Bytes of one vector in a block.
pub(super) const BYTES_PER_VECTOR: usize = size_of::<i64>() + size_of::<f32>() + DIMENSIONS;

/// The dot product in steps. The largest possible sum, 384 · 127 · 32767, fits into 32 bits; the compiler turns the loop
/// into the processor's multiply-and-add of sixteen-bit numbers.
fn product(query: &[i16; DIMENSIONS], codes: &[i8; DIMENSIONS]) -> f32 {
    let sum: i32 = query.iter().zip(codes).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
    #[expect(clippy::cast_precision_loss, reason = "a similarity needs no more than 24 bits")]
    let sum = sum as f32;
    sum
}

/// The step that makes the largest of `numbers` `most` steps; 1 for nothing but zeros.
fn step_of(numbers: impl Iterator<Item = f32>, most: f32) -> f32 {
    let largest = numbers.fold(0.0_f32, |largest, number| largest.max(number.abs()));
    if largest > 0.0 { largest / most } else { 1.0 }
}
