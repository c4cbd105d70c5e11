//! Errors of reading a publication. Messages name no file: the caller knows which one it passed.

use alexandria_domain::{CodedError, ErrorCode};

/// Why a file cannot be read as a publication.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The operating system or the store behind the source failed.
    #[error("the file cannot be read: {0}")]
    Io(#[source] std::io::Error),
    /// No format of the [registry](crate::FORMATS) fits.
    #[error("the file format is not supported")]
    UnsupportedFormat,
    /// The book is under digital rights management.
    #[error("the book is protected by DRM ({scheme})")]
    Protected {
        /// The scheme, or the file that shows it, such as `encryption.xml`.
        scheme: &'static str,
    },
    /// The file violates its own format.
    #[error("the file is malformed: {what}")]
    Malformed {
        /// What is wrong, in a few words.
        what: &'static str,
    },
    /// A limit on untrusted files was reached.
    #[error("the file exceeds a safety limit: {what} is over {limit}")]
    Limit {
        /// Which limit.
        what: LimitKind,
        /// The limit, in the unit of `what`.
        limit: u64,
    },
    /// There is no such section or resource.
    #[error("the publication has no such section or resource")]
    NotFound,
}

impl ExtractError {
    pub(crate) const fn malformed(what: &'static str) -> Self {
        Self::Malformed { what }
    }
}

impl CodedError for ExtractError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Io(error) => ErrorCode::of_io(error),
            Self::UnsupportedFormat => ErrorCode::UnsupportedFormat,
            Self::Protected { .. } => ErrorCode::Protected,
            Self::Malformed { .. } => ErrorCode::Malformed,
            Self::Limit { .. } => ErrorCode::LimitExceeded,
            Self::NotFound => ErrorCode::NotFound,
        }
    }
}

impl From<std::io::Error> for ExtractError {
    /// A folder is not an I/O error, but not a book either.
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::IsADirectory => Self::UnsupportedFormat,
            _ => Self::Io(error),
        }
    }
}

/// Which limit was reached, with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// [`Limits::file_bytes`](crate::Limits::file_bytes).
    FileBytes,
    /// [`Limits::archive_entries`](crate::Limits::archive_entries).
    ArchiveEntries,
    /// [`Limits::expanded_bytes`](crate::Limits::expanded_bytes).
    ExpandedBytes,
    /// [`Limits::expansion_ratio`](crate::Limits::expansion_ratio).
    ExpansionRatio,
    /// [`Limits::entry_bytes`](crate::Limits::entry_bytes).
    EntryBytes,
    /// [`Limits::markup_bytes`](crate::Limits::markup_bytes).
    MarkupBytes,
    /// [`Limits::depth`](crate::Limits::depth).
    Depth,
    /// [`Limits::nodes`](crate::Limits::nodes).
    Nodes,
    /// [`Limits::sections`](crate::Limits::sections).
    Sections,
    /// [`Limits::blocks`](crate::Limits::blocks).
    Blocks,
    /// [`Limits::time`](crate::Limits::time).
    Milliseconds,
}

impl std::fmt::Display for LimitKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::FileBytes => "its size in bytes",
            Self::ArchiveEntries => "the number of files inside",
            Self::ExpandedBytes => "its unpacked size in bytes",
            Self::ExpansionRatio => "its compression ratio",
            Self::EntryBytes => "the size in bytes of a file inside",
            Self::MarkupBytes => "the size in bytes of a page",
            Self::Depth => "the nesting of elements",
            Self::Nodes => "the number of elements of a page",
            Self::Sections => "the number of sections",
            Self::Blocks => "the number of paragraphs",
            Self::Milliseconds => "the time to read it in milliseconds",
        })
    }
}
