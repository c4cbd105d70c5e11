//! Folders of a test's own: no test sees this account's library, keychain or settings.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The passphrase of every test library.
pub const PASSPHRASE: &str = "a passphrase for tests only";

/// The folders of one test.
#[derive(Debug)]
pub struct World {
    root: TempDir,
}

impl World {
    /// Makes the folders.
    ///
    /// # Errors
    /// When they cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        let world = Self { root: TempDir::new()? };
        for folder in ["home", "runtime", "own"] {
            std::fs::create_dir(world.path(folder))?;
        }
        std::fs::write(world.path("passphrase"), PASSPHRASE)?;
        Ok(world)
    }

    /// A path inside the world.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Lets a command live in this world.
    pub fn apply(&self, command: &mut Command) {
        for (name, folder) in [
            ("HOME", "home"),
            ("XDG_DATA_HOME", "home/data"),
            ("XDG_STATE_HOME", "home/state"),
            ("XDG_CACHE_HOME", "home/cache"),
            ("XDG_CONFIG_HOME", "home/config"),
            ("XDG_RUNTIME_DIR", "runtime"),
        ] {
            command.env(name, self.path(folder));
        }
        if let Some(runtime) = runtime_files() {
            command.env("ALEXANDRIA_RUNTIME_DIR", runtime);
        }
        command.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("WAYLAND_DISPLAY");
    }
}

/// The embedding model's folder, named because the test gives the window another home.
fn runtime_files() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("ALEXANDRIA_RUNTIME_DIR") {
        return Some(named.into());
    }
    std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/alexandria/runtime"))
}

/// The folder of real books; without it says so and gives `None`.
#[must_use]
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
pub fn corpus_books() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let books = std::env::var_os("ALEXANDRIA_CORPUS").map_or(beside, PathBuf::from).join("books");
    if books.is_dir() {
        return Some(books);
    }
    eprintln!("SKIPPED: no corpus at hand; set ALEXANDRIA_CORPUS to its folder to run this test");
    None
}
