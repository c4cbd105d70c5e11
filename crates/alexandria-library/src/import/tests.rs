//! Which files an import finds.

use std::fs;
use std::path::PathBuf;

use alexandria_domain::ErrorCode;
use tempfile::TempDir;

use super::report::Refused;
use super::walk::{self, Names};

mod copies;
mod fixture;
mod interrupted;
mod locked;
pub(super) mod panicking;
mod repair;

fn found(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Refused>) {
    walk::files(paths, &Names::new(paths))
}

fn names(paths: &[PathBuf]) -> Vec<String> {
    let names = Names::new(paths);
    walk::files(paths, &names).0.iter().map(|path| names.of(path)).collect()
}

#[test]
fn walk_is_recursive_and_skips_hidden_files() {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("b/c")).unwrap();
    fs::create_dir_all(folder.path().join(".git")).unwrap();
    fs::create_dir_all(folder.path().join("book.epub")).unwrap();
    for file in ["z.txt", "b/a.epub", "b/c/x.md", ".hidden.txt", ".git/config.txt", "book.epub/inside.html"] {
        fs::write(folder.path().join(file), "x").unwrap();
    }
    assert_eq!(names(&[folder.path().to_owned()]), ["b/a.epub", "b/c/x.md", "book.epub/inside.html", "z.txt"]);
    assert_eq!(names(&[folder.path().join(".hidden.txt")]), [".hidden.txt"], "a file that is named is meant");
}

#[test]
fn names_include_folders_where_needed() {
    let folder = TempDir::new().unwrap();
    for file in ["one/index.html", "one/deep/index.html", "two/index.html", "index.html"] {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "x").unwrap();
    }
    let check = |named: &[&str], expect: &[&str]| {
        let named: Vec<PathBuf> = named.iter().map(|name| folder.path().join(name)).collect();
        assert_eq!(names(&named), expect, "{named:?}");
    };
    check(&["one"], &["deep/index.html", "index.html"]);
    check(&["one/"], &["deep/index.html", "index.html"]);
    check(&["one", "two"], &["one/deep/index.html", "one/index.html", "two/index.html"]);
    check(&["two", "index.html"], &["index.html", "index.html"]);
    check(&["one/deep/index.html"], &["index.html"]);
    let refused = found(&[folder.path().join("one"), folder.path().join("absent.txt")]).1;
    assert_eq!(refused.first().map(|file| file.name.as_str()), Some("absent.txt"));
}

#[test]
fn walk_refuses_missing_files_by_name() {
    let folder = TempDir::new().unwrap();
    let (files, refused) = found(&[folder.path().join("absent.epub")]);
    assert!(files.is_empty());
    let refused: Vec<_> = refused.iter().map(|file| (file.name.as_str(), file.code)).collect();
    assert_eq!(refused, [("absent.epub", ErrorCode::NotFound)]);
}

#[cfg(unix)]
#[test]
fn walk_refuses_links_in_folders_and_follows_named_ones() {
    use std::os::unix::fs::symlink;
    let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::write(folder.path().join("a.txt"), "x").unwrap();
    fs::write(elsewhere.path().join("secret.txt"), "x").unwrap();
    symlink(folder.path(), folder.path().join("again")).unwrap();
    symlink(elsewhere.path(), folder.path().join("out")).unwrap();
    symlink(elsewhere.path().join("secret.txt"), folder.path().join("out.txt")).unwrap();
    let (files, refused) = found(&[folder.path().to_owned()]);
    let refused: Vec<_> = refused.iter().map(|file| (file.name.as_str(), file.code)).collect();
    assert_eq!(files, [folder.path().join("a.txt")]);
    assert_eq!(refused, ["again", "out", "out.txt"].map(|name| (name, ErrorCode::UnsupportedFormat)));
    assert_eq!(names(&[folder.path().join("out")]), ["secret.txt"], "a link that is named is meant");
    assert_eq!(names(&[folder.path().join("out.txt")]), ["out.txt"]);
}

#[cfg(unix)]
#[test]
fn walk_refuses_sockets_and_devices() {
    let folder = TempDir::new().unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket.txt")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero.txt")).unwrap();
    let (files, refused) = found(&[folder.path().to_owned(), folder.path().join("zero.txt"), "/dev/zero".into()]);
    let refused: Vec<_> = refused.iter().map(|file| (file.name.as_str(), file.code)).collect();
    assert_eq!(files, [""; 0].map(PathBuf::from));
    assert_eq!(
        refused,
        ["socket.txt", "zero.txt", "zero.txt", "zero"].map(|name| (name, ErrorCode::UnsupportedFormat))
    );
}
