//! Collections: named groups of publications, filled by hand or by a filter.
//!
//! Every change is ops (`change`). A publication may be in any number of collections. Absent: collections within
//! collections.

mod edit;
mod error;
mod list;
#[cfg(test)]
mod tests;

pub use self::edit::{CollectionEdit, NewCollection};
pub(crate) use self::edit::{create, edit, set_members};
pub use self::error::CollectionError;
pub use self::list::ListedCollection;
pub(crate) use self::list::{collections, collections_of, tags};
