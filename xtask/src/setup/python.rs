//! The Python that runs the model's tool and makes virtual environments: the first that is new enough, under any of its
//! names. Package managers keep several beside each other, and not all of them call one simply Python.

use crate::process::Process;

/// Names it may have, the usual first.
const NAMES: &[&str] =
    if cfg!(windows) { &["python"] } else { &["python3", "python3.14", "python3.13", "python3.12", "python3.11"] };

/// Fails in one that is too old, or cannot make virtual environments.
const PROBE: &str = "import sys; assert sys.version_info >= (3, 11); import venv";

/// Its name as a program; the usual one if there is none, so that a message can name it.
pub(super) fn program() -> &'static str {
    found().unwrap_or(if cfg!(windows) { "python" } else { "python3" })
}

/// Its name, if it is there.
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
    fn the_first_that_is_new_enough_is_taken() {
        let check = |good: &[&str], expect| assert_eq!(first(NAMES, |name| good.contains(&name)), expect, "{good:?}");
        check(&[], None);
        check(NAMES, NAMES.first().copied());
        #[cfg(not(windows))]
        check(&["python3.11", "python3.12"], Some("python3.12"));
    }
}
