//! Everything that fuzzing was begun with and everything it ever found, given to the same laws again.

#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use alexandria_tests_hostile::{LAWS, Law};

fn fuzz_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// The files of a folder; none if there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// Gives a law all its files and names those it does not hold for. One broken law does not hide another.
fn broken(law: &Law) -> Vec<PathBuf> {
    let folder = |kind: &str| files(&fuzz_folder().join(kind).join(law.name));
    let (seeds, findings) = (folder("corpus"), folder("regressions"));
    assert!(!seeds.is_empty(), "{} has no seeds in fuzz/corpus", law.name);
    let holds = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap();
        catch_unwind(|| (law.check)(&bytes)).is_ok()
    };
    seeds.into_iter().chain(findings).filter(|path| !holds(path)).collect()
}

#[test]
fn every_law_holds_for_every_file_of_its_corpus() {
    let broken: Vec<PathBuf> = LAWS.iter().flat_map(broken).collect();
    assert!(broken.is_empty(), "laws are broken by {broken:#?}; the panics above say how");
}

#[test]
fn every_law_has_a_target_and_nothing_else_does() {
    let named = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(fuzz_folder().join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
    };
    let laws: BTreeSet<String> = LAWS.iter().map(|law| law.name.to_owned()).collect();
    assert_eq!(named("targets"), laws);
    assert_eq!(named("corpus"), laws);
    let manifest = fs::read_to_string(fuzz_folder().join("Cargo.toml")).unwrap();
    for name in &laws {
        assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "fuzz/Cargo.toml does not name {name}");
    }
    let regressions = fs::read_dir(fuzz_folder().join("regressions")).into_iter().flatten();
    let known = |name: String| laws.contains(&name) || !Path::new(&name).is_dir();
    assert!(regressions.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).all(known));
}
