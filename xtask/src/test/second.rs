//! The second implementation of the stored formats: Python programs written from their documents alone, run over the
//! frozen vectors that the Rust tests use as well; and the reference implementation of the update repository, against
//! ours. Absent: the vectors, which are next to the programs.

use std::env;

use super::tally::Tally;
use crate::process::{Process, say};
use crate::workspace::Workspace;

/// The programs with their arguments: ciphers and vault slots, accounts, record frames, complete vaults, and update
/// repositories. [`PUBLISHER`] stands for the path of our publishing tool, which is built with the other programs.
const PROGRAMS: [(&str, &[&str]); 5] = [
    ("tests/vectors/crypto/check.py", &[]),
    ("tests/vectors/crypto/check_account.py", &[]),
    ("tests/vectors/protocol/check.py", &[]),
    ("tests/vectors/vault/make.py", &["check"]),
    ("tests/update/python/interop.py", &["check", PUBLISHER]),
];
const PUBLISHER: &str = "alexandria-release";
/// What they need beyond Python itself.
const NEEDED: &str = "import cryptography.hazmat.primitives.kdf.argon2, tuf.ngclient";
const REASON: &str = "tools: no `cryptography` of version 44 or later, or no `tuf`, in the Python environment";

/// Runs them in the Python environment that setup creates, and counts each. Without it they are skipped, or fail if
/// `ALEXANDRIA_REQUIRE` names `tools`, as in `tests/skip`.
pub(super) fn run(workspace: &Workspace, tally: &mut Tally) {
    let python = workspace.python_program("python");
    let is_ready = Process::new(&python).arguments(["-c", NEEDED]).succeeds();
    let is_required = env::var("ALEXANDRIA_REQUIRE").is_ok_and(|names| names.split(',').any(|it| it.trim() == "tools"));
    let publisher = workspace.target().join("debug").join(PUBLISHER);
    for (program, arguments) in PROGRAMS {
        if is_ready || is_required {
            let python = Process::new(&python).called("python").argument(workspace.root().join(program));
            let arguments =
                arguments.iter().map(|it| if *it == PUBLISHER { publisher.as_os_str() } else { it.as_ref() });
            let outcome = python.arguments(arguments).run();
            if let Err(error) = &outcome {
                say(&format!("test: {program}: {error:#}"));
            }
            tally.add(program, outcome.is_ok());
        } else {
            tally.skip(program, REASON);
        }
    }
}
