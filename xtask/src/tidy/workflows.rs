//! Rules for workflows that general linters do not know: what `xtask/lint/workflows.json` allows to run, downloads with a hash,
//! and commands of this repository that exist.
//!
//! Absent: what zizmor and the schema check find, and the options of `cargo xtask release`, which `crates/alexandria-release`
//! tests.

mod scan;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anyhow::Context as _;
use clap::Command;
use serde::Deserialize;

use self::scan::{Script, scripts, values};
use super::finding::Finding;
use super::tree::{Source, Tree};

/// What workflows may use.
const ALLOWED: &str = "xtask/lint/workflows.json";

/// What every workflow has at its top level: no permission that a job does not ask for, and a rule for two runs at once.
const TOP_LEVEL: &[&str] = &["permissions: {}", "concurrency:"];

/// Programs that download.
const DOWNLOADERS: &[&str] = &["curl", "wget", "Invoke-WebRequest", "iwr", "Start-BitsTransfer"];

/// What an action is pinned to.
#[derive(Debug, Deserialize)]
struct Pin {
    version: String,
    commit: String,
}

/// The content of [`ALLOWED`].
#[derive(Debug, Deserialize)]
struct Allowed {
    actions: BTreeMap<String, Pin>,
    /// Container images, and their digests.
    images: BTreeMap<String, String>,
    /// Runner images that exist.
    runners: Vec<String>,
}

/// Checks every workflow. `tasks` is the command line of this program.
///
/// # Errors
/// If a file cannot be read, or the list has another form.
pub(super) fn check(tree: &Tree, tasks: &Command) -> anyhow::Result<Vec<Finding>> {
    let list = tree.sources(|path| path == ALLOWED)?;
    let list = list.first().with_context(|| format!("{ALLOWED} is missing"))?;
    let allowed: Allowed = serde_json::from_str(&list.text).with_context(|| format!("{ALLOWED} has another form"))?;
    let workflows = tree.sources(|path| path.starts_with(".github/workflows/"))?;
    Ok(workflows.iter().flat_map(|workflow| violations(workflow, &allowed, tasks)).collect())
}

fn violations(workflow: &Source, allowed: &Allowed, tasks: &Command) -> Vec<Finding> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for required in TOP_LEVEL.iter().filter(|required| !workflow.text.lines().any(|line| line == **required)) {
        found.push((1, format!("has no line `{required}`")));
    }
    for (line, used) in values(&workflow.text, "uses") {
        found.extend(action(used, allowed).map(|message| (line, message)));
    }
    let images = ["container", "image"].into_iter().flat_map(|key| values(&workflow.text, key));
    for (line, image) in images.filter(|(_, image)| !image.is_empty()) {
        found.extend(container(image, allowed).map(|message| (line, message)));
    }
    for (line, runner) in runners(&workflow.text) {
        if !allowed.runners.contains(&runner) {
            found.push((line, format!("the runner `{runner}` is not in {ALLOWED}, which lists those that exist")));
        }
    }
    let (jobs, limits) = (values(&workflow.text, "runs-on").count(), values(&workflow.text, "timeout-minutes").count());
    if jobs > limits {
        found
            .push((1, format!("{jobs} jobs and {limits} times `timeout-minutes`; a job that hangs is paid for hours")));
    }
    for script in scripts(&workflow.text) {
        found.extend(script_violations(&script, tasks));
    }
    found.sort();
    found.into_iter().map(|(line, message)| Finding::at(&workflow.path, line, message)).collect()
}

/// What is wrong with a `uses`, such as `actions/checkout@1234… # v7.0.1`.
fn action(used: &str, allowed: &Allowed) -> Option<String> {
    // Of this commit, whatever is checked out.
    if used.starts_with("$/") {
        return None;
    }
    let (reference, version) = used.split_once('#').unwrap_or((used, ""));
    let (name, commit) = reference.trim().split_once('@').unwrap_or((reference.trim(), ""));
    let Some(pin) = allowed.actions.get(name) else { return Some(format!("the action `{name}` is not in {ALLOWED}")) };
    let is_pinned = commit == pin.commit && version.trim() == pin.version;
    (!is_pinned).then(|| format!("write `{name}@{} # {}`, as in {ALLOWED}", pin.commit, pin.version))
}

