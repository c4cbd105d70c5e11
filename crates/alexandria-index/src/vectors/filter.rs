//! The publications that a search covers.

use alexandria_domain::PassageId;

/// A choice of publications, by their database rows in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PublicationFilter<'a> {
    /// Every publication.
    #[default]
    All,
    /// These only.
    Only(&'a [i64]),
    /// All except these, such as those in the bin.
    Except(&'a [i64]),
}

/// The same choice in a form that is quick to test for many passages.
#[derive(Debug)]
pub(super) struct PassageFilter {
    /// Publication rows, sorted.
    rows: Vec<i64>,
    /// Whether the listed publications pass, or those that are not listed.
    includes_rows: bool,
}

impl PassageFilter {
    pub(super) fn of(filter: PublicationFilter<'_>) -> Self {
        let (rows, includes_rows) = match filter {
            PublicationFilter::All => (&[][..], false),
            PublicationFilter::Only(rows) => (rows, true),
            PublicationFilter::Except(rows) => (rows, false),
        };
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        Self { rows, includes_rows }
    }

    /// Whether every passage passes.
    pub(super) fn passes_all(&self) -> bool {
        self.rows.is_empty() && !self.includes_rows
    }

    /// Whether a passage, given by its id, passes.
    pub(super) fn passes(&self, passage: i64) -> bool {
        let publication = PassageId::from_i64(passage).publication_row();
        self.rows.binary_search(&publication).is_ok() == self.includes_rows
    }
}
