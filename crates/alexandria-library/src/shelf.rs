//! The shelf and the bin: listing publications, filtered and sorted; moving them between the two, deleting them permanently.

mod bin;
mod catalog;
mod deletion;
mod error;
mod list;
mod searchable;
#[cfg(test)]
mod tests;

pub(crate) use self::bin::{delete, expired_in_bin, move_publications};
pub use self::catalog::Book;
pub(crate) use self::catalog::{book, books};
pub(crate) use self::deletion::finish_deletions;
pub use self::error::ShelfError;
pub use self::list::ShelfRequest;
pub(crate) use self::list::shelf;
pub use self::searchable::Searchable;
