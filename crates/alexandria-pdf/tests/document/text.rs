//! The text of pages.

use std::collections::BTreeSet;

use alexandria_pdf::{Document, OpenError, PageText, Pages};

use crate::writer::{Page, document, lines, mapped};

/// The text of every page.
pub(crate) fn texts(file: Vec<u8>) -> Vec<PageText> {
    let document = Document::open(file, "").expect("opens");
    let mut pages = Pages::new(&document, BTreeSet::new(), |_| {});
    let count = u32::try_from(document.page_count()).expect("few pages");
    (0..count).map(|page| pages.text(page).expect("is read")).collect()
}

fn blocks(text: &PageText) -> Vec<&str> {
    text.blocks.iter().map(|block| block.text.as_str()).collect()
}

fn check(pages: &[Page], expect: &[&[&str]]) {
    let texts = texts(document(pages));
    assert_eq!(texts.iter().map(blocks).collect::<Vec<_>>(), expect);
    for text in &texts {
        for block in &text.blocks {
            let runs: String = text.runs(block).into_iter().map(|run| run.text).collect();
            assert_eq!(runs, block.text, "runs are the text");
            assert!(!text.quads(block, 0..block.text.len()).is_empty(), "{} is somewhere", block.text);
        }
    }
}

fn page(content: &str) -> Page {
    Page { content: content.to_owned(), entries: String::new() }
}

/// Trap: fill + stroke, fake bold.
#[test]
fn word_that_is_drawn_twice_occurs_once() {
    check(&[page("BT /F 12 Tf 2 Tr 50 700 Td (Whale) Tj ET")], &[&["Whale"]]);
    let bold = "BT /F 12 Tf 50 700 Td (Whale) Tj ET BT /F 12 Tf 50.3 700 Td (Whale) Tj ET";
    check(&[page(bold)], &[&["Whale"]]);
    check(&[page("BT /F 12 Tf 50 700 Td (llama aardvark) Tj ET")], &[&["llama aardvark"]]);
}

/// Trap: ligatures, hyphen at line end, soft hyphen.
#[test]
fn words_are_whole_across_ligatures_and_line_ends() {
    let ligatures = page("BT /M 10 Tf 50 700 Td (oAce Bnd) Tj ET");
    let texts = texts(mapped(&[ligatures], &[(b'A', "ﬃ"), (b'B', "ﬁ")], |_, _| Default::default()));
    assert_eq!(texts.iter().map(blocks).collect::<Vec<_>>(), [["office find"]]);
    check(&[lines(&[(50, 700, "all that infor-"), (50, 688, "mation is here")])], &[&["all that information is here"]]);
    check(
        &[lines(&[(50, 700, "all that infor\\255"), (50, 688, "mation is here")])],
        &[&["all that information is here"]],
    );
}

/// Words are separated by gaps, whether or not a space is drawn.
#[test]
fn words_are_separated_by_gaps() {
    check(&[page("BT /F 10 Tf 50 700 Td [(white)-300(whale)] TJ ET")], &[&["white whale"]]);
    check(&[page("BT /F 10 Tf 50 700 Td [(wh)20(ale)-10(s)] TJ ET")], &[&["whales"]]);
    check(&[page("BT /F 10 Tf 50 700 Td (white) Tj 30 0 Td (whale) Tj ET")], &[&["white whale"]]);
}

/// Trap: two columns, footnotes.
#[test]
fn columns_are_read_one_after_the_other() {
    let rows: Vec<(i32, i32, String)> = (0..8)
        .flat_map(|row| {
            let y = 700 - 12 * row;
            let text = |side: &str| format!("{side}{row} the sea was wide and the whale was white and");
            [(50, y, text("left")), (310, y, text("right"))]
        })
        .collect();
    let rows: Vec<(i32, i32, &str)> = rows.iter().map(|(x, y, text)| (*x, *y, text.as_str())).collect();
    let shuffled = [&rows[8..], &rows[..8]].concat();
    let texts = texts(document(&[lines(&shuffled)]));
    let text = texts[0].blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" ");
    let places: Vec<usize> = ["left", "right"]
        .iter()
        .flat_map(|side| (0..8).map(move |row| format!("{side}{row}")))
        .map(|word| text.find(&word).expect("is read"))
        .collect();
    assert!(places.is_sorted(), "{text}");
    // A sentence goes on at the top of the next column, in one paragraph.
    assert_eq!(texts[0].blocks.len(), 1, "{text}");
}

/// Cells of a table are wide apart, but no columns.
#[test]
fn rows_of_a_table_are_read_across() {
    let rows = [(50, 700, "name"), (200, 700, "year"), (50, 688, "Ada"), (200, 688, "1815")];
    check(&[lines(&rows)], &[&["name year Ada 1815"]]);
}

