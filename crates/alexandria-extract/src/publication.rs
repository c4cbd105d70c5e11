//! The parts of a publication, which every format implements: text, presentation and resources.
//!
//! The traits are public because one engine is elsewhere: PDF is read by a crate of its own in a worker process, and the
//! library wraps it in these traits. How PDF, comics and office formats fit is in `docs/adr/0014-publication-parts.md`.

use alexandria_domain::{Block, Cover, Metadata, TocEntry};

use crate::error::ExtractError;
use crate::href::Href;
use crate::limits::Guard;
use crate::view::PageContent;

/// A section in the reading order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpineItem {
    /// Decoded path inside the publication, unique in it.
    pub href: String,
    /// Labels of the table of contents above the section, outermost first.
    pub toc_path: Vec<String>,
    /// Whether it is part of the running text.
    pub linear: bool,
}

/// A file of the publication.
#[derive(Clone, PartialEq, Eq)]
pub struct Resource {
    /// The media type from the manifest, or else by the file's extension.
    pub media_type: String,
    /// Its content. Style sheets hold no address outside the publication.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Resource({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// An open publication of any format. Implementers keep nothing of a section between calls but what the format needs.
pub trait Publication: Text + Presentation + Resources {
    /// As the file declares it; the title may be empty.
    fn metadata(&self) -> &Metadata;

    /// Targets are hrefs of sections, with an optional fragment.
    fn toc(&self) -> &[TocEntry];
}

/// What is searched, quoted and read aloud.
pub trait Text {
    /// The sections in reading order. A page with a fixed layout is a section.
    fn spine(&self) -> &[SpineItem];

    /// The text of a section, by its index in the spine. At most [`Limits::blocks`](crate::Limits::blocks).
    ///
    /// # Errors
    /// If there is no such section, it is malformed, or a limit is reached.
    fn blocks(&mut self, section: usize, guard: &Guard) -> Result<Vec<Block>, ExtractError>;
}

/// What is rendered.
pub trait Presentation {
    /// The page of a section, by its index in the spine. Its significant characters are those of the section's blocks.
    ///
    /// # Errors
    /// As for [`Text::blocks`].
    fn page(&mut self, section: usize, guard: &Guard) -> Result<PageContent, ExtractError>;

    /// The target of a reference in the markup of a section; `None` if it leads nowhere. Only called for
    /// [`PageContent::Markup`].
    fn resolve(&self, section: usize, reference: &str) -> Option<Href>;
}

/// What pages load.
pub trait Resources {
    /// A file by its decoded path, decoded or sanitised as its media type requires.
    ///
    /// # Errors
    /// [`ExtractError::NotFound`] if there is none that may be served, else as for [`Text::blocks`].
    fn resource(&mut self, href: &str, guard: &Guard) -> Result<Resource, ExtractError>;

    /// The cover, if there is one within the limits.
    ///
    /// # Errors
    /// As for [`Text::blocks`].
    fn cover(&mut self, guard: &Guard) -> Result<Option<Cover>, ExtractError>;
}
