//! Properties of any input: it is refused with a typed error or read within the limits, and pages have the text of the
//! blocks. The fuzz targets check more, for longer.

use std::io::Cursor;
use std::time::Duration;

use alexandria_domain::quote::is_significant;
use alexandria_extract::{ExtractError, Limits, OpenPublication, extract, violation};
use proptest::prelude::*;

use crate::support::archive;

/// Low enough for small inputs to reach.
const LIMITS: Limits = Limits {
    file_bytes: 1 << 20,
    archive_entries: 64,
    expanded_bytes: 4 << 20,
    expansion_ratio: 200,
    entry_bytes: 1 << 20,
    markup_bytes: 16 << 10,
    depth: 60,
    nodes: 2_000,
    sections: 100,
    blocks: 200,
    text_bytes: 16 << 10,
    cover_bytes: 256 << 10,
    time: Duration::from_hours(1),
};

/// Significant characters of a page's body without marked elements, as a strict XML parser reads it.
fn page_text(page: &str) -> String {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let page = roxmltree::Document::parse_with_options(page, options).expect("a well-formed page");
    let body = page.descendants().find(|node| node.tag_name().name() == "body").expect("a body");
    let is_counted = |node: &roxmltree::Node<'_, '_>| {
        node.is_text() && node.ancestors().all(|above| above.attribute("data-alx-skip").is_none())
    };
    let texts = body.descendants().filter(is_counted);
    texts
        .flat_map(|node| node.text().unwrap_or_default().chars().filter(|c| is_significant(*c)).collect::<Vec<_>>())
        .collect()
}

fn check(bytes: &[u8], name: &str) {
    let found = match extract(Cursor::new(bytes), name, &LIMITS) {
        Ok(found) => found,
        Err(error) => {
            assert!(!matches!(error, ExtractError::Io(_) | ExtractError::NotFound), "{error:?}");
            return;
        }
    };
    assert_eq!(violation(&found, &LIMITS), None);
    let mut open = OpenPublication::open(Cursor::new(bytes.to_vec()), found.format, &LIMITS).expect("opens again");
    for section in &found.sections {
        let page = open.section_page(&section.href, "b:").expect("a page").html;
        let text: String =
            section.blocks.iter().flat_map(|block| block.text.chars().filter(|c| is_significant(*c))).collect();
        assert_eq!(page_text(&page), text, "{page}");
    }
}

/// Any sequence of pieces: mostly misnested, like files that programs damaged.
fn pieces(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..60).prop_map(|chosen| chosen.concat())
}

const DOCX: &[&str] = &[
    "<w:p>",
    "</w:p>",
    "<w:r>",
    "</w:r>",
    "<w:t>a b</w:t>",
    "<w:t>c",
    "</w:t>",
    "<w:tbl>",
    "</w:tbl>",
    "<w:tr>",
    "</w:tr>",
    "<w:tc>",
    "</w:tc>",
    "<w:txbxContent>",
    "</w:txbxContent>",
    "<w:pPr><w:outlineLvl w:val='0'/></w:pPr>",
    "<w:pPr><w:numPr><w:ilvl w:val='2'/><w:numId w:val='1'/></w:numPr></w:pPr>",
    "<w:rPr><w:b/><w:vertAlign w:val='subscript'/></w:rPr>",
    "<w:fldChar w:fldCharType='begin'/>",
    "<w:fldChar w:fldCharType='separate'/>",
    "<w:fldChar w:fldCharType='end'/>",
    "<w:instrText>HYPERLINK \\l x</w:instrText>",
    "<w:instrText>TOC</w:instrText>",
    "<w:hyperlink w:anchor='x'>",
    "</w:hyperlink>",
    "<w:footnoteReference w:id='1'/>",
    "<w:bookmarkStart w:name='x'/>",
    "<w:del>",
    "</w:del>",
    "<w:ruby><w:rt>",
    "</w:rt><w:rubyBase>",
    "</w:rubyBase></w:ruby>",
    "<m:oMath><m:d>",
    "</m:d></m:oMath>",
    "<w:br/>",
    "<w:sdt><w:sdtPr><w:docPartGallery w:val='Table of Contents'/></w:sdtPr>",
    "</w:sdt>",
];

