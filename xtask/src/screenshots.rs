//! `cargo xtask screenshots`: every view of the real window, light and dark, in `tests/desktop/shots`, which git ignores; and
//! the picture in the README, which is one of them.
//!
//! The suites of the window take them, so that every picture shows a state that is tested.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::build::{self, Profile};
use crate::equip::equip;
use crate::process::say;
use crate::setup;
use crate::workspace::{PACKAGES, Workspace};

/// The folder of the screenshots.
const SHOTS: &str = "tests/desktop/shots";
/// Makes the tests take screenshots, and names the folder.
const SHOTS_VARIABLE: &str = "ALEXANDRIA_SHOTS";
/// The suites that take them: every view, opening a passage, pages in other directions.
const SUITES: &[&str] = &["views", "passage", "layouts"];
/// The picture in the README, and the screenshot that it is.
const README: (&str, &str) = ("docs/images/library.png", "library-light.png");

/// Builds, and runs the suites with screenshots enabled.
///
/// # Errors
/// If a part cannot be built, a suite fails, or a picture cannot be written.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    setup::window_driver(workspace)?;
    build::run(workspace, Profile::Development)?;
    let shots = workspace.root().join(SHOTS);
    if shots.exists() {
        fs::remove_dir_all(&shots).with_context(|| format!("cannot empty {SHOTS}"))?;
    }
    let suites = SUITES.iter().flat_map(|suite| ["--test", *suite]);
    let tests = workspace.cargo().arguments(["test", "--locked"]).arguments(PACKAGES).arguments(suites);
    equip(tests, workspace, Profile::Development)?.variable(SHOTS_VARIABLE, &shots).run()?;
    say(&format!("screenshots: in {SHOTS}"));
    let (picture, shot) = README;
    if !has_books(workspace.root(), env::var_os("ALEXANDRIA_CORPUS").map(PathBuf::from)) {
        say(&format!("screenshots: without a corpus the books have no covers; {picture} is unchanged"));
        return Ok(());
    }
    fs::copy(shots.join(shot), workspace.root().join(picture)).with_context(|| format!("cannot write {picture}"))?;
    say(&format!("screenshots: updated {picture}"));
    Ok(())
}

/// Whether there are real books, in the named corpus or in the one next to the checkout.
fn has_books(root: &Path, named: Option<PathBuf>) -> bool {
    named.unwrap_or_else(|| root.join("../shared/corpus")).join("books").is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_corpus_takes_precedence() {
        let folder = env::temp_dir().join(format!("xtask-screenshots-{}", std::process::id()));
        let (root, named) = (folder.join("checkout"), folder.join("named"));
        let check = |named: Option<&Path>, expect| {
            assert_eq!(has_books(&root, named.map(Path::to_path_buf)), expect, "{named:?}");
        };
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(folder.join("shared/corpus/books")).unwrap();
        check(None, true);
        check(Some(&named), false);
        fs::create_dir_all(named.join("books")).unwrap();
        check(Some(&named), true);
        fs::remove_dir_all(folder).unwrap();
    }
}
