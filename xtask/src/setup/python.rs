//! The Python that builds the model and creates virtual environments: the first that is new enough, under any of its names.
//! Package managers install several, and not all of them call one of them simply Python.

use crate::process::Process;

/// Possible names, the usual one first.
const NAMES: &[&str] =
    if cfg!(windows) { &["python"] } else { &["python3", "python3.14", "python3.13", "python3.12", "python3.11"] };

/// Fails if Python is too old or cannot create virtual environments.
const PROBE: &str = "import sys; assert sys.version_info >= (3, 11); import venv";

/// The program; the usual name if there is none, for messages.
pub(super) fn program() -> &'static str {
    found().unwrap_or(if cfg!(windows) { "python" } else { "python3" })
}

/// The program, if it is installed.
pub(super) fn found() -> Option<&'static str> {
    first(NAMES, |name| Process::new(name).arguments(["-c", PROBE]).succeeds())
}

fn first(names: &[&'static str], is_good: impl Fn(&str) -> bool) -> Option<&'static str> {
    names.iter().copied().find(|name| is_good(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_python_that_is_new_enough_is_used() {
        let check = |good: &[&str], expect| assert_eq!(first(NAMES, |name| good.contains(&name)), expect, "{good:?}");
        check(&[], None);
        check(NAMES, NAMES.first().copied());
        #[cfg(not(windows))]
        check(&["python3.11", "python3.12"], Some("python3.12"));
    }
}
