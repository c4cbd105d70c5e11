//! Counting tests from what their runners print.

/// Totals over all test programs.
#[derive(Debug, Default)]
pub(super) struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
    failures: Vec<String>,
}

impl Tally {
    /// Takes in a line of output; most say nothing about totals.
    pub(super) fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
            self.ignored += number_before(result, " ignored");
        } else if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(name.to_owned());
        }
    }

    /// The tests that failed, a line each.
    pub(super) fn summary(&self) -> Vec<String> {
        self.failures.iter().map(|name| format!("failed: {name}")).collect()
    }

    /// The closing line.
    pub(super) fn total(&self) -> String {
        let ignored = if self.ignored == 0 { String::new() } else { format!(", {} ignored", self.ignored) };
        format!("{} passed, {} failed{ignored}", self.passed, self.failed)
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
             test m::b ... FAILED\ntest result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
            "15 passed, 1 failed",
            &["failed: m::b"],
        );
        check("test result: ok. 1 passed; 0 failed; 2 ignored", "1 passed, 0 failed, 2 ignored", &[]);
        check("test result: 5 was expected", "0 passed, 0 failed", &[]);
    }
}
