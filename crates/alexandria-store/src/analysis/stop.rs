//! Words too common to be evidence of a text's subject.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::stem::push_stem;

/// English function words, and their parts around apostrophes.
const STOP_WORDS: &str = "\
    a about above after again against all also am an and any are aren as at be because been before being below \
    between both but by can could couldn d did didn do does doesn doing don down during each few for from \
    further had hadn has hasn have haven having he hence her here hers herself him himself his how i if in \
    into is isn it its itself just ll m may me might more most must my myself no nor not now o of off on once \
    only or other our ours ourselves out over own re s same shall she should shouldn so some such t than that \
    the their theirs them themselves then there these they this those through thus to too under until up upon \
    us ve very was wasn we were weren what when where which while who whom why will with won would wouldn yet \
    you your yours yourself yourselves";

/// The stems, numbered from 1 in their order. The numbers are stored: see `common`.
static STOP_TERMS: LazyLock<HashMap<String, u8>> = LazyLock::new(|| {
    let stem = |word| {
        let mut term = String::new();
        push_stem(word, &mut term);
        term
    };
    let stems: BTreeSet<String> = STOP_WORDS.split_whitespace().map(stem).collect();
    stems.into_iter().zip(1..=u8::MAX).collect()
});

/// Whether a term is the stem of a stop word.
pub(crate) fn is_stop_word(term: &str) -> bool {
    STOP_TERMS.contains_key(term)
}

/// The number of the stop word of which a term is the stem, from 1.
pub(super) fn stop_word_number(term: &str) -> Option<u8> {
    STOP_TERMS.get(term).copied()
}
