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
    /// A known format that is not read.
    #[error("the file format is not supported: {format}")]
    Unsupported {
        /// The format.
        format: ForeignFormat,
    },
    /// The book is under digital rights management.
    #[error("the file is protected by DRM or a password ({scheme})")]
    Protected {
        /// The scheme, or the file that shows it.
        scheme: ProtectionScheme,
    },
    /// The document opens with its password only, and none was given.
    #[error("the document opens with its password only")]
    PasswordRequired,
    /// The password that was given does not open the document.
    #[error("the password does not open this document")]
    WrongPassword,
    /// The file violates its own format.
    #[error("the file is malformed: {what}")]
    Malformed {
        /// What is wrong.
        what: Defect,
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
    pub(crate) const fn malformed(what: Defect) -> Self {
        Self::Malformed { what }
    }
}

impl CodedError for ExtractError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Io(error) => ErrorCode::of_io(error),
            Self::UnsupportedFormat | Self::Unsupported { .. } => ErrorCode::UnsupportedFormat,
            Self::Protected { .. } => ErrorCode::Protected,
            Self::PasswordRequired => ErrorCode::PasswordRequired,
            Self::WrongPassword => ErrorCode::WrongPassword,
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

/// Declares an enum whose values have a text each. All of them are listed, so that an error can be sent to another process
/// as a number.
macro_rules! described {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident => $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $value,)*
        }

        impl $name {
            /// Every value, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$value),*];
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self {
                    $(Self::$value => $text,)*
                })
            }
        }
    };
}

described! {
    /// Which limit was reached, with its unit.
    LimitKind {
        /// [`Limits::file_bytes`](crate::Limits::file_bytes).
        FileBytes => "its size in bytes",
        /// [`Limits::archive_entries`](crate::Limits::archive_entries).
        ArchiveEntries => "the number of files inside",
        /// [`Limits::expanded_bytes`](crate::Limits::expanded_bytes).
        ExpandedBytes => "its unpacked size in bytes",
        /// [`Limits::expansion_ratio`](crate::Limits::expansion_ratio).
        ExpansionRatio => "its compression ratio",
        /// [`Limits::entry_bytes`](crate::Limits::entry_bytes).
        EntryBytes => "the size in bytes of a file inside",
        /// [`Limits::markup_bytes`](crate::Limits::markup_bytes).
        MarkupBytes => "the size in bytes of a page",
        /// [`Limits::depth`](crate::Limits::depth).
        Depth => "the nesting of elements",
        /// [`Limits::nodes`](crate::Limits::nodes).
        Nodes => "the number of elements of a page",
        /// [`Limits::sections`](crate::Limits::sections).
        Sections => "the number of sections",
        /// [`Limits::blocks`](crate::Limits::blocks).
        Blocks => "the number of paragraphs",
        /// [`Limits::text_bytes`](crate::Limits::text_bytes).
        TextBytes => "the size of its text in bytes",
        /// [`Limits::time`](crate::Limits::time).
        Milliseconds => "the time to read it in milliseconds",
    }
}

described! {
    /// How a file violates its format.
    Defect {
        /// It has no bytes.
        EmptyFile => "empty file",
        /// Its extension promises text.
        NotText => "not text",
        /// Its extension promises a zip archive.
        NotZip => "not a zip archive",
        /// Its extension promises another format than its content has.
        OtherContent => "its content is not what its extension promises",
        /// Its structure cannot be read.
        DamagedPdf => "damaged PDF document",
        /// The directory of the archive cannot be read.
        DamagedArchive => "damaged zip archive",
        /// A file in the archive cannot be unpacked.
        DamagedEntry => "damaged file in the archive",
        /// Files in the archive share bytes.
        OverlappingEntries => "files in the archive overlap",
        /// Programs differ in which of the two they read.
        RepeatedEntry => "two files in the archive have the same name",
        /// OCF 3.3 §4.2 allows stored and deflated files only.
        CompressionMethod => "unsupported compression method",
        /// No file of the archive is a package document.
        NoPackageDocument => "no package document",
        /// The package document describes no package.
        NoPackageElement => "no package element in the package document",
        /// No file of the archive is the document.
        NoDocument => "no document in the archive",
        /// None of the sections is in the archive.
        NoSection => "no page of its reading order exists",
        /// The records of a Palm database, or their headers.
        DamagedRecords => "damaged records",
        /// Compressed text that cannot be unpacked.
        DamagedText => "damaged text",
        /// A page with a fixed layout, of which the size cannot be used.
        PageSize => "a page has no usable size",
    }
}

described! {
    /// How a book under digital rights management was recognised.
    ProtectionScheme {
        /// A part of the book is encrypted.
        Encryption => "encryption.xml",
        /// It has a file with rights.
        Rights => "rights.xml",
        /// It has a licence of Readium LCP.
        ReadiumLcp => "Readium LCP",
        /// It has a file of Apple FairPlay.
        FairPlay => "Apple FairPlay",
        /// A file in the archive has a password.
        ZipPassword => "zip password",
        /// A document encrypted by a security handler of its shop (ISO 32000-2 §7.6.2).
        PdfHandler => "PDF security handler",
        /// An Office Open XML file in an encrypted container (MS-OFFCRYPTO §2.3).
        OfficePassword => "Microsoft Office password",
        /// The manifest lists encrypted files (ODF 1.3 part 2 §4.8).
        OpenDocumentPassword => "OpenDocument password",
        /// A book for one device of Mobipocket or Amazon.
        Mobipocket => "Amazon Kindle or Mobipocket",
        /// A container of Amazon's DRM.
        KindleKfx => "Amazon Kindle KFX",
        /// An old container of Amazon's.
        KindleTopaz => "Amazon Kindle Topaz",
    }
}

described! {
    /// A format that is recognised, to say which it is, and not read.
    ForeignFormat {
        /// The binary format of Word until 2003.
        WordBinary => "Word 97 to 2003 (.doc)",
        /// Any other file in an OLE container.
        Ole => "a binary file of Microsoft Office",
        /// A spreadsheet, presentation or drawing.
        OtherOffice => "a spreadsheet, presentation or drawing",
        /// Apple's word processor.
        Pages => "Apple Pages",
        /// KFX without the sign of DRM, and the texts of Palm.
        Mobi => "Kindle KFX or PalmDOC",
        /// Also comics (`.cbr`).
        Rar => "RAR archive",
        /// Also comics (`.cb7`).
        SevenZip => "7z archive",
        /// Pictures, programs and other files that are no document.
        Binary => "not a document",
    }
}
