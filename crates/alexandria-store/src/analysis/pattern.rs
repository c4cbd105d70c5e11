//! A query in terms of the analysis.

use alexandria_domain::query::Clause;
use alexandria_domain::{Query, Term};

use super::scan::analyse;
use super::stop::is_stop_word;

/// Consecutive terms, optionally followed by a term of which only the prefix is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Pattern {
    pub(crate) terms: Vec<String>,
    pub(crate) prefix: Option<Prefix>,
}

/// The prefix of a term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Prefix {
    pub(crate) text: String,
    /// Whether it is a single character of a script without spaces, which matches the first half of any bigram.
    pub(crate) is_character: bool,
}

impl Prefix {
    /// Whether few words have this prefix.
    fn is_informative(&self) -> bool {
        self.is_character || self.text.chars().nth(2).is_some()
    }
}

/// A term of the analysis, without the text it was found in.
struct AnalysedTerm {
    term: String,
    form: String,
    end: usize,
    is_continuous: bool,
}

impl Pattern {
    /// The pattern of a query term; `None` if it has no letters.
    pub(crate) fn of(term: &Term) -> Option<Self> {
        let is_prefix = matches!(term, Term::Prefix(_));
        let mut analysed = Vec::new();
        analyse(term.text(), |token| {
            analysed.push(AnalysedTerm {
                term: token.term.to_owned(),
                form: token.form.to_owned(),
                end: token.range.end,
                is_continuous: token.first_end.is_some(),
            });
        });
        let last = analysed.pop()?;
        let mut terms: Vec<String> = Vec::with_capacity(analysed.len() + 1);
        let is_second_half = analysed.last().is_some_and(|bigram| last.is_continuous && bigram.end == last.end);
        terms.extend(analysed.into_iter().map(|analysed| analysed.term));
        let prefix = if is_second_half {
            // The last character of a run, which the bigram before it already contains.
            None
        } else if last.is_continuous {
            Some(Prefix { text: last.term, is_character: true })
        } else if is_prefix {
            Some(Prefix { text: last.form, is_character: false })
        } else {
            terms.push(last.term);
            None
        };
        Some(Self { terms, prefix })
    }

    /// Whether it is evidence of a text's subject: stop words are not, nor are prefixes of one or two letters.
    pub(crate) fn is_informative(&self) -> bool {
        self.prefix.as_ref().is_some_and(Prefix::is_informative) || self.terms.iter().any(|term| !is_stop_word(term))
    }
}

/// A query's clauses as patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct QueryPatterns {
    /// A passage must match one pattern of each group.
    pub(crate) required: Vec<Vec<Pattern>>,
    /// A passage must match none of these.
    pub(crate) excluded: Vec<Pattern>,
}

impl QueryPatterns {
    pub(crate) fn of(query: &Query) -> Self {
        let patterns = |clause: &Clause| clause.any_of.iter().filter_map(Pattern::of).collect::<Vec<_>>();
        let (excluded, required): (Vec<&Clause>, Vec<&Clause>) =
            query.clauses.iter().partition(|clause| clause.negated);
        Self {
            required: required.into_iter().map(patterns).filter(|group| !group.is_empty()).collect(),
            excluded: excluded.into_iter().flat_map(patterns).collect(),
        }
    }

    /// Every pattern that may occur in a matching passage.
    pub(crate) fn positive(&self) -> impl Iterator<Item = &Pattern> {
        self.required.iter().flatten()
    }
}
