//! Small EPUBs written for a test.

use std::io::{Cursor, Write};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const CONTAINER: &str = r#"<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;

/// A book to write.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Its title, as XML text.
    pub title: String,
    /// Its author, as XML text; none if empty.
    pub author: String,
    /// Its language; `en` if empty.
    pub language: String,
    /// Further elements of the package's metadata.
    pub metadata: String,
    /// Attributes of the spine.
    pub spine: String,
    /// Pages in reading order: file name and XHTML.
    pub pages: Vec<(String, String)>,
    /// Other files: name, media type and content.
    pub files: Vec<(String, String, Vec<u8>)>,
}

impl Book {
    /// A book with a title and pages.
    #[must_use]
    pub fn new(title: &str, pages: &[(&str, &str)]) -> Self {
        let pages = pages.iter().map(|(name, page)| ((*name).to_owned(), (*page).to_owned())).collect();
        Self { title: title.to_owned(), pages, ..Self::default() }
    }

    /// Writes the book to a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut add = |name: &str, content: &[u8]| -> anyhow::Result<()> {
            zip.start_file(name, SimpleFileOptions::default())?;
            Ok(zip.write_all(content)?)
        };
        add("mimetype", b"application/epub+zip")?;
        add("META-INF/container.xml", CONTAINER.as_bytes())?;
        add("book.opf", self.package().as_bytes())?;
        for (name, page) in &self.pages {
            add(name, page.as_bytes())?;
        }
        for (name, _, content) in &self.files {
            add(name, content)?;
        }
        Ok(std::fs::write(file, zip.finish()?.into_inner())?)
    }

    fn package(&self) -> String {
        let Self { title, author, metadata, spine, .. } = self;
        let language = if self.language.is_empty() { "en" } else { &self.language };
        let author = if author.is_empty() { String::new() } else { format!("<dc:creator>{author}</dc:creator>") };
        let pages = self.pages.iter().map(|(name, _)| (name.as_str(), "application/xhtml+xml"));
        let files = self.files.iter().map(|(name, media_type, _)| (name.as_str(), media_type.as_str()));
        let items: String = pages
            .chain(files)
            .enumerate()
            .map(|(at, (name, media_type))| format!(r#"<item id="i{at}" href="{name}" media-type="{media_type}"/>"#))
            .collect();
        let order: String = (0..self.pages.len()).map(|at| format!(r#"<itemref idref="i{at}"/>"#)).collect();
        format!(
            r#"<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">{title}</dc:identifier><dc:title>{title}</dc:title>{author}<dc:language>{language}</dc:language>{metadata}</metadata><manifest>{items}</manifest><spine {spine}>{order}</spine></package>"#
        )
    }
}
