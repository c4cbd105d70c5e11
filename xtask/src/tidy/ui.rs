//! Rules for the web UI: sizes, Tauri imports in one folder only, and its own linters and tests.

use super::finding::Finding;
use super::limits;
use super::tools;
use super::tree::Tree;

/// The one folder that may import `@tauri-apps/`: the rest of the UI could run in a browser.
const PLATFORM: &str = "ui/src/platform/";

/// Extensions of the UI's source files.
const EXTENSIONS: &[&str] = &[".ts", ".svelte", ".css", ".js", ".mjs"];

/// Checks the UI's sources as text.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn check_sources(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let sources =
        tree.sources(|path| EXTENSIONS.iter().any(|extension| path.ends_with(extension)) && !is_generated(path))?;
    Ok(sources.iter().flat_map(|source| of_text(&source.path, &source.text)).collect())
}

/// Runs the UI's own linter, formatter, type checker and unit tests.
///
/// # Errors
/// If npm cannot be started.
pub(super) fn check_with_npm(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    if !tree.root().join("ui/node_modules").is_dir() {
        return Ok(vec![Finding::general("the UI's packages are not installed; run `cargo xtask setup`")]);
    }
    let mut findings = Vec::new();
    for (script, advice) in [
        ("lint", "fix what ESLint reports; `npm run format` in ui/ does the formatting"),
        ("check", "fix the types named above"),
        ("test", "fix the code or the unit tests named above"),
    ] {
        let mut npm = tools::npm(tree);
        findings.extend(tools::run(npm.args(["run", "--silent", script]), &format!("npm run {script}"), advice)?);
    }
    Ok(findings)
}

fn of_text(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = limits::of_file(path, text.lines().count());
    if path.starts_with("ui/src/") && !path.starts_with(PLATFORM) {
        for (index, _) in text.lines().enumerate().filter(|(_, line)| imports_tauri(line)) {
            findings.push(Finding::at(
                path,
                index + 1,
                format!("imports `@tauri-apps/`; only {PLATFORM} may, add what is missing there"),
            ));
        }
    }
    findings
}

/// Whether a line imports or re-exports a Tauri package, statically or not.
fn imports_tauri(line: &str) -> bool {
    ["\"@tauri-apps/", "'@tauri-apps/", "`@tauri-apps/"].iter().any(|opening| line.contains(opening))
}

fn is_generated(path: &str) -> bool {
    path.split('/').any(|folder| matches!(folder, "generated" | "gen" | "vendor"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expect: &[&str]) {
        let shown: Vec<String> = of_text(path, text).iter().map(Finding::to_string).collect();
        assert_eq!(shown.len(), expect.len(), "{shown:?}");
        for (shown, expect) in shown.iter().zip(expect) {
            assert!(shown.starts_with(expect), "{shown}");
        }
    }

    #[test]
    fn tauri_imports_outside_the_platform_folder_are_reported() {
        let text = "\nimport { invoke } from '@tauri-apps/api/core';";
        check("ui/src/reader/page.ts", text, &["ui/src/reader/page.ts:2: imports `@tauri-apps/`"]);
        check(
            "ui/src/reader/Page.svelte",
            "const m = await import(\"@tauri-apps/api\");",
            &["ui/src/reader/Page.svelte:1"],
        );
        check("ui/src/platform/invoke.ts", text, &[]);
        check("ui/eslint.config.js", "patterns: ['@tauri-apps/*']", &[]);
        check("ui/src/reader/page.ts", "// Not from @tauri-apps/api.", &[]);
    }

    #[test]
    fn ui_files_have_the_same_limit() {
        check("ui/src/app.css", &"a\n".repeat(500), &[]);
        check("ui/src/app.css", &"a\n".repeat(501), &["ui/src/app.css:501: 501 lines"]);
        check("ui/src/search.test.ts", &"a\n".repeat(800), &[]);
    }

    #[test]
    fn generated_files_are_not_checked() {
        assert!(is_generated("ui/src/platform/generated/contract.ts"));
        assert!(!is_generated("ui/src/platform/contract.ts"));
    }
}
