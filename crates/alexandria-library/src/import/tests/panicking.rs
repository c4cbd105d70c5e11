//! A file that makes a parser panic is refused, and stops no other.

use alexandria_domain::ErrorCode;
use tokio_util::sync::CancellationToken;

use super::fixture::TestLibrary;
use crate::import::ImportReport;
use crate::import::pipeline::{Shared, Writer};
use crate::import::walk::Names;

/// Called where a file is prepared: panics if its name begins with `panics`.
pub(in crate::import) fn panic_if_asked(name: &str) {
    assert!(!name.starts_with("panics"), "a fault made for a test");
}

fn check_refused(report: &ImportReport) {
    let [refused] = report.refused.as_slice() else { panic!("{report:?}") };
    assert_eq!((refused.name.as_str(), refused.code), ("panics.md", ErrorCode::Internal));
    assert!(refused.message.contains("the other files were read"), "{}", refused.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn import_continues_after_a_file_that_panics() {
    let fixture = TestLibrary::new().await;
    let mut files: Vec<_> =
        (0..8).map(|number| fixture.write(&format!("{number}.txt"), &format!("Book {number}."))).collect();
    files.insert(3, fixture.write("panics.md", "Words that no parser can take."));
    let report = fixture.report(files.clone()).await;
    assert_eq!((report.imported.len(), report.duplicates.len()), (8, 0), "{report:?}");
    check_refused(&report);
    let again = fixture.report(files).await;
    assert_eq!((again.imported.len(), again.duplicates.len()), (0, 8), "{again:?}");
    check_refused(&again);
}

#[tokio::test(flavor = "multi_thread")]
async fn import_passes_the_claim_of_a_file_that_panics() {
    let fixture = TestLibrary::new().await;
    let files = ["panics.md", "b.md", "c.md"].map(|name| fixture.write(name, "One text."));
    let (cancel, called) = (CancellationToken::new(), Names::new(&files));
    let shared = Shared::new(fixture.library.parts.imports.context(), &files, &called, &[], &cancel);
    let mut writer = Writer::new(&shared, 1, ImportReport::default());
    let [first, others @ ..] = &files;
    let processed = shared.process(first).unwrap();
    assert!(others.iter().all(|other| shared.process(other).is_none()), "they wait");
    writer.write(processed);
    check_refused(&writer.report);
    assert_eq!(writer.report.imported.first().map(|file| file.name.as_str()), Some("b.md"));
    assert_eq!(writer.report.duplicates.first().map(|file| file.name.as_str()), Some("c.md"));
}
