//! Vectors quantized to eight bits a component, in the table's row order, and their similarity to a query.
//!
//! Each vector has its own scale, which maps its largest component to ±127. The query keeps fifteen bits. Recall@10
//! against exact search, measured on 9,000 passages of the test books and on 99,000 derived from them by adding noise, is
//! 99.3 % and 99.0 %; the error of a similarity is at most 0.0024.

use super::filter::PassageFilter;
use super::table::{Columns, Half};
use super::top_k::TopK;
use crate::embed::{DIMENSIONS, Embedding};

/// An immutable run of vectors.
#[derive(Debug, Default)]
pub(super) struct Block {
    passages: Vec<i64>,
    /// The quantization step of each vector.
    steps: Vec<f32>,
    codes: Vec<[i8; DIMENSIONS]>,
}

/// A query in multiples of `step`.
pub(super) struct QuantizedQuery {
    step: f32,
    codes: [i16; DIMENSIONS],
}

impl QuantizedQuery {
    pub(super) fn of(query: &Embedding) -> Self {
        let step = step_of(query.iter().copied(), f32::from(i16::MAX));
        #[expect(clippy::cast_possible_truncation, reason = "within ±32767 by the choice of the step")]
        let codes = query.map(|component| (component / step).round() as i16);
        Self { step, codes }
    }
}

impl Block {
    /// Quantizes the vectors of a batch.
    pub(super) fn of(columns: &Columns<'_>) -> Self {
        let mut block = Self::default();
        for (&passage, vector) in columns.passages.iter().zip(columns.components.as_chunks().0) {
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
        self.codes.push(vector.map(|component| (component / step).round() as i8));
    }

    /// Memory it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.passages.len() * BYTES_PER_VECTOR
    }

    /// The rows whose passages satisfy `keep`.
    pub(super) fn retained(&self, keep: impl Fn(i64) -> bool) -> Self {
        let mut retained = Self::default();
        for ((&passage, &step), codes) in self.passages.iter().zip(&self.steps).zip(&self.codes) {
            if keep(passage) {
                retained.passages.push(passage);
                retained.steps.push(step);
                retained.codes.push(*codes);
            }
        }
        retained
    }

    pub(super) fn passages(&self) -> &[i64] {
        &self.passages
    }

    /// Passes the decoded vectors of `wanted`, which is sorted, to `visit`.
    pub(super) fn decode(&self, wanted: &[i64], mut visit: impl FnMut(i64, Embedding)) {
        let mut visit = |at: usize| {
            if let (Some(&passage), Some(&step), Some(codes)) =
                (self.passages.get(at), self.steps.get(at), self.codes.get(at))
            {
                visit(passage, codes.map(|code| f32::from(code) * step));
            }
        };
        // Passages are embedded in order, so nearly all blocks are sorted.
        if self.passages.is_sorted() {
            for passage in wanted {
                let from = self.passages.partition_point(|before| before < passage);
                let same = self.passages.iter().skip(from).take_while(|here| *here == passage).count();
                (from..from + same).for_each(&mut visit);
            }
        } else {
            let here = self.passages.iter().enumerate().filter(|(_, passage)| wanted.binary_search(passage).is_ok());
            here.for_each(|(at, _)| visit(at));
        }
    }

    /// Compares every passage that passes the filter with the query.
    pub(super) fn search(&self, query: &QuantizedQuery, filter: &PassageFilter, best: &mut TopK) {
        let all = filter.passes_all();
        for ((&passage, &step), codes) in self.passages.iter().zip(&self.steps).zip(&self.codes) {
            if all || filter.passes(passage) {
                best.offer(passage, dot_product(&query.codes, codes) * query.step * step);
            }
        }
    }
}

/// Bytes of one vector in a block.
pub(super) const BYTES_PER_VECTOR: usize = size_of::<i64>() + size_of::<f32>() + DIMENSIONS;

/// The dot product in multiples of both steps. The largest possible sum, 384 · 127 · 32767, fits into 32 bits; the
/// compiler vectorizes the loop to 16-bit multiply-and-add.
fn dot_product(query: &[i16; DIMENSIONS], codes: &[i8; DIMENSIONS]) -> f32 {
    let sum: i32 = query.iter().zip(codes).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
    #[expect(clippy::cast_precision_loss, reason = "a similarity needs no more than 24 bits")]
    let sum = sum as f32;
    sum
}

/// The step that maps the largest absolute component to `max_code`; 1 for a zero vector.
fn step_of(components: impl Iterator<Item = f32>, max_code: f32) -> f32 {
    let largest = components.fold(0.0_f32, |largest, component| largest.max(component.abs()));
    if largest > 0.0 { largest / max_code } else { 1.0 }
}