/// What is wrong with a container image, such as `ubuntu:22.04@sha256:1234…`.
fn container(image: &str, allowed: &Allowed) -> Option<String> {
    let (name, digest) = image.split_once('@').unwrap_or((image, ""));
    match allowed.images.get(name) {
        Some(expected) if expected == digest => None,
        Some(expected) => Some(format!("write `{name}@{expected}`, as in {ALLOWED}")),
        None => Some(format!("the container image `{name}` is not in {ALLOWED}")),
    }
}

/// The runners that a workflow names, also through its matrix.
fn runners(text: &str) -> Vec<(usize, String)> {
    let mut runners = Vec::new();
    for (line, runner) in values(text, "runs-on") {
        match runner.strip_prefix("${{ matrix.").and_then(|rest| rest.strip_suffix(" }}")) {
            None => runners.push((line, runner.to_owned())),
            Some(key) => runners.extend(values(text, key).flat_map(|(line, list)| {
                let names = list.trim_matches(['[', ']']).split(',');
                names.map(move |name| (line, name.trim().to_owned())).collect::<Vec<_>>()
            })),
        }
    }
    runners
}

fn script_violations(script: &Script, tasks: &Command) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let has_hash =
        script.lines.iter().any(|(_, line)| line.split(|c: char| !c.is_ascii_hexdigit()).any(|w| w.len() == 64));
    for (number, line) in &script.lines {
        if line.contains("${{") {
            let message = "an expression in a script becomes code; pass it as a variable of the environment";
            found.push((*number, message.to_owned()));
        }
        if downloads(line) && !has_hash {
            found.push((*number, "a download without its SHA-256 in the same script".to_owned()));
        }
        for command in line.split("cargo xtask ").skip(1) {
            found.extend(unknown_command(command, tasks).map(|message| (*number, message)));
        }
    }
    found
}

/// Whether a command of the line downloads, rather than installs or names, such a program.
fn downloads(line: &str) -> bool {
    line.split(['|', '&', ';', '(', '`']).any(|command| {
        let mut words = command.split_whitespace().skip_while(|word| *word == "sudo" || word.contains('='));
        words.next().is_some_and(|program| DOWNLOADERS.contains(&program))
    })
}

/// Tasks with options that another change adds. A command line with one is not checked further; the entry is removed with that change,
/// and an entry that is no longer needed is reported.
const ANNOUNCED: &[(&str, &str)] = &[];

/// Tasks that this program has on Linux only.
const LINUX_ONLY: &[&str] = &["apt", "rpm", "sbom"];

/// What is wrong with the arguments of `cargo xtask`, up to the end of the command.
fn unknown_command(rest: &str, tasks: &Command) -> Option<String> {
    let end = rest.find(['|', '&', ';', ')', '>']).unwrap_or(rest.len());
    // What a variable stands for is not known; a number is accepted as text too.
    let words = rest.get(..end).unwrap_or_default().split_whitespace();
    let words: Vec<String> =
        words.map(|word| if word.contains('$') { "1".into() } else { word.replace(['"', '\''], "") }).collect();
    if !cfg!(target_os = "linux") && words.first().is_some_and(|task| LINUX_ONLY.contains(&task.as_str())) {
        return None;
    }
    let has = |word: &str| words.iter().any(|other| other == word);
    let announced = ANNOUNCED.iter().find(|(task, option)| has(task) && has(option));
    let parsed = tasks.clone().try_get_matches_from(std::iter::once("xtask").chain(words.iter().map(String::as_str)));
    match (parsed, announced) {
        (Ok(_), None) | (Err(_), Some(_)) => None,
        (Ok(_), Some((task, option))) => {
            Some(format!("`{task} {option}` exists now; remove it from ANNOUNCED in the check of workflows"))
        }
        (Err(error), None) => {
            let reason = error.to_string();
            let reason = reason.lines().next().unwrap_or_default();
            Some(format!("`cargo xtask {}` does not exist: {reason}", words.join(" ")))
        }
    }
}
