//! Metadata of a publication, whatever its file format.

/// File formats a publication can come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// EPUB 2 or 3 (W3C EPUB 3.3, IDPF OPF 2.0.1).
    Epub,
    /// PDF (ISO 32000).
    Pdf,
    /// Mobipocket book (MOBI 6) or Kindle book (KF8, AZW3).
    Mobi,
    /// Comic: a zip archive of pictures.
    Comic,
    /// Word document (ECMA-376, Office Open XML), with or without macros.
    Docx,
    /// OpenDocument text (ODF 1.3), as a package or flat.
    Odt,
    /// Rich Text Format 1.9.1.
    Rtf,
    /// FictionBook 2, as XML or in a zip archive.
    Fb2,
    /// Plain text in any detected encoding.
    Text,
    /// Markdown (CommonMark with tables and footnotes).
    Markdown,
    /// One HTML page.
    Html,
}

impl Format {
    /// Every format, in the order shown to readers.
    pub const ALL: [Self; 11] = [
        Self::Epub,
        Self::Pdf,
        Self::Mobi,
        Self::Comic,
        Self::Docx,
        Self::Odt,
        Self::Rtf,
        Self::Fb2,
        Self::Text,
        Self::Markdown,
        Self::Html,
    ];

    /// The name used in the database, in `format:` filters and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Epub => "epub",
            Self::Pdf => "pdf",
            Self::Mobi => "mobi",
            Self::Comic => "cbz",
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::Rtf => "rtf",
            Self::Fb2 => "fb2",
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Html => "html",
        }
    }

    /// The format of that [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// Metadata of a publication, from its file. White space in texts is collapsed, and texts and lists have a maximum length,
/// whatever the file contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The title; never empty (the default is the file name without its extension).
    pub title: String,
    /// Authors in the order of the file, as they are displayed.
    pub authors: Vec<String>,
    /// BCP 47 tag of the main language, lower case; empty when unknown.
    pub language: String,
    /// Identifiers such as ISBN or URL.
    pub identifiers: Vec<Identifier>,
    /// The series this is a part of.
    pub series: Option<Series>,
    /// Publisher's name.
    pub publisher: Option<String>,
    /// Date of publication as written in the file.
    pub published: Option<String>,
    /// Subjects or tags given by the file.
    pub subjects: Vec<String>,
    /// Description as plain text.
    pub description: Option<String>,
    /// Pages turn from right to left (`page-progression-direction="rtl"`).
    pub right_to_left: bool,
}

/// An identifier of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// Lower-case scheme: `isbn`, `uuid`, `url`, `doi`, … or `id` when unknown.
    pub scheme: String,
    /// The value without its scheme.
    pub value: String,
}

/// A place in a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Name of the series.
    pub name: String,
    /// Position as written, such as `2` or `1.5`.
    pub position: Option<String>,
}

/// A cover image, in the bytes of the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Cover {
    /// `image/jpeg`, `image/png`, `image/gif`, `image/webp` or `image/svg+xml`.
    pub media_type: String,
    /// The image file's bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Cover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cover({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// One entry of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TocEntry {
    /// Displayed text: a [label](crate::label).
    pub label: String,
    /// Target inside the publication: section href with an optional `#fragment`; `None` for a heading without a target.
    pub href: Option<String>,
    /// Entries below this one.
    pub children: Vec<Self>,
}
