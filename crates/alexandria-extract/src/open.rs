//! An open publication: its pages and files, for the reader.

use std::io::{Read, Seek};

use alexandria_domain::{Cover, Format};

use crate::error::ExtractError;
use crate::limits::{Guard, Limits};
use crate::publication::{self, Publication};
use crate::view::{PageLinks, page};
use crate::{href, media_type};

/// A page as it is shown: a complete document without script, form or frame, and without an address outside the
/// publication except links the reader may follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// `application/xhtml+xml`; show it as that. An HTML parser reads the same page, unless its source was misnested.
    pub media_type: &'static str,
    /// The document. Elements with `data-alx-skip` are shown but are no text.
    pub html: String,
}

/// A file of the publication.
#[derive(Clone, PartialEq, Eq)]
pub struct Resource {
    /// What the manifest says it is, else what its name says.
    pub media_type: String,
    /// Its content. Style sheets are without addresses of the network.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Resource({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// A publication open for reading. Each call has the time of [`Limits::time`] for itself.
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
        let inner = publication::open(source, format, &Guard::start(limits))?;
        Ok(Self { inner, limits: *limits })
    }

    /// Addresses of the sections in reading order.
    pub fn section_hrefs(&self) -> impl Iterator<Item = &str> {
        self.inner.spine().iter().map(|item| item.href.as_str())
    }

    /// The page of a section. Addresses in it are `{base_url}/{percent-encoded href}`.
    ///
    /// # Errors
    /// [`ExtractError::NotFound`] if no section has that (decoded) address, else as on opening.
    pub fn section_page(&mut self, href: &str, base_url: &str) -> Result<Page, ExtractError> {
        let guard = Guard::start(&self.limits);
        // A library may know the page by the separators that its archive was written with.
        let href = href.replace('\\', "/");
        let number = self.inner.spine().iter().position(|item| item.href == href).ok_or(ExtractError::NotFound)?;
        let tree = self.inner.section(number, &guard)?;
        let resolve = |reference: &str| self.inner.resolve(number, reference);
        let links = PageLinks { base_url: base_url.trim_end_matches('/'), resolve: &resolve };
        Ok(Page { media_type: media_type::PAGE, html: page(&tree, &links, &guard)? })
    }

    /// A file of the publication by its (decoded) address.
    ///
    /// # Errors
    /// [`ExtractError::NotFound`] if there is none, else as on opening.
    pub fn resource(&mut self, href: &str) -> Result<Resource, ExtractError> {
        let inside = href::resolve("", &href::encode(href)).ok_or(ExtractError::NotFound)?;
        self.inner.resource(&inside.path, &Guard::start(&self.limits))
    }

    /// The cover as it stands in the file; `None` if there is none within the limits.
    ///
    /// # Errors
    /// As on opening.
    pub fn cover(&mut self) -> Result<Option<Cover>, ExtractError> {
        self.inner.cover(&Guard::start(&self.limits))
    }
}
