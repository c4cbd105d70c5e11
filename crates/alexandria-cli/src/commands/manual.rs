//! `alexandria manual DIR`, which is hidden: packages call it for the man pages that they contain.

use std::path::Path;
use std::process::ExitCode;

use crate::args;
use crate::failure::Failure;

/// Writes a page for the command and one for each of its subcommands, such as `alexandria-search.1`.
pub(crate) fn run(folder: &Path) -> Result<ExitCode, Failure> {
    clap_mangen::generate_to(args::command(), folder)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn manual_has_a_page_for_each_command_that_is_not_hidden() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path()).unwrap();
        let check = |page: &str, expect: &str| {
            let text = fs::read_to_string(folder.path().join(page)).unwrap();
            assert!(text.contains(expect), "{page} lacks {expect}:\n{text}");
        };
        check("alexandria.1", "ALEXANDRIA_LIBRARY");
        check("alexandria.1", "Exit codes");
        check("alexandria-search.1", "QUERY");
        check("alexandria-protect-rotate.1", "Replace the library key");
        assert!(!folder.path().join("alexandria-manual.1").exists());
    }

    #[test]
    fn missing_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(run(&folder.path().join("missing")).is_err());
    }
}
