//! RTF (Rich Text Format 1.9.1), as a state machine over bytes.
//!
//! Not read, on purpose: field codes other than links, embedded objects, deleted and hidden text, comments, headers and
//! footers, metafiles. There is nothing outside the file that could be loaded.

mod charset;
mod control;
mod flow;
mod group;
mod info;
mod picture;
mod tables;
mod text;
mod token;

use crate::document::{Converted, Document};
use crate::error::{Defect, ExtractError, LimitKind};
use crate::limits::{Guard, within};
use crate::picture::StoredPictures;
use control::Reader;
use token::{Token, Tokens};

/// First bytes of every file.
pub(crate) const SIGNATURE: &[u8] = b"{\\rtf";
/// Tokens after which the limits are checked.
const CHECK_INTERVAL: usize = 4096;

/// Opens a document.
pub(crate) fn open(bytes: &[u8], guard: &Guard) -> Result<Document<'static>, ExtractError> {
    if !bytes.starts_with(SIGNATURE) {
        return Err(ExtractError::malformed(Defect::OtherContent));
    }
    let mut reader = Reader::new();
    for (count, token) in Tokens::new(bytes).enumerate() {
        if count.is_multiple_of(CHECK_INTERVAL) {
            reader.check(guard)?;
        }
        if token == Token::Open {
            within(reader.depth() + 1, LimitKind::Depth, guard.limits.depth)?;
        }
        reader.token(token);
        if reader.depth() == 0 {
            // What follows the document is not part of it.
            break;
        }
    }
    let (out, metadata, pictures) = reader.finish(guard);
    out.check(guard)?;
    let cover = out.first_picture();
    let pictures = Box::new(StoredPictures(pictures));
    Document::of_converted(
        Converted { markup: out.finish(), metadata, pictures, cover, is_cover_declared: false },
        guard,
    )
}
