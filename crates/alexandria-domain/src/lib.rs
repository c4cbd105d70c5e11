//! The types that all other crates share: publications, passages, locators, queries, ops and clocks.
//!
//! Pure: no I/O, no system clock, no async, no `serde`. Stored, wire and UI forms are separate types
//! at the boundary that needs them, so that a change of one never changes another by accident.

pub mod annotation;
pub mod area;
pub mod clock;
pub mod code;
pub mod collection;
pub mod edits;
pub mod id;
pub mod label;
pub mod locator;
pub mod note;
pub mod op;
pub mod part;
pub mod passage;
pub mod publication;
pub mod query;
pub mod quote;

pub use annotation::{Annotation, AnnotationKind, Colour, HighlightStyle, note_replacing};
pub use area::{AreaError, PageArea, PageAreas, Point, Quad};
pub use clock::{Clock, ClockError, Hlc};
pub use code::{CodedError, ErrorCode};
pub use collection::Collection;
pub use edits::{PublicationEdits, ReadingStatus, series_value};
pub use id::{AnnotationId, CollectionId, DeviceId, OpId, PassageId, PublicationId};
pub use locator::{Locator, Quote, SectionExtent};
pub use note::{NoteText, Seen};
pub use op::{Entity, Field, LwwRegister, Membership, Op, Value};
pub use part::{slice_part, text_part};
pub use passage::{Block, BlockKind, Chunk, Chunker, Passage, Section, Splitter};
pub use publication::{Cover, Format, Identifier, Metadata, Series, TocEntry};
pub use query::{Filter, FilterField, Query, QueryError, ShelfFilter, ShelfWord, Term};
