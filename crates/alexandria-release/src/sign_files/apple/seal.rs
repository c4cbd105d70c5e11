//! The seal of a bundle, `CodeResources`: the hash of every file in it but the main program's, which seals the seal.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use alexandria_update::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use roxmltree::{Document, Node, ParsingOptions};
use sha2::{Digest as _, Sha256};

use crate::sign_files::error::SignError;

/// Where it is in the bundle.
pub(super) const PATH: &str = "Contents/_CodeSignature/CodeResources";

/// Apple's ticket, which is put into a bundle once it is signed and notarised. Apple signs it, and macOS checks that.
const TICKET: &str = "Contents/CodeResources";

/// What is sealed by other means: by the signature of the main program, or by Apple.
const NOT_SEALED: [&str; 3] = ["Contents/Info.plist", PATH, TICKET];

/// The hash of a sealed file, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sealed {
    /// Of its content.
    Content(String),
    /// Of the directory of hashes of a program or library, its first 20 bytes.
    Code(String),
}

/// The seal of a bundle.
#[derive(Debug)]
pub(super) struct Seal {
    bundle: PathBuf,
    main: PathBuf,
    /// By path below `Contents`.
    sealed: BTreeMap<String, Sealed>,
}

impl Seal {
    /// Reads the seal, whatever it is worth.
    pub(super) fn read(bundle: &Path) -> Result<Self, SignError> {
        let invalid = |reason: &str| SignError::invalid(bundle, reason);
        let text = |path: &str| fs::read_to_string(bundle.join(path)).map_err(|_| invalid("it has no signature"));
        let info = text("Contents/Info.plist")?;
        let info = parse(&info).ok_or_else(|| invalid("Info.plist is damaged"))?;
        let name = dictionary(info.root_element().first_element_child())
            .find(|(key, _)| *key == "CFBundleExecutable")
            .and_then(|(_, value)| value.text())
            .ok_or_else(|| invalid("Info.plist names no program"))?
            .to_owned();
        let resources = text(PATH)?;
        let resources = parse(&resources).ok_or_else(|| invalid("the seal is damaged"))?;
        let files = dictionary(resources.root_element().first_element_child())
            .find(|(key, _)| *key == "files2")
            .map(|(_, value)| value)
            .ok_or_else(|| invalid("the seal lists nothing"))?;
        let mut sealed = BTreeMap::new();
        for (path, entry) in dictionary(Some(files)) {
            let hash = dictionary(Some(entry)).find_map(|(key, value)| match key {
                "hash2" => data(value).map(Sealed::Content),
                "cdhash" => data(value).map(Sealed::Code),
                _ => None,
            });
            let hash = hash.ok_or_else(|| invalid(&format!("the seal has no hash of {path}")))?;
            sealed.insert(path.to_owned(), hash);
        }
        Ok(Self { bundle: bundle.to_owned(), main: Path::new("Contents/MacOS").join(name), sealed })
    }

    /// The program that is started, relative to the bundle.
    pub(super) fn main_program(&self) -> PathBuf {
        self.main.clone()
    }

    /// Whether another program or library is sealed with this directory of hashes.
    pub(super) fn check_code(&self, path: &Path, directory: &[u8]) -> Result<(), SignError> {
        let mut hash = hex(&Sha256::digest(directory));
        hash.truncate(40);
        self.check(path, &Sealed::Code(hash))
    }

    /// Whether every file but the programs and libraries in `code`, which were checked, is the sealed one, none is missing, and
    /// there are no others.
    pub(super) fn check_resources(&self, code: &[PathBuf]) -> Result<(), SignError> {
        let files = files(&self.bundle)?;
        for path in &files {
            if code.contains(path) || NOT_SEALED.iter().any(|known| path == Path::new(known)) {
                continue;
            }
            let full = self.bundle.join(path);
            let content = fs::read(&full).map_err(SignError::file(&full))?;
            self.check(path, &Sealed::Content(hex(&Sha256::digest(content))))?;
        }
        let missing = self.sealed.keys().find(|sealed| !files.iter().any(|path| key(path) == **sealed));
        missing
            .map_or(Ok(()), |path| Err(SignError::invalid(&self.bundle.join("Contents").join(path), "it is missing")))
    }

    fn check(&self, path: &Path, found: &Sealed) -> Result<(), SignError> {
        if self.sealed.get(&key(path)) == Some(found) {
            return Ok(());
        }
        Err(SignError::invalid(&self.bundle.join(path), "it is not what the seal of the bundle says"))
    }
}

/// How the seal spells a path.
fn key(path: &Path) -> String {
    path.strip_prefix("Contents").unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Everything in a bundle that is no folder, relative to it, sorted.
pub(super) fn files(bundle: &Path) -> Result<Vec<PathBuf>, SignError> {
    let mut found = Vec::new();
    let mut pending = vec![bundle.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).map_err(SignError::file(&folder))? {
            let path = entry.map_err(SignError::file(&folder))?.path();
            if path.is_symlink() {
                // None of ours has one, and the seal treats them in another way.
                return Err(SignError::NotAFile { file: path });
            }
            if path.is_dir() {
                pending.push(path);
            } else {
                found.push(path.strip_prefix(bundle).unwrap_or(&path).to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn parse(text: &str) -> Option<Document<'_>> {
    // Property lists start with a document type, which names a file of Apple's and declares nothing.
    Document::parse_with_options(text, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() }).ok()
}

/// The keys and values of a dictionary of a property list.
fn dictionary<'a>(node: Option<Node<'a, 'a>>) -> impl Iterator<Item = (&'a str, Node<'a, 'a>)> {
    let children = node.into_iter().flat_map(|node| node.children().filter(Node::is_element));
    let mut key = None;
    children.filter_map(move |child| {
        if child.has_tag_name("key") {
            key = child.text();
            return None;
        }
        key.take().map(|key| (key, child))
    })
}

/// The bytes of a `data` element, in hexadecimal.
fn data(node: Node<'_, '_>) -> Option<String> {
    let text: String = node.text()?.split_whitespace().collect();
    BASE64.decode(text).ok().map(|bytes| hex(&bytes))
}
