//! What a query looks for, in terms of the analysis.

use alexandria_domain::query::Clause;
use alexandria_domain::{Query, Term};

use super::scan::analyse;
use super::stop::is_stop_word;

/// Terms that must follow one another: whole ones, then at most one of which only the beginning is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) whole: Vec<String>,
    pub(crate) start: Option<Start>,
}

/// The beginning of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) text: String,
    /// A character of a script without spaces, to be found at the beginning of any pair.
    pub(crate) character: bool,
}

impl Start {
    /// Whether few words begin like that.
    fn tells(&self) -> bool {
        self.character || self.text.chars().nth(2).is_some()
    }
}

impl Pattern {
    /// The pattern of a query term; `None` if it has no letters.
    pub(super) fn of(term: &Term) -> Option<Self> {
        let (text, is_prefix) = match term {
            Term::Word(text) | Term::Phrase(text) => (text, false),
            Term::Prefix(text) => (text, true),
        };
        let mut tokens = Vec::new();
        analyse(text, |token| {
            tokens.push((token.term.to_owned(), token.form.to_owned(), token.range.end, token.first_end.is_some()));
        });
        let (term, form, end, continuous) = tokens.pop()?;
        let mut whole: Vec<String> = Vec::with_capacity(tokens.len() + 1);
        let in_pair = tokens.last().is_some_and(|(_, _, pair_end, _)| continuous && *pair_end == end);
        whole.extend(tokens.into_iter().map(|(term, ..)| term));
        let start = if in_pair {
            // The last character of the run; the pair before it says the same.
            None
        } else if continuous {
            Some(Start { text: term, character: true })
        } else if is_prefix {
            Some(Start { text: form, character: false })
        } else {
            whole.push(term);
            None
        };
        Some(Self { whole, start })
    }

    /// Whether it says something about a text's subject: stop words do not, nor do one or two letters that a word begins
    /// with.
    pub(crate) fn tells(&self) -> bool {
        self.start.as_ref().is_some_and(Start::tells) || self.whole.iter().any(|term| !is_stop_word(term))
    }
}

/// A query's clauses as patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// One of each group must be there.
    pub(crate) all: Vec<Vec<Pattern>>,
    /// None of these may be there.
    pub(crate) none: Vec<Pattern>,
}

impl Wanted {
    pub(crate) fn of(query: &Query) -> Self {
        let patterns = |clause: &Clause| clause.any_of.iter().filter_map(Pattern::of).collect::<Vec<_>>();
        let (excluded, wanted): (Vec<&Clause>, Vec<&Clause>) = query.clauses.iter().partition(|clause| clause.negated);
        Self {
            all: wanted.into_iter().map(patterns).filter(|group| !group.is_empty()).collect(),
            none: excluded.into_iter().flat_map(patterns).collect(),
        }
    }

    /// Every pattern that may be in a matching passage.
    pub(crate) fn positive(&self) -> impl Iterator<Item = &Pattern> {
        self.all.iter().flatten()
    }
}
