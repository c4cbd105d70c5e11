//! Reading: pages, resources and covers of a publication, decrypted on demand; positions and locators.

mod error;
mod open_books;
mod pages;
mod position;
mod range;
mod resolve;

pub use alexandria_extract::{Page, Resource};

pub use self::error::ReadError;
pub(crate) use self::open_books::OpenBooks;
pub use self::pages::{Reading, ReadingSection};
pub(crate) use self::pages::{cover, open, page, resource, thumbnail};
pub(crate) use self::position::save_position;
pub use self::range::{RangeRequest, parse_range};
pub use self::resolve::Resolved;
pub(crate) use self::resolve::resolve;
