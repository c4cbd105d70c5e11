//! Which publications a search looks at.

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

/// The same choice, ready to be asked about many passages.
#[derive(Debug)]
pub(super) struct PassageFilter {
    /// Sorted.
    listed: Vec<i64>,
    /// Whether the listed publications are in, or those that are not listed.
    listed_are_in: bool,
}

impl PassageFilter {
    pub(super) fn of(within: PublicationFilter<'_>) -> Self {
        let (listed, listed_are_in) = match within {
            PublicationFilter::All => (&[][..], false),
            PublicationFilter::Only(rows) => (rows, true),
            PublicationFilter::Except(rows) => (rows, false),
        };
        let mut listed = listed.to_vec();
        listed.sort_unstable();
        Self { listed, listed_are_in }
    }

    /// Whether every passage is in.
    pub(super) fn passes_all(&self) -> bool {
        self.listed.is_empty() && !self.listed_are_in
    }

    /// Whether a passage is in.
    pub(super) fn passes(&self, passage: i64) -> bool {
        let publication = PassageId::from_i64(passage).publication_row();
        self.listed.binary_search(&publication).is_ok() == self.listed_are_in
    }
}
