//! Counts tests from what their runners print, and the skips that tests report.
//!
//! A test that lacks something on this machine passes for its runner, and writes a line `SKIPPED: name: reason` past it
//! (`tests/skip`). Such a line may follow the beginning of a line of the runner.

/// Totals over all test programs.
#[derive(Debug, Default)]
pub(super) struct Tally {
    passed: usize,
    failed: usize,
    /// Tests that their runner left out (`#[ignore]`).
    ignored: usize,
    failures: Vec<String>,
    /// Failures that the current program has listed so far. It lists their output first, and then only names.
    listed: Option<Vec<String>>,
    /// Name and reason of each test that was skipped, in order of appearance; each name once.
    skipped: Vec<(String, String)>,
    /// Skipped tests that no runner has counted as passed.
    uncounted: usize,
}

impl Tally {
    /// Reads a line of a test program's output; most lines hold no totals.
    pub(super) fn read(&mut self, line: &str) {
        if let Some((_, skip)) = line.split_once("SKIPPED: ") {
            let (name, reason) = skip.split_once(": ").unwrap_or((skip, ""));
            self.add_skip(name, reason);
        } else if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
            self.ignored += number_before(result, " ignored");
            self.failures.extend(self.listed.take().unwrap_or_default());
        } else if line.starts_with("running ") {
            // The previous program may have ended without a result.
            self.listed = None;
        } else if line == "failures:" {
            self.listed = Some(Vec::new());
        } else if let (Some(listed), Some(name)) = (&mut self.listed, line.strip_prefix("    ")) {
            listed.push(name.to_owned());
        }
    }

    /// Counts a check that no test runner counts.
    pub(super) fn add(&mut self, name: &str, has_passed: bool) {
        if has_passed {
            self.passed += 1;
        } else {
            self.failed += 1;
            self.failures.push(name.to_owned());
        }
    }

    /// Counts a check that no test runner counts as skipped.
    pub(super) fn skip(&mut self, name: &str, reason: &str) {
        self.add_skip(name, reason);
        self.uncounted += 1;
    }

    fn add_skip(&mut self, name: &str, reason: &str) {
        if !self.skipped.iter().any(|(known, _)| known == name) {
            self.skipped.push((name.to_owned(), reason.to_owned()));
        }
    }

    /// Whether any test failed.
    pub(super) const fn has_failures(&self) -> bool {
        self.failed > 0
    }

    /// The tests that were skipped and those that failed, a line each.
    pub(super) fn summary(&self) -> Vec<String> {
        let skipped = self.skipped.iter().map(|(name, reason)| format!("skipped: {name}: {reason}"));
        skipped.chain(self.failures.iter().map(|name| format!("failed: {name}"))).collect()
    }

    /// The closing line. A skipped test is not counted as passed, nor, if it failed all the same, as skipped.
    pub(super) fn total(&self) -> String {
        let has_failed = |name: &str| {
            let test = name.split_once("::").map_or(name, |(_suite, test)| test);
            self.failures.iter().any(|failure| failure == test)
        };
        let skipped = self.skipped.iter().filter(|(name, _)| !has_failed(name)).count();
        let passed = (self.passed + self.uncounted).saturating_sub(skipped);
        format!("{passed} passed, {} failed, {} skipped", self.failed, skipped + self.ignored)
    }
}

/// The number in front of `word`; 0 if there is none.
fn number_before(text: &str, word: &str) -> usize {
    let before = text.split(word).next().filter(|before| before.len() < text.len());
    before.and_then(|before| before.rsplit(' ').next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, expect_total: &str, expect_summary: &[&str]) {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read(line));
        assert_eq!(tally.total(), expect_total);
        assert_eq!(tally.summary(), expect_summary);
    }

    #[test]
    fn totals_of_all_programs_are_summed() {
        check("", "0 passed, 0 failed, 0 skipped", &[]);
        check(
            "running 2 tests\ntest a ... ok\ntest result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s\n\
             running 4 tests\ntest m::b ... FAILED\n\nfailures:\n\n---- m::b stdout ----\n    no name\n\n\
             failures:\n    m::b\n\n\
             test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n    no name\n\
             running 1 test\nfailures:\n    lost with its program\nrunning 1 test\n\
             test result: ok. 0 passed; 0 failed; 0 ignored",
            "15 passed, 1 failed, 0 skipped",
            &["failed: m::b"],
        );
        check("test result: 5 was expected", "0 passed, 0 failed, 0 skipped", &[]);
    }

    #[test]
    fn skipped_tests_are_not_counted_as_passed() {
        check("test result: ok. 1 passed; 0 failed; 2 ignored", "1 passed, 0 failed, 2 skipped", &[]);
        check(
            "SKIPPED: faults::a: tracing: not permitted\ntest b ... SKIPPED: window::b: tools: no strace\nok\n\
             SKIPPED: window::b: still none\nSKIPPED: it\ntest result: ok. 4 passed; 0 failed; 0 ignored",
            "1 passed, 0 failed, 3 skipped",
            &["skipped: faults::a: tracing: not permitted", "skipped: window::b: tools: no strace", "skipped: it: "],
        );
        check(
            "SKIPPED: s::m::b: a part\nfailures:\n    m::b\ntest result: FAILED. 2 passed; 1 failed; 1 ignored",
            "2 passed, 1 failed, 1 skipped",
            &["skipped: s::m::b: a part", "failed: m::b"],
        );
    }

    #[test]
    fn checks_without_a_runner_are_counted() {
        let mut tally = Tally::default();
        tally.read("test result: ok. 2 passed; 0 failed; 0 ignored");
        tally.add("check.py", true);
        tally.add("make.py", false);
        tally.skip("other.py", "no Python");
        assert_eq!(tally.total(), "3 passed, 1 failed, 1 skipped");
        assert_eq!(tally.summary(), ["skipped: other.py: no Python", "failed: make.py"]);
    }
}
