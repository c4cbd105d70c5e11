//! The sets of one publication, from its terms.

use std::collections::{BTreeMap, HashMap};

use super::encoding::{bucket_of, push};
use crate::analysis::{CommonKey, MAX_RUN_WORDS, PreparedPassage, WordKeys};

/// The sets of one publication.
#[derive(Debug, Default)]
pub(crate) struct PublicationSets {
    sets: Vec<Set>,
    /// Places of prefixes in `sets`.
    prefixes: HashMap<CommonKey, usize>,
    /// What was found out about each word.
    words: HashMap<Box<str>, Word>,
    runs: Vec<RunNode>,
}

#[derive(Debug)]
struct Set {
    key: CommonKey,
    /// Ascending numbers of passages.
    ordinals: Vec<u32>,
    /// The last of them, for comparison without another access to memory.
    last: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    stop_word: Option<u8>,
    /// Places in `sets`.
    prefixes: [Option<usize>; 3],
    /// The passage in which it occurred last.
    last: Option<u32>,
}

/// A node in the tree of runs; the first is that of the empty run.
#[derive(Debug, Default)]
struct RunNode {
    /// Its place in `sets`.
    set: usize,
    /// The nodes of the runs that have one more word, and that word.
    next: Vec<(u8, usize)>,
}

impl PublicationSets {
    /// Adds a passage. Their numbers ascend from call to call.
    pub(crate) fn add(&mut self, ordinal: u32, passage: &PreparedPassage) {
        // The stop words immediately before the next word.
        let mut run = Vec::with_capacity(MAX_RUN_WORDS);
        for term in passage.terms() {
            let word = self.word(ordinal, term);
            let Some(number) = word.stop_word else {
                run.clear();
                continue;
            };
            if run.len() == MAX_RUN_WORDS {
                run.remove(0);
            }
            run.push(number);
            for start in 0..run.len() {
                let at = self.run(run.get(start..).unwrap_or_default());
                self.add_to(ordinal, at);
            }
        }
        for form in passage.unmarked_forms() {
            self.word(ordinal, form);
        }
    }

    /// The rows to store: bucket and contents.
    pub(crate) fn rows(&self) -> BTreeMap<i64, Vec<u8>> {
        let mut sets: Vec<&Set> = self.sets.iter().filter(|set| !set.ordinals.is_empty()).collect();
        sets.sort_unstable_by_key(|set| set.key);
        let mut rows: BTreeMap<i64, Vec<u8>> = BTreeMap::new();
        let mut scratch = Vec::new();
        for set in sets {
            push(rows.entry(bucket_of(&set.key)).or_default(), &set.key, &set.ordinals, &mut scratch);
        }
        rows
    }

    /// A word of a passage, which is added to the sets of its prefixes.
    fn word(&mut self, ordinal: u32, term: &str) -> Word {
        if let Some(known) = self.words.get_mut(term) {
            let word = *known;
            known.last = Some(ordinal);
            if word.last != Some(ordinal) {
                self.add_prefixes(ordinal, word);
            }
            return word;
        }
        let keys = WordKeys::of(term);
        let mut prefixes = [None; 3];
        for (to, key) in prefixes.iter_mut().zip(keys.prefixes) {
            let sets = &mut self.sets;
            *to = Some(*self.prefixes.entry(key).or_insert_with(|| new_set(sets, key)));
        }
        let word = Word { stop_word: keys.stop_word, prefixes, last: Some(ordinal) };
        self.words.insert(term.into(), word);
        self.add_prefixes(ordinal, word);
        word
    }

    /// The place of the set of a run.
    fn run(&mut self, numbers: &[u8]) -> usize {
        if self.runs.is_empty() {
            self.runs.push(RunNode::default());
        }
        let (mut at, mut set) = (0, 0);
        for (number, length) in numbers.iter().zip(1..) {
            let known = self.runs.get(at).and_then(|node| node.next.iter().find(|(word, _)| word == number));
            at = match known {
                Some((_, next)) => *next,
                None => {
                    let added = self.runs.len();
                    let key = CommonKey::of_run(numbers.get(..length).unwrap_or_default());
                    self.runs.push(RunNode { set: new_set(&mut self.sets, key), next: Vec::new() });
                    if let Some(node) = self.runs.get_mut(at) {
                        node.next.push((*number, added));
                    }
                    added
                }
            };
            set = self.runs.get(at).map_or(0, |node| node.set);
        }
        set
    }

    fn add_prefixes(&mut self, ordinal: u32, word: Word) {
        word.prefixes.into_iter().flatten().for_each(|at| self.add_to(ordinal, at));
    }

    fn add_to(&mut self, ordinal: u32, at: usize) {
        if let Some(set) = self.sets.get_mut(at)
            && set.last != Some(ordinal)
        {
            set.last = Some(ordinal);
            set.ordinals.push(ordinal);
        }
    }
}

/// Adds an empty set, and returns its place.
fn new_set(sets: &mut Vec<Set>, key: CommonKey) -> usize {
    sets.push(Set { key, ordinals: Vec::new(), last: None });
    sets.len() - 1
}
