//! Relaxing a query that no passage satisfies.

use alexandria_domain::Query;
use alexandria_domain::query::Clause;

use super::pattern::Pattern;

/// The query's words as alternatives: any of them suffices. Uninformative words, such as stop words, are omitted unless
/// there are no others. Exclusions and filters still hold.
#[must_use]
pub fn relaxed(query: &Query) -> Query {
    let (excluded, required): (Vec<Clause>, Vec<Clause>) =
        query.clauses.iter().cloned().partition(|clause| clause.negated);
    let mut any_of: Vec<_> = required.into_iter().flat_map(|clause| clause.any_of).collect();
    let is_informative = |term: &_| Pattern::of(term).is_some_and(|pattern| pattern.is_informative());
    if any_of.iter().any(is_informative) {
        any_of.retain(is_informative);
    }
    let mut clauses = vec![Clause { negated: false, any_of }];
    clauses.extend(excluded);
    Query { clauses, filters: query.filters.clone() }
}
