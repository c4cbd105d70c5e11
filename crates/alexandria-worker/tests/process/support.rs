//! Files to read, and the workers to read them.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use alexandria_extract::{Extracted, Limits};
use alexandria_worker::{Worker, WorkerError};

/// The worker that is shipped.
pub(crate) fn worker() -> Worker {
    Worker::new(env!("CARGO_BIN_EXE_alexandria-worker").into())
}

/// A file of this content that is open for reading.
pub(crate) fn file(content: &[u8]) -> File {
    let mut file = tempfile::NamedTempFile::new().expect("creates a file");
    file.write_all(content).expect("writes");
    file.reopen().expect("opens")
}

/// A worker that does what its file says.
#[cfg(target_os = "linux")]
pub(crate) fn misbehaving() -> Worker {
    let test = std::env::current_exe().expect("knows its program");
    let folder = test.parent().and_then(Path::parent).expect("is in a folder of the target folder");
    let program = folder.join("examples/misbehaving");
    assert!(program.is_file(), "not built; run `cargo build -p alexandria-worker --example misbehaving`");
    Worker::new(program)
}

/// What the misbehaving worker returns for a command, in a file of this name.
#[cfg(target_os = "linux")]
pub(crate) fn behave(command: &str, name: &str, limits: &Limits) -> Result<Extracted, WorkerError> {
    misbehaving().extract(&file(command.as_bytes()), name, limits, &|| false)
}
