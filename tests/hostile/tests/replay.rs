//! Replays the seeds of fuzzing and everything it ever found.

#![expect(clippy::unwrap_used, reason = "a test stops where its premises fail")]

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use alexandria_tests_hostile::{INVARIANTS, Invariant};

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

/// The files for which an invariant does not hold. A failure does not hide the next.
fn failures(invariant: &Invariant) -> Vec<PathBuf> {
    let folder = |kind: &str| files(&fuzz_folder().join(kind).join(invariant.name));
    let (seeds, findings) = (folder("corpus"), folder("regressions"));
    assert!(!seeds.is_empty(), "{} has no seeds in fuzz/corpus", invariant.name);
    let holds = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap();
        catch_unwind(|| (invariant.check)(&bytes)).is_ok()
    };
    seeds.into_iter().chain(findings).filter(|path| !holds(path)).collect()
}

#[test]
fn every_invariant_holds_for_every_file_of_its_corpus() {
    let failures: Vec<PathBuf> = INVARIANTS.iter().flat_map(failures).collect();
    assert!(failures.is_empty(), "invariants do not hold for {failures:#?}; the panics above say why");
}

#[test]
fn every_invariant_has_a_fuzz_target_and_nothing_else_does() {
    let named = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(fuzz_folder().join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
    };
    let invariants: BTreeSet<String> = INVARIANTS.iter().map(|invariant| invariant.name.to_owned()).collect();
    assert_eq!(named("targets"), invariants);
    assert_eq!(named("corpus"), invariants);
    let manifest = fs::read_to_string(fuzz_folder().join("Cargo.toml")).unwrap();
    for name in &invariants {
        assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "fuzz/Cargo.toml does not name {name}");
    }
    let regressions = fs::read_dir(fuzz_folder().join("regressions")).into_iter().flatten();
    let known = |name: String| invariants.contains(&name) || !Path::new(&name).is_dir();
    assert!(regressions.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).all(known));
}
