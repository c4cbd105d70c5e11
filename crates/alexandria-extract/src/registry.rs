//! The registry of formats: the one list of media types, file extensions and signatures. Import, the file dialog, the
//! installers' file associations and the user guide all read it; `tests/registry.rs` fails if another list appears.

use alexandria_domain::Format;

use crate::{mobi, rtf};

/// What is known about the files of one format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatInfo {
    /// The format; its [`name`](Format::name) is the id in the database, in queries and in JSON.
    pub format: Format,
    /// Short name for people, the same in all languages.
    pub label: &'static str,
    /// Media types, the preferred one first.
    pub media_types: &'static [&'static str],
    /// File extensions in lower case without the dot, the preferred one first.
    pub extensions: &'static [&'static str],
    /// How the content is recognised.
    pub signatures: &'static [Signature],
    /// Whether installers offer to open its files with Alexandria. Not where files mostly belong to editors or browsers.
    pub has_file_association: bool,
}

/// How the first bytes of a file show its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// A zip archive whose first entry holds this media type (OCF 3.3 §4.3). The media type is enough, whatever the
    /// file's name; with the right extension, any zip archive will do.
    Zip {
        /// The media type.
        media_type: &'static str,
    },
    /// A zip archive that is an Office Open XML package (ECMA-376 part 2) with a text document; with the right extension,
    /// any zip archive will do.
    Package,
    /// These first bytes, and nothing without them.
    Prefix {
        /// The bytes.
        bytes: &'static [u8],
    },
    /// These bytes within so many from the beginning, if the file has the right extension or is no text; at the beginning, they are
    /// enough.
    Marker {
        /// What the file holds.
        bytes: &'static [u8],
        /// Where it must begin, in bytes from the beginning of the file.
        within: usize,
    },
    /// The type of a Palm database, and nothing without it.
    Palm {
        /// Type and creator.
        kind: &'static [u8; 8],
    },
    /// An XML document with this text near its beginning; with the right extension, any text.
    Xml {
        /// The text.
        mark: &'static str,
    },
    /// Text that begins as an HTML document; with the right extension, any text.
    Html,
    /// Text. A file without extension is taken for the first such format.
    Text,
}

impl FormatInfo {
    /// Whether its extension alone is enough for a zip archive.
    pub(crate) fn is_zip(&self) -> bool {
        self.signatures.iter().all(|signature| matches!(signature, Signature::Zip { .. } | Signature::Package))
    }

    /// Whether its extension alone is enough for a text.
    pub(crate) fn is_any_text(&self) -> bool {
        self.signatures
            .iter()
            .any(|signature| matches!(signature, Signature::Xml { .. } | Signature::Html | Signature::Text))
    }
}

/// Every format, in the order of [`Format::ALL`].
pub const FORMATS: [FormatInfo; Format::ALL.len()] = [
    FormatInfo {
        format: Format::Epub,
        label: "EPUB",
        media_types: &["application/epub+zip"],
        extensions: &["epub"],
        signatures: &[Signature::Zip { media_type: "application/epub+zip" }],
        has_file_association: true,
    },
    FormatInfo {
        format: Format::Pdf,
        label: "PDF",
        media_types: &["application/pdf"],
        extensions: &["pdf"],
        signatures: &[Signature::Marker { bytes: b"%PDF-", within: 1024 }],
        has_file_association: false,
    },
    FormatInfo {
        format: Format::Mobi,
        label: "Kindle",
        media_types: &[
            "application/x-mobipocket-ebook",
            "application/vnd.amazon.mobi8-ebook",
            "application/vnd.amazon.ebook",
        ],
        extensions: &["mobi", "azw3", "azw", "prc"],
        signatures: &[Signature::Palm { kind: mobi::SIGNATURE }],
        has_file_association: true,
    },
    FormatInfo {
        format: Format::Comic,
        label: "Comic",
        media_types: &["application/vnd.comicbook+zip", "application/x-cbz"],
        extensions: &["cbz"],
        // A zip archive of pictures is a comic by its extension only.
        signatures: &[],
        has_file_association: true,
    },
    FormatInfo {
        format: Format::Docx,
        label: "Word",
        media_types: &[
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
            "application/vnd.ms-word.document.macroenabled.12",
            "application/vnd.ms-word.template.macroenabled.12",
        ],
        extensions: &["docx", "docm", "dotx", "dotm"],
        signatures: &[Signature::Package],
        has_file_association: false,
    },
    FormatInfo {
        format: Format::Odt,
        label: "OpenDocument",
        media_types: &[
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.text-template",
            "application/vnd.oasis.opendocument.text-flat-xml",
        ],
        extensions: &["odt", "ott", "fodt"],
        signatures: &[
            Signature::Zip { media_type: "application/vnd.oasis.opendocument.text" },
            Signature::Xml { mark: "application/vnd.oasis.opendocument.text" },
        ],
        has_file_association: false,
    },
    FormatInfo {
        format: Format::Rtf,
        label: "RTF",
        media_types: &["application/rtf", "text/rtf"],
        extensions: &["rtf"],
        signatures: &[Signature::Prefix { bytes: rtf::SIGNATURE }],
        has_file_association: false,
    },
    FormatInfo {
        format: Format::Fb2,
        label: "FictionBook",
        media_types: &["application/x-fictionbook+xml", "application/x-zip-compressed-fb2"],
        extensions: &["fb2", "fbz"],
        signatures: &[Signature::Xml { mark: "<FictionBook" }],
        has_file_association: true,
    },
    FormatInfo {
        format: Format::Text,
        label: "TXT",
        media_types: &["text/plain"],
        extensions: &["txt", "text"],
        signatures: &[Signature::Text],
        has_file_association: false,
    },
    FormatInfo {
        format: Format::Markdown,
        label: "Markdown",
        media_types: &["text/markdown"],
        extensions: &["md", "markdown", "mdown", "mkd"],
        signatures: &[Signature::Text],
        has_file_association: false,
    },
    FormatInfo {
        format: Format::Html,
        label: "HTML",
        media_types: &["text/html", "application/xhtml+xml"],
        extensions: &["html", "htm", "xhtml", "xht"],
        signatures: &[Signature::Html],
        has_file_association: false,
    },
];

/// The format of a file extension, which is in lower case and without the dot.
pub(crate) fn by_extension(extension: &str) -> Option<&'static FormatInfo> {
    FORMATS.iter().find(|info| info.extensions.contains(&extension))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn registry_lists_each_format_extension_and_media_type_once() {
        assert_eq!(FORMATS.map(|info| info.format), Format::ALL);
        for list in [FORMATS.map(|info| info.extensions), FORMATS.map(|info| info.media_types)] {
            let all: Vec<&str> = list.concat();
            assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len(), "{all:?}");
            assert!(list.iter().all(|list| !list.is_empty()) && all.iter().all(|name| *name == name.to_lowercase()));
        }
    }

    #[test]
    fn by_extension_finds_the_format_of_each_extension() {
        for info in FORMATS {
            assert!(info.extensions.iter().all(|extension| by_extension(extension) == Some(&info)), "{info:?}");
        }
        assert!(["", "zip", "EPUB", ".epub"].into_iter().all(|extension| by_extension(extension).is_none()));
    }
}
