//! Pages of pictures and of plain blocks.

use alexandria_domain::quote::is_significant;
use alexandria_domain::{Block, BlockKind, Point, Quad};
use proptest::prelude::*;

use super::agreement::{significant_by_html, significant_by_xml};
use super::{PageContent, guard, render};
use crate::error::ExtractError;
use crate::view::{FixedLayout, GlyphRun, PageImage, PageLinks, page};

/// A run in a box, given as left, bottom, right and top in thousandths of the page.
fn run(text: &str, [left, bottom, right, top]: [i32; 4]) -> GlyphRun {
    let point = |x: i32, y: i32| Point { x: x * 100, y: y * 100 };
    let corners = [point(left, bottom), point(right, bottom), point(right, top), point(left, top)];
    GlyphRun { text: text.to_owned(), quad: Quad::from_corners(corners) }
}

fn image(width: u32, height: u32, runs: Vec<GlyphRun>) -> PageContent {
    PageContent::Image(PageImage { href: "i/page 1.png".into(), layout: Some(FixedLayout { width, height, runs }) })
}

fn body(content: &PageContent) -> String {
    let page = render(content);
    let (_, body) = page.split_once("<body").expect("a body");
    body.split_once("</body>").expect("its end").0.to_owned()
}

#[test]
fn page_of_an_image_without_layout_is_the_image() {
    let content = PageContent::Image(PageImage { href: "i/a b.png".into(), layout: None });
    assert_eq!(body(&content), r#"><img alt="" src="book://localhost/1/i/a%20b.png"/>"#);
}

#[test]
fn page_of_an_image_places_its_text_by_boxes() {
    let content = image(600, 800, vec![run("Call me ", [100, 900, 200, 925]), run("<Ishmael>", [205, 900, 300, 925])]);
    assert_eq!(
        body(&content),
        r#" style="width:600px;height:800px"><img alt="" src="book://localhost/1/i/page%201.png"/><span style="left:10.000%;top:7.500%;width:10.000%;height:2.500%;font-size:20px">Call me </span><span style="left:20.500%;top:7.500%;width:9.500%;height:2.500%;font-size:20px">&lt;Ishmael&gt;</span>"#
    );
    assert!(render(&content).contains(r#"<meta name="viewport" content="width=600, height=800"/>"#));
}

#[test]
fn page_of_an_image_needs_a_size_within_bounds() {
    let check = |width, height, expect: bool| {
        let resolve = |_: &str| None;
        let links = PageLinks { base_url: "", resolve: &resolve };
        let result = page(&image(width, height, Vec::new()), &links, &guard());
        assert_eq!(result.is_ok(), expect, "{width} x {height}");
        assert!(expect || matches!(result, Err(ExtractError::Malformed { .. })));
    };
    check(1, 20_000, true);
    check(0, 800, false);
    check(600, 20_001, false);
}

#[test]
fn page_of_plain_blocks_has_an_element_per_block() {
    let block = |kind, text: &str| Block { kind, text: text.to_owned() };
    let blocks = vec![
        block(BlockKind::Heading(1), "One"),
        block(BlockKind::Heading(9), "Deep"),
        block(BlockKind::Text, "a < b & c"),
        block(BlockKind::Note, "note"),
    ];
    let expect =
        ">\n<h1>One</h1>\n<h6>Deep</h6>\n<p>a &lt; b &amp; c</p>\n<aside epub:type=\"footnote\"><p>note</p></aside>\n";
    assert_eq!(body(&PageContent::Plain(blocks)), expect);
}

fn significant<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    // XML cannot express the others, whatever the text says.
    let expressible = |c: &char| !crate::text::is_forbidden_in_xml(*c);
    texts.flat_map(str::chars).filter(|c| is_significant(*c)).filter(expressible).collect()
}

proptest! {
    /// Property: the text layer of a picture has the significant characters of its runs, wherever their boxes are.
    #[test]
    fn page_of_an_image_and_its_runs_agree(
        runs in prop::collection::vec((any::<String>(), any::<[i16; 4]>()), 0..8), width in 1u32..20_000, height in 1u32..20_000,
    ) {
        let runs: Vec<GlyphRun> = runs.iter().map(|(text, corners)| run(text, corners.map(i32::from))).collect();
        let expect = significant(runs.iter().map(|run| run.text.as_str()));
        let page = render(&image(width, height, runs));
        prop_assert_eq!(&significant_by_xml(&page), &expect);
        prop_assert_eq!(&significant_by_html(&page), &expect);
    }

    /// Property: a plain page has the significant characters of its blocks.
    #[test]
    fn page_of_plain_blocks_and_its_blocks_agree(texts in prop::collection::vec((any::<String>(), 0u8..9), 0..8)) {
        let kind = |kind: u8| match kind {
            7 => BlockKind::Text,
            8 => BlockKind::Note,
            level => BlockKind::Heading(level),
        };
        let blocks: Vec<Block> = texts.into_iter().map(|(text, of)| Block { text, kind: kind(of) }).collect();
        let expect = significant(blocks.iter().map(|block| block.text.as_str()));
        let page = render(&PageContent::Plain(blocks));
        prop_assert_eq!(&significant_by_xml(&page), &expect);
        prop_assert_eq!(&significant_by_html(&page), &expect);
    }
}
