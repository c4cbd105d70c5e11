//! A library with one book, and the reader's own files beside it.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use alexandria_domain::PublicationId;
use tempfile::TempDir;

use crate::Finding;
use crate::import::ImportReport;
use crate::library::Library;
use crate::open::{Passphrase, Unlock};

pub(super) struct TestLibrary {
    pub(super) folder: TempDir,
    pub(super) library: Library,
    pub(super) book: PublicationId,
}

/// The words of the one book, which is called `a.txt`.
pub(super) const BOOK: &str = "A book that stays.";

impl TestLibrary {
    pub(super) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let unlock = Unlock::Passphrase(Passphrase::new("a passphrase for tests only".to_owned()));
        let library = Library::create(&folder.path().join("library"), unlock).await.unwrap();
        let mut fixture = Self { folder, library, book: PublicationId::from_bytes([0; 16]) };
        fixture.book = fixture.import("a.txt", BOOK).await;
        fixture
    }

    /// Writes a file of the reader's.
    pub(super) fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, text).unwrap();
        file
    }

    /// Imports files and gives the report.
    pub(super) async fn report(&self, files: Vec<PathBuf>) -> ImportReport {
        self.library.import(files).wait().await
    }

    /// Imports a text and gives its publication, whether it is a new one or not.
    pub(super) async fn import(&self, name: &str, text: &str) -> PublicationId {
        let report = self.report(vec![self.write(name, text)]).await;
        let known = report.duplicates.first().map(|file| file.id);
        report.imported.first().map(|file| file.id).or(known).unwrap()
    }

    /// Where the file of a publication lies under its final name.
    pub(super) fn file(&self, id: PublicationId) -> PathBuf {
        let name = id.to_string();
        self.folder.path().join("library/blobs").join(name.get(..2).unwrap()).join(name)
    }

    pub(super) fn read(&self, id: PublicationId) -> String {
        let mut text = String::new();
        self.library.parts.engines.blobs.read(&id).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    /// The names of all sealed files, in order.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for folder in fs::read_dir(self.folder.path().join("library/blobs")).unwrap() {
            let files = fs::read_dir(folder.unwrap().path()).unwrap();
            names.extend(files.map(|file| file.unwrap().file_name().into_string().unwrap()));
        }
        names.sort();
        names
    }

    /// What the library's own check says of the sealed files.
    pub(super) async fn files(&self) -> Finding {
        let findings = self.library.check(&crate::Watch::default()).await.unwrap();
        findings.into_iter().find(|finding| finding.check == "files").unwrap()
    }
}
