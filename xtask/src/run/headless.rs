//! Without a display: imports through the command line, runs an exact and a semantic search, and prints how to go on.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::build::Profile;
use crate::equip::equip;
use crate::process::{Process, say};
use crate::workspace::Workspace;

/// Queries for the guide alone: exact and semantic.
const IN_GUIDE: (&str, &str) = ("\"search by meaning\"", "can anybody else read my books");

/// Queries for books of the reader: they have hits in well-known classics.
const IN_BOOKS: (&str, &str) = ("\"white whale\"", "a scientist regrets the creature he made");

/// The library to use, and how it is unlocked.
struct Demo {
    library: Option<PathBuf>,
    passphrase: Option<PathBuf>,
}

/// Imports the guide and the files, and searches in them.
///
/// # Errors
/// If the command line fails; it has said why.
pub(super) fn run(workspace: &Workspace, program: &Path, guide: &Path, files: &[PathBuf]) -> anyhow::Result<()> {
    let demo = choose(workspace.cache(), |name| env::var_os(name).map(PathBuf::from));
    if let Some(passphrase) = &demo.passphrase {
        create_passphrase(passphrase)?;
    }
    let alexandria = || {
        let command = Process::new(program).called("alexandria");
        equip(demo.unlock(command), workspace, Profile::Development)
    };
    say("run: no display here, using the command line");
    // A refused book makes the import fail; the others can be searched all the same.
    let imported =
        alexandria()?.argument("import").argument(guide).arguments(files).arguments(["--wait", "semantic"]).run();
    if let Err(error) = imported {
        say(&format!("run: {error}; going on with what was imported"));
    }
    let (exact, semantic) = if files.is_empty() { IN_GUIDE } else { IN_BOOKS };
    for (mode, query) in [("exact", exact), ("semantic", semantic)] {
        alexandria()?.arguments(["search", "--mode", mode, "--limit", "5", query]).run()?;
    }
    say(&demo.how_to_go_on(program));
    Ok(())
}

/// A demo library with its passphrase next to it, unless the developer has named a library or a passphrase file. A session
/// bus is no reason to use their own library: there may be no keychain on it, or one that waits to be unlocked on a screen.
fn choose(cache: &Path, variable: impl Fn(&str) -> Option<PathBuf>) -> Demo {
    let library = variable("ALEXANDRIA_LIBRARY");
    if library.is_some() || variable("ALEXANDRIA_PASSPHRASE_FILE").is_some() {
        return Demo { library, passphrase: None };
    }
    Demo { library: Some(cache.join("demo-library")), passphrase: Some(cache.join("demo-passphrase")) }
}

impl Demo {
    fn unlock(&self, mut command: Process) -> Process {
        for (name, value) in [("--library", &self.library), ("--passphrase-file", &self.passphrase)] {
            if let Some(value) = value {
                command = command.argument(name).argument(value);
            }
        }
        command
    }

    fn how_to_go_on(&self, program: &Path) -> String {
        let mut line = format!("run: go on with\n  {}", program.display());
        if let Some(library) = &self.library {
            line += &format!(" --library {}", library.display());
        }
        let Some(passphrase) = &self.passphrase else { return line + " search WORDS" };
        line += &format!(" --passphrase-file {} search WORDS", passphrase.display());
        line + "\nrun: anyone who can read that file can read this demo library"
    }
}

/// Writes 24 random bytes as text into a file that only its owner can read, unless it is there.
fn create_passphrase(file: &Path) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let context = || format!("cannot write {}", file.display());
    fs::create_dir_all(file.parent().unwrap_or(file)).with_context(context)?;
    let mut created = match options.open(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        opened => opened.with_context(context)?,
    };
    let mut random = [0; 24];
    // Only reached on Unix, where this device exists.
    fs::File::open("/dev/urandom").and_then(|mut device| device.read_exact(&mut random)).context("no random bytes")?;
    let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(created, "{text}").with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(set: &[(&str, &str)], library: Option<&str>, passphrase: Option<&str>) {
        let variable = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| PathBuf::from(value));
        let demo = choose(Path::new("/cache"), variable);
        assert_eq!(demo.library.as_deref(), library.map(Path::new), "{set:?}");
        assert_eq!(demo.passphrase.as_deref(), passphrase.map(Path::new), "{set:?}");
    }

    #[test]
    fn demo_library_is_used_unless_another_is_named() {
        let bus = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/bus");
        let mine = ("ALEXANDRIA_LIBRARY", "/mine");
        check(&[], Some("/cache/demo-library"), Some("/cache/demo-passphrase"));
        check(&[bus], Some("/cache/demo-library"), Some("/cache/demo-passphrase"));
        check(&[bus, mine], Some("/mine"), None);
        check(&[mine], Some("/mine"), None);
        check(&[("ALEXANDRIA_PASSPHRASE_FILE", "/secret")], None, None);
        check(&[mine, ("ALEXANDRIA_PASSPHRASE_FILE", "/secret")], Some("/mine"), None);
    }

    #[test]
    #[cfg(unix)]
    fn passphrase_is_created_once_and_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = env::temp_dir().join(format!("xtask-passphrase-{}", std::process::id()));
        let file = folder.join("new/passphrase");
        create_passphrase(&file).unwrap();
        let first = fs::read_to_string(&file).unwrap();
        create_passphrase(&file).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), first);
        assert_eq!(first.trim().len(), 48);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_dir_all(folder).unwrap();
    }
}
