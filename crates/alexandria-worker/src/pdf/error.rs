//! Opening a document, and its errors as those of any file.

use alexandria_extract::{Defect, ExtractError, LimitKind, ProtectionScheme};
use alexandria_pdf::{Document, OpenError, PageError};

use crate::password::Password;

/// Opens a document with its password, which is empty for most.
pub(super) fn open(file: Vec<u8>, password: &Password) -> Result<Document, ExtractError> {
    if file.is_empty() {
        return Err(ExtractError::Malformed { what: Defect::EmptyFile });
    }
    let text = password.text().ok_or(ExtractError::WrongPassword)?;
    Document::open(file, text).map_err(|error| match error {
        OpenError::PasswordRequired if !password.is_empty() => ExtractError::WrongPassword,
        error => open_error(error),
    })
}

pub(super) const fn open_error(error: OpenError) -> ExtractError {
    match error {
        OpenError::PasswordRequired => ExtractError::PasswordRequired,
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
