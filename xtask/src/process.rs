//! Runs other programs: announces each, and reports a failure with its name.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, bail};

/// npm's name as a program; on Windows it is a script, which has to be called in full.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Prints one line to the terminal.
pub(crate) fn say(line: &str) {
    // A closed terminal does not stop a build.
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}

/// A program that is about to be run.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    command: Command,
    quiet: bool,
}

impl Process {
    /// A program by name or path, without arguments.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let name = program.as_ref().to_string_lossy().into_owned();
        Self { name, command: Command::new(program), quiet: false }
    }

    /// Sets the name in messages.
    pub(crate) fn called(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Does not announce the program.
    pub(crate) fn quietly(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Hides what it writes to standard output; errors are still shown.
    pub(crate) fn hiding_output(mut self) -> Self {
        self.command.stdout(Stdio::null());
        self
    }

    /// Adds arguments.
    pub(crate) fn arguments<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Adds one argument.
    pub(crate) fn argument(self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments([argument])
    }

    /// Sets a variable of its environment.
    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable from its environment.
    pub(crate) fn without_variable(mut self, name: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs it in this folder.
    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// The command, for callers that run it themselves.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    /// Runs it to its end with inherited output.
    ///
    /// # Errors
    /// If it cannot be started or does not succeed.
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        self.announce();
        let status = self.command.status().with_context(|| self.not_started())?;
        self.check(status)
    }

    /// Runs it, prints each line of its standard output and passes it to `each`.
    ///
    /// # Errors
    /// If it cannot be started, its output is not text, or it does not succeed.
    pub(crate) fn run_lines(mut self, mut each: impl FnMut(&str)) -> anyhow::Result<()> {
        self.announce();
        let mut child = self.command.stdout(Stdio::piped()).spawn().with_context(|| self.not_started())?;
        let output = child.stdout.take().context("the output of a program is not piped")?;
        for line in BufReader::new(output).lines() {
            let line = line.with_context(|| format!("the output of {} is not UTF-8", self.name))?;
            say(&line);
            each(&line);
        }
        let status = child.wait().with_context(|| format!("{} was lost", self.name))?;
        self.check(status)
    }

    /// Its standard output, whether it succeeds or not. Prints nothing.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) fn output(mut self) -> anyhow::Result<String> {
        let output = self.command.output().with_context(|| self.not_started())?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Whether it can be started and succeeds. Prints nothing.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    fn announce(&self) {
        if !self.quiet {
            let words = self.command.get_args().map(OsStr::to_string_lossy);
            say(&format!("$ {} {}", self.name, words.collect::<Vec<_>>().join(" ")));
        }
    }

    fn not_started(&self) -> String {
        format!("{} cannot be started; is it installed?", self.name)
    }

    fn check(&self, status: ExitStatus) -> anyhow::Result<()> {
        if status.success() {
            return Ok(());
        }
        let first = self.command.get_args().next().map(OsStr::to_string_lossy).unwrap_or_default();
        bail!("`{} {first}` failed ({status})", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_program() {
        let error = Process::new("no-such-program").quietly().run().unwrap_err();
        assert_eq!(error.to_string(), "no-such-program cannot be started; is it installed?");
        let cargo = std::env::var_os("CARGO").unwrap();
        let error = Process::new(cargo).called("cargo").quietly().argument("no-such-command").run().unwrap_err();
        assert!(error.to_string().starts_with("`cargo no-such-command` failed"), "{error}");
    }

    #[test]
    fn output_is_passed_on_line_by_line() {
        let cargo = std::env::var_os("CARGO").unwrap();
        let mut lines = Vec::new();
        let process = Process::new(cargo).argument("--version").quietly();
        process.run_lines(|line| lines.push(line.to_owned())).unwrap();
        assert!(matches!(lines.as_slice(), [line] if line.starts_with("cargo ")), "{lines:?}");
    }
}
