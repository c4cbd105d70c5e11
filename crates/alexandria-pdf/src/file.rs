//! What a document says about itself besides its pages: metadata, outline, page labels, links. Read from its dictionaries, each
//! within limits on depth and number.

mod destination;
mod labels;
mod links;
mod metadata;
mod outline;
mod text;

pub(crate) use destination::Destinations;
pub(crate) use labels::page_labels;
pub(crate) use links::links;
pub use links::{Link, LinkTarget};
pub use metadata::DocumentMetadata;
pub(crate) use metadata::metadata;
pub use outline::OutlineEntry;
pub(crate) use outline::outline;
pub(crate) use text::text_string;
