//! Opening a publication, by its format or over another engine.

use std::io::{Read, Seek, SeekFrom};

use alexandria_domain::{Cover, Format};

use crate::comic::Comic;
use crate::document::{Document, Syntax};
use crate::epub::Epub;
use crate::error::{ExtractError, LimitKind};
use crate::limits::{Guard, Limits};
use crate::publication::{Publication, Resource};
use crate::view::{PageLinks, page};
use crate::{docx, fb2, href, media_type, mobi, odt, rtf};

/// A rendered page: a complete document without script, form or frame, and without an address outside the publication
/// except links that the reader may follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// `application/xhtml+xml`; serve it as that. An HTML parser reads the same page, unless its source was misnested.
    pub media_type: &'static str,
    /// The document. Elements with `data-alx-skip` are displayed but are not part of the text.
    pub html: String,
}

/// A publication open for reading. Each call may take [`Limits::time`].
pub struct OpenPublication {
    inner: Box<dyn Publication + Send>,
    limits: Limits,
}

impl std::fmt::Debug for OpenPublication {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenPublication({} sections)", self.inner.spine().len())
    }
}

impl OpenPublication {
    /// Opens a file whose format is known from its import.
    ///
    /// # Errors
    /// As for [`extract`](crate::extract()).
    pub fn open(
        source: impl Read + Seek + Send + 'static,
        format: Format,
        limits: &Limits,
    ) -> Result<Self, ExtractError> {
        Ok(Self::new(open(source, format, &Guard::start(limits))?, limits))
    }

    /// Wraps a publication that is open, of this or of another engine.
    #[must_use]
    pub const fn new(publication: Box<dyn Publication + Send>, limits: &Limits) -> Self {
        Self { inner: publication, limits: *limits }
    }

    /// Hrefs of the sections in reading order.
    pub fn section_hrefs(&self) -> impl Iterator<Item = &str> {
        self.inner.spine().iter().map(|item| item.href.as_str())
    }

    /// The page of a section. Addresses in it are `{base_url}/{percent-encoded href}`.
    ///
    /// # Errors
    /// [`ExtractError::NotFound`] if no section has that (decoded) href, else as on opening.
    pub fn section_page(&mut self, href: &str, base_url: &str) -> Result<Page, ExtractError> {
        let guard = Guard::start(&self.limits);
        // A library may know the section by the separators that its archive was written with.
        let href = href.replace('\\', "/");
        let section = self.inner.spine().iter().position(|item| item.href == href).ok_or(ExtractError::NotFound)?;
        let content = self.inner.page(section, &guard)?;
        let resolve = |reference: &str| self.inner.resolve(section, reference);
        let links = PageLinks { base_url: base_url.trim_end_matches('/'), resolve: &resolve };
        Ok(Page { media_type: media_type::PAGE, html: page(&content, &links, &guard)? })
    }

    /// A file of the publication by its (decoded) href.
    ///
    /// # Errors
    /// [`ExtractError::NotFound`] if there is none, else as on opening.
    pub fn resource(&mut self, href: &str) -> Result<Resource, ExtractError> {
        let inside = href::resolve("", &href::encode(href)).ok_or(ExtractError::NotFound)?;
        self.inner.resource(&inside.path, &Guard::start(&self.limits))
    }

    /// The cover as it is in the file; `None` if there is none within the limits.
    ///
    /// # Errors
    /// As on opening.
    pub fn cover(&mut self) -> Result<Option<Cover>, ExtractError> {
        self.inner.cover(&Guard::start(&self.limits))
    }
}

/// Opens a file with the reader of its format.
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
    let syntax = match format {
        Format::Epub => return Ok(Box::new(Epub::open(source, guard)?)),
        // Read by another engine, in a process of its own.
        Format::Pdf => return Err(ExtractError::UnsupportedFormat),
        Format::Mobi => return mobi::open(source, guard),
        Format::Comic => return Ok(Box::new(Comic::open(source, guard)?)),
        Format::Docx => return Ok(Box::new(docx::open(source, guard)?)),
        Format::Odt => return Ok(Box::new(odt::open(source, guard)?)),
        Format::Fb2 => return Ok(Box::new(fb2::open(source, guard)?)),
        Format::Rtf => return open_rtf(source, size, guard),
        Format::Text => Syntax::Plain,
        Format::Markdown => Syntax::Markdown,
        Format::Html => Syntax::Html,
    };
    let bytes = read_all(source, size, limits.markup_bytes, LimitKind::MarkupBytes, guard)?;
    Ok(Box::new(Document::open(&bytes, syntax, guard)?))
}

/// Opens RTF. Its pictures are part of its text, so the file may be as large as any file in an archive.
fn open_rtf<'s, R: Read + Seek>(
    source: R,
    size: u64,
    guard: &Guard,
) -> Result<Box<dyn Publication + Send + 's>, ExtractError> {
    let bytes = read_all(source, size, guard.limits.entry_bytes, LimitKind::EntryBytes, guard)?;
    Ok(Box::new(rtf::open(&bytes, guard)?))
}

/// Reads a file of that size, if it is within the limit.
fn read_all<R: Read + Seek>(
    mut source: R,
    size: u64,
    limit: u64,
    what: LimitKind,
    guard: &Guard,
) -> Result<Vec<u8>, ExtractError> {
    if size > limit {
        return Err(ExtractError::Limit { what, limit });
    }
    source.rewind()?;
    guard.read(source, what, limit)
}
