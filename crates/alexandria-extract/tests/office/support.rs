//! Small synthetic documents, and what is read in them.

use std::io::{Cursor, Write};

use alexandria_domain::{Block, BlockKind};
use alexandria_extract::{ExtractError, Extracted, Limits, OpenPublication, extract};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A zip archive with exactly these files.
pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let method = if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("starts");
        writer.write_all(bytes).expect("writes");
    }
    writer.finish().expect("finishes").into_inner()
}

/// Extracts with the default limits.
pub(crate) fn read(bytes: Vec<u8>, name: &str) -> Result<Extracted, ExtractError> {
    extract(Cursor::new(bytes), name, &Limits::default())
}

/// Blocks of all sections, one per line: `h2 heading`, `- text`, `* note`.
pub(crate) fn lines(found: &Extracted) -> String {
    let line = |block: &Block| match block.kind {
        BlockKind::Heading(level) => format!("h{level} {}", block.text),
        BlockKind::Text => format!("- {}", block.text),
        BlockKind::Note => format!("* {}", block.text),
    };
    found.sections.iter().flat_map(|section| &section.blocks).map(line).collect::<Vec<_>>().join("\n")
}

/// The bodies of all rendered pages.
pub(crate) fn pages(bytes: Vec<u8>, name: &str) -> String {
    let found = read(bytes.clone(), name).expect("reads");
    let mut open = OpenPublication::open(Cursor::new(bytes), found.format, &Limits::default()).expect("opens");
    let page = |href: &str| open.section_page(href, "b:").expect("a page").html;
    let pages: Vec<String> = found.sections.iter().map(|section| section.href.as_str()).map(page).collect();
    let body = |page: &String| {
        page.split_once("<body>").and_then(|(_, rest)| rest.split_once("</body>")).map(|(body, _)| body.to_owned())
    };
    pages.iter().filter_map(body).collect()
}

/// A DOCX: the content of its body, and other parts as file name (in `word/`), relationship type and content.
pub(crate) fn docx(body: &str, parts: &[(&str, &str, &str)]) -> Vec<u8> {
    docx_with(body, parts, "", &[])
}

/// The same with further relationships of the document, and further files.
pub(crate) fn docx_with(
    body: &str,
    parts: &[(&str, &str, &str)],
    relationships: &str,
    files: &[(&str, &[u8])],
) -> Vec<u8> {
    let types = r#"<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let root = format!(
        r#"<Relationships><Relationship Id="r1" Type="{kind}/officeDocument" Target="word/document.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#
    );
    let listed: String = parts
        .iter()
        .map(|(name, part, _)| format!(r#"<Relationship Id="{part}" Type="{kind}/{part}" Target="{name}"/>"#))
        .collect();
    let listed = format!("<Relationships>{listed}{relationships}</Relationships>");
    let document = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
    );
    let names: Vec<String> = parts.iter().map(|(name, ..)| format!("word/{name}")).collect();
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", listed.as_bytes()),
    ];
    all.extend(names.iter().zip(parts).map(|(name, (.., content))| (name.as_str(), content.as_bytes())));
    all.extend(files);
    archive(&all)
}

/// A grey PNG of that size.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::GrayImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Png).expect("encodes");
    bytes.into_inner()
}
