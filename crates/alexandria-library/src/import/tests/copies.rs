//! Files of the same content in one import: each gets its own outcome, and only content that is in the library by then
//! makes a duplicate.

use alexandria_domain::ErrorCode;
use tokio_util::sync::CancellationToken;

use super::fixture::TestLibrary;
use crate::import::ImportReport;
use crate::import::pipeline::{Shared, Writer};
use crate::import::walk::Names;

/// The names of the imported files, of the duplicates and of the refused.
fn names(report: &ImportReport) -> [Vec<&str>; 3] {
    [
        report.imported.iter().map(|file| file.name.as_str()).collect(),
        report.duplicates.iter().map(|file| file.name.as_str()).collect(),
        report.refused.iter().map(|file| file.name.as_str()).collect(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn import_accepts_a_book_although_a_refused_file_has_its_content() {
    let fixture = TestLibrary::new().await;
    let mut files = vec![fixture.write("a.bak", "A chapter.")];
    files.extend((0..20).map(|number| fixture.write(&format!("m-{number:02}.txt"), &format!("Filler {number}."))));
    files.push(fixture.write("z.md", "A chapter."));
    let report = fixture.report(files).await;
    let [imported, duplicates, refused] = names(&report);
    assert!(imported.contains(&"z.md"), "{report:?}");
    // If it was not processed first, it is a copy of a book by then.
    assert_eq!((imported.len(), [duplicates, refused].concat()), (21, vec!["a.bak"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn import_refuses_every_copy_of_refused_content() {
    let fixture = TestLibrary::new().await;
    for round in 0..10 {
        let copies = ["a.bak", "b.bak", "c.bak"].map(|name| fixture.write(name, &format!("Refused {round}.")));
        let report = fixture.report(copies.to_vec()).await;
        let [imported, duplicates, mut refused] = names(&report);
        refused.sort_unstable();
        assert_eq!((imported.len(), duplicates.len(), refused), (0, 0, vec!["a.bak", "b.bak", "c.bak"]));
        assert!(report.refused.iter().all(|file| file.code == ErrorCode::UnsupportedFormat), "{report:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn import_imports_one_of_many_copies() {
    let fixture = TestLibrary::new().await;
    for round in 0..10 {
        let copy = |number: u32| fixture.write(&format!("{number}.txt"), &format!("Book {round}."));
        let report = fixture.report((0..8).map(copy).collect()).await;
        assert_eq!(names(&report).map(|names| names.len()), [1, 7, 0], "{report:?}");
        let id = report.imported.first().unwrap().id;
        assert!(report.duplicates.iter().all(|file| file.id == id));
    }
}

/// As if all copies were identified while the first is still being prepared.
#[tokio::test(flavor = "multi_thread")]
async fn import_passes_claims_to_waiting_copies_until_one_is_imported() {
    let fixture = TestLibrary::new().await;
    let check = |cancelled: bool, text: &str, expect: [&[&str]; 3]| {
        let files = ["a.bak", "b.bak", "c.md", "d.md", "e.bak"].map(|name| fixture.write(name, text));
        let (cancel, called) = (CancellationToken::new(), Names::new(&files));
        let shared = Shared::new(fixture.library.parts.imports.context(), &files, &called, &[], &cancel);
        let mut writer = Writer::new(&shared, 1, ImportReport::default());
        let [first, others @ ..] = &files;
        let processed = shared.process(first).unwrap();
        for other in others {
            assert!(shared.process(other).is_none(), "{} waits", other.display());
        }
        if cancelled {
            cancel.cancel();
        }
        writer.write(processed);
        assert_eq!(names(&writer.report), expect.map(<[&str]>::to_vec));
    };
    check(false, "One text.", [&["c.md"], &["d.md", "e.bak"], &["a.bak", "b.bak"]]);
    check(true, "Another text.", [&[], &[], &["a.bak"]]);
}
