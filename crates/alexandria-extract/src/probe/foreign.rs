//! Formats that are recognised only to refuse them by name.

use std::io::{Read, Seek, SeekFrom};

use crate::error::{ExtractError, ForeignFormat, ProtectionScheme};
use crate::limits::Guard;

/// First bytes of an OLE container (MS-CFB §2.2).
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Size of an OLE container's directory that is searched, in bytes.
const OLE_DIRECTORY_BYTES: u64 = 64 << 10;
/// Where the type of a Palm database is.
const PALM_TYPE: std::ops::Range<usize> = 60..68;

/// Whether the file is an OLE container.
pub(super) fn is_ole(head: &[u8]) -> bool {
    head.starts_with(OLE)
}

/// The refusal of a file by its first bytes.
pub(super) fn refusal(head: &[u8]) -> Option<ExtractError> {
    let unsupported = |format| Some(ExtractError::Unsupported { format });
    let protected = |scheme| Some(ExtractError::Protected { scheme });
    match head {
        [b'T', b'P', b'Z', b'0'..=b'9', ..] => protected(ProtectionScheme::KindleTopaz),
        [0xea, b'D', b'R', b'M', b'I', b'O', b'N', 0xee, ..] => protected(ProtectionScheme::KindleKfx),
        [b'C', b'O', b'N', b'T', 2, 0, ..] => unsupported(ForeignFormat::Mobi),
        [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => unsupported(ForeignFormat::Rar),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => unsupported(ForeignFormat::SevenZip),
        _ if head.get(PALM_TYPE).is_some_and(|kind| kind == b"TEXtREAd") => unsupported(ForeignFormat::Mobi),
        _ => None,
    }
}

/// The refusal of an OLE container, by the names of the streams in it.
pub(super) fn ole<R: Read + Seek>(source: &mut R, head: &[u8], guard: &Guard) -> ExtractError {
    let names = match directory(source, head, guard) {
        Ok(names) => names,
        Err(error) => return error,
    };
    let contains = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        names.windows(name.len()).any(|bytes| bytes == name)
    };
    if contains("EncryptedPackage") || contains("EncryptionInfo") {
        return ExtractError::Protected { scheme: ProtectionScheme::OfficePassword };
    }
    let format = if contains("WordDocument") { ForeignFormat::WordBinary } else { ForeignFormat::Ole };
    ExtractError::Unsupported { format }
}

/// The directory's first sectors, which follow each other in files that programs write.
fn directory<R: Read + Seek>(source: &mut R, head: &[u8], guard: &Guard) -> Result<Vec<u8>, ExtractError> {
    let number = |at: usize| {
        let bytes = head.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
        bytes.map(u32::from_le_bytes).unwrap_or_default()
    };
    // The size is a power of two, 512 or 4096.
    let sector: u64 = if number(30) & 0xffff == 12 { 4096 } else { 512 };
    source.seek(SeekFrom::Start((u64::from(number(48)) + 1) * sector))?;
    let mut names = Vec::new();
    source.by_ref().take(OLE_DIRECTORY_BYTES).read_to_end(&mut names)?;
    guard.check_time()?;
    Ok(names)
}
