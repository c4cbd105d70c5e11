//! The zip archive: names, sizes and bytes, within limits.

use std::collections::HashMap;
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{Defect, ExtractError, LimitKind, ProtectionScheme};
use crate::href;
use crate::limits::{Guard, within};

/// Size in bytes up to which a file may have any compression ratio.
const MIN_RATIO_CHECK_BYTES: u64 = 1 << 20;
/// Length of the end of central directory record without its comment, in bytes (APPNOTE 4.3.16).
const END_RECORD_BYTES: usize = 22;
/// Maximum length of that comment, in bytes.
const MAX_COMMENT_BYTES: u64 = u16::MAX as u64;
/// Maximum length of a file name in an archive, in bytes: the limit of most systems; names are copied often here.
const MAX_NAME_BYTES: usize = 4096;

/// An open archive.
pub(crate) struct Archive<R> {
    zip: ZipArchive<BufReader<R>>,
    names: HashMap<String, usize>,
    /// By decoded name in lower case, for books whose references differ from their file names.
    folded: HashMap<String, usize>,
    /// Names by index.
    entries: Vec<String>,
    /// Number of files by the archive's end record.
    declared: u64,
}

impl<R: Read + Seek> Archive<R> {
    pub(crate) fn open(source: R, guard: &Guard) -> Result<Self, ExtractError> {
        let mut source = BufReader::with_capacity(64 << 10, source);
        let (length, declared) = check_entry_count(&mut source, guard)?;
        let zip = ZipArchive::new(source).map_err(zip_error)?;
        within(zip.len(), LimitKind::ArchiveEntries, guard.limits.archive_entries)?;
        let mut archive = Self { zip, names: HashMap::new(), folded: HashMap::new(), entries: Vec::new(), declared };
        archive.index(length, guard)?;
        Ok(archive)
    }

    /// Reads the directory of an archive that is `length` bytes long.
    fn index(&mut self, length: u64, guard: &Guard) -> Result<(), ExtractError> {
        let (mut total, mut packed_total) = (0_u64, 0_u64);
        for index in 0..self.zip.len() {
            let entry = self.zip.by_index_data(index).map_err(zip_error)?;
            let (size, packed) = (entry.size(), entry.compressed_size());
            check_ratio(size, packed, guard)?;
            total = total.saturating_add(size);
            packed_total = packed_total.saturating_add(packed);
            let name = match std::str::from_utf8(entry.name_raw()) {
                Ok(name) => name.to_owned(),
                Err(_) => entry.name().map_err(zip_error)?.into_owned(),
            };
            // Some programs write the separator of their own system.
            let name = name.replace('\\', "/").trim_start_matches("./").to_owned();
            if is_file(&name) {
                self.names.entry(name.clone()).or_insert(index);
                self.folded.entry(fold(&name)).or_insert(index);
            }
            self.entries.push(name);
        }
        // More than the archive holds: files share bytes, which is how a small archive expands to petabytes.
        if packed_total > length {
            return Err(ExtractError::malformed(Defect::OverlappingEntries));
        }
        if total > guard.limits.expanded_bytes {
            return Err(ExtractError::Limit { what: LimitKind::ExpandedBytes, limit: guard.limits.expanded_bytes });
        }
        Ok(())
    }

    /// Fails if two files have the same name: programs differ in which of them they read.
    pub(crate) fn reject_repeated_names(&self) -> Result<(), ExtractError> {
        let files = self.entries.iter().filter(|name| is_file(name)).count();
        if self.declared > self.zip.len() as u64 || files > self.names.len() {
            return Err(ExtractError::malformed(Defect::RepeatedEntry));
        }
        Ok(())
    }

