//! Annotations of an imported book: made, changed, listed, exported.

use std::fs;

use alexandria_domain::{Annotation, AnnotationKind, Colour, HighlightStyle, PublicationId, Quote};
use tempfile::TempDir;

use super::*;
use crate::library::Library;
use crate::open::{Passphrase, Unlock};

const TEXT: &str = "The keeper trims the lamp.\n\nThe keeper trims the lamp again.\n\n=Sums are not formulas.";

struct Reader {
    _folder: TempDir,
    library: Library,
    book: PublicationId,
}

impl Reader {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
        let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
        let file = folder.path().join("The Lighthouse.txt");
        fs::write(&file, TEXT).unwrap();
        let book = library.import(vec![file]).wait().await.imported.first().unwrap().id;
        Self { _folder: folder, library, book }
    }

    fn highlight(&self, quote: &str) -> NewAnnotation {
        NewAnnotation {
            publication: self.book,
            kind: AnnotationKind::Highlight,
            section: None,
            quote: Quote { highlight: quote.to_owned(), ..Quote::default() },
            progression: 0.0,
            colour: Colour::Green,
            style: HighlightStyle::Solid,
            note: String::new(),
            tags: Vec::new(),
        }
    }

    async fn add(&self, new: NewAnnotation) -> Annotation {
        self.library.add_annotation(new).await.unwrap()
    }

    async fn listed(&self) -> Vec<Annotation> {
        self.library.annotations(self.book).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn annotation_quotes_the_text_it_is_at() {
    let reader = Reader::new().await;
    let second = Quote { highlight: "trims  the\nlamp".into(), after: "again".into(), ..Quote::default() };
    let made = reader.add(NewAnnotation { quote: second, ..reader.highlight("") }).await;
    assert_eq!(made.anchor.text.highlight, "trims the lamp");
    assert!(made.anchor.text.after.starts_with(" again."), "{:?}", made.anchor.text);
    assert!(made.anchor.progression > 0.3, "the second of two equal sentences: {}", made.anchor.progression);
    let first = reader.add(reader.highlight("trims the lamp")).await;
    let order: Vec<_> = reader.listed().await.iter().map(|annotation| annotation.id).collect();
    assert_eq!(order, [first.id, made.id], "in the order of the text");
    let missing = reader.library.add_annotation(reader.highlight("the whale")).await;
    assert!(matches!(missing, Err(AnnotationError::QuoteNotFound)), "{missing:?}");
    let elsewhere = NewAnnotation { publication: PublicationId::from_bytes([9; 16]), ..reader.highlight("lamp") };
    let missing = reader.library.add_annotation(elsewhere).await;
    assert!(matches!(missing, Err(AnnotationError::NoPublication)), "{missing:?}");
    assert_eq!(reader.listed().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn annotation_is_changed_deleted_and_restored() {
    let reader = Reader::new().await;
    let made = reader.add(reader.highlight("keeper")).await;
    let edit = |edit: AnnotationEdit| reader.library.edit_annotation(made.id, reader.book, edit);
    let words = AnnotationEdit {
        note: Some("*Who* is it?".into()),
        colour: Some(Colour::Blue),
        add_tags: vec![" people ".into(), "sea".into()],
        ..AnnotationEdit::default()
    };
    edit(words).await.unwrap();
    edit(AnnotationEdit { remove_tags: vec!["sea".into()], ..AnnotationEdit::default() }).await.unwrap();
    let listed = reader.listed().await.remove(0);
    assert_eq!((listed.note.as_str(), listed.colour), ("*Who* is it?", Colour::Blue));
    assert_eq!(listed.tags.iter().collect::<Vec<_>>(), ["people"]);
    edit(AnnotationEdit { deleted: Some(true), ..AnnotationEdit::default() }).await.unwrap();
    assert_eq!((reader.listed().await.len(), reader.library.annotated_books().await.unwrap().len()), (0, 0));
    edit(AnnotationEdit { deleted: Some(false), ..AnnotationEdit::default() }).await.unwrap();
    assert_eq!(reader.listed().await, [Annotation { changed_ms: reader.listed().await[0].changed_ms, ..listed }]);

    let long = AnnotationEdit {
        note: Some("x".repeat(alexandria_domain::annotation::MAX_NOTE_BYTES + 1)),
        ..AnnotationEdit::default()
    };
    assert!(matches!(edit(long).await, Err(AnnotationError::NoteTooLong)));
    for tag in ["", " ", "a\nb"] {
        let invalid = AnnotationEdit { add_tags: vec![tag.into()], ..AnnotationEdit::default() };
        assert!(matches!(edit(invalid).await, Err(AnnotationError::InvalidTag)), "{tag:?}");
    }
    let none = reader.library.edit_annotation(
        alexandria_domain::AnnotationId::from_bytes([7; 16]),
        reader.book,
        AnnotationEdit::default(),
    );
    assert!(matches!(none.await, Err(AnnotationError::NotFound(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn annotations_are_exported_in_every_form() {
    let reader = Reader::new().await;
    let made = reader
        .add(NewAnnotation {
            note: "First line\nsecond".into(),
            tags: vec!["two words".into()],
            ..reader.highlight("trims the lamp.")
        })
        .await;
    reader.add(NewAnnotation { note: "=1+1".into(), ..reader.highlight("=Sums") }).await;
    let books = reader.library.annotated_books().await.unwrap();
    let link = format!("alexandria://open/{}?a={}", reader.book, made.id);
    let check = |format: ExportFormat, expect: &[&str]| {
        let text = export(&books, format);
        for part in expect {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
        text
    };
    let open = format!("\n[Open]({link})\n");
    check(
        ExportFormat::Markdown,
        &["# The Lighthouse\n", "\n> trims the lamp.\n\nFirst line\nsecond\n", "\nTags: two words\n", &open],
    );
    let block = format!("\n^a-{}\n", made.id);
    check(
        ExportFormat::Obsidian,
        &[
            "---\ntitle: \"The Lighthouse\"\n",
            "> [!quote] green · [open](",
            ">\n> First line\n> second\n",
            "> #two-words\n",
            &block,
        ],
    );
    check(ExportFormat::Csv, &["\"trims the lamp.\",\"The Lighthouse\",", "\"'=Sums\"", "\"'=1+1\""]);
    let set: serde_json::Value = serde_json::from_str(&export(&books, ExportFormat::JsonLd)).unwrap();
    assert_eq!(set["items"][0]["target"]["selector"][0]["exact"], "trims the lamp.");
    assert_eq!(set["items"][0]["body"]["tags"][0], "two words");
    let page =
        format!("<p>First line<br>second</p>\n<p class=\"tags\">two words</p>\n<p class=\"open\"><a href=\"{link}\">");
    check(ExportFormat::Html, &["<h1>The Lighthouse</h1>", ">trims the lamp.</blockquote>", &page]);
    let card = format!(
        "\n\"{}\"\t\"Alexandria::The Lighthouse\"\t\"trims the lamp.\"\t\"First line<br>second<br><br><a href=\"\"{link}\"\">",
        made.id
    );
    check(ExportFormat::Anki, &["#guid column:1\n", &card, "\t\"two-words\"\n"]);
    assert_eq!(export(&[], ExportFormat::Markdown), "");
}
