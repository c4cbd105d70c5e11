//! PDF documents: text with boxes, and pixels. Bytes in, no file, no network, no thread.
//!
//! A [`Document`] is opened from the bytes of a file. Its [`Pages`] give the text of a page in reading order, with a box for each
//! of its characters, its links, and a picture of it. `docs/adr/0029-pdf-engine.md` says which engine is below, and why it runs in
//! a process of its own only: no limit on memory holds inside of a process, so **nothing else may call this crate than
//! `alexandria-worker`**. Budgets of time and glyphs for each page are kept here; those of a whole document are its caller's.
//!
//! Absent: that process, storage, the markup of pages, recognising text in scans, and filling in forms.

mod budget;
mod collect;
mod document;
mod error;
mod file;
mod geometry;
mod glyph;
mod layout;
mod number;
mod page;
mod pages;
mod render;
mod unicode;

pub use budget::MAX_GLYPHS;
pub use document::{Document, MAX_PAGES};
pub use error::{OpenError, PageError};
pub use file::{DocumentMetadata, Link, LinkTarget, OutlineEntry};
pub use geometry::{MAX_SIDE_POINTS, PageGeometry};
pub use page::{PageText, TextBlock, TextRun};
pub use pages::{Pages, TEXT_TIME};
pub use render::{MAX_PIXELS, Picture};
