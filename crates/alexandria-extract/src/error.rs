//! What can go wrong with a book, as one type. Messages name no file: the caller knows which one it gave.

use alexandria_domain::{CodedError, ErrorCode};

/// Why a file cannot be read as a publication.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The operating system or the store behind the source failed.
    #[error("the file cannot be read: {0}")]
    Io(#[source] std::io::Error),
    /// Not a format that is read here.
    #[error("this kind of file is not supported; convert it to epub, plain text, markdown or html")]
    UnsupportedFormat,
    /// The book is under digital rights management.
    #[error("the book is copy-protected ({scheme}); get a copy without protection from where you bought it")]
    Protected {
        /// What shows it, such as `encryption.xml`.
        scheme: &'static str,
    },
    /// The file breaks the rules of its own format.
    #[error("the file is damaged: {what}; get it again or repair it with an e-book editor")]
    Malformed {
        /// Which rule, in a few words.
        what: &'static str,
    },
    /// A limit on untrusted files was reached.
    #[error("the file is beyond what can be read safely: {what} exceeds {limit}; split it or convert it again")]
    Limit {
        /// Which limit.
        what: LimitKind,
        /// The limit, in the unit that `what` names.
        limit: u64,
    },
    /// The publication holds no such section or resource.
    #[error("the publication has no such page or file; open it again from the library")]
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
    /// A folder is no failure of the disk but a thing that is not a book.
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
