//! Sets of passages, as one bitmap for each publication.

use std::collections::BTreeMap;

use alexandria_domain::PassageId;

/// A set of passages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PassageSet {
    /// By row; none is empty.
    publications: BTreeMap<i64, Ordinals>,
}

/// Numbers of passages within one publication.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ordinals {
    /// The least significant bit of the first word is number 0. May end with zeros.
    words: Vec<u64>,
}

impl Ordinals {
    /// The numbers of the bits that are set, the least significant bit of the first byte being 0.
    pub(crate) fn from_bitmap(bytes: &[u8]) -> Self {
        let word = |chunk: &[u8]| {
            let mut word = [0; 8];
            word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            u64::from_le_bytes(word)
        };
        Self { words: bytes.chunks(8).map(word).collect() }
    }

    pub(crate) fn insert(&mut self, ordinal: u32) {
        let at = (ordinal / 64) as usize;
        if self.words.len() <= at {
            self.words.resize(at + 1, 0);
        }
        if let Some(word) = self.words.get_mut(at) {
            *word |= 1 << (ordinal % 64);
        }
    }

    fn contains(&self, ordinal: i64) -> bool {
        let word = usize::try_from(ordinal / 64).ok().and_then(|at| self.words.get(at));
        word.is_some_and(|word| word >> (ordinal % 64) & 1 == 1)
    }

    fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    fn union(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    fn intersect(&mut self, other: &Self) {
        self.words.truncate(other.words.len());
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    fn subtract(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().zip(0_u32..).flat_map(|(word, at)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                rest &= rest.wrapping_sub(1);
                (bit < u64::BITS).then_some(at * 64 + bit)
            })
        })
    }
}

impl PartialEq for Ordinals {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Ordinals {}

impl PassageSet {
    /// Adds passages of one publication.
    pub(crate) fn extend(&mut self, row: i64, ordinals: Ordinals) {
        if ordinals.is_empty() {
            return;
        }
        match self.publications.get_mut(&row) {
            Some(present) => present.union(&ordinals),
            None => drop(self.publications.insert(row, ordinals)),
        }
    }

    pub(crate) fn insert(&mut self, passage: PassageId) {
        if let Ok(ordinal) = u32::try_from(passage.ordinal()) {
            self.publications.entry(passage.publication_row()).or_default().insert(ordinal);
        }
    }

    pub(crate) fn union(&mut self, other: Self) {
        for (row, ordinals) in other.publications {
            self.extend(row, ordinals);
        }
    }

    pub(crate) fn intersect(&mut self, other: &Self) {
        self.publications.retain(|row, ordinals| match other.publications.get(row) {
            Some(other) => {
                ordinals.intersect(other);
                !ordinals.is_empty()
            }
            None => false,
        });
    }

    pub(crate) fn subtract(&mut self, other: &Self) {
        self.publications.retain(|row, ordinals| {
            if let Some(other) = other.publications.get(row) {
                ordinals.subtract(other);
            }
            !ordinals.is_empty()
        });
    }

    /// Keeps the passages of these publications only.
    pub(crate) fn retain_publications(&mut self, mut keep: impl FnMut(i64) -> bool) {
        self.publications.retain(|row, _| keep(*row));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.publications.is_empty()
    }

    /// Number of passages.
    pub(crate) fn count(&self) -> u64 {
        self.publications.values().map(Ordinals::count).sum()
    }

    pub(crate) fn contains(&self, passage: PassageId) -> bool {
        let ordinals = self.publications.get(&passage.publication_row());
        ordinals.is_some_and(|ordinals| ordinals.contains(passage.ordinal()))
    }

    /// Rows of the publications, ascending.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = i64> + '_ {
        self.publications.keys().copied()
    }

    /// In reading order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = PassageId> + '_ {
        let ids = |(row, ordinals): (&'_ i64, &'_ Ordinals)| {
            let row = *row;
            ordinals.iter().filter_map(move |ordinal| PassageId::new(row, ordinal)).collect::<Vec<_>>()
        };
        self.publications.iter().flat_map(ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[(i64, u32)]) -> PassageSet {
        let mut set = PassageSet::default();
        ids.iter().for_each(|(row, ordinal)| set.insert(PassageId::new(*row, *ordinal).unwrap()));
        set
    }

    #[test]
    fn passage_sets_combine() {
        let (a, b) = (set(&[(1, 0), (1, 63), (1, 64), (1, 500), (3, 2)]), set(&[(1, 64), (2, 7), (3, 3)]));
        let check = |name: &str, change: &dyn Fn(&mut PassageSet), expect: &[(i64, u32)]| {
            let mut changed = a.clone();
            change(&mut changed);
            let ids: Vec<(i64, i64)> = changed.iter().map(|id| (id.publication_row(), id.ordinal())).collect();
            let expect: Vec<(i64, i64)> = expect.iter().map(|(row, ordinal)| (*row, i64::from(*ordinal))).collect();
            assert_eq!(ids, expect, "{name}");
            assert_eq!(changed.count(), expect.len() as u64, "{name}");
            assert_eq!(changed, set(&expect.iter().map(|id| (id.0, u32::try_from(id.1).unwrap())).collect::<Vec<_>>()));
        };
        check("intersect", &|it| it.intersect(&b), &[(1, 64)]);
        check("subtract", &|it| it.subtract(&b), &[(1, 0), (1, 63), (1, 500), (3, 2)]);
        check("union", &|it| it.union(b.clone()), &[(1, 0), (1, 63), (1, 64), (1, 500), (2, 7), (3, 2), (3, 3)]);
        check("retain", &|it| it.retain_publications(|row| row > 1), &[(3, 2)]);
        check("nothing", &|it| it.subtract(&a), &[]);
        assert!(a.contains(PassageId::new(1, 500).unwrap()) && !a.contains(PassageId::new(1, 501).unwrap()));
        assert!(!a.contains(PassageId::new(1, 90_000).unwrap()) && !a.contains(PassageId::new(9, 0).unwrap()));
    }
}
