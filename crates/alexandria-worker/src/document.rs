//! A document that is kept open in a worker process of its own, for reading its pages.

mod process;
mod publication;

pub use publication::OpenDocument;
