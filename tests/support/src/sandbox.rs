//! The folders of one test, and the built programs that run in them. No test sees this account's library, keychain or
//! settings, and everything that a program writes is below one folder.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use tempfile::TempDir;

/// The passphrase of every test library.
pub const PASSPHRASE: &str = "a passphrase for tests only";

/// The variables that name folders programs write to, and where those are in the sandbox.
const FOLDERS: [(&str, &str); 7] = [
    ("HOME", "home"),
    ("XDG_DATA_HOME", "home/data"),
    ("XDG_STATE_HOME", "home/state"),
    ("XDG_CACHE_HOME", "home/cache"),
    ("XDG_CONFIG_HOME", "home/config"),
    ("XDG_RUNTIME_DIR", "runtime"),
    ("TMPDIR", "tmp"),
];

/// The folders of one test, deleted on drop.
#[derive(Debug)]
pub struct Sandbox {
    root: TempDir,
}

impl Sandbox {
    /// Creates the folders: `home`, `runtime` and `tmp` for programs, `own` for the reader's files. A file `passphrase`
    /// holds [`PASSPHRASE`].
    ///
    /// # Errors
    /// When they cannot be created.
    pub fn new() -> anyhow::Result<Self> {
        Self::within(TempDir::new()?)
    }

    /// As [`new`](Self::new), on a file system in memory if there is one. That is quicker, and as good for tests that kill
    /// processes: what a process has written stays either way.
    ///
    /// # Errors
    /// When the folders cannot be created.
    pub fn in_memory() -> anyhow::Result<Self> {
        let memory = Path::new("/dev/shm");
        Self::within(if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }?)
    }

    fn within(root: TempDir) -> anyhow::Result<Self> {
        let sandbox = Self { root };
        for folder in ["home", "runtime", "tmp", "own"] {
            std::fs::create_dir(sandbox.path(folder))?;
        }
        make_private(&sandbox.path("runtime"))?;
        std::fs::write(sandbox.path("passphrase"), PASSPHRASE)?;
        Ok(sandbox)
    }

    /// A path inside the sandbox.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Arguments for the window: this sandbox's library, opened or created with its passphrase, and `files` to import.
    #[must_use]
    pub fn arguments(&self, files: &[PathBuf]) -> Vec<OsString> {
        let named = [
            OsString::from("--library"),
            self.path("library").into(),
            OsString::from("--passphrase-file"),
            self.path("passphrase").into(),
        ];
        named.into_iter().chain(files.iter().map(|file| file.clone().into_os_string())).collect()
    }

    /// Runs a command in this sandbox: without a session bus and so without a keychain, and without the library or passphrase
    /// that the environment of the test names.
    pub fn apply(&self, command: &mut Command) {
        for (name, folder) in FOLDERS {
            command.env(name, self.path(folder));
        }
        if let Some(runtime) = runtime_files() {
            command.env("ALEXANDRIA_RUNTIME_DIR", runtime);
        }
        for name in ["DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "ALEXANDRIA_LIBRARY", "ALEXANDRIA_PASSPHRASE_FILE"]
        {
            command.env_remove(name);
        }
    }
}

/// Sets the permissions that a runtime folder must have; some programs refuse any other.
fn make_private(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    #[cfg(not(unix))]
    let _no_permissions_here = folder;
    Ok(())
}

/// The embedding model's folder. It has to be named, because the sandbox has another home folder.
fn runtime_files() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("ALEXANDRIA_RUNTIME_DIR") {
        return Some(named.into());
    }
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))?;
    Some(cache.join("alexandria/runtime"))
}

/// `command` run by another program, such as a tracer, as that program's last arguments.
#[must_use]
pub fn under(mut outer: Command, command: &Command) -> Command {
    outer.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer
}

/// A program of this build.
///
/// # Errors
/// When it is not built.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let parent = test.parent().and_then(Path::parent).context("no target folder")?;
    let folder = std::env::var_os("ALEXANDRIA_BIN_DIR").map_or_else(|| parent.to_owned(), PathBuf::from);
    let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    ensure!(program.exists(), "{name} is not built; run `cargo xtask build`");
    Ok(program)
}
