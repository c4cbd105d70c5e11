//! What documents say about themselves: metadata, outline, labels, links.

use std::collections::BTreeSet;

use alexandria_pdf::{Document, LinkTarget, OutlineEntry, Pages};

use crate::writer::{Page, Writer, lines, mapped};

fn open(pages: &[Page], add: impl FnOnce(&mut Writer, &[usize]) -> (String, String)) -> Document {
    Document::open(mapped(pages, &[], add), "").expect("opens")
}

/// Trap: same metadata title, different files.
#[test]
fn title_of_a_program_is_no_title() {
    let check = |title: &str, expect: &str| {
        let document = open(&[lines(&[(50, 700, "x")])], |writer, _pages| {
            let info = writer.add(&format!("<</Title({title})/Author(Ada Lovelace)>>"));
            ("/Lang(en-GB)".to_owned(), format!("/Info {info} 0 R"))
        });
        let metadata = document.metadata();
        assert_eq!((metadata.title.as_str(), metadata.language.as_str()), (expect, "en-gb"));
        assert_eq!(metadata.authors, ["Ada Lovelace"]);
    };
    check("On Engines", "On Engines");
    check("PowerPoint Presentation", "");
    check("Microsoft Word - draft 3.doc", "");
}

#[test]
fn outline_leads_to_pages_by_place_and_by_name() {
    let pages = [lines(&[(50, 700, "one")]), lines(&[(50, 700, "two")])];
    let document = open(&pages, |writer, pages| {
        let root = writer.add("");
        let (first, second) = (writer.add(""), writer.add(""));
        let child = writer.add(&format!("<</Title(Child)/Parent {first} 0 R/A<</S/GoTo/D(name)>>>>"));
        writer.set(root, &format!("<</First {first} 0 R/Last {second} 0 R>>"));
        let entry = format!("<</Title(First)/Next {second} 0 R/First {child} 0 R/Dest[{} 0 R/Fit]>>", pages[0]);
        writer.set(first, &entry);
        // Leads back to the first: a circle.
        writer.set(second, &format!("<</Title(Nowhere)/Next {first} 0 R/A<</S/Launch/F(x)>>>>"));
        let names = format!("/Names<</Dests<</Names[(name)[{} 0 R/Fit]]>>>>", pages[1]);
        (format!("/Outlines {root} 0 R{names}"), String::new())
    });
    let entry = |title: &str, page, children| OutlineEntry { title: title.to_owned(), page, children };
    let child = entry("Child", Some(1), Vec::new());
    assert_eq!(document.outline(), [entry("First", Some(0), vec![child]), entry("Nowhere", None, Vec::new())]);
}

#[test]
fn page_labels_are_those_that_are_printed() {
    let page = lines(&[(50, 700, "x")]);
    let document = open(&[page.clone(), page.clone(), page.clone(), page], |_writer, _pages| {
        ("/PageLabels<</Nums[0<</S/r>>2<</S/D/P(A-)/St 7>>]>>".to_owned(), String::new())
    });
    assert_eq!(document.page_labels(), ["i", "ii", "A-7", "A-8"]);
}

/// Trap: PDF with JavaScript, Launch, URI, SubmitForm, remote `GoTo`.
#[test]
fn links_lead_to_pages_and_addresses_only() {
    let action = |action: &str| format!("<</Subtype/Link/Rect[10 20 30 40]/A<<{action}>>>>");
    let actions = [
        "/S/URI/URI(https://example.org/)",
        "/S/URI/URI(javascript:alert)",
        "/S/URI/URI(file:///etc/passwd)",
        "/S/JavaScript/JS(app.alert)",
        "/S/Launch/F(calc)",
        "/S/GoToR/F(other.pdf)/D[0/Fit]",
        "/S/SubmitForm/F(http://example.org)",
        "/S/GoTo/D[0/Fit]",
    ];
    let entries = format!("/Annots[{}]", actions.map(action).concat());
    let document = open(&[Page { entries, ..lines(&[(50, 700, "x")]) }], |_, _| Default::default());
    let links = Pages::new(&document, BTreeSet::new(), |_| {}).links(0).expect("are read");
    let targets: Vec<&LinkTarget> = links.iter().map(|link| &link.target).collect();
    assert_eq!(targets, [&LinkTarget::Address("https://example.org/".to_owned()), &LinkTarget::Page(0)]);
    assert_eq!((links[0].quad.lower_left.x, links[0].quad.upper_right.y), (1_000, 4_000));
}
