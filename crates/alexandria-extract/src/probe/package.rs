//! Formats that are zip archives, by the files in them.

use std::io::{Read, Seek};

use alexandria_domain::Format;

use crate::archive::Archive;
use crate::encoding::decode_markup;
use crate::error::{ExtractError, ForeignFormat, LimitKind};
use crate::limits::Guard;
use crate::{docx, fb2};

/// Size of the file with the media type of an archive that is read, in bytes.
const MAX_MEDIA_TYPE_BYTES: u64 = 1 << 10;

/// The format of an archive; `None` if its files do not show it.
///
/// # Errors
/// If the archive is damaged, or of a kind that is not read.
pub(super) fn format<R: Read + Seek>(source: R, guard: &Guard) -> Result<Option<Format>, ExtractError> {
    let mut archive = Archive::open(source, guard)?;
    let refuse = |format| Err(ExtractError::Unsupported { format });
    if archive.locate("META-INF/container.xml").is_some() {
        return Ok(Some(Format::Epub));
    }
    if let Some(path) = archive.locate("[Content_Types].xml") {
        let types = decode_markup(&archive.read_markup(&path, guard)?);
        return if docx::is_text_document(&types) {
            Ok(Some(Format::Docx))
        } else {
            refuse(ForeignFormat::OtherOffice)
        };
    }
    if let Some(path) = archive.locate("mimetype") {
        let bytes = archive.read(&path, LimitKind::EntryBytes, MAX_MEDIA_TYPE_BYTES, guard).unwrap_or_default();
        let media_type = String::from_utf8_lossy(&bytes);
        if media_type.contains("opendocument.text") {
            return Ok(Some(Format::Odt));
        }
        if media_type.contains("opendocument") {
            return refuse(ForeignFormat::OtherOffice);
        }
    }
    if archive.locate("content.xml").is_some() && archive.locate("META-INF/manifest.xml").is_some() {
        return Ok(Some(Format::Odt));
    }
    if archive.names().any(|name| name.eq_ignore_ascii_case("Index/Document.iwa") || name == "Index.zip") {
        return refuse(ForeignFormat::Pages);
    }
    if archive.names().any(fb2::is_book) {
        return Ok(Some(Format::Fb2));
    }
    Ok(None)
}
