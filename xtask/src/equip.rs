//! The environment of our own programs, tests and benchmarks on this machine:
//!
//! - `ALEXANDRIA_BIN_DIR`: the programs just built
//! - `ALEXANDRIA_RUNTIME_DIR`: the model and ONNX Runtime
//! - `ALEXANDRIA_TOOLS_DIR`: programs that only tests use, in its `bin` (which is also on the `PATH`)
//! - `ALEXANDRIA_PDFIUM_PYTHON`: a Python that has pdfium, if set-up has installed it
//! - `ALEXANDRIA_CORPUS`: real books, if the variable is not set and they are next to the checkout

use std::env;

use crate::build::Profile;
use crate::process::Process;
use crate::workspace::Workspace;

/// Sets these variables for `process`.
///
/// # Errors
/// If the search path cannot be extended.
pub(crate) fn equip(process: Process, workspace: &Workspace, profile: Profile) -> anyhow::Result<Process> {
    let present = env::var_os("PATH").unwrap_or_default();
    let tools = std::iter::once(workspace.tools().join("bin"));
    let process = process
        .variable("PATH", env::join_paths(tools.chain(env::split_paths(&present)))?)
        .variable("ALEXANDRIA_BIN_DIR", profile.folder(workspace))
        .variable("ALEXANDRIA_RUNTIME_DIR", workspace.runtime())
        .variable("ALEXANDRIA_TOOLS_DIR", workspace.tools());
    let python = workspace.python_program("python");
    let process = if python.is_file() { process.variable("ALEXANDRIA_PDFIUM_PYTHON", python) } else { process };
    let corpus = workspace.root().join("../shared/corpus");
    let is_found = env::var_os("ALEXANDRIA_CORPUS").is_none() && corpus.is_dir();
    Ok(if is_found { process.variable("ALEXANDRIA_CORPUS", corpus) } else { process })
}
