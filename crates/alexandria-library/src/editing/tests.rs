//! Publications of a library: edited, and returned to what their files say.

use std::fs;

use alexandria_domain::{CodedError, ErrorCode, PublicationId, ReadingStatus, Series};
use tempfile::TempDir;

use super::*;
use crate::library::Library;
use crate::open::{Passphrase, Unlock};
use crate::shelf::Book;

struct Reader {
    _folder: TempDir,
    library: Library,
    books: Vec<PublicationId>,
}

impl Reader {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
        let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
        let files = ["Lamp", "Sea"].map(|name| folder.path().join(format!("{name}.txt")));
        for file in &files {
            fs::write(file, format!("The text of {}.", file.display())).unwrap();
        }
        library.import(files.to_vec()).wait().await;
        let mut books = library.books(alexandria_domain::Membership::Shelf).await.unwrap();
        books.sort_by(|one, other| one.metadata.title.cmp(&other.metadata.title));
        Self { _folder: folder, library, books: books.into_iter().map(|book| book.id).collect() }
    }

    async fn edit(&self, edit: PublicationEdit) -> Result<usize, EditError> {
        self.library.edit(self.books.clone(), edit).await
    }

    async fn first(&self) -> Book {
        self.library.book(&self.books[0].to_string()).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn edit_with_a_bad_value_or_book_changes_nothing() {
    let reader = Reader::new().await;
    let before = reader.first().await;
    let set = |text: &str| Change::Set(text.to_owned());
    let title = || PublicationEdit { title: set("New"), ..PublicationEdit::default() };
    let bad = [
        PublicationEdit { title: set(" "), ..title() },
        PublicationEdit { language: set("english language"), ..title() },
        PublicationEdit { rating: Change::Set(6), ..title() },
        PublicationEdit { add_tags: vec![String::new()], ..title() },
        PublicationEdit { published: set(&"1".repeat(3_000)), ..title() },
        PublicationEdit { series: Change::Set(Series { name: "S".into(), position: Some("x".into()) }), ..title() },
    ];
    for edit in bad {
        let error = reader.edit(edit.clone()).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidInput, "{edit:?}");
    }
    let unknown = vec![reader.books[0], PublicationId::from_bytes([9; 16])];
    let error = reader.library.edit(unknown, title()).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    assert_eq!(reader.first().await.metadata, before.metadata);
}

#[tokio::test(flavor = "multi_thread")]
async fn books_are_edited_together_and_returned_to_their_files() {
    let reader = Reader::new().await;
    let before = reader.first().await;
    let edit = PublicationEdit {
        authors: Change::Set(vec![" Ann  Author ".into()]),
        series: Change::Set(Series { name: "Rooms".into(), position: Some("1,5".into()) }),
        add_tags: vec!["to lend".into()],
        rating: Change::Set(4),
        status: Change::Set(ReadingStatus::Reading),
        ..PublicationEdit::default()
    };
    assert_eq!(reader.edit(edit.clone()).await.unwrap(), 2);
    assert_eq!(reader.edit(edit).await.unwrap(), 0, "what is there already is not written again");
    let edited = reader.first().await;
    assert_eq!((edited.metadata.authors.as_slice(), edited.rating), (&["Ann Author".to_owned()][..], 4));
    let series = Series { name: "Rooms".into(), position: Some("1.5".into()) };
    assert_eq!((edited.metadata.series, edited.metadata.subjects), (Some(series), vec!["to lend".to_owned()]));
    assert!(edited.is_edited && edited.status == Some(ReadingStatus::Reading));
    assert_eq!(reader.library.tags().await.unwrap().len(), 1);
    let file = reader.library.file_metadata(reader.books[0]).await.unwrap();
    assert_eq!(file.authors, before.metadata.authors);

    assert_eq!(reader.edit(PublicationEdit::as_in_file()).await.unwrap(), 2);
    let returned = reader.first().await;
    assert_eq!((returned.metadata, returned.is_edited, returned.rating), (before.metadata.clone(), false, 4));
    // The title of the file is no change.
    let same = PublicationEdit { title: Change::Set(before.metadata.title), ..PublicationEdit::default() };
    assert_eq!(reader.library.edit(vec![reader.books[0]], same).await.unwrap(), 0);
    let cleared = PublicationEdit { rating: Change::Set(0), status: Change::Reset, ..PublicationEdit::default() };
    assert_eq!(reader.edit(cleared).await.unwrap(), 2);
    assert_eq!((reader.first().await.rating, reader.first().await.status), (0, None));
}
