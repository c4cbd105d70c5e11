//! Real documents, if they are there, and pdfium's opinion of their text, if it is installed.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use alexandria_pdf::{Document, OpenError, Pages};
use alexandria_tests_skip::{Requirement, skip};

/// The PDF files of the corpus; `None` after reporting that there are none.
fn files() -> Option<Vec<PathBuf>> {
    let folder = std::env::var_os("ALEXANDRIA_CORPUS").map(PathBuf::from);
    let Some(folder) = folder.map(|folder| folder.join("pdf")).filter(|folder| folder.is_dir()) else {
        skip(Requirement::Corpus, "ALEXANDRIA_CORPUS has no folder `pdf`");
        return None;
    };
    let entries = std::fs::read_dir(folder).expect("is a folder").map(|entry| entry.expect("is readable").path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "pdf")).collect();
    files.sort();
    Some(files)
}

/// The characters of a text that count, each with how often it occurs.
fn bag(text: &str) -> HashMap<char, usize> {
    let mut bag = HashMap::new();
    // Hyphens at line ends are joined by one engine and marked by the other.
    for char in text.chars().filter(|char| char.is_alphanumeric()) {
        *bag.entry(char).or_default() += 1;
    }
    bag
}

fn overlap(ours: &HashMap<char, usize>, theirs: &HashMap<char, usize>) -> f64 {
    let shared: usize = theirs.iter().map(|(char, count)| count.min(ours.get(char).unwrap_or(&0))).sum();
    let most = ours.values().sum::<usize>().max(theirs.values().sum());
    f64::from(u32::try_from(shared).expect("small")) / f64::from(u32::try_from(most.max(1)).expect("small"))
}

/// All text of a document; `None` if it has a password.
fn text(path: &Path) -> Option<String> {
    let document = match Document::open(std::fs::read(path).expect("is readable"), "") {
        Ok(document) => document,
        Err(OpenError::PasswordRequired) => return None,
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let mut pages = Pages::new(&document, BTreeSet::new(), |_| {});
    let mut text = String::new();
    for page in 0..u32::try_from(document.page_count()).expect("few pages") {
        let page = pages.text(page).expect("is read");
        text.extend(
            page.blocks.iter().map(|block| block.text.as_str()).chain(page.furniture.iter().map(String::as_str)),
        );
    }
    Some(text)
}

#[test]
fn documents_of_the_corpus_open_and_pages_are_drawn() {
    let Some(files) = files() else { return };
    for path in files {
        let Ok(document) = Document::open(std::fs::read(&path).expect("is readable"), "") else {
            assert!(path.to_string_lossy().contains("password"), "{} does not open", path.display());
            continue;
        };
        let mut pages = Pages::new(&document, BTreeSet::new(), |_| {});
        pages.text(0).expect("is read");
        assert!(pages.picture(0, 0.5).expect("is drawn").png.starts_with(b"\x89PNG"), "{}", path.display());
    }
}

/// The Python with pypdfium2 that the set-up installs.
fn oracle() -> Option<PathBuf> {
    let has_pdfium = |python: &PathBuf| {
        let import = Command::new(python).args(["-c", "import pypdfium2"]).output();
        import.is_ok_and(|output| output.status.success())
    };
    let python = std::env::var_os("ALEXANDRIA_PDFIUM_PYTHON").map(PathBuf::from).filter(has_pdfium);
    if python.is_none() {
        skip(Requirement::Tools, "ALEXANDRIA_PDFIUM_PYTHON is no Python with pypdfium2");
    }
    python
}

/// Gate: the text of a document is that of pdfium, but for one character of a hundred.
#[test]
fn text_of_the_corpus_is_that_of_pdfium() {
    let (Some(files), Some(python)) = (files(), oracle()) else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/document/oracle.py");
    for path in files {
        // One glyph of this font is a whole word, and the others are nothing; pdfium reverses it.
        if path.to_string_lossy().contains("habibi") {
            continue;
        }
        let Some(ours) = text(&path) else { continue };
        let output = Command::new(&python).arg(&script).arg("--plain").arg(&path).output().expect("runs");
        let theirs = String::from_utf8_lossy(&output.stdout).into_owned();
        let (ours, theirs) = (bag(&ours), bag(&theirs));
        let overlap = overlap(&ours, &theirs);
        // Documents of a few words are compared by eye.
        assert!(overlap >= 0.99 || theirs.values().sum::<usize>() < 100, "{}: {overlap}", path.display());
    }
}
