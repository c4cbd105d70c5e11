//! Which files an import finds.

use std::fs;
use std::path::PathBuf;

use alexandria_domain::ErrorCode;
use tempfile::TempDir;

use super::walk;

mod copies;
mod interrupted;
mod mending;
mod world;

fn names(paths: &[PathBuf]) -> Vec<String> {
    walk::files(paths).0.iter().map(|path| walk::name_of(path)).collect()
}

#[test]
fn folders_are_walked_to_the_bottom_without_hidden_files() {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("b/c")).unwrap();
    fs::create_dir_all(folder.path().join(".git")).unwrap();
    fs::create_dir_all(folder.path().join("book.epub")).unwrap();
    for file in ["z.txt", "b/a.epub", "b/c/x.md", ".hidden.txt", ".git/config.txt", "book.epub/inside.html"] {
        fs::write(folder.path().join(file), "x").unwrap();
    }
    assert_eq!(names(&[folder.path().to_owned()]), ["a.epub", "x.md", "inside.html", "z.txt"]);
    assert_eq!(names(&[folder.path().join(".hidden.txt")]), [".hidden.txt"], "a file that is named is meant");
}

#[test]
fn what_cannot_be_looked_at_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let (files, refused) = walk::files(&[folder.path().join("absent.epub")]);
    assert!(files.is_empty());
    let refused: Vec<_> = refused.iter().map(|file| (file.name.as_str(), file.code)).collect();
    assert_eq!(refused, [("absent.epub", ErrorCode::NotFound)]);
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_refused_and_named_ones_are_followed() {
    use std::os::unix::fs::symlink;
    let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::write(folder.path().join("a.txt"), "x").unwrap();
    fs::write(elsewhere.path().join("secret.txt"), "x").unwrap();
    symlink(folder.path(), folder.path().join("again")).unwrap();
    symlink(elsewhere.path(), folder.path().join("out")).unwrap();
    symlink(elsewhere.path().join("secret.txt"), folder.path().join("out.txt")).unwrap();
    let (files, refused) = walk::files(&[folder.path().to_owned()]);
    let refused: Vec<_> = refused.iter().map(|file| (file.name.as_str(), file.code)).collect();
    assert_eq!(files, [folder.path().join("a.txt")]);
    assert_eq!(refused, ["again", "out", "out.txt"].map(|name| (name, ErrorCode::UnsupportedFormat)));
    assert_eq!(names(&[folder.path().join("out")]), ["secret.txt"], "a link that is named is meant");
    assert_eq!(names(&[folder.path().join("out.txt")]), ["out.txt"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket.txt")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero.txt")).unwrap();
    let (files, refused) = walk::files(&[folder.path().to_owned(), folder.path().join("zero.txt"), "/dev/zero".into()]);
    let refused: Vec<_> = refused.iter().map(|file| (file.name.as_str(), file.code)).collect();
    assert_eq!(files, [""; 0].map(PathBuf::from));
    assert_eq!(
        refused,
        ["socket.txt", "zero.txt", "zero.txt", "zero"].map(|name| (name, ErrorCode::UnsupportedFormat))
    );
}
