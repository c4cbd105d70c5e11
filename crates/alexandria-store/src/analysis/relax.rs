//! Asking for less than the reader typed, where no passage has all of it.

use alexandria_domain::Query;
use alexandria_domain::query::Clause;

use super::pattern::Pattern;

/// The query's words as alternatives: any of them may be in the passage. Words that say nothing about a subject do not
/// count, unless there are no others. Excluded words stay excluded, and filters hold.
#[must_use]
pub fn relaxed(query: &Query) -> Query {
    let (excluded, wanted): (Vec<Clause>, Vec<Clause>) =
        query.clauses.iter().cloned().partition(|clause| clause.negated);
    let mut any_of: Vec<_> = wanted.into_iter().flat_map(|clause| clause.any_of).collect();
    let tells = |term: &_| Pattern::of(term).is_some_and(|pattern| pattern.tells());
    if any_of.iter().any(tells) {
        any_of.retain(tells);
    }
    let mut clauses = vec![Clause { negated: false, any_of }];
    clauses.extend(excluded);
    Query { clauses, filters: query.filters.clone() }
}
