//! Small synthetic books.

use std::io::{Cursor, Write};

use alexandria_extract::{ExtractError, Extracted, Limits, extract};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An EPUB with exactly these files.
pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let method = if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("starts");
        writer.write_all(bytes).expect("writes");
    }
    writer.finish().expect("finishes").into_inner()
}

/// A book of the content of a package document and other files, all in the folder `OPS`.
pub(crate) fn book(package: &str, files: &[(&str, &str)]) -> Vec<u8> {
    let container = r#"<container><rootfiles><rootfile full-path="OPS/p.opf"/></rootfiles></container>"#;
    let package = format!(
        r#"<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">{package}</package>"#
    );
    let names: Vec<String> = files.iter().map(|(name, _)| format!("OPS/{name}")).collect();
    let mut all: Vec<(&str, &[u8])> = vec![
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container.as_bytes()),
        ("OPS/p.opf", package.as_bytes()),
    ];
    all.extend(names.iter().zip(files).map(|(name, (_, text))| (name.as_str(), text.as_bytes())));
    archive(&all)
}

/// A book of one page with that body.
pub(crate) fn book_of_page(body: &str) -> Vec<u8> {
    let page = format!("<html><head><title>t</title></head><body>{body}</body></html>");
    book(
        r#"<metadata><dc:title>T</dc:title><dc:language>en</dc:language></metadata>
        <manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>
        <spine><itemref idref="a"/></spine>"#,
        &[("a.xhtml", &page)],
    )
}

/// Extracts with the default limits.
pub(crate) fn read(bytes: Vec<u8>, name: &str) -> Result<Extracted, ExtractError> {
    extract(Cursor::new(bytes), name, &Limits::default())
}
