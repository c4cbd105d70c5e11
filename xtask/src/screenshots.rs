//! `cargo xtask screenshots`: pictures of every room of the real window, by day and by night, into `tests/desktop/shots`,
//! which git ignores; and the picture in the README, which is one of them.
//!
//! The suites that walk through the rooms take them on their way, so that no picture shows a window no test has seen.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::build::{self, Profile};
use crate::equip::equip;
use crate::process::say;
use crate::setup;
use crate::workspace::{PACKAGES, Workspace};

/// Where the pictures go.
const SHOTS: &str = "tests/desktop/shots";
/// Tells the tests to take pictures, and where to put them.
const SHOTS_VARIABLE: &str = "ALEXANDRIA_SHOTS";
/// The suites that take them: every room, the way to a passage, pages that do not run from left to right.
const SUITES: &[&str] = &["rooms", "passage", "layouts"];
/// The picture in the README, and which of the others it is.
const README: (&str, &str) = ("docs/images/library.png", "library-light.png");

/// Builds, and lets the tests that drive the window take the pictures.
///
/// # Errors
/// If a part cannot be built, the window does not do what it is told, or a picture cannot be written.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    setup::window_driver(workspace)?;
    build::run(workspace, Profile::Development)?;
    let shots = workspace.root().join(SHOTS);
    if shots.exists() {
        fs::remove_dir_all(&shots).with_context(|| format!("cannot empty {SHOTS}"))?;
    }
    let suites = SUITES.iter().flat_map(|suite| ["--test", *suite]);
    let walk = workspace.cargo().arguments(["test", "--locked"]).arguments(PACKAGES).arguments(suites);
    equip(walk, workspace, Profile::Development)?.variable(SHOTS_VARIABLE, &shots).run()?;
    say(&format!("screenshots: in {SHOTS}"));
    let (picture, shot) = README;
    if !has_books(workspace.root(), env::var_os("ALEXANDRIA_CORPUS").map(PathBuf::from)) {
        say(&format!("screenshots: no corpus at hand, and made books have no covers; {picture} stays as it is"));
        return Ok(());
    }
    fs::copy(shots.join(shot), workspace.root().join(picture)).with_context(|| format!("cannot write {picture}"))?;
    say(&format!("screenshots: {picture} is new"));
    Ok(())
}

/// Whether there are real books, in the corpus that is named or in the one beside the checkout.
fn has_books(root: &Path, named: Option<PathBuf>) -> bool {
    named.unwrap_or_else(|| root.join("../shared/corpus")).join("books").is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_corpus_counts_before_the_one_beside() {
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
