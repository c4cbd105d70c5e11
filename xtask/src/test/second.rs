//! The second implementation of the stored formats, Python programs that are written from their pages alone, over the
//! frozen vectors that the Rust tests use as well. Absent: the vectors, which lie beside them.

use super::tally::Tally;
use crate::process::{Process, say};
use crate::workspace::Workspace;

/// The programs: the formats of the cipher and of a vault's slots, and whole vaults.
const PROGRAMS: [(&str, &[&str]); 2] =
    [("tests/vectors/crypto/check.py", &[]), ("tests/vectors/vault/make.py", &["check"])];
/// What they need beyond Python itself, at the version that has everything.
const NEEDED: &str = "import cryptography.hazmat.primitives.kdf.argon2";

/// Runs them in the Python environment that setup makes. Where that lacks what they need, says so and tells `tally`.
///
/// # Errors
/// If the two implementations do not agree on a vector.
pub(super) fn run(workspace: &Workspace, tally: &mut Tally) -> anyhow::Result<()> {
    let python = workspace.python_program("python");
    let is_ready = Process::new(&python).arguments(["-c", NEEDED]).succeeds();
    for (program, arguments) in PROGRAMS {
        if is_ready {
            let python = Process::new(&python).called("python").argument(workspace.root().join(program));
            python.arguments(arguments).run()?;
        } else {
            let line =
                format!("SKIPPED: {program}: no `cryptography` of version 44 or later in the Python environment");
            say(&line);
            tally.read(&line);
        }
    }
    Ok(())
}
