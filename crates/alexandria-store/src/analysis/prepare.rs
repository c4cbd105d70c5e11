//! Passages made ready for the index, outside of any transaction.

use alexandria_domain::Passage;

use super::scan::analyse;

/// Begins the terms of the `forms` column: words that differ from their stem, for prefix queries.
pub(crate) const FORM_MARK: char = '~';
/// Begins the terms of the `heading` column, so that they are not taken for the text's.
pub(crate) const HEADING_MARK: char = '#';
/// Begin the terms of the `repeated` column: how often a term stands in a passage that may well be about it, and in one
/// that surely is.
pub(crate) const REPEATED_MARKS: [(usize, &str); 2] = [(3, "+"), (6, "++")];

/// A passage with its terms, one space between them. Making it is the costly part of indexing; do it on many threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedPassage {
    pub(crate) passage: Passage,
    pub(crate) body: String,
    pub(crate) heading: String,
    pub(crate) forms: String,
    pub(crate) repeated: String,
}

impl PreparedPassage {
    /// Analyses a passage.
    #[must_use]
    pub fn new(passage: Passage) -> Self {
        let mut body = String::with_capacity(passage.text.len());
        let mut forms = String::new();
        analyse(&passage.text, |token| {
            push_term(&mut body, token.term);
            if token.form != token.term {
                push_term(&mut forms, token.form);
            }
        });
        let mut heading = String::new();
        for title in &passage.heading_path {
            analyse(title, |token| {
                push_separator(&mut heading);
                heading.push(HEADING_MARK);
                heading.push_str(token.term);
            });
        }
        let repeated = repeated(&body);
        let forms = distinct(&forms);
        Self { passage, body, heading, forms, repeated }
    }

    /// The passage as it was given.
    #[must_use]
    pub const fn passage(&self) -> &Passage {
        &self.passage
    }
}

fn push_separator(terms: &mut String) {
    if !terms.is_empty() {
        terms.push(' ');
    }
}

fn push_term(terms: &mut String, term: &str) {
    push_separator(terms);
    terms.push_str(term);
}

/// The terms that stand often in `terms`, each once for each mark it earns.
fn repeated(terms: &str) -> String {
    let mut out = String::new();
    each_distinct(terms, |term, times| {
        for (least, mark) in REPEATED_MARKS {
            if times >= least {
                push_term(&mut out, mark);
                out.push_str(term);
            }
        }
    });
    out
}

/// Each of `terms` once, with the mark of forms.
fn distinct(terms: &str) -> String {
    let mut out = String::new();
    each_distinct(terms, |term, _| {
        push_separator(&mut out);
        out.push(FORM_MARK);
        out.push_str(term);
    });
    out
}

/// Shows every term once, with the number of times it stands there.
fn each_distinct(terms: &str, mut visit: impl FnMut(&str, usize)) {
    // Compared by their first eight bytes before anything else: most terms are no longer.
    let mut sorted: Vec<(u64, &str)> = terms.split_ascii_whitespace().map(|term| (first_bytes(term), term)).collect();
    sorted.sort_unstable();
    for same in sorted.chunk_by(|a, b| a == b) {
        if let Some((_, term)) = same.first() {
            visit(term, same.len());
        }
    }
}

fn first_bytes(term: &str) -> u64 {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(term.bytes()) {
        *to = from;
    }
    u64::from_be_bytes(first)
}
