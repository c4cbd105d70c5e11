//! Every script in `cases/`, over every store.
//!
//! A case begins with `# name`; each operation is followed by `= answer`. Lines with `//` are comments. With
//! `ALEXANDRIA_ACCEPT_ANSWERS=1` the model's answers are written into the scripts; whoever does that reads the difference.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{TestStore, command, model, postgres, sqlite};

const SCRIPTS: &[&str] = &["account", "device", "factor", "record", "blob", "snapshot", "erasure", "server"];

/// A script for a store of its own.
struct Case {
    name: String,
    /// Operations and answers.
    steps: Vec<(String, String)>,
}

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/store/tests/cases/{file}.txt"))
}

/// Writes the model's answers into the scripts, for somebody to read.
async fn accept() {
    for file in SCRIPTS {
        let mut text = String::new();
        let mut store = model();
        for line in std::fs::read_to_string(path(file)).unwrap().lines() {
            if line.starts_with("= ") {
                continue;
            }
            writeln!(text, "{line}").unwrap();
            if line.starts_with("# ") {
                store = model();
            } else if !line.is_empty() && !line.starts_with("//") {
                writeln!(text, "= {}", command::run(&*store.store, line).await).unwrap();
            }
        }
        std::fs::write(path(file), text).unwrap();
    }
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for file in SCRIPTS {
        for line in std::fs::read_to_string(path(file))
            .unwrap()
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
        {
            if let Some(name) = line.strip_prefix("# ") {
                cases.push(Case { name: format!("{file}: {name}"), steps: Vec::new() });
                continue;
            }
            let steps = &mut cases.last_mut().unwrap().steps;
            match line.strip_prefix("= ") {
                Some(answer) => answer.clone_into(&mut steps.last_mut().unwrap().1),
                None => steps.push((line.to_owned(), String::new())),
            }
        }
    }
    cases
}

/// Runs a case, and describes the first difference.
async fn check(case: &Case, store: &TestStore) -> Result<(), String> {
    for (operation, expect) in &case.steps {
        let answer = command::run(&*store.store, operation).await;
        if answer != *expect {
            return Err(format!("{}: {}: {operation}\n  expect {expect}\n  answer {answer}", store.name, case.name));
        }
    }
    Ok(())
}

#[test]
fn there_are_cases() {
    let cases = cases();
    assert!(cases.len() >= 120, "{}", cases.len());
    assert!(cases.iter().all(|case| !case.steps.is_empty() && case.steps.iter().all(|(_, answer)| !answer.is_empty())));
}

fn report(failures: &[String]) {
    let mut text = String::new();
    failures.iter().for_each(|failure| writeln!(text, "{failure}").unwrap());
    assert!(failures.is_empty(), "{} cases:\n{text}", failures.len());
}

/// Row 25 of the trap table: the back ends must not drift apart.
#[tokio::test]
async fn model_answers_as_the_cases_say() {
    if std::env::var_os("ALEXANDRIA_ACCEPT_ANSWERS").is_some() {
        accept().await;
    }
    let mut failures = Vec::new();
    for case in cases() {
        failures.extend(check(&case, &model()).await.err());
    }
    report(&failures);
}

#[tokio::test]
async fn sqlite_answers_as_the_cases_say() {
    let mut failures = Vec::new();
    for case in cases() {
        failures.extend(check(&case, &sqlite()).await.err());
    }
    report(&failures);
}

#[tokio::test]
async fn postgres_answers_as_the_cases_say() {
    let mut failures = Vec::new();
    let Some((store, database)) = postgres(2).await else { return };
    for case in cases() {
        database.clear().await;
        failures.extend(check(&case, &store).await.err());
    }
    report(&failures);
}