/// Trap: headers and footers.
#[test]
fn page_numbers_and_running_titles_are_not_in_sentences() {
    let words = ["whale", "harpoon", "ocean", "captain", "island", "lantern", "compass", "sailor"];
    let page = |number: usize| {
        let rows =
            (0..8).map(|row| format!("the {} saw the {}", words[(row + number) % 8], words[(row * 3 + number) % 8]));
        let rows: Vec<(i32, String)> = (0..).zip(rows).map(|(row, text)| (700 - 12 * row, text)).collect();
        let footer = format!("Page {number} of 9");
        let rows = rows.iter().map(|(y, text)| (50, *y, text.as_str()));
        lines(&[(50, 780, "The Whale"), (280, 20, &footer)].into_iter().chain(rows).collect::<Vec<_>>())
    };
    let texts = texts(document(&(1..=5).map(page).collect::<Vec<_>>()));
    for text in &texts {
        assert_eq!(text.furniture, ["The Whale".to_owned(), text.furniture[1].clone()]);
        assert!(text.furniture[1].starts_with("Page ") && text.blocks.len() == 1, "{text:?}");
        assert!(!blocks(text)[0].contains("The Whale") && !blocks(text)[0].contains("Page"));
    }
}

/// Trap: RTL and mixed lines; one glyph = one word.
#[test]
fn right_to_left_text_is_in_logical_order() {
    let map = [(b'A', "ש"), (b'B', "ל"), (b'C', "ו"), (b'D', "ם"), (b'E', "עולם")];
    let page = page("BT /M 10 Tf 50 700 Td (E DCBA) Tj ET");
    let texts = texts(mapped(&[page], &map, |_, _| Default::default()));
    assert_eq!(blocks(&texts[0]), ["שלום עולם"]);
    // The second word is at the left.
    let block = &texts[0].blocks[0];
    let second = texts[0].quads(block, "שלום ".len()..block.text.len());
    assert_eq!(second.len(), 1);
    assert!((second[0].lower_left.x - 5_000).abs() < 100, "{second:?}");
}

/// Trap: no `ToUnicode`, private glyph names.
#[test]
fn glyphs_without_text_are_unreliable_and_never_mojibake() {
    let page = page("BT /M 10 Tf 50 700 Td (ABABABAB known) Tj ET");
    let texts = texts(mapped(std::slice::from_ref(&page), &[(b'A', "\u{e001}"), (b'B', "\u{f8ff}")], |_, _| {
        Default::default()
    }));
    // Codes of a simple font are letters by default.
    assert_eq!(blocks(&texts[0]), ["ABABABAB known"]);
    assert!(!texts[0].is_unreliable);
    let codes = Page { content: "BT /F 10 Tf 50 700 Td <0102030405> Tj ET".to_owned(), ..page };
    let texts = self::texts(document(&[codes]));
    assert!(texts[0].is_unreliable && texts[0].blocks.is_empty(), "{texts:?}");
}

/// Trap: scan with OCR layer; scan without.
#[test]
fn scans_have_the_text_of_their_invisible_layer_or_none() {
    let image = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G /F /AHx ID 80> EI Q ";
    let layer = "BT 3 Tr /F 10 Tf 50 700 Td (recognised) Tj ET";
    let texts = texts(document(&[page(image), page(&format!("{image}{layer}"))]));
    assert!(texts[0].is_picture && texts[0].blocks.is_empty(), "{texts:?}");
    assert!(!texts[1].is_picture);
    assert_eq!(blocks(&texts[1]), ["recognised"]);
    let both = "BT /F 10 Tf 50 700 Td (visible) Tj ET BT 3 Tr /F 10 Tf 50 700 Td (hidden) Tj ET";
    check(&[page(both)], &[&["visible"]]);
}

#[test]
fn actual_text_replaces_glyphs() {
    check(
        &[page("BT /F 10 Tf 50 700 Td /Span <</ActualText (fish)>> BDC (f1sh) Tj EMC ( and chips) Tj ET")],
        &[&["fish and chips"]],
    );
    check(
        &[page("BT /F 10 Tf 50 700 Td /Span <</ActualText (and)>> BDC (&) Tj EMC ( so on) Tj ET")],
        &[&["and so on"]],
    );
    check(
        &[page("/Artifact BMC BT /F 10 Tf 50 700 Td (7) Tj ET EMC BT /F 10 Tf 50 500 Td (text) Tj ET")],
        &[&["text"]],
    );
}

#[test]
fn document_that_is_none_is_refused() {
    let check = |file: &[u8], expect| assert_eq!(Document::open(file.to_vec(), "").err(), Some(expect), "{file:?}");
    check(b"", OpenError::Damaged);
    check(b"%PDF-1.7", OpenError::Damaged);
    check(&document(&[]), OpenError::NoPages);
    let complete = document(&[page("BT /F 10 Tf 50 700 Td (Whale) Tj ET")]);
    for length in (0..complete.len()).step_by(7) {
        if let Ok(document) = Document::open(complete[..length].to_vec(), "") {
            let _ = Pages::new(&document, BTreeSet::new(), |_| {}).text(0);
        }
    }
}

#[test]
fn skipped_pages_are_not_read() {
    let file = document(&[page("BT /F 10 Tf 50 700 Td (one) Tj ET"), page("BT /F 10 Tf 50 700 Td (two) Tj ET")]);
    let document = Document::open(file, "").expect("opens");
    let read = std::cell::RefCell::new(Vec::new());
    let mut pages = Pages::new(&document, BTreeSet::from([0]), |page| read.borrow_mut().push(page));
    assert!(pages.text(0).is_err());
    assert_eq!(blocks(&pages.text(1).expect("is read")), ["two"]);
    drop(pages);
    assert_eq!(read.into_inner(), [1]);
}
