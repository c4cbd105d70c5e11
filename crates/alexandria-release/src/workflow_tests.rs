//! The workflows call steps that exist, with options that exist.

use std::path::Path;

use clap::Parser as _;

use crate::Arguments;

/// What the variables of the workflows stand for here.
const VARIABLES: &[(&str, &str)] = &[
    ("${TAG#v}", "1.4.0"),
    ("${REF#v}", "1.4.0"),
    ("$TAG", "v1.4.0"),
    ("$VERSION", "1.4.0"),
    ("$CHANNEL", "beta"),
    ("$PERCENTAGE", "10"),
    ("$DB_SCHEMA", "4"),
    ("$UPDATE_URL", "https://updates.example.org/u/v1/"),
];

/// Steps that another change adds; removed with it.
const ANNOUNCED: &[&str] = &[];

/// The command lines `cargo xtask release …` of a workflow, with continued lines joined.
fn steps(workflow: &str) -> Vec<Vec<String>> {
    let text = workflow.replace("\\\n", " ");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let lines =
        lines.map(|line| VARIABLES.iter().fold(line.to_owned(), |text, (name, value)| text.replace(name, value)));
    let commands = |line: String| line.split("cargo xtask release ").skip(1).map(str::to_owned).collect::<Vec<_>>();
    let words = |command: String| {
        let command = command.split([')', '|', '&', '>', ';', '#']).next().unwrap_or_default().to_owned();
        command.split_whitespace().map(|word| word.replace(['"', '\''], "")).collect()
    };
    lines.flat_map(commands).map(words).collect()
}

/// Why a step cannot be run; `None` if it can.
fn problem(step: &[String]) -> Option<String> {
    let is_announced = step.first().is_some_and(|name| ANNOUNCED.contains(&name.as_str()));
    let parsed = Arguments::try_parse_from(std::iter::once("release").chain(step.iter().map(String::as_str)));
    match (parsed, is_announced) {
        (Ok(_), false) | (Err(_), true) => None,
        (Ok(_), true) => Some(format!("{step:?} exists now; remove it from ANNOUNCED")),
        (Err(error), false) => Some(format!("{step:?}: {error}")),
    }
}

#[test]
fn steps_of_the_workflows_exist_with_their_options() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.github/workflows");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        for step in steps(&std::fs::read_to_string(&path).unwrap()) {
            assert_eq!(problem(&step), None, "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 20, "only {count} steps were found");
}

#[test]
fn wrong_steps_are_noticed() {
    let check = |line: &str, is_right: bool| {
        let found = steps(&format!("      - run: |\n          {line}\n"));
        assert_eq!(found.len(), 1, "{line}");
        assert_eq!(problem(&found[0]).is_none(), is_right, "{line}");
    };
    check("cargo xtask release check-tag \"$TAG\"", true);
    check("echo \"sha256=$(cargo xtask release checksums programs)\" >> \"$GITHUB_OUTPUT\"", true);
    check(
        "cargo xtask release rollout \"$VERSION\" \"$PERCENTAGE\" --channel \"$CHANNEL\" \\\n --repository a --keys b",
        true,
    );
    check("cargo xtask release check-tags \"$TAG\"", false);
    check("cargo xtask release rollout \"$VERSION\" \"$SHARE\" --channel beta --repository a --keys b", false);
    check("cargo xtask release watch --url updates.example.org --root a", false);
}
