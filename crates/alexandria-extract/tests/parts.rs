//! The parts of a publication, implemented outside of the crate: as a PDF engine, a comic reader and an office reader would.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has to fail")]

use alexandria_domain::{Block, BlockKind, Cover, Format, Metadata, Point, Quad, TocEntry};
use alexandria_extract::{
    ExtractError, FixedLayout, GlyphRun, Guard, Href, Limits, OpenPublication, PageContent, PageImage, Presentation,
    Publication, Resource, Resources, SpineItem, Text, extract_publication,
};

/// A publication of the given pages, each with its text.
struct Foreign {
    metadata: Metadata,
    spine: Vec<SpineItem>,
    pages: Vec<(Vec<Block>, PageContent)>,
}

impl Foreign {
    fn new(pages: Vec<(Vec<Block>, PageContent)>) -> Self {
        let item = |page| SpineItem { href: format!("page-{page:04}.xhtml"), toc_path: Vec::new(), linear: true };
        Self { metadata: Metadata::default(), spine: (1..=pages.len()).map(item).collect(), pages }
    }

    fn get(&self, section: usize) -> Result<&(Vec<Block>, PageContent), ExtractError> {
        self.pages.get(section).ok_or(ExtractError::NotFound)
    }
}

impl Publication for Foreign {
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn toc(&self) -> &[TocEntry] {
        &[]
    }
}

impl Text for Foreign {
    fn spine(&self) -> &[SpineItem] {
        &self.spine
    }

    fn blocks(&mut self, section: usize, guard: &Guard) -> Result<Vec<Block>, ExtractError> {
        guard.check_time()?;
        Ok(self.get(section)?.0.clone())
    }
}

impl Presentation for Foreign {
    fn page(&mut self, section: usize, guard: &Guard) -> Result<PageContent, ExtractError> {
        guard.check_time()?;
        Ok(self.get(section)?.1.clone())
    }

    fn resolve(&self, _: usize, _: &str) -> Option<Href> {
        None
    }
}

impl Resources for Foreign {
    fn resource(&mut self, href: &str, _: &Guard) -> Result<Resource, ExtractError> {
        let resource = Resource { media_type: "image/png".into(), bytes: href.as_bytes().to_vec() };
        if href.ends_with(".png") { Ok(resource) } else { Err(ExtractError::NotFound) }
    }

    fn cover(&mut self, _: &Guard) -> Result<Option<Cover>, ExtractError> {
        Ok(None)
    }
}

fn text(text: &str) -> Block {
    Block { text: text.to_owned(), kind: BlockKind::Text }
}

/// A page image whose text is one run a word.
fn page_image(href: &str, words: &[&str]) -> PageContent {
    let run = |(number, word): (usize, &&str)| {
        let left = i32::try_from(number).expect("few words") * 10_000;
        let corners = [(left, 90_000), (left + 9_000, 90_000), (left + 9_000, 92_000), (left, 92_000)];
        GlyphRun { text: format!("{word} "), quad: Quad::from_corners(corners.map(|(x, y)| Point { x, y })) }
    };
    let layout = FixedLayout { width: 595, height: 842, runs: words.iter().enumerate().map(run).collect() };
    PageContent::Image(PageImage { href: href.to_owned(), layout: Some(layout) })
}

/// Extracts and renders a publication, and compares its blocks and what its pages contain.
fn check(pages: Vec<(Vec<Block>, PageContent)>, blocks: &[&[&str]], contains: &[&str]) {
    let mut publication = Foreign::new(pages);
    let limits = Limits::default();
    let guard = Guard::start(&limits);
    let extracted = extract_publication(&mut publication, Format::Html, "a_file.bin", &guard).expect("extracts");
    assert_eq!((extracted.format, extracted.metadata.title.as_str()), (Format::Html, "a file"));
    let texts = extracted.sections.iter().map(|section| section.blocks.iter().map(|block| block.text.as_str()));
    assert_eq!(texts.map(Iterator::collect::<Vec<_>>).collect::<Vec<_>>(), blocks);
    let mut open = OpenPublication::new(Box::new(publication), &limits);
    let hrefs: Vec<String> = open.section_hrefs().map(str::to_owned).collect();
    assert_eq!(hrefs, extracted.sections.iter().map(|section| section.href.clone()).collect::<Vec<_>>());
    for (href, expect) in hrefs.iter().zip(contains) {
        let page = open.section_page(href, "book://localhost/1/").expect("renders").html;
        assert!(page.contains(expect) && page.contains("Content-Security-Policy"), "{expect}: {page}");
    }
    assert!(matches!(open.section_page("page-9999.xhtml", ""), Err(ExtractError::NotFound)));
}

#[test]
fn a_pdf_is_page_images_with_glyph_boxes() {
    check(
        vec![
            (vec![text("Call me")], page_image("0.png", &["Call", "me"])),
            (vec![text("Ishmael.")], page_image("1.png", &["Ishmael."])),
        ],
        &[&["Call me"], &["Ishmael."]],
        &[">Call </span>", ">Ishmael. </span>"],
    );
}

#[test]
fn a_comic_is_page_images_without_text() {
    let page = |href: &str| (Vec::new(), page_image(href, &[]));
    check(
        vec![page("a 1.png"), page("b.png")],
        &[&[], &[]],
        &["book://localhost/1/a%201.png", "book://localhost/1/b.png"],
    );
}

#[test]
fn an_office_document_may_be_plain_blocks() {
    let blocks = vec![Block { text: "Report".into(), kind: BlockKind::Heading(1) }, text("All is well.")];
    check(
        vec![(blocks.clone(), PageContent::Plain(blocks))],
        &[&["Report", "All is well."]],
        &["<h1>Report</h1>\n<p>All is well.</p>"],
    );
}

#[test]
fn resources_of_another_engine_are_served_by_href() {
    let mut open = OpenPublication::new(Box::new(Foreign::new(Vec::new())), &Limits::default());
    assert_eq!(open.resource("i/0.png").expect("a resource").bytes, b"i/0.png");
    assert!(matches!(open.resource("i/0.js"), Err(ExtractError::NotFound)));
    assert!(matches!(open.resource("../0.png"), Err(ExtractError::NotFound)));
    assert_eq!(open.cover().expect("no error"), None);
}

#[test]
fn blocks_of_all_sections_count_against_the_limit() {
    let pages = || vec![(vec![text("a"), text("b")], page_image("0.png", &["a", "b"])); 3];
    let check = |blocks: u64, expect: bool| {
        let guard = Guard::start(&Limits { blocks, ..Limits::default() });
        let result = extract_publication(&mut Foreign::new(pages()), Format::Html, "a", &guard);
        assert_eq!(result.is_ok(), expect, "{blocks}");
    };
    check(6, true);
    check(5, false);
}
