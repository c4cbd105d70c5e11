//! Counting tests from what their runners print, and those that say that they were not run.
//!
//! A test that lacks something on this machine passes, and writes a line `SKIPPED: name: why` past its runner. Such a
//! line may stand behind the beginning of a line of the runner's own.

/// Totals over all test programs.
#[derive(Debug, Default)]
pub(super) struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
    failures: Vec<String>,
    /// What the present program has listed as failed so far. It lists what they printed first, and then only names.
    listed: Option<Vec<String>>,
    /// Names, and why, in the order they came; each name once.
    skipped: Vec<(String, String)>,
}

impl Tally {
    /// Takes in a line of output; most say nothing about totals.
    pub(super) fn read(&mut self, line: &str) {
        if let Some((_, told)) = line.split_once("SKIPPED: ") {
            self.skip(told);
        } else if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
            self.ignored += number_before(result, " ignored");
            self.failures.extend(self.listed.take().unwrap_or_default());
        } else if line.starts_with("running ") {
            // The program before may have ended without a result.
            self.listed = None;
        } else if line == "failures:" {
            self.listed = Some(Vec::new());
        } else if let (Some(listed), Some(name)) = (&mut self.listed, line.strip_prefix("    ")) {
            listed.push(name.to_owned());
        }
    }

    /// Takes in what a test said of itself.
    fn skip(&mut self, told: &str) {
        let (name, why) = told.split_once(": ").unwrap_or((told, ""));
        if !self.skipped.iter().any(|(known, _)| known == name) {
            self.skipped.push((name.to_owned(), why.to_owned()));
        }
    }

    /// The tests that failed and those that were skipped, a line each.
    pub(super) fn summary(&self) -> Vec<String> {
        let skipped = self.skipped.iter().map(|(name, why)| format!("skipped: {name}: {why}"));
        skipped.chain(self.failures.iter().map(|name| format!("failed: {name}"))).collect()
    }

    /// The closing line.
    pub(super) fn total(&self) -> String {
        let ignored = if self.ignored == 0 { String::new() } else { format!(", {} ignored", self.ignored) };
        let names: Vec<&str> = self.skipped.iter().map(|(name, _)| name.as_str()).collect();
        let skipped = match names.len() {
            0 => String::new(),
            count => format!(", {count} skipped: {}", names.join(", ")),
        };
        format!("{} passed, {} failed{ignored}{skipped}", self.passed, self.failed)
    }
}

/// The number in front of `word`; 0 if there is none.
fn number_before(text: &str, word: &str) -> u64 {
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
    fn results_of_all_programs_are_summed() {
        check("", "0 passed, 0 failed", &[]);
        check(
            "running 2 tests\ntest a ... ok\ntest result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s\n\
             running 4 tests\ntest m::b ... FAILED\n\nfailures:\n\n---- m::b stdout ----\n    no name\n\n\
             failures:\n    m::b\n\n\
             test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n    no name\n\
             running 1 test\nfailures:\n    lost with its program\nrunning 1 test\n\
             test result: ok. 0 passed; 0 failed; 0 ignored",
            "15 passed, 1 failed",
            &["failed: m::b"],
        );
        check("test result: ok. 1 passed; 0 failed; 2 ignored", "1 passed, 0 failed, 2 ignored", &[]);
        check("test result: 5 was expected", "0 passed, 0 failed", &[]);
    }

    #[test]
    fn what_was_not_run_is_counted_by_name() {
        check(
            "SKIPPED: faults::a: not disturbed: no tracing\ntest b ... SKIPPED: window::b: no strace\nok\n\
             SKIPPED: window::b: still none\nSKIPPED: it\ntest result: ok. 4 passed; 0 failed; 0 ignored",
            "4 passed, 0 failed, 3 skipped: faults::a, window::b, it",
            &["skipped: faults::a: not disturbed: no tracing", "skipped: window::b: no strace", "skipped: it: "],
        );
        check(
            "SKIPPED: a::b: c\ntest result: FAILED. 1 passed; 0 failed; 1 ignored",
            "1 passed, 0 failed, 1 ignored, 1 skipped: a::b",
            &["skipped: a::b: c"],
        );
    }
}
