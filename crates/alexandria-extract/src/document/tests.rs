//! Plain text, Markdown and HTML documents.

use alexandria_domain::{BlockKind, Metadata, TocEntry, label};

use super::{Document, Syntax};
use crate::limits::{Guard, Limits};
use crate::publication::{Presentation, Publication, Text};

fn open(text: &str, syntax: Syntax) -> Document<'static> {
    Document::open(text.as_bytes(), syntax, &Guard::start(&Limits::default())).expect("opens")
}

/// All blocks, one per line: `h2 heading`, `- text`, `* note`.
fn read(text: &str, syntax: Syntax) -> String {
    let mut page = open(text, syntax);
    let guard = Guard::start(&Limits::default());
    let mut lines = Vec::new();
    for number in 0..page.spine().len() {
        lines.extend(page.blocks(number, &guard).expect("blocks").into_iter().map(|block| match block.kind {
            BlockKind::Heading(level) => format!("h{level} {}", block.text),
            BlockKind::Text => format!("- {}", block.text),
            BlockKind::Note => format!("* {}", block.text),
        }));
    }
    lines.join("\n")
}

#[test]
fn plain_text_is_split_into_paragraphs_and_certain_headings() {
    let check = |text: &str, expect: &str| assert_eq!(read(text, Syntax::Plain), expect, "{text}");
    check("One line\nand its rest.\n\nTwo & <b>.", "- One line and its rest.\n- Two & <b>.");
    check("a\r\nb\r\n\r\nc\rd", "- a b\n- c d");
    check("One.\u{c}Two.", "- One.\n- Two.");
    check(
        "CHAPTER I\n\nIt was.\n\n\nChapter 2. The End\n\nIt is.",
        "h2 CHAPTER I\n- It was.\nh2 Chapter 2. The End\n- It is.",
    );
    check("BOOK ONE\n\nX", "h1 BOOK ONE\n- X");
    check("Text.\n\n\nII.\n\nMore.", "- Text.\nh2 II.\n- More.");
    check("Text.\n\nI\n\nMore.", "- Text.\n- I\n- More.");
    check("Text.\n\n\nTHE DOWN-TOWN ROUTE\n\nMore.", "- Text.\nh2 THE DOWN-TOWN ROUTE\n- More.");
    check("Part of the ship\nwas lost.", "- Part of the ship was lost.");
    check("“No!” said he.\n\nChapter and verse.", "- “No!” said he.\n- Chapter and verse.");
    check("", "");
    let long = "A line of more than a hundred characters that holds a whole paragraph, as editors without wrapping write them.";
    check(&format!("{long}\n{long}"), &format!("- {long}\n- {long}"));
}

#[test]
fn plain_text_metadata_comes_from_gutenberg_header() {
    let text = "The Project Gutenberg eBook of Emma\n\nTitle: Emma\n\nAuthor: Jane Austen\n\nRelease date: August 1, 1994 [eBook #158]\n\nLanguage: English\n\n";
    let found = open(text, Syntax::Plain).metadata;
    assert_eq!(
        (found.title.as_str(), found.authors, found.language.as_str()),
        ("Emma", vec!["Jane Austen".to_owned()], "en")
    );
    assert_eq!(found.published.as_deref(), Some("August 1, 1994"));
    assert_eq!(open("Title: Not one", Syntax::Plain).metadata, Metadata::default());
}

#[test]
fn markdown_keeps_footnotes_and_raw_html() {
    let check = |text: &str, expect: &str| assert_eq!(read(text, Syntax::Markdown), expect, "{text}");
    check("# A\n\nb *c*\nd\n\n- e\n- f", "h1 A\n- b c d\n- e\n- f");
    check("| a | b |\n|---|---|\n| c | d |", "- a b\n- c d");
    check("a[^1]\n\n[^1]: note", "- a\n* note");
    check("<script>x</script>\n\n<p onclick='x'>a</p>", "- a");
    check("---\ntitle: T\n---\nText", "- Text");
    check("---\nText", "- Text");
    check("::: {.x}\na []{#b}c\n:::\n\n```{=html}\n<b>d</b>\n```\n\n```\n::: []{#e}\n```", "- a c\n- d\n- ::: []{#e}");
    check("a\n\n---\n\nb", "- a\n- b");
}

#[test]
fn markdown_metadata_comes_from_front_matter() {
    let check = |fields: &str, expect: fn(&Metadata) -> String, want: &str| {
        assert_eq!(expect(&open(&format!("---\n{fields}\n---\n\nText"), Syntax::Markdown).metadata), want, "{fields}");
    };
    check("title: \"A: B\"", |found| found.title.clone(), "A: B");
    check("author: [Ann, 'Ben']", |found| found.authors.join("|"), "Ann|Ben");
    check("authors:\n- Ann\n- Ben", |found| found.authors.join("|"), "Ann|Ben");
    check("lang: en_GB", |found| found.language.clone(), "en-gb");
    check("description: |\n  A\n  <i>b</i>.", |found| found.description.clone().unwrap_or_default(), "A b.");
    check("# comment\ntags: [a, b]\ndate: 2020", |found| found.subjects.join("|"), "a|b");
}

#[test]
fn markdown_title_defaults_to_first_heading() {
    let check = |text: &str, expect: &str| assert_eq!(open(text, Syntax::Markdown).metadata.title, expect, "{text}");
    check("Preface.\n\n# The *Long* Walk\n\n# Notes", "The Long Walk");
    check("A walk\n======\n\nText", "A walk");
    check("---\ntitle: Given\n---\n\n# Heading", "Given");
    check("---\nauthor: Ann\n---\n\n## Part one", "Part one");
    check("No heading at all.", "");
    assert_eq!(open("CHAPTER I\n\nIt was.", Syntax::Plain).metadata.title, "");
}

