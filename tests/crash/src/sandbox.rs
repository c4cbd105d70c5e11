//! A sandbox with a library in it, and the commands that work on that library.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, io};

use alexandria_tests_support as support;
use anyhow::{Context, ensure};

use crate::book;

/// The file of the passphrase that every library here is created with.
pub const PASSPHRASE: &str = "passphrase";
/// The file of the passphrase that it may be changed to.
pub const NEW_PASSPHRASE: &str = "passphrase.new";

/// The folders of one test: a library, the reader's files, and what a command would use. Deleted on drop.
#[derive(Debug)]
pub struct Sandbox {
    folders: support::Sandbox,
}

impl Sandbox {
    /// A sandbox without a library.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn new() -> anyhow::Result<Self> {
        let sandbox = Self { folders: support::Sandbox::in_memory()? };
        fs::write(sandbox.path(PASSPHRASE), "long and random enough for a test\n")?;
        fs::write(sandbox.path(NEW_PASSPHRASE), "another one, as long and as random\n")?;
        Ok(sandbox)
    }

    /// Another sandbox with the same library, files and passphrases.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub fn copy(&self) -> anyhow::Result<Self> {
        let sandbox = Self::new()?;
        for folder in ["own", "library"] {
            copy_folder(&self.path(folder), &sandbox.path(folder))?;
        }
        for file in [PASSPHRASE, NEW_PASSPHRASE] {
            fs::copy(self.path(file), sandbox.path(file))?;
        }
        Ok(sandbox)
    }

    /// A file or folder of this sandbox.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folders.path(name)
    }

    /// The library's folder.
    #[must_use]
    pub fn library(&self) -> PathBuf {
        self.path("library")
    }

    /// Writes the book of that number among the reader's files. Returns its path.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_book(&self, number: u32) -> io::Result<PathBuf> {
        let path = self.path("own").join(format!("book-{number}.md"));
        fs::write(&path, book::text(number))?;
        Ok(path)
    }

    /// The `alexandria` command on this sandbox's library, printing JSON.
    ///
    /// # Errors
    /// When it was not built.
    pub fn alexandria(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let mut command = self.command("alexandria")?;
        command.arg("--library").arg(self.library()).arg("--passphrase-file").arg(self.path(PASSPHRASE));
        command.arg("--json").args(arguments);
        Ok(command)
    }

    /// The `alexandria-inspect` program on this sandbox's library, opened with a passphrase file.
    ///
    /// # Errors
    /// When it was not built.
    pub fn inspect(&self, passphrase: &str, arguments: &[&str]) -> anyhow::Result<Command> {
        let mut command = self.command("alexandria-inspect")?;
        command.arg(self.library()).arg(self.path(passphrase)).args(arguments);
        Ok(command)
    }

    /// Runs `alexandria`, which has to succeed. Returns what it printed.
    ///
    /// # Errors
    /// When it does not.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<serde_json::Value> {
        let output = self.alexandria(arguments)?.output()?;
        ensure!(output.status.success(), "{arguments:?}: {}", describe(&output));
        serde_json::from_slice(&output.stdout).context("the command did not print JSON")
    }

    /// One of the programs in this sandbox, without arguments.
    ///
    /// # Errors
    /// When it was not built.
    pub fn command(&self, name: &str) -> anyhow::Result<Command> {
        let mut command = Command::new(support::program(name)?);
        self.folders.apply(&mut command);
        // Errors as a reader would see them.
        command.env_remove("RUST_BACKTRACE");
        Ok(command)
    }

    /// Names of all files in the library below `folder`, sorted.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn files(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let folder = self.library().join(folder);
        if folder.is_dir() {
            collect_names(&folder, &mut names)?;
        }
        names.sort();
        Ok(names)
    }
}

/// The status and output of a command, for messages.
#[must_use]
pub fn describe(output: &Output) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{}, stdout {:?}, stderr {:?}", output.status, stdout.trim(), stderr.trim())
}

/// The error code a failed command printed.
#[must_use]
pub fn error_code(output: &Output) -> Option<String> {
    let text = String::from_utf8_lossy(&output.stderr);
    let error: serde_json::Value = serde_json::from_str(text.lines().last()?).ok()?;
    Some(error.pointer("/error/code")?.as_str()?.to_owned())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn collect_names(folder: &Path, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect_names(&entry.path(), names)?;
        } else {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(())
}
