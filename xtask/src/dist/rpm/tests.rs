//! A package of small files in the places of the real ones, read and installed by rpm.

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_tests_skip::{Requirement, skip};

use super::super::contents::differences;
use super::*;

const CONTENTS: &str = include_str!("../../../../installers/linux/contents.txt");

/// A release whose tree has every file of the list. Programs are copies of one that every system has.
pub(super) fn release(folder: &Path) -> Release {
    let tree = folder.join("tree");
    for line in CONTENTS.lines().filter(|line| !line.starts_with('#')) {
        let (mode, path) = line.split_once(' ').unwrap();
        let path = tree.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if mode == "755" { fs::copy("/bin/true", path).map(drop) } else { fs::write(path, line) }.unwrap();
    }
    let sources = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../installers/linux");
    let (cache, output, time) = (folder.join("cache"), folder.join("output"), "1700000000".to_owned());
    Release { sources, tree, cache, appimage_runtime: None, output, time }
}

fn rpm<'a>(arguments: impl IntoIterator<Item = &'a str>, package: &Path) -> String {
    Process::new("rpm").arguments(arguments).argument(package).output().unwrap()
}

#[test]
fn package_holds_the_tree_and_rpm_installs_it() {
    if !Process::new("rpmbuild").argument("--version").succeeds() {
        return skip(Requirement::Tools, "rpmbuild is not installed");
    }
    let folder = std::env::temp_dir().join(format!("xtask-rpm-{}", std::process::id()));
    let release = release(&folder);
    let package = build(&release, "1.2.3").unwrap();

    assert_eq!(differences(CONTENTS, &package.contents().unwrap()), [""; 0]);
    let check = |format: &str, expect: &str| {
        assert_eq!(rpm(["--query", "--package", "--queryformat", format], &package.path), expect, "{format}");
    };
    check("%{NAME} %{VERSION} %{RELEASE} %{ARCH}", &format!("alexandria 1.2.3 1 {}", std::env::consts::ARCH));
    check("%{BUILDTIME} %{BUILDHOST}", "1700000000 localhost");
    check("%{LICENSE}", "MIT OR Apache-2.0");
    check("%{PAYLOADCOMPRESSOR}", "zstd");
    let times = rpm(["--query", "--package", "--queryformat", "[%{FILEMTIMES}\\n]"], &package.path);
    assert!(times.lines().all(|time| time == "1700000000"), "{times}");
    let requires = rpm(["--query", "--package", "--requires"], &package.path);
    assert!(requires.contains("libc.so.6("), "{requires}");
    let provides = rpm(["--query", "--package", "--provides"], &package.path);
    assert!(provides.contains("metainfo(app.alexandria.reader.metainfo.xml)"), "{provides}");
    let digests = rpm(["--checksig"], &package.path);
    assert!(digests.ends_with("digests OK"), "{digests}");

    if Process::new("id").argument("-u").output().unwrap() == "0" {
        installed_files_are_those_of_the_package(&folder.join("root"), &package.path);
    } else {
        skip(Requirement::Root, "rpm installs into a folder only as root");
    }
    fs::remove_dir_all(folder).unwrap();
}

/// Installs the package into an empty root, verifies every file, and removes it.
fn installed_files_are_those_of_the_package(root: &Path, package: &Path) {
    fs::create_dir_all(root).unwrap();
    let in_root = |arguments: &[&str]| {
        Process::new("rpm").argument("--root").arguments([root]).arguments(arguments).into_command().output().unwrap()
    };
    let path = package.to_string_lossy();
    // The root has no system libraries.
    let installed = in_root(&["--install", "--nodeps", &path]);
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    let program = root.join("usr/bin/alexandria");
    assert!(Process::new(&program).succeeds());
    let verify = || String::from_utf8(in_root(&["--verify", "--nodeps", "alexandria"]).stdout).unwrap();
    assert_eq!(verify(), "");
    fs::write(&program, "changed").unwrap();
    assert!(verify().contains("/usr/bin/alexandria"), "{}", verify());
    assert!(in_root(&["--erase", "alexandria"]).status.success());
    for left in ["usr/bin/alexandria", "usr/lib/alexandria", "usr/share/doc/alexandria"] {
        assert!(!root.join(left).exists(), "{left}");
    }
}
