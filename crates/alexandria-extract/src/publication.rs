//! What every format gives, and choosing the format.

use std::io::{Read, Seek, SeekFrom};

use alexandria_domain::{Cover, Format, Metadata, TocEntry};

use crate::epub::Epub;
use crate::error::{ExtractError, LimitKind};
use crate::href::Href;
use crate::limits::Guard;
use crate::open::Resource;
use crate::single::SinglePage;
use crate::view::SectionTree;

/// A section as the contents and the reading order know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpineItem {
    pub(crate) href: String,
    pub(crate) toc_path: Vec<String>,
    pub(crate) linear: bool,
}

/// An opened file of any format. Nothing is kept of a section between calls but what the format must hold.
pub(crate) trait Publication {
    /// As the file says; the title may be empty.
    fn metadata(&self) -> &Metadata;
    fn toc(&self) -> &[TocEntry];
    /// Sections in reading order.
    fn spine(&self) -> &[SpineItem];
    /// The parsed page of a section.
    fn section(&mut self, number: usize, guard: &Guard) -> Result<SectionTree, ExtractError>;
    /// Where a reference made in a section leads.
    fn resolve(&self, number: usize, reference: &str) -> Option<Href>;
    /// A file of the publication, decoded or cleaned as far as its kind needs.
    fn resource(&mut self, href: &str, guard: &Guard) -> Result<Resource, ExtractError>;
    /// The cover, if there is one within the limits.
    fn cover(&mut self, guard: &Guard) -> Result<Option<Cover>, ExtractError>;
}

/// Opens a file of a known format.
pub(crate) fn open<'s, R: Read + Seek + Send + 's>(
    mut source: R,
    format: Format,
    guard: &Guard,
) -> Result<Box<dyn Publication + Send + 's>, ExtractError> {
    let limits = &guard.limits;
    let size = source.seek(SeekFrom::End(0))?;
    if size > limits.file_bytes {
        return Err(ExtractError::Limit { what: LimitKind::FileBytes, limit: limits.file_bytes });
    }
    if format == Format::Epub {
        return Ok(Box::new(Epub::open(source, guard)?));
    }
    if size > limits.markup_bytes {
        return Err(ExtractError::Limit { what: LimitKind::MarkupBytes, limit: limits.markup_bytes });
    }
    source.rewind()?;
    let bytes = guard.read(source, LimitKind::MarkupBytes, limits.markup_bytes)?;
    Ok(Box::new(SinglePage::open(&bytes, format, guard)?))
}
