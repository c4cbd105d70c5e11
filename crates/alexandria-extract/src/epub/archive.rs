//! The zip archive: names, sizes and bytes, within limits.

use std::collections::HashMap;
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{ExtractError, LimitKind};
use crate::href;
use crate::limits::{Guard, within};

/// Size in bytes under which a file's compression ratio does not matter.
const SMALL: u64 = 1 << 20;
/// Length of the record at the end of an archive, without its comment (APPNOTE 4.3.16).
const END_RECORD: usize = 22;
/// Longest comment after that record.
const MAX_COMMENT: u64 = u16::MAX as u64;
/// Longest name, in bytes, of a file in a book: paths are no longer on most systems, and here each is copied often.
const MAX_NAME: usize = 4096;

/// What is said of a method of packing that OCF 3.3 §4.2 rules out.
const UNKNOWN_METHOD: &str = "it is packed in a way no epub may be";

/// An open archive.
pub(super) struct Archive<R> {
    zip: ZipArchive<BufReader<R>>,
    names: HashMap<String, usize>,
    /// By decoded name in lower case, for books whose references are not written like their files.
    folded: HashMap<String, usize>,
    /// Name of each entry.
    entries: Vec<String>,
}

impl<R: Read + Seek> Archive<R> {
    pub(super) fn open(source: R, guard: &Guard) -> Result<Self, ExtractError> {
        let mut source = BufReader::with_capacity(64 << 10, source);
        let length = check_entry_count(&mut source, guard)?;
        let zip = ZipArchive::new(source).map_err(zip_error)?;
        within(zip.len(), LimitKind::ArchiveEntries, guard.limits.archive_entries)?;
        let mut archive = Self { zip, names: HashMap::new(), folded: HashMap::new(), entries: Vec::new() };
        archive.index(length, guard)?;
        Ok(archive)
    }

    /// Reads the directory of an archive of `length` bytes.
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
        // More than there is: files that share their bytes, which is how a small archive becomes petabytes.
        if packed_total > length {
            return Err(ExtractError::malformed("files inside it overlap"));
        }
        if total > guard.limits.expanded_bytes {
            return Err(ExtractError::Limit { what: LimitKind::ExpandedBytes, limit: guard.limits.expanded_bytes });
        }
        Ok(())
    }

    /// Names of all files.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(String::as_str).filter(|name| is_file(name))
    }

    /// The name of the file that a decoded path means, as it stands in the archive.
    pub(super) fn locate(&self, path: &str) -> Option<String> {
        let index = self.names.get(path).or_else(|| self.folded.get(&fold(path)))?;
        self.entries.get(*index).cloned()
    }

    /// A page, style sheet or XML file.
    pub(super) fn read_markup(&mut self, path: &str, guard: &Guard) -> Result<Vec<u8>, ExtractError> {
        self.read(path, LimitKind::MarkupBytes, guard.limits.markup_bytes, guard)
    }

    /// A file by the name that [`locate`](Self::locate) gave.
    pub(super) fn read(
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
        let bytes = guard.read(entry, what, limit).map_err(unpacking_error)?;
        // The directory may have lied about the size.
        check_ratio(bytes.len() as u64, packed, guard)?;
        Ok(bytes)
    }
}

/// Whether an entry of that name is a file that can be in a book: no folder, and nothing outside of the archive.
fn is_file(name: &str) -> bool {
    !name.ends_with('/') && name.len() <= MAX_NAME && name.split('/').all(|part| part != "..")
}

fn fold(name: &str) -> String {
    href::decode(name).replace('\\', "/").to_lowercase()
}

fn check_ratio(size: u64, packed: u64, guard: &Guard) -> Result<(), ExtractError> {
    let limit = guard.limits.expansion_ratio;
    if size > SMALL && size / packed.max(1) > limit {
        return Err(ExtractError::Limit { what: LimitKind::ExpansionRatio, limit });
    }
    Ok(())
}

/// Looks at the number of entries before the directory is read into memory. Gives the archive's length.
fn check_entry_count<R: Read + Seek>(source: &mut R, guard: &Guard) -> Result<u64, ExtractError> {
    let limit = guard.limits.archive_entries;
    let size = source.seek(SeekFrom::End(0))?;
    let start = size.saturating_sub(END_RECORD as u64 + MAX_COMMENT);
    source.seek(SeekFrom::Start(start))?;
    let tail = guard.read(&mut *source, LimitKind::FileBytes, END_RECORD as u64 + MAX_COMMENT)?;
    for record in tail.windows(END_RECORD).filter(|bytes| bytes.starts_with(b"PK\x05\x06")) {
        let number = |at: usize| u16::from_le_bytes([record[at], record[at + 1]]);
        let count = u64::from(number(10));
        let zip64 = count == u64::from(u16::MAX) || record.get(16..20) == Some(&[0xff; 4]);
        // Zip64 is for archives beyond 4 GiB or 65,535 files; both are over any sensible limit here.
        if zip64 || count > limit {
            return Err(ExtractError::Limit { what: LimitKind::ArchiveEntries, limit });
        }
    }
    source.rewind()?;
    Ok(size)
}

fn zip_error(error: ZipError) -> ExtractError {
    match error {
        ZipError::Io(error) => unpacking_error(error.into()),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ExtractError::Protected { scheme: "zip password" }
        }
        ZipError::CompressionMethodNotSupported(_) => ExtractError::malformed(UNKNOWN_METHOD),
        _ => ExtractError::malformed("it is no intact zip archive"),
    }
}

/// Tells a file that does not unpack from a disk that does not read.
fn unpacking_error(error: ExtractError) -> ExtractError {
    match error {
        ExtractError::Io(error)
            if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof) =>
        {
            ExtractError::malformed("a file inside it does not unpack")
        }
        // What the directory calls packed one way, the file's own header may call packed another way.
        ExtractError::Io(error) if error.kind() == ErrorKind::Unsupported => ExtractError::malformed(UNKNOWN_METHOD),
        error => error,
    }
}
