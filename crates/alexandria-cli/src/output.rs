//! Output: text for people, JSON for programs. The only module that writes to the terminal.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;

/// How results are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
    colour: bool,
}

#[derive(Serialize)]
struct ErrorJson<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        let colour = !json && io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { json, colour }
    }

    /// Prints a result as JSON, or as the text that `text` returns.
    pub(crate) fn result(&self, json: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        let line = if self.json { serde_json::to_string(json).map_err(io::Error::from)? } else { text() };
        self.print(&line)
    }

    /// Prints to standard output. A closed pipe is not an error.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match writeln!(stdout, "{}", text.trim_end()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// Prints a secret.
    pub(crate) fn secret(&self, name: &str, secret: &str) -> Result<(), Failure> {
        if self.json { self.print(&serde_json::json!({ name: secret }).to_string()) } else { self.print(secret) }
    }

    /// Prints a note to standard error, unless the output is JSON.
    pub(crate) fn note(&self, text: &str) {
        if !self.json {
            print_error(text);
        }
    }

    /// Whether a user at a terminal can be prompted.
    pub(crate) fn can_prompt(&self) -> bool {
        !self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Prints a prompt. The user types on the same line.
    pub(crate) fn prompt(&self, label: &str) {
        let mut stderr = io::stderr().lock();
        let _ignored = write!(stderr, "{label}: ").and_then(|()| stderr.flush());
    }

    /// Prints why the command failed.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.json {
            let error = ErrorJson { code: failure.code.as_str(), message: &failure.message, hint: failure.hint };
            print_error(&serde_json::json!({ "error": error }).to_string());
            return;
        }
        print_error(&format!("alexandria: {}", failure.message));
        failure.hint.into_iter().for_each(|hint| self.hint(hint));
    }

    /// Prints what the user can do about a problem.
    pub(crate) fn hint(&self, hint: &str) {
        self.note(&format!("hint: {hint}"));
    }

    /// A progress bar; hidden unless standard error is a terminal.
    pub(crate) fn progress(&self, unit: &str) -> ProgressBar {
        let hidden = self.json || !io::stderr().is_terminal();
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let template = format!("{{bar:30}} {{human_pos}}/{{human_len}} {unit} {{msg}}");
        bar.set_style(ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    }

    /// Bold text, if the terminal supports it.
    pub(crate) fn bold(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A matching word: bold and coloured on a terminal, otherwise in brackets.
    pub(crate) fn mark(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1;33m{text}\u{1b}[0m") } else { format!("[{text}]") }
    }

    /// Dimmed text, if the terminal supports it.
    pub(crate) fn dim(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Writes a line to standard error. If that is closed, the exit code still says how the command ended.
fn print_error(line: &str) {
    let _ignored = writeln!(io::stderr().lock(), "{line}");
}

/// Makes text from a book safe to print: control characters, which could control the terminal, become spaces.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A text on one line, printable.
pub(crate) fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A count with its noun: `1 book`, `2 books`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::{counted, printable};

    #[test]
    fn printable_removes_terminal_control_characters() {
        assert_eq!(printable("a\u{1b}[31mb\u{7}\u{9b}c\nd"), "a [31mb  c d");
        assert_eq!(counted(1, "book", "books"), "1 book");
        assert_eq!(counted(0, "book", "books"), "0 books");
    }
}
