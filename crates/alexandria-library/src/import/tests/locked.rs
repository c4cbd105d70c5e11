//! Documents that open with a password only.

use alexandria_domain::{CodedError, ErrorCode};

use super::fixture::TestLibrary;
use crate::import::{ImportReport, LockedFile};
use crate::open::{Passphrase, Unlock};
use crate::{Library, ReadError};

/// See `crates/alexandria-pdf/tests/document`.
const DOCUMENT: &[u8] = include_bytes!("../../../../alexandria-pdf/tests/document/password.pdf");

fn password(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

/// The code of the one file that was refused, and the file.
fn refused(report: &ImportReport) -> (ErrorCode, LockedFile) {
    let [file] = report.refused.as_slice() else { panic!("{report:?}") };
    (file.code, file.locked.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn locked_file_is_imported_with_its_password_and_opens_without_it() {
    let fixture = TestLibrary::new().await;
    let path = fixture.folder.path().join("letters.pdf");
    std::fs::write(&path, DOCUMENT).unwrap();
    let (code, file) = refused(&fixture.report(vec![path.clone()]).await);
    assert_eq!(code, ErrorCode::PasswordRequired);
    let unlock = |text: &str| fixture.library.import_locked(file, password(text)).unwrap();
    assert_eq!(refused(&unlock("Open Sesame").wait().await), (ErrorCode::WrongPassword, file));
    assert!(fixture.library.import_locked(LockedFile::of(7), password("open sesame")).is_none());
    let report = unlock("open sesame").wait().await;
    assert_eq!((report.imported.len(), report.imported[0].title.as_str()), (1, "The Sealed Harbour"));
    let id = report.imported[0].id;

    let TestLibrary { folder, library, .. } = fixture;
    library.lock().await;
    let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
    let library = Library::open(&folder.path().join("library"), unlock).await.unwrap();
    let page = library.page(id, "page-0001.xhtml", "book:1").await.unwrap();
    assert!(page.html.contains("sealed "), "{}", page.html);
    assert!(library.thumbnail(id).await.is_ok());
    let missing = library.page(id, "page-0009.xhtml", "book:1").await;
    assert!(missing.is_err_and(|error: ReadError| error.code() == ErrorCode::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_tried_on_files_that_need_one() {
    let fixture = TestLibrary::new().await;
    let path = fixture.folder.path().join("letters.pdf");
    std::fs::write(&path, DOCUMENT).unwrap();
    let files = vec![path, fixture.write("free.txt", "A book without a password.")];
    let passwords = vec![password("wrong"), password("open sesame"), password("another")];
    let report = fixture.library.import_with_passwords(files, passwords).wait().await;
    assert_eq!((report.imported.len(), report.refused.len()), (2, 0), "{report:?}");
}
