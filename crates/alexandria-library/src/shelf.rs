//! The shelf and the bin: listing publications, moving them between the two, deleting them permanently.

mod bin;
mod catalog;
mod deletion;
mod error;
mod searchable;
#[cfg(test)]
mod tests;

pub(crate) use self::bin::{delete, expired_in_bin, move_publications};
pub use self::catalog::Book;
pub(crate) use self::catalog::{book, books};
pub(crate) use self::deletion::finish_deletions;
pub use self::error::ShelfError;
pub use self::searchable::Searchable;
