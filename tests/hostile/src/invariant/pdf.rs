//! PDF documents: the bytes as a file, and as what a page draws. Text is within its limits, runs are the text of their blocks, and
//! boxes are somewhere.
//!
//! Compressed content is left out: nothing bounds what it unpacks to but the limit on the memory of the worker process, which
//! `crates/alexandria-worker/tests` tests.

use std::collections::BTreeSet;

use alexandria_pdf::{Document, MAX_SIDE_POINTS, Pages};

/// Pages that are read of a document.
const MAX_PAGES: usize = 8;
/// Parts of the names of filters that unpack.
const FILTERS: [&[u8]; 7] = [b"Fl", b"LZ", b"Run", b"RL", b"JBIG2", b"JPX", b"CC"];

pub(super) fn check(bytes: &[u8]) {
    if FILTERS.iter().any(|filter| bytes.windows(filter.len()).any(|window| window == *filter)) {
        return;
    }
    check_document(bytes.to_vec());
    check_document(page_that_draws(bytes));
}

fn check_document(file: Vec<u8>) {
    let Ok(document) = Document::open(file, "") else { return };
    let metadata = document.metadata();
    assert!(metadata.title.len() <= 1 << 10 && !metadata.title.contains(char::is_control));
    let labels = document.page_labels();
    assert!(labels.is_empty() || labels.len() == document.page_count());
    let _outline = document.outline();
    let mut pages = Pages::new(&document, BTreeSet::new(), |_page| {});
    for page in (0..document.page_count().min(MAX_PAGES)).filter_map(|page| u32::try_from(page).ok()) {
        let _links = pages.links(page);
        let (Ok(geometry), Ok(text)) = (pages.geometry(page), pages.text(page)) else { continue };
        assert!(geometry.width.max(geometry.height) <= MAX_SIDE_POINTS + 1.0, "{geometry:?}");
        for block in &text.blocks {
            let words: Vec<&str> = block.text.split_whitespace().collect();
            assert!(!words.is_empty() && words.join(" ") == block.text, "white space is collapsed: {:?}", block.text);
            assert!(!block.text.contains(char::is_control), "{:?}", block.text);
            let runs = text.runs(block);
            let joined: String = runs.iter().map(|run| run.text.as_str()).collect();
            assert_eq!(joined, block.text, "runs are the text of their block");
            assert!(!text.quads(block, 0..block.text.len()).is_empty());
            for run in &runs {
                let _displayed = geometry.displayed(&run.quad);
            }
        }
    }
}

/// A document of one page with this content.
fn page_that_draws(content: &[u8]) -> Vec<u8> {
    let head = "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n\
        5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n";
    let mut file = format!("{head}4 0 obj<</Length {}>>stream\n", content.len()).into_bytes();
    file.extend(content);
    file.extend(b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n");
    file
}
