//! Skipping a test for what this machine lacks. `cargo xtask test` counts the lines that [`skip`] writes.
//!
//! A crate of its own, without dependencies, so that unit tests of every crate can use it as well as the suites.
//! `ALEXANDRIA_REQUIRE` names what the machine has: a skip for one of these fails the test instead. Absent: finding out
//! whether something is there, which the test does.

use std::io::Write;

/// The variable that lists what must not be missing, separated by commas.
pub const REQUIRE_VARIABLE: &str = "ALEXANDRIA_REQUIRE";

/// What a test may need beyond a plain build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// The corpus of real books (`ALEXANDRIA_CORPUS`).
    Corpus,
    /// Rights to mount a file system.
    Root,
    /// A display, or the programs that make a virtual one. Suites that drive the window fail without it in any case.
    Display,
    /// A session bus with a keychain on it, or the programs that start them.
    Keyring,
    /// Programs that only tests run: strace, faketime, prlimit, script, Python.
    Tools,
    /// Permission to trace other processes.
    Tracing,
    /// Programs that sign for other systems, which not every system has in a version that is new enough: osslsigncode 2.9,
    /// rcodesign.
    Signing,
    /// Wine, with which programs for Windows run elsewhere.
    Wine,
    /// Programs that read the same formats: pandoc, calibre.
    Converters,
    /// A Postgres server, and another user than root to run it.
    Postgres,
    /// A Redis server.
    Redis,
    /// An S3 server.
    S3,
    /// nginx.
    Nginx,
    /// A container engine that is running.
    Containers,
}

impl Requirement {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Corpus,
        Self::Root,
        Self::Display,
        Self::Keyring,
        Self::Tools,
        Self::Tracing,
        Self::Signing,
        Self::Wine,
        Self::Converters,
        Self::Postgres,
        Self::Redis,
        Self::S3,
        Self::Nginx,
        Self::Containers,
    ];

    /// Its name in `ALEXANDRIA_REQUIRE`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Corpus => "corpus",
            Self::Root => "root",
            Self::Display => "display",
            Self::Keyring => "keyring",
            Self::Tools => "tools",
            Self::Tracing => "tracing",
            Self::Signing => "signing",
            Self::Wine => "wine",
            Self::Converters => "converters",
            Self::Postgres => "postgres",
            Self::Redis => "redis",
            Self::S3 => "s3",
            Self::Nginx => "nginx",
            Self::Containers => "containers",
        }
    }
}

/// Reports that the calling test, or a part of it, is skipped because `missing` is not there. The caller then returns.
///
/// # Panics
/// If `ALEXANDRIA_REQUIRE` names `missing`, or something that is no requirement.
#[expect(clippy::panic, reason = "fails the test that must not be skipped")]
pub fn skip(missing: Requirement, reason: &str) {
    let required = std::env::var(REQUIRE_VARIABLE).unwrap_or_default();
    if let Err(message) = check_skip(&required, missing, reason) {
        panic!("{message}");
    }
    let thread = std::thread::current();
    // The test runner names the thread of a test after it.
    let test = thread.name().unwrap_or("?");
    write_line(&format!("SKIPPED: {}::{test}: {}: {reason}", suite(), missing.name()));
}

/// Whether a test may be skipped, given the value of `ALEXANDRIA_REQUIRE`.
fn check_skip(required: &str, missing: Requirement, reason: &str) -> Result<(), String> {
    for name in required.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if !Requirement::ALL.iter().any(|requirement| requirement.name() == name) {
            let known = Requirement::ALL.map(Requirement::name).join(", ");
            return Err(format!("{REQUIRE_VARIABLE} names `{name}`, which is none of {known}"));
        }
        if name == missing.name() {
            return Err(format!("{REQUIRE_VARIABLE} requires `{name}`, and it is missing: {reason}"));
        }
    }
    Ok(())
}

/// Writes a line past the test runner, which hides what passing tests print, in one piece, so that lines of parallel tests
/// stay apart.
pub fn write_line(line: &str) {
    // Without a terminal nobody reads it.
    let _unread = std::io::stdout().lock().write_all(format!("{line}\n").as_bytes());
}

/// The name of the running test program, without the hash that Cargo adds.
#[must_use]
pub fn suite() -> String {
    let program = std::env::current_exe().unwrap_or_default();
    let name = program.file_stem().unwrap_or_default().to_string_lossy();
    name.rsplit_once('-').map_or(&*name, |(name, _hash)| name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suite_is_the_name_of_the_test_program() {
        assert_eq!(suite(), "alexandria_tests_skip");
    }

    #[test]
    fn skip_fails_for_what_is_required() {
        let check = |required: &str, missing, expect: &str| {
            let message = check_skip(required, missing, "no mount").err().unwrap_or_default();
            assert!(message.contains(expect) && message.is_empty() == expect.is_empty(), "{required}: {message}");
        };
        check("", Requirement::Root, "");
        check("corpus,display", Requirement::Root, "");
        check("corpus, root", Requirement::Root, "requires `root`, and it is missing: no mount");
        check("rooot", Requirement::Corpus, "names `rooot`, which is none of corpus, root, display");
        for requirement in Requirement::ALL {
            check(requirement.name(), requirement, "requires");
        }
    }
}
