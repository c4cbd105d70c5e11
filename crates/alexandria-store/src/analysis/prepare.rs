//! Analysis of passages for the index, outside of any transaction.

use alexandria_domain::Passage;

use super::scan::analyse;

/// Prefix of the terms in the `forms` column: words that differ from their stem, for prefix queries.
pub(crate) const FORM_MARK: char = '~';
/// Prefix of the terms in the `heading` column, which distinguishes them from the text's.
pub(crate) const HEADING_MARK: char = '#';
/// The degrees of repetition in the `repeated` column, lowest first.
pub(crate) const REPETITION_DEGREES: [RepetitionDegree; 2] =
    [RepetitionDegree { min_count: 3, mark: "+" }, RepetitionDegree { min_count: 6, mark: "++" }];

/// How often a term occurs in a passage that is likely to be about it.
pub(crate) struct RepetitionDegree {
    pub(crate) min_count: usize,
    /// Prefix of the terms that occur so often.
    pub(crate) mark: &'static str,
}

/// A passage with its terms, separated by single spaces. Analysis is the expensive part of indexing: run it on many threads.
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
        let forms = distinct_forms(&forms);
        Self { passage, body, heading, forms, repeated }
    }

    /// The passage as passed to [`new`](Self::new).
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

/// The terms that occur repeatedly, once for each degree they reach.
fn repeated(terms: &str) -> String {
    let mut out = String::new();
    each_distinct(terms, |term, count| {
        for degree in REPETITION_DEGREES {
            if count >= degree.min_count {
                push_term(&mut out, degree.mark);
                out.push_str(term);
            }
        }
    });
    out
}

/// Each of `terms` once, with [`FORM_MARK`].
fn distinct_forms(terms: &str) -> String {
    let mut out = String::new();
    each_distinct(terms, |term, _| {
        push_separator(&mut out);
        out.push(FORM_MARK);
        out.push_str(term);
    });
    out
}

/// Passes every distinct term to `visit`, with the number of its occurrences.
fn each_distinct(terms: &str, mut visit: impl FnMut(&str, usize)) {
    // Compared by their first eight bytes first, which most terms do not exceed.
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
