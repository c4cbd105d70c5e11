//! Importing from a Unix file system: links, pipes, sockets, devices, and names of any bytes.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::Command;

use alexandria_library::domain::ErrorCode;
use alexandria_library::{ImportReport, SearchMode};
use alexandria_tests_corpus::TestLibrary;

fn refused(report: &ImportReport) -> Vec<(&str, ErrorCode)> {
    let mut refused: Vec<_> = report.refused.iter().map(|file| (file.name.as_str(), file.code)).collect();
    refused.sort_by_key(|(name, _)| *name);
    refused
}

fn make_pipe(path: &std::path::Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn pipes_sockets_and_devices_are_rejected_unread() {
    let fixture = TestLibrary::new().await;
    let folder = fixture.outside();
    fs::write(folder.join("good.txt"), "A zebra.").unwrap();
    make_pipe(&folder.join("pipe.txt"));
    symlink(folder.join("pipe.txt"), folder.join("to-pipe.txt")).unwrap();
    symlink("/dev/zero", folder.join("zero.epub")).unwrap();
    let _socket = UnixListener::bind(folder.join("socket.epub")).unwrap();
    let refusals =
        ["pipe.txt", "socket.epub", "to-pipe.txt", "zero.epub"].map(|name| (name, ErrorCode::UnsupportedFormat));
    let report = fixture.import(std::slice::from_ref(&folder)).await;
    assert_eq!((report.imported.len(), refused(&report)), (1, refusals.to_vec()));
    // A link that is named itself is followed, with the same result.
    let named: Vec<PathBuf> = refusals.iter().map(|(name, _)| folder.join(name)).collect();
    let report = fixture.import(&named).await;
    assert_eq!((report.imported.len(), refused(&report)), (0, refusals.to_vec()));
    let report = fixture.import(&["/dev/zero", "/dev/null", "/proc/self/mem"].map(PathBuf::from)).await;
    assert_eq!(report.imported.len(), 0);
    assert_eq!(report.refused.len(), 3, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_in_a_folder_are_rejected() {
    let fixture = TestLibrary::new().await;
    let (folder, elsewhere) = (fixture.outside().join("in"), fixture.outside().join("out"));
    fs::create_dir_all(folder.join("book.epub")).unwrap();
    fs::create_dir_all(&elsewhere).unwrap();
    fs::write(folder.join("book.epub/good.txt"), "A zebra.").unwrap();
    fs::write(elsewhere.join("secret.txt"), "A quagga.").unwrap();
    symlink(&folder, folder.join("loop")).unwrap();
    symlink("again", folder.join("again")).unwrap();
    symlink(&elsewhere, folder.join("out")).unwrap();
    symlink(elsewhere.join("secret.txt"), folder.join("secret.txt")).unwrap();
    let report = fixture.import(std::slice::from_ref(&folder)).await;
    let links = ["again", "loop", "out", "secret.txt"].map(|name| (name, ErrorCode::UnsupportedFormat));
    assert_eq!((report.imported.len(), refused(&report)), (1, links.to_vec()));
    assert_eq!(fixture.search("quagga", SearchMode::Exact, 10, 0).await.total, 0);
    assert_eq!(fixture.import(&[folder.join("again")]).await.refused.len(), 1, "a link to itself ends");
    assert_eq!(fixture.import(&[folder.join("out")]).await.imported.len(), 1, "a link that is named is meant");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_with_any_name_are_imported() {
    let fixture = TestLibrary::new().await;
    let longest = [&[b'x'; 251][..], b".txt"].concat();
    let names: [&[u8]; 12] = [
        b"line\nbreak.txt",
        b"quote\"s'.txt",
        "right\u{202e}txt.exe.txt".as_bytes(),
        b"no \xff\xfe utf-8.txt",
        b"-rf.txt",
        b"--help.txt",
        b" .txt",
        b"$(echo hi).txt",
        b"back\\slash.txt",
        b"esc\x1b[31m.txt",
        b"\xf0\x9f\x98\x80.TXT",
        &longest,
    ];
    for (number, name) in names.iter().enumerate() {
        fs::write(fixture.outside().join(OsStr::from_bytes(name)), format!("Zebra number {number}.")).unwrap();
    }
    let report = fixture.import(&[fixture.outside()]).await;
    assert_eq!((report.imported.len(), refused(&report)), (names.len(), Vec::new()));
    assert_eq!(fixture.search("zebra", SearchMode::Exact, 20, 0).await.total, names.len() as u64);
    assert!(report.imported.iter().all(|file| !file.title.is_empty()));
    // The folder itself may have such a name, and be named with it.
    let folder = fixture.outside().join(OsStr::from_bytes(b"-\n\xff\"/"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("new.txt"), "A new zebra.").unwrap();
    assert_eq!(fixture.import(&[folder]).await.imported.len(), 1);
}
