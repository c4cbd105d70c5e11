//! Bytes of a book in; text, structure, pages, resources and metadata out.
//!
//! A format implements [`Publication`] in three parts: [`Text`] is searched, [`Presentation`] is rendered, [`Resources`]
//! are what pages load. [`extract()`] reads the text once, for the library; [`OpenPublication`] renders the pages. What is
//! not part of the text is marked on the page, so every quote of the text is found on the page.
//!
//! Every file is treated as hostile: [`Limits`] bound size, count, depth and time, and each breach is a typed error. Not
//! here: storage, encryption, passages (see `alexandria-domain`), network, and any script.

mod archive;
mod comic;
mod document;
mod docx;
mod dom;
mod encoding;
mod epub;
mod error;
mod extract;
mod fb2;
mod field;
mod foreign_notes;
mod href;
mod invariants;
mod language;
mod limits;
mod markup;
mod media_type;
mod metadata_field;
mod mobi;
mod odt;
mod open;
mod picture;
mod probe;
mod publication;
mod registry;
mod rtf;
mod symbol;
mod text;
mod thumbnail;
mod toc;
mod view;

pub use error::{Defect, ExtractError, ForeignFormat, LimitKind, ProtectionScheme};
pub use extract::{Extracted, extract, extract_publication, extract_unnamed, guess_language};
pub use foreign_notes::{ForeignNote, ForeignNotes, ForeignNotesError, MAX_FOREIGN_NOTES, foreign_notes};
pub use href::Href;
pub use invariants::violation;
pub use limits::{Guard, Limits, MAX_TOC_DEPTH, MAX_TOC_ENTRIES};
pub use open::{OpenPublication, Page};
pub use probe::{anonymous_name, probe};
pub use publication::{Presentation, Publication, Resource, Resources, SpineItem, Text};
pub use registry::{FORMATS, FormatInfo, Signature};
pub use thumbnail::{ThumbnailError, thumbnail};
pub use view::{BOOK_CSP, FixedLayout, GlyphRun, PageContent, PageImage, SectionTree};
