//! Exact search for common words: the sets of the passages that match, from common sets and the term index.
//!
//! The number of hits is the size of a set. What the sets of stop words and short prefixes cannot do is rank, and hardly
//! anybody searches for those alone: a short list of hits is scored from the texts; a long one is ranked by the query's
//! other words, and is in reading order if there are none.

use alexandria_domain::PassageId;
use rusqlite::Connection;

use super::ranges::PassageRanges;
use super::scoring::{Scorer, text};
use super::term_index::{MAX_RANKED, best_first, page, set};
use super::{ExactHit, ExactHits, expression};
use crate::analysis::{CommonKey, Coverage, MatchCounter, Pattern, QueryPatterns};
use crate::common_sets;
use crate::passage_set::PassageSet;

/// Maximum matches that are all scored from their text, at some 20 µs each.
const MAX_SCORED: u64 = 128;
/// Maximum passages whose text is searched for a long run of stop words; the term index takes over beyond.
const MAX_VERIFIED: u64 = 1_024;

/// A page of matches; `None` if the query has nothing common, or the common sets are incomplete. Then the term index alone
/// answers.
pub(super) fn search(
    connection: &Connection,
    query: &QueryPatterns,
    ranges: &PassageRanges,
    limit: usize,
    offset: usize,
) -> Result<Option<ExactHits>, rusqlite::Error> {
    let is_common = |pattern: &Pattern| pattern.coverage().is_some() || pattern.has_stop_word();
    let applies = !query.required.is_empty() && query.positive().chain(&query.excluded).any(is_common);
    if !applies || !common_sets::are_complete(connection)? {
        return Ok(None);
    }
    let search = SetSearch { connection, query, ranges };
    let matches = search.matches()?;
    let total = matches.set.count();
    let hits = if total <= MAX_SCORED {
        search.scored(&matches.set, limit, offset)?
    } else {
        search.ordered(matches, limit, offset)?
    };
    Ok(Some(ExactHits { total, hits }))
}

struct SetSearch<'a> {
    connection: &'a Connection,
    query: &'a QueryPatterns,
    ranges: &'a PassageRanges,
}

/// The passages that satisfy a query.
struct Matches {
    set: PassageSet,
    /// Number of passages that satisfy what the term index was asked.
    indexed: u64,
}