const ODT: &[&str] = &[
    "<text:p>",
    "</text:p>",
    "<text:h>",
    "</text:h>",
    "a b",
    "<text:span text:style-name='B'>",
    "</text:span>",
    "<text:list>",
    "</text:list>",
    "<text:list-item>",
    "</text:list-item>",
    "<text:list-header>",
    "<text:note>",
    "</text:note>",
    "<text:note-citation>1</text:note-citation>",
    "<text:note-body>",
    "</text:note-body>",
    "<table:table>",
    "</table:table>",
    "<table:table-row>",
    "<table:table-cell>",
    "</table:table-cell>",
    "<draw:frame>",
    "</draw:frame>",
    "<draw:text-box>",
    "</draw:text-box>",
    "<draw:image><office:binary-data>R0lG</office:binary-data></draw:image>",
    "<text:a xlink:href='#x'>",
    "</text:a>",
    "<text:bookmark text:name='x'/>",
    "<text:ruby>",
    "<text:ruby-text>",
    "</text:ruby-text>",
    "<text:table-of-content>",
];

const RTF: &[&str] = &[
    "{",
    "}",
    "a b",
    "\\par ",
    "\\pard ",
    "\\intbl ",
    "\\cell ",
    "\\row ",
    "\\'e9",
    "\\u233?",
    "\\uc0 ",
    "\\u55357 ",
    "\\s1 ",
    "\\outlinelevel0 ",
    "{\\footnote ",
    "\\ftnalt ",
    "{\\field{\\*\\fldinst HYPERLINK x}",
    "{\\fldrslt ",
    "{\\*\\bkmkstart x}",
    "{\\pict\\pngblip 89",
    "\\bin3 ",
    "\\b ",
    "\\v ",
    "\\plain ",
    "{\\shp{\\*\\shpinst{\\shptxt ",
    "{\\stylesheet{\\s1 heading 1;}}",
    "{\\*\\listtable{\\list{\\listlevel}\\listid1}}{\\*\\listoverridetable{\\listid1\\ls1}}",
    "\\ls1 ",
    "{\\upr{a}{\\*\\ud ",
    "\\line ",
    "{\\info{\\title ",
    "\\*",
];

const FB2: &[&str] = &[
    "<body>",
    "</body>",
    "<body name='notes'>",
    "<section id='n'>",
    "<section>",
    "</section>",
    "<title>",
    "</title>",
    "<p>",
    "</p>",
    "a b",
    "<a l:href='#n' type='note'>1</a>",
    "<a l:href='#x'>",
    "</a>",
    "<image l:href='#i'/>",
    "<binary id='i'>R0lG</binary>",
    "<binary",
    "<poem><stanza><v>",
    "</v></stanza></poem>",
    "<table><tr><td>",
    "</td></tr></table>",
    "<cite>",
    "</cite>",
    "<empty-line/>",
    "<subtitle>",
    "</subtitle>",
];

/// First bytes of the formats.
const STARTS: &[&[u8]] = &[b"", b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<?xml?><FictionBook>"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn docx_of_any_pieces(body in pieces(DOCX)) {
        let notes = format!("<w:footnote w:id='1'>{body}</w:footnote>");
        let rels = "<Relationship Id='f' Type='t/footnotes' Target='notes.xml'/><Relationship Id='n' Type='t/numbering' Target='n.xml'/>";
        let numbering = "<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='2'><w:numFmt w:val='decimal'/></w:lvl></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>";
        check(&archive(&[
            ("word/document.xml", body.as_bytes()),
            ("word/_rels/document.xml.rels", rels.as_bytes()),
            ("word/notes.xml", notes.as_bytes()),
            ("word/n.xml", numbering.as_bytes()),
        ]), "a.docx");
    }

    #[test]
    fn odt_of_any_pieces(body in pieces(ODT)) {
        check(&archive(&[("content.xml", format!("<office:body>{body}").as_bytes())]), "a.odt");
    }

    #[test]
    fn rtf_of_any_pieces(body in pieces(RTF)) {
        check(format!("{{\\rtf1{body}").as_bytes(), "a.rtf");
    }

    #[test]
    fn fb2_of_any_pieces(body in pieces(FB2)) {
        check(format!("<FictionBook>{body}").as_bytes(), "a.fb2");
    }

    #[test]
    fn any_bytes_of_any_name(bytes: Vec<u8>, name in "a[.](docx|odt|fodt|rtf|fb2|fbz)", start in prop::sample::select(STARTS)) {
        check(&[start, &bytes].concat(), &name);
    }
}
