//! Why a document or a page cannot be read.

/// Why a file cannot be opened as a PDF document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is encrypted, and this is not its password. The empty password has been tried.
    #[error("the document is encrypted and needs a password")]
    PasswordRequired,
    /// It is encrypted by a method other than the standard's passwords: digital rights management.
    #[error("the document is encrypted by an unknown security handler")]
    UnknownHandler,
    /// It is no PDF document, or too damaged to find its pages.
    #[error("the document is damaged")]
    Damaged,
    /// It has no pages.
    #[error("the document has no pages")]
    NoPages,
    /// It has more pages than [`MAX_PAGES`](crate::MAX_PAGES).
    #[error("the document has more than {} pages", crate::MAX_PAGES)]
    TooManyPages,
}

/// Why a page cannot be read. Other pages of the document can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// There is no page with this index.
    #[error("the document has no such page")]
    NotFound,
    /// It takes longer than its budget.
    #[error("reading the page takes too long")]
    TooSlow,
    /// It has more glyphs than [`MAX_GLYPHS`](crate::MAX_GLYPHS).
    #[error("the page has more than {} glyphs", crate::MAX_GLYPHS)]
    TooManyGlyphs,
    /// A bug in the reading of damaged pages.
    #[error("the page is damaged in a way that is not understood")]
    Damaged,
    /// Its picture cannot be encoded.
    #[error("the picture of the page cannot be encoded")]
    Encoding,
}
