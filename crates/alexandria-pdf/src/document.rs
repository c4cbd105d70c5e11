//! An open document.

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf, PdfData};

use crate::budget::guarded;
use crate::error::OpenError;
use crate::file::{Destinations, DocumentMetadata, OutlineEntry, metadata, outline, page_labels};

/// Maximum number of pages of a document.
pub const MAX_PAGES: usize = 20_000;

/// An open document. It keeps all of its file and its password in memory, in a process that ends with it.
pub struct Document {
    pdf: Pdf,
    password: String,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} pages)", self.page_count())
    }
}

impl Document {
    /// Opens a file. Most encrypted documents have an empty password. That of the owner opens those with AES-256 only.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(file: Vec<u8>, password: &str) -> Result<Self, OpenError> {
        Self::load(file.into(), password)
    }

    /// Opens the same file again, without what reading pages has left in memory.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn reopen(&self) -> Result<Self, OpenError> {
        Self::load(self.pdf.data().clone(), &self.password)
    }

    fn load(file: PdfData, password: &str) -> Result<Self, OpenError> {
        let loaded = guarded(|| Pdf::new_with_password(file, password)).map_err(|_panic| OpenError::Damaged)?;
        let pdf = loaded.map_err(|error| match error {
            LoadPdfError::Decryption(DecryptionError::PasswordProtected) => OpenError::PasswordRequired,
            LoadPdfError::Decryption(DecryptionError::UnsupportedAlgorithm) => OpenError::UnknownHandler,
            LoadPdfError::Decryption(_) | LoadPdfError::Invalid => OpenError::Damaged,
        })?;
        match pdf.pages().len() {
            0 => Err(OpenError::NoPages),
            count if count > MAX_PAGES => Err(OpenError::TooManyPages),
            _ => Ok(Self { pdf, password: password.to_owned() }),
        }
    }

    /// Number of pages, at least one and at most [`MAX_PAGES`].
    #[must_use]
    pub fn page_count(&self) -> usize {
        self.pdf.pages().len()
    }

    /// What the document says about itself, as far as it is credible.
    #[must_use]
    pub fn metadata(&self) -> DocumentMetadata {
        guarded(|| metadata(&self.pdf)).unwrap_or_default()
    }

    /// Its table of contents; empty if it has none.
    #[must_use]
    pub fn outline(&self) -> Vec<OutlineEntry> {
        guarded(|| outline(&self.pdf, &self.destinations())).unwrap_or_default()
    }

    /// The number that is printed on each page; empty if the document does not say.
    #[must_use]
    pub fn page_labels(&self) -> Vec<String> {
        guarded(|| page_labels(&self.pdf)).unwrap_or_default()
    }

    pub(crate) fn destinations(&self) -> Destinations {
        guarded(|| Destinations::of(&self.pdf)).unwrap_or_default()
    }

    pub(crate) const fn pdf(&self) -> &Pdf {
        &self.pdf
    }
}