#[test]
fn html_metadata_comes_from_head() {
    let found = open(
        "<html lang=de dir=rtl><head><title> A\nB </title><meta name=Author content='Ann'><meta name=description content='&lt;p>D'><meta name=keywords content='x, y'></head><h1>H</h1>",
        Syntax::Html,
    )
    .metadata;
    assert_eq!((found.title.as_str(), found.language.as_str(), found.right_to_left), ("A B", "de", true));
    assert_eq!((found.authors, found.subjects), (vec!["Ann".to_owned()], vec!["x".to_owned(), "y".to_owned()]));
    assert_eq!(found.description.as_deref(), Some("D"));
    assert_eq!(open("<h1>H <i>x</i></h1>", Syntax::Html).metadata.title, "H x");
}

#[test]
fn metadata_fields_are_limited_in_size_and_number() {
    let word = "word ".repeat(1_000);
    let short = |text: &str| text.len() <= 1 << 10 && text.starts_with("word word") && text.ends_with(" word…");
    let numbers: Vec<String> = (0..3_000).map(|number| number.to_string()).collect();
    let meta = |name: &str| numbers.iter().map(|n| format!("<meta name={name} content={n}>")).collect::<String>();
    let (authors, identifiers, list) = (meta("author"), meta("dc.identifier"), numbers.join(","));
    let head = format!(
        "<title>{word}</title><meta name=dc.publisher content='{word}'>{authors}{authors}{identifiers}\
        <meta name=keywords content='{list}'><meta name=keywords content=x><meta name=description content='{}'>",
        word.repeat(40)
    );
    let found = open(&format!("<html><head>{head}</head>"), Syntax::Html).metadata;
    let lists = [found.authors.len(), found.subjects.len(), found.identifiers.len()];
    assert_eq!((lists, found.authors[999].as_str()), ([1_000; 3], "999"));
    assert!(short(&found.title) && found.publisher.is_some_and(|publisher| short(&publisher)));
    assert!(found.description.is_some_and(|text| (60_000..=64 << 10).contains(&text.len())));
    let fields = format!("title: {word}\nauthor: [{list}]\nauthors: [x]\ntags: [{list}]\nsummary: {}", word.repeat(40));
    let found = open(&format!("---\n{fields}\n---\n\nText"), Syntax::Markdown).metadata;
    assert_eq!((found.authors.len(), found.subjects.len()), (1_000, 1_000));
    assert!(short(&found.title));
    assert!(found.description.is_some_and(|text| (60_000..=64 << 10).contains(&text.len())));
    let found = open(&format!("Project Gutenberg\n\nTitle: {word}\n\nAuthor: {word}"), Syntax::Plain).metadata;
    assert!(short(&found.title) && short(&found.authors[0]));
}

/// An unclosed heading is the whole document: its text is complete, its label is short.
#[test]
fn label_of_unclosed_heading_is_shortened() {
    let mut page = open(&format!("<h1>{}", "word ".repeat(60_000)), Syntax::Html);
    let label = page.toc()[0].label.clone();
    assert!(label.len() <= label::MAX_BYTES && label.ends_with(" word…"), "{label}");
    assert_eq!(page.spine()[0].toc_path, [label]);
    let guard = Guard::start(&Limits::default());
    let blocks = page.blocks(0, &guard).expect("blocks");
    assert!(blocks.iter().all(|block| block.kind == BlockKind::Heading(1)));
    assert_eq!(blocks.iter().map(|block| block.text.split(' ').count()).sum::<usize>(), 60_000);
}

fn flat(toc: &[TocEntry], depth: usize) -> Vec<String> {
    let lines = |entry: &TocEntry| {
        let mut lines = vec![format!("{depth} {} {}", entry.label, entry.href.clone().unwrap_or_default())];
        lines.extend(flat(&entry.children, depth + 1));
        lines
    };
    toc.iter().flat_map(lines).collect()
}

#[test]
fn toc_is_built_from_headings() {
    let page = open("<h1 id=a>A</h1><h3>B</h3><h2>C</h2><h4>D</h4><h1>E</h1><nav><h1>F</h1></nav>", Syntax::Html);
    let want = [
        "0 A part-1.xhtml#a",
        "1 B part-1.xhtml#alx-heading-1",
        "1 C part-1.xhtml#alx-heading-2",
        "0 E part-1.xhtml#alx-heading-3",
    ];
    assert_eq!(flat(page.toc(), 0), want);
    assert_eq!(page.spine()[0].toc_path, ["A"]);
}

#[test]
fn long_documents_are_split_before_headings() {
    let chapter = format!("<h2>Chapter</h2><p id=p>{}</p>", "word ".repeat(12_000));
    let mut page = open(
        &format!("<div><h1>Book</h1>{}<p><a href='#end'>x</a></p><p id=end>y</p></div>", chapter.repeat(5)),
        Syntax::Html,
    );
    assert_eq!(page.spine().len(), 5);
    assert_eq!(page.spine()[0].toc_path, ["Book"]);
    assert_eq!(page.spine()[4].toc_path, ["Book", "Chapter"]);
    assert_eq!(page.resolve(0, "#end").map(|href| href.path).as_deref(), Some("part-5.xhtml"));
    assert_eq!(page.resolve(3, "#p").map(|href| href.path).as_deref(), Some("part-1.xhtml"));
    assert_eq!(page.resolve(3, "other.html"), None);
    let guard = Guard::start(&Limits::default());
    let total: usize = (0..5).map(|number| page.blocks(number, &guard).expect("blocks").len()).sum();
    assert_eq!(total, 1 + 5 * 3 + 2);
}
