//! Books to measure with: the real ones of the corpus as text, and slightly different copies of them, written as EPUB.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use alexandria_domain::BlockKind;
use alexandria_extract::{Limits, extract};
use anyhow::Context;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::random::{Random, with_replaced_words};

/// A cover in one colour, [`COVER_COLOR`], so that it can be detected on the screen.
const COVER: &[u8] = include_bytes!("../assets/cover.png");
/// Red, green and blue of the cover.
pub(crate) const COVER_COLOR: [u8; 3] = [255, 0, 255];

const CONTAINER: &str = r#"<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;

/// The text of a book.
pub(crate) struct Book {
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) chapters: Vec<Chapter>,
}

/// A section of a book.
pub(crate) struct Chapter {
    /// Its paragraphs, headings with their level.
    blocks: Vec<(Option<u8>, String)>,
}

/// The books in a folder, sorted by file name.
pub(crate) fn read_all(folder: &Path) -> anyhow::Result<Vec<Book>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    paths.sort_unstable();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> anyhow::Result<Book> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let read =
        extract(File::open(path)?, &name, &Limits::default()).with_context(|| format!("{name} is not a book"))?;
    let level = |kind| if let BlockKind::Heading(level) = kind { Some(level) } else { None };
    let chapter = |section: alexandria_domain::Section| Chapter {
        blocks: section.blocks.into_iter().map(|block| (level(block.kind), block.text)).collect(),
    };
    Ok(Book {
        author: read.metadata.authors.first().cloned().unwrap_or_default(),
        title: read.metadata.title,
        chapters: read.sections.into_iter().map(chapter).filter(|chapter| !chapter.blocks.is_empty()).collect(),
    })
}

impl Book {
    /// Number of words.
    pub(crate) fn words(&self) -> usize {
        let blocks = self.chapters.iter().flat_map(|chapter| &chapter.blocks);
        blocks.map(|(_, text)| text.split_whitespace().count()).sum()
    }

    /// A copy with some words replaced, and with `number` in its title.
    pub(crate) fn copy(&self, number: usize) -> Self {
        let mut random = Random::new(number as u64);
        let mut copy = |chapter: &Chapter| Chapter {
            blocks: chapter
                .blocks
                .iter()
                .map(|(level, text)| (*level, with_replaced_words(text, &mut random)))
                .collect(),
        };
        Self {
            title: format!("{} ({number})", self.title),
            author: self.author.clone(),
            chapters: self.chapters.iter().map(&mut copy).collect(),
        }
    }

    /// A short book of `blocks` paragraphs of this one, from a position that depends on `number`.
    pub(crate) fn excerpt(&self, number: usize, blocks: usize) -> Self {
        let mut random = Random::new(number as u64);
        let all: Vec<&(Option<u8>, String)> = self.chapters.iter().flat_map(|chapter| &chapter.blocks).collect();
        let start = random.below(all.len().saturating_sub(blocks).max(1));
        let taken = all.into_iter().skip(start).take(blocks);
        let blocks = taken.map(|(_, text)| (None, with_replaced_words(text, &mut random))).collect();
        Self {
            title: format!("{} ({number})", self.title),
            author: self.author.clone(),
            chapters: vec![Chapter { blocks }],
        }
    }

    /// Writes it as an EPUB.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let mut zip = ZipWriter::new(File::create(path)?);
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file("mimetype", stored)?;
        zip.write_all(b"application/epub+zip")?;
        zip.start_file("cover.png", stored)?;
        zip.write_all(COVER)?;
        let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let pages =
            self.chapters.iter().enumerate().map(|(number, chapter)| (format!("{number}.xhtml"), chapter.page()));
        let parts =
            [("META-INF/container.xml".to_owned(), CONTAINER.to_owned()), ("book.opf".to_owned(), self.package())];
        for (name, text) in parts.into_iter().chain(pages) {
            zip.start_file(name, deflated)?;
            zip.write_all(text.as_bytes())?;
        }
        zip.finish()?;
        Ok(())
    }

    fn package(&self) -> String {
        let (mut manifest, mut spine) = (String::new(), String::new());
        for number in 0..self.chapters.len() {
            manifest += &format!(r#"<item id="c{number}" href="{number}.xhtml" media-type="application/xhtml+xml"/>"#);
            spine += &format!(r#"<itemref idref="c{number}"/>"#);
        }
        let (title, author) = (escaped(&self.title), escaped(&self.author));
        format!(
            r#"<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">{title}</dc:identifier><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:language>en</dc:language></metadata><manifest><item id="cover" href="cover.png" media-type="image/png" properties="cover-image"/>{manifest}</manifest><spine>{spine}</spine></package>"#
        )
    }
}

impl Chapter {
    fn page(&self) -> String {
        let block = |(level, text): &(Option<u8>, String)| match level {
            Some(level) => format!("<h{level}>{}</h{level}>", escaped(text)),
            None => format!("<p>{}</p>", escaped(text)),
        };
        let body: String = self.blocks.iter().map(block).collect();
        format!(
            r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>A chapter</title></head><body>{body}</body></html>"#
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
