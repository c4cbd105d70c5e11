//! Publications: writing them with all their text, listing, filtering and purging them.

mod filter;
mod insert;
mod list;
mod purge;
mod record;
mod sections;
#[cfg(test)]
mod tests;

pub(crate) use filter::rows_matching;
pub(crate) use insert::insert_terms;
pub use insert::{InsertError, NewPublication};
pub(crate) use list::{off_shelf_rows, shelf_rows};
pub use record::PublicationRecord;
pub(crate) use record::state_of;
pub use sections::SectionRecord;
