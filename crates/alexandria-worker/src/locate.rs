//! Where the program of the worker is: with the running program, and nowhere else. A search path or a variable of the
//! environment would let others choose what reads the user's files.

use std::path::{Path, PathBuf};

use crate::error::WorkerError;

const NAME: &str = "alexandria-worker";

/// Where packages put programs that are not for people, seen from the folder of the programs that are.
const INSTALLED: &str = "../lib/alexandria";

/// The program of this installation or build.
pub(crate) fn program() -> Result<PathBuf, WorkerError> {
    let executable = std::env::current_exe().map_err(WorkerError::Start)?;
    candidates(&executable).into_iter().find(|path| path.is_file()).ok_or(WorkerError::NotInstalled)
}

/// The places in order: that of packages, next to the running program, and, as tests are one folder below the programs of
/// their build, next to their folder.
fn candidates(executable: &Path) -> Vec<PathBuf> {
    let Some(folder) = executable.parent() else { return Vec::new() };
    let mut folders = vec![folder.join(INSTALLED), folder.to_owned()];
    if cfg!(debug_assertions) && folder.file_name().is_some_and(|name| name == "deps" || name == "examples") {
        folders.extend(folder.parent().map(Path::to_owned));
    }
    folders.into_iter().map(|folder| folder.join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX))).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn worker_is_looked_for_with_the_running_program() {
        let check = |executable: &str, expect: &[&str]| {
            assert_eq!(candidates(Path::new(executable)), expect.iter().map(PathBuf::from).collect::<Vec<_>>());
        };
        let installed = ["/usr/bin/../lib/alexandria/alexandria-worker", "/usr/bin/alexandria-worker"];
        check("/usr/bin/alexandria", &installed);
        check(
            "/target/debug/deps/library-1234",
            &[
                "/target/debug/deps/../lib/alexandria/alexandria-worker",
                "/target/debug/deps/alexandria-worker",
                "/target/debug/alexandria-worker",
            ],
        );
        check("/", &[]);
    }
}
