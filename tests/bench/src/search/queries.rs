//! What readers type, by kind, and how often and how much of it is measured.

/// Measured rounds of all queries.
pub(super) const ROUNDS: usize = 5;
/// Hits of one page, as the window requests them.
pub(super) const HITS: usize = 20;
/// Candidates of each half of hybrid search, as in the library.
pub(super) const CANDIDATES: usize = 200;

/// Queries of similar cost.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) queries: &'static [&'static str],
}

/// All kinds.
pub(super) const KINDS: [Kind; 7] = [
    Kind { name: "rare words", queries: &["harpooneer", "guillotine", "Raskolnikov", "morlocks", "pincushion"] },
    Kind { name: "common words", queries: &["love", "man", "time", "said", "the"] },
    Kind {
        name: "phrases",
        queries: &[
            "\"white whale\"",
            "\"call me Ishmael\"",
            "\"the best of times\"",
            "\"division of labour\"",
            "\"my dear Watson\"",
        ],
    },
    Kind {
        name: "phrases of stop words",
        queries: &["\"of the\"", "\"to be or not to be\"", "\"it is the\"", "\"and in the\"", "\"he had been\""],
    },
    Kind { name: "word prefixes", queries: &["scien*", "philosoph*", "whal*", "un*", "th*"] },
    Kind {
        name: "several words",
        queries: &[
            "marriage fortune -money",
            "virtue OR vice",
            "time machine traveller",
            "author:melville sea",
            "old man of the sea",
        ],
    },
    Kind {
        name: "sentences",
        queries: &[
            "a scientist regrets the creature he made",
            "how should a prince treat his enemies",
            "division of labour in a pin factory",
            "the count climbs down the castle wall",
            "guilt after a murder",
            "living alone in the woods",
            "a detective explains his deduction",
        ],
    },
];
