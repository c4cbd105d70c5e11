//! Bytes of a book in, text, structure, resources and metadata out.
//!
//! Two ways in, over the same parsed page: [`extract`] gives the words that are searched, [`OpenPublication`] the
//! pages that are shown. What the one leaves out the other marks, so a quote from the text is found again on the page.
//!
//! Every file is taken to be hostile: [`Limits`] bound size, count, depth and time, and each breach is a typed error.
//! Absent on purpose: storage, encryption, passages (see `alexandria-domain`), network, and any script.

mod about;
mod dom;
mod encoding;
mod epub;
mod error;
mod extract;
mod format;
mod href;
mod language;
mod limits;
mod media_type;
mod open;
mod publication;
mod single;
mod thumbnail;
mod view;
mod words;

pub use error::{ExtractError, LimitKind};
pub use extract::{Extracted, extract};
pub use format::probe;
pub use limits::Limits;
pub use open::{OpenPublication, Page, Resource};
pub use thumbnail::{ThumbnailError, thumbnail};
