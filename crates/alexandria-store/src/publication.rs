//! Publications: writing them with all their text, listing, filtering, sorting and purging them.

mod filter;
mod insert;
mod list;
mod password;
mod purge;
mod record;
mod rename;
mod sections;
mod shelf;
#[cfg(test)]
mod tests;

pub(crate) use filter::rows_matching;
pub(crate) use insert::insert_terms;
pub use insert::{InsertError, NewPublication};
pub(crate) use list::{off_shelf_rows, shelf_rows};
pub use password::FilePassword;
pub use record::PublicationRecord;
pub(crate) use record::state_of;
pub use rename::Renamed;
pub use sections::SectionRecord;
pub use shelf::{CollectionCount, ShelfOrder, ShelfQuery, TagCount};
