//! Common sets: which passages contain a stop word, a run of stop words, or words that begin with certain characters.
//!
//! The term index finds one passage after the other, at about a ten-millionth of a second each, which is slow where most
//! passages match. A set is read at once, for a whole publication. The keys are in `analysis::common`; the sets of all keys
//! of a publication are distributed over [`BUCKETS`] rows, so that an insertion writes few rows and a search reads little.
//!
//! A publication gets them after its insertion, in [`Store::build_common_sets`](crate::Store::build_common_sets); while one
//! lacks them, searches use the term index alone. Not here: what a query makes of the sets (`search`).

mod build;
mod encoding;
mod fill;
mod read;
#[cfg(test)]
mod tests;

use build::PublicationSets;
pub(crate) use fill::{delete, differing, rebuild_all};
pub(crate) use read::{are_complete, read};

use alexandria_domain::PassageId;

/// Rows of a publication.
pub(crate) const BUCKETS: i64 = 128;
/// Bits of a row's id below its bucket: those of the publication's row.
const ROW_BITS: u32 = 48;

/// The id of the row that has this bucket of a publication's sets.
const fn row_id(bucket: i64, publication: i64) -> i64 {
    bucket << ROW_BITS | publication
}

/// The publication of a row with that id.
const fn publication_of(id: i64) -> i64 {
    id & ((1 << ROW_BITS) - 1)
}

/// Passages of a publication, as [`PassageId::new`] numbers them.
const MAX_ORDINAL: u32 = PassageId::MAX_PER_PUBLICATION - 1;
