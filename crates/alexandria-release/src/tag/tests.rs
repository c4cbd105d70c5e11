use std::process::Command;

use alexandria_tests_skip::{Requirement, skip};
use tempfile::TempDir;

use super::*;

/// A repository with a main branch, a release manager and a stranger.
struct Checkout {
    folder: TempDir,
}

impl Checkout {
    fn new() -> Self {
        let checkout = Self { folder: tempfile::tempdir().unwrap() };
        for person in ["manager", "stranger"] {
            checkout.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", person, "-f", person]);
        }
        checkout.run("git", &["init", "--quiet", "--initial-branch=main", "."]);
        for (name, value) in [("user.name", "Test"), ("user.email", "test@example.org"), ("gpg.format", "ssh")] {
            checkout.run("git", &["config", name, value]);
        }
        let key = std::fs::read_to_string(checkout.folder.path().join("manager.pub")).unwrap();
        checkout.write("signing/allowed_signers", &format!("manager {key}"));
        checkout.commit_version("1.4.0");
        checkout
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = Command::new(program)
            .current_dir(self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn commit_version(&self, version: &str) {
        self.write(
            "Cargo.toml",
            &format!("[package]\nversion = \"9\"\n\n[workspace.package]\nversion = \"{version}\"\n"),
        );
        self.write("CHANGELOG.md", &format!("# Changelog\n\n## {version}\n\n- new\n"));
        self.run("git", &["add", "signing", "Cargo.toml", "CHANGELOG.md"]);
        self.run("git", &["commit", "--quiet", "--no-gpg-sign", "--message", version]);
    }

    fn tag(&self, tag: &str, person: &str) {
        let key = format!("user.signingkey={}", self.folder.path().join(person).display());
        self.run("git", &["-c", &key, "tag", "--sign", "--message", tag, tag]);
    }

    /// `expect` is the version, or in the error.
    fn check(&self, tag: &str, expect: &str) {
        let outcome = check_tag(self.folder.path(), tag, "main");
        let said = outcome.map_or_else(|error| format!("{error:#}"), |version| version.to_string());
        assert!(said.contains(expect), "{tag}: {said}, not {expect}");
    }
}

/// Whether git and ssh-keygen are there, which sign tags.
fn is_ready() -> bool {
    let is_there = |program: &str, argument: &str| Command::new(program).arg(argument).output().is_ok();
    if is_there("git", "--version") && is_there("ssh-keygen", "-?") {
        return true;
    }
    skip(Requirement::Tools, "git or ssh-keygen is not installed");
    false
}

#[test]
fn tag_of_a_release_manager_names_the_version() {
    if !is_ready() {
        return;
    }
    let checkout = Checkout::new();
    checkout.check("v1.4.0", "failed");
    checkout.tag("v1.4.0", "manager");
    checkout.check("v1.4.0", "1.4.0");
    for (tag, expect) in
        [("1.4.0", "does not start with v"), ("v1.4", "does not name a version"), ("v1.4.0-rc.1", "does not name")]
    {
        checkout.check(tag, expect);
    }
}

#[test]
fn tag_of_anybody_else_is_refused() {
    if !is_ready() {
        return;
    }
    let checkout = Checkout::new();
    checkout.tag("v1.4.0", "stranger");
    checkout.check("v1.4.0", "is not signed by a key");
    // Who can push a tag can also write this file into its commit.
    let key = std::fs::read_to_string(checkout.folder.path().join("stranger.pub")).unwrap();
    checkout.run("git", &["switch", "--quiet", "--create", "attack"]);
    checkout.write("signing/allowed_signers", &format!("stranger {key}"));
    checkout.commit_version("1.4.1");
    checkout.tag("v1.4.1", "stranger");
    checkout.check("v1.4.1", "is not signed by a key");
    checkout.run("git", &["tag", "v1.4.2"]);
    checkout.check("v1.4.2", "plain reference to a commit");
    checkout.run("git", &["tag", "--annotate", "--no-sign", "--message", "none", "v1.4.3"]);
    checkout.check("v1.4.3", "is not signed by a key");
}

#[test]
fn signed_tag_of_something_else_is_refused() {
    if !is_ready() {
        return;
    }
    let checkout = Checkout::new();
    checkout.tag("v1.4.0", "manager");
    checkout.run("git", &["update-ref", "refs/tags/v1.5.0", "refs/tags/v1.4.0"]);
    checkout.check("v1.5.0", "was signed as v1.4.0");
    checkout.tag("v1.6.0", "manager");
    checkout.check("v1.6.0", "is the version 1.4.0 according to Cargo.toml");
    checkout.run("git", &["switch", "--quiet", "--create", "aside"]);
    checkout.commit_version("1.7.0");
    checkout.tag("v1.7.0", "manager");
    checkout.check("v1.7.0", "not on the main branch");
    checkout.check("v1.4.0", "is checked out");
}

#[test]
fn release_needs_notes() {
    if !is_ready() {
        return;
    }
    let checkout = Checkout::new();
    checkout.write("CHANGELOG.md", "# Changelog\n");
    checkout.run("git", &["commit", "--quiet", "--no-gpg-sign", "--all", "--message", "no notes"]);
    checkout.tag("v1.4.0", "manager");
    checkout.check("v1.4.0", "the changelog has no section 1.4.0");
}
