//! Opening a document, and its errors as those of any file.

use alexandria_extract::{Defect, ExtractError, LimitKind, ProtectionScheme};
use alexandria_pdf::{Document, OpenError, PageError};

/// Opens a document that has no password, or an empty one.
pub(super) fn open(file: Vec<u8>) -> Result<Document, ExtractError> {
    if file.is_empty() {
        return Err(ExtractError::Malformed { what: Defect::EmptyFile });
    }
    Document::open(file, "").map_err(open_error)
}

pub(super) const fn open_error(error: OpenError) -> ExtractError {
    match error {
        OpenError::PasswordRequired => ExtractError::Protected { scheme: ProtectionScheme::PdfPassword },
        OpenError::UnknownHandler => ExtractError::Protected { scheme: ProtectionScheme::PdfHandler },
        OpenError::Damaged => ExtractError::Malformed { what: Defect::DamagedPdf },
        OpenError::NoPages => ExtractError::Malformed { what: Defect::NoSection },
        OpenError::TooManyPages => {
            ExtractError::Limit { what: LimitKind::Sections, limit: alexandria_pdf::MAX_PAGES as u64 }
        }
    }
}

pub(super) const fn page_error(error: PageError) -> ExtractError {
    match error {
        PageError::TooSlow => {
            ExtractError::Limit { what: LimitKind::Milliseconds, limit: alexandria_pdf::TEXT_TIME.as_secs() * 1000 }
        }
        PageError::TooManyGlyphs => {
            ExtractError::Limit { what: LimitKind::Nodes, limit: alexandria_pdf::MAX_GLYPHS as u64 }
        }
        PageError::NotFound => ExtractError::NotFound,
        PageError::Damaged | PageError::Encoding => ExtractError::Malformed { what: Defect::DamagedPdf },
    }
}
