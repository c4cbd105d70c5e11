//! The registry of formats: the one list of media types, file extensions and signatures. Import, the file dialog, the
//! installers' file associations and the user guide all read it; `tests/registry.rs` fails if another list appears.

use alexandria_domain::Format;

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
    pub signature: Signature,
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
    /// Text that begins as an HTML document; with the right extension, any text.
    Html,
    /// Text. A file without extension is taken for the first such format.
    Text,
}

/// Every format, in the order of [`Format::ALL`].
pub const FORMATS: [FormatInfo; Format::ALL.len()] = [
    FormatInfo {
        format: Format::Epub,
        label: "EPUB",
        media_types: &["application/epub+zip"],
        extensions: &["epub"],
        signature: Signature::Zip { media_type: "application/epub+zip" },
        has_file_association: true,
    },
    FormatInfo {
        format: Format::Text,
        label: "TXT",
        media_types: &["text/plain"],
        extensions: &["txt", "text"],
        signature: Signature::Text,
        has_file_association: false,
    },
    FormatInfo {
        format: Format::Markdown,
        label: "Markdown",
        media_types: &["text/markdown"],
        extensions: &["md", "markdown", "mdown", "mkd"],
        signature: Signature::Text,
        has_file_association: false,
    },
    FormatInfo {
        format: Format::Html,
        label: "HTML",
        media_types: &["text/html", "application/xhtml+xml"],
        extensions: &["html", "htm", "xhtml", "xht"],
        signature: Signature::Html,
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