    /// Names of all files.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(String::as_str).filter(|name| is_file(name))
    }

    /// The name in the archive of the file at a decoded path.
    pub(crate) fn locate(&self, path: &str) -> Option<String> {
        let index = self.names.get(path).or_else(|| self.folded.get(&fold(path)))?;
        self.entries.get(*index).cloned()
    }

    /// Reads a page, style sheet or XML file.
    pub(crate) fn read_markup(&mut self, path: &str, guard: &Guard) -> Result<Vec<u8>, ExtractError> {
        self.read(path, LimitKind::MarkupBytes, guard.limits.markup_bytes, guard)
    }

    /// Reads a file by its name from [`locate`](Self::locate).
    pub(crate) fn read(
        &mut self,
        path: &str,
        what: LimitKind,
        limit: u64,
        guard: &Guard,
    ) -> Result<Vec<u8>, ExtractError> {
        let index = *self.names.get(path).ok_or(ExtractError::NotFound)?;
        let entry = self.zip.by_index(index).map_err(zip_error)?;
        let packed = entry.compressed_size();
        if entry.size() > limit {
            return Err(ExtractError::Limit { what, limit });
        }
        let bytes = guard.read(entry, what, limit).map_err(decompression_error)?;
        // The size in the directory may be wrong.
        check_ratio(bytes.len() as u64, packed, guard)?;
        Ok(bytes)
    }
}

/// Whether the name is that of a file inside the archive: no folder, no `..`, not too long.
fn is_file(name: &str) -> bool {
    !name.ends_with('/') && name.len() <= MAX_NAME_BYTES && name.split('/').all(|part| part != "..")
}

fn fold(name: &str) -> String {
    href::decode(name).replace('\\', "/").to_lowercase()
}

fn check_ratio(size: u64, packed: u64, guard: &Guard) -> Result<(), ExtractError> {
    let limit = guard.limits.expansion_ratio;
    if size > MIN_RATIO_CHECK_BYTES && size / packed.max(1) > limit {
        return Err(ExtractError::Limit { what: LimitKind::ExpansionRatio, limit });
    }
    Ok(())
}

/// Checks the number of entries before the directory is read into memory. Returns the archive's length in bytes and that
/// number.
fn check_entry_count<R: Read + Seek>(source: &mut R, guard: &Guard) -> Result<(u64, u64), ExtractError> {
    let limit = guard.limits.archive_entries;
    let size = source.seek(SeekFrom::End(0))?;
    let start = size.saturating_sub(END_RECORD_BYTES as u64 + MAX_COMMENT_BYTES);
    source.seek(SeekFrom::Start(start))?;
    let tail = guard.read(&mut *source, LimitKind::FileBytes, END_RECORD_BYTES as u64 + MAX_COMMENT_BYTES)?;
    let mut declared = 0;
    for record in tail.windows(END_RECORD_BYTES).filter(|bytes| bytes.starts_with(b"PK\x05\x06")) {
        let number = |at: usize| u16::from_le_bytes([record[at], record[at + 1]]);
        let count = u64::from(number(10));
        // The last record is that of the archive; one before it is part of the content.
        declared = count;
        let zip64 = count == u64::from(u16::MAX) || record.get(16..20) == Some(&[0xff; 4]);
        // Zip64 is for archives over 4 GiB or 65,535 files; both exceed any sensible limit.
        if zip64 || count > limit {
            return Err(ExtractError::Limit { what: LimitKind::ArchiveEntries, limit });
        }
    }
    source.rewind()?;
    Ok((size, declared))
}

fn zip_error(error: ZipError) -> ExtractError {
    match error {
        ZipError::Io(error) => decompression_error(error.into()),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ExtractError::Protected { scheme: ProtectionScheme::ZipPassword }
        }
        ZipError::CompressionMethodNotSupported(_) => ExtractError::malformed(Defect::CompressionMethod),
        _ => ExtractError::malformed(Defect::DamagedArchive),
    }
}

/// Distinguishes a damaged file in the archive from an I/O error of the disk.
fn decompression_error(error: ExtractError) -> ExtractError {
    match error {
        ExtractError::Io(error)
            if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof) =>
        {
            ExtractError::malformed(Defect::DamagedEntry)
        }
        // A file's own header may name another compression method than the directory.
        ExtractError::Io(error) if error.kind() == ErrorKind::Unsupported => {
            ExtractError::malformed(Defect::CompressionMethod)
        }
        error => error,
    }
}
