//! A program of this build, as if it had been installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use alexandria_tests_support::{Sandbox, program};
use anyhow::Context as _;

use crate::publisher::Publisher;

/// A program in a sandbox that looks for updates at an address.
#[derive(Debug)]
pub struct InstalledProgram {
    /// The program.
    pub program: PathBuf,
    update: PathBuf,
    appimage: Option<PathBuf>,
}

impl InstalledProgram {
    /// The program `name`, unpacked somewhere, with the publisher's root of trust.
    ///
    /// # Errors
    /// When it is not built or a file cannot be written.
    pub fn unpacked(sandbox: &Sandbox, name: &str, publisher: &Publisher, address: &str) -> anyhow::Result<Self> {
        let update = sandbox.path("update");
        std::fs::create_dir_all(&update)?;
        std::fs::write(update.join("root.json"), &publisher.root)?;
        std::fs::write(
            update.join("source.json"),
            serde_json::json!({ "url": format!("{address}u/v1/") }).to_string(),
        )?;
        Ok(Self { program: program(name)?, update, appimage: None })
    }

    /// The program `name` in the mounted folder of an AppImage whose file is `Alexandria.AppImage` in the user's folder.
    ///
    /// # Errors
    /// When it is not built or a file cannot be written.
    pub fn appimage(sandbox: &Sandbox, name: &str, publisher: &Publisher, address: &str) -> anyhow::Result<Self> {
        let mut installed = Self::unpacked(sandbox, name, publisher, address)?;
        let bin = sandbox.path("mount/usr/bin");
        std::fs::create_dir_all(&bin)?;
        let copy = bin.join(name);
        std::fs::copy(&installed.program, &copy).context("the program cannot be copied")?;
        installed.program = copy;
        let file = sandbox.path("own/Alexandria.AppImage");
        std::fs::write(&file, "the old program")?;
        installed.appimage = Some(file);
        Ok(installed)
    }

    /// The AppImage's file.
    #[must_use]
    pub fn file(&self) -> &Path {
        self.appimage.as_deref().unwrap_or(&self.program)
    }

    /// Sets the environment that the installed program has.
    pub fn apply(&self, sandbox: &Sandbox, command: &mut Command) {
        sandbox.apply(command);
        command.env("ALEXANDRIA_UPDATE_DIR", &self.update);
        if let Some(file) = &self.appimage {
            command.env("APPIMAGE", file).env("APPDIR", sandbox.path("mount"));
        }
    }

    /// Runs the program.
    ///
    /// # Errors
    /// When it does not start.
    pub fn run(&self, sandbox: &Sandbox, arguments: &[&str]) -> anyhow::Result<Output> {
        let mut command = Command::new(&self.program);
        self.apply(sandbox, &mut command);
        Ok(command.args(arguments).output()?)
    }
}