impl SetSearch<'_> {
    fn matches(&self) -> Result<Matches, rusqlite::Error> {
        let (indexed, common): (Vec<_>, Vec<_>) = self.query.required.iter().partition(|group| is_indexed(group));
        let mut matches = match expression::join(indexed.into_iter().filter_map(|group| expression::any(group)), "AND")
        {
            Some(expression) => Some(set(self.connection, &expression, self.ranges)?),
            None => None,
        };
        let indexed = matches.as_ref().map_or(0, PassageSet::count);
        for group in common {
            let mut any = PassageSet::default();
            for pattern in group {
                any.union(self.pattern(pattern, matches.as_ref())?);
            }
            match &mut matches {
                Some(matches) => matches.intersect(&any),
                None => matches = Some(any),
            }
        }
        let mut set = matches.unwrap_or_default();
        for pattern in &self.query.excluded {
            set.subtract(&self.pattern(pattern, Some(&set))?);
        }
        Ok(Matches { set, indexed })
    }

    /// The passages that match a pattern; of `within`, only those in its publications may be there.
    fn pattern(&self, pattern: &Pattern, within: Option<&PassageSet>) -> Result<PassageSet, rusqlite::Error> {
        if within.is_some_and(PassageSet::is_empty) {
            return Ok(PassageSet::default());
        }
        let candidates = match pattern.coverage() {
            Some(Coverage::Equal(key)) => return self.common(&key, within),
            Some(Coverage::Within(keys)) => self.all_of(&keys, within)?,
            None => None,
        };
        let Some(mut candidates) = candidates.filter(|candidates| candidates.count() <= MAX_VERIFIED) else {
            return set(self.connection, &expression::in_text(pattern), self.ranges);
        };
        let mut wrong = PassageSet::default();
        let counter = MatchCounter::new(std::iter::once(pattern));
        for passage in candidates.iter() {
            if counter.count(&text(self.connection, passage)?) == [0] {
                wrong.insert(passage);
            }
        }
        candidates.subtract(&wrong);
        Ok(candidates)
    }

    /// The passages in all of the sets and in `within`; `None` without keys.
    fn all_of(&self, keys: &[CommonKey], within: Option<&PassageSet>) -> Result<Option<PassageSet>, rusqlite::Error> {
        let mut all: Option<PassageSet> = within.cloned();
        for key in keys {
            let next = self.common(key, all.as_ref())?;
            match &mut all {
                Some(all) => all.intersect(&next),
                None => all = Some(next),
            }
        }
        Ok(all)
    }

    fn common(&self, key: &CommonKey, within: Option<&PassageSet>) -> Result<PassageSet, rusqlite::Error> {
        let mut set = common_sets::read(self.connection, key, within)?;
        set.retain_publications(|row| self.ranges.have_publication(row));
        Ok(set)
    }

    /// A page of few matches, all of them scored.
    fn scored(&self, set: &PassageSet, limit: usize, offset: usize) -> Result<Vec<ExactHit>, rusqlite::Error> {
        if set.is_empty() {
            return Ok(Vec::new());
        }
        let scorer = self.scorer(set.count())?;
        let hit = |passage| Ok(ExactHit { passage, score: scorer.score(passage)? });
        let mut hits = set.iter().map(hit).collect::<Result<Vec<_>, rusqlite::Error>>()?;
        best_first(&mut hits);
        Ok(hits.into_iter().skip(offset).take(limit).collect())
    }

    /// A page of many matches, in the order of the query's indexed words; those that these do not order are in reading
    /// order.
    fn ordered(&self, matches: Matches, limit: usize, offset: usize) -> Result<Vec<ExactHit>, rusqlite::Error> {
        let end = offset.saturating_add(limit);
        let mut order = Vec::new();
        let Matches { set: mut matches, indexed } = matches;
        let (total, tiers) = (matches.count(), self.tiers(indexed));
        for tier in tiers {
            if order.len() >= end {
                break;
            }
            let ordered = self.tier(&tier, &matches)?;
            let mut set = PassageSet::default();
            ordered.iter().for_each(|place| set.insert(place.passage));
            matches.subtract(&set);
            order.extend(ordered);
        }
        let missing = end.saturating_sub(order.len());
        order.extend(matches.iter().take(missing).map(|passage| Place { passage, score: None }));
        let mut scorer = None;
        let mut hits = Vec::with_capacity(limit.min(order.len()));
        for Place { passage, score } in order.into_iter().skip(offset).take(limit) {
            let score = match (score, &mut scorer) {
                (Some(score), _) => score,
                (None, Some(scorer)) => Scorer::score(scorer, passage)?,
                (None, none) => none.insert(self.scorer(total)?).score(passage)?,
            };
            hits.push(ExactHit { passage, score });
        }
        Ok(hits)
    }

    /// A scorer for a query that `total` passages satisfy.
    fn scorer(&self, total: u64) -> Result<Scorer<'_>, rusqlite::Error> {
        let is_one_pattern = self.query.positive().nth(1).is_none() && self.query.excluded.is_empty();
        let frequency = (is_one_pattern && self.ranges.is_everything()).then_some(total);
        Scorer::of(self.connection, self.query, frequency)
    }

    /// Expressions that rank matches, in the order of their tiers. Indexed words that few passages have, `indexed` of them,
    /// rank all matches; otherwise those that repeat one come first.
    fn tiers(&self, indexed: u64) -> Vec<Tier> {
        let required = self.query.required.iter();
        let all = required.filter(|group| is_indexed(group)).filter_map(|group| expression::any(group));
        let all = expression::join(all, "AND");
        if let Some(expression) = &all
            && indexed <= MAX_RANKED
        {
            return vec![Tier { expression: expression.clone(), is_ranked: true }];
        }
        let words: Vec<&Pattern> = self.query.positive().filter(|pattern| pattern.coverage().is_none()).collect();
        let any = || expression::join(words.iter().map(|pattern| expression::in_text(pattern)), "OR");
        let Some(ranking) = all.or_else(any) else { return Vec::new() };
        let tier = |repeated: &String| Tier { expression: expression::both(&ranking, repeated), is_ranked: false };
        expression::repeated(&words).iter().map(tier).collect()
    }

    /// The matches of a tier: ranked, or in reading order if there are too many to rank.
    fn tier(&self, tier: &Tier, matches: &PassageSet) -> Result<Vec<Place>, rusqlite::Error> {
        if !tier.is_ranked {
            let mut set = set(self.connection, &tier.expression, self.ranges)?;
            if set.count() > MAX_RANKED {
                set.intersect(matches);
                return Ok(set.iter().map(|passage| Place { passage, score: None }).collect());
            }
        }
        let mut hits = Vec::new();
        for range in &self.ranges.ranges {
            hits.extend(page(self.connection, "", &tier.expression, range, usize::MAX, 0)?);
        }
        hits.retain(|hit| matches.contains(hit.passage));
        best_first(&mut hits);
        Ok(hits.into_iter().map(|hit| Place { passage: hit.passage, score: Some(hit.score) }).collect())
    }
}

/// Matches that are shown before others.
struct Tier {
    expression: String,
    /// Whether it is known that few enough passages match to rank all of them.
    is_ranked: bool,
}

/// A passage in the order of hits.
struct Place {
    passage: PassageId,
    score: Option<f64>,
}

/// Whether the term index has to be asked about each of the patterns, and so about all of them at once.
fn is_indexed(group: &[Pattern]) -> bool {
    group.iter().all(|pattern| pattern.coverage().is_none())
}
