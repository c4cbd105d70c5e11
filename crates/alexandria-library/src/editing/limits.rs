//! How much a reader may type into each field. What is longer could not be sent to other devices.

/// Maximum size of a title, name or date, in bytes.
pub(super) const MAX_TEXT_BYTES: usize = 2_000;
/// Maximum size of a description, in bytes. An op with it has to fit into a record (`docs/formats/sync-payload.md`).
pub(super) const MAX_DESCRIPTION_BYTES: usize = 100 << 10;
/// Maximum number of authors.
pub(super) const MAX_AUTHORS: usize = 100;
/// Maximum number in a series.
pub(super) const MAX_SERIES_NUMBER: u32 = 1_000_000;
