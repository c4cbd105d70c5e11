//! Printing: text for people, JSON for programs. The only module that writes to the terminal.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;

/// Where and how results are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
    colour: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        let colour = !json && io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { json, colour }
    }

    /// Prints a result: the JSON form, or the text that `text` makes.
    pub(crate) fn result(&self, json: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        let line = if self.json { serde_json::to_string(json).map_err(io::Error::from)? } else { text() };
        self.print(&line)
    }

    /// Prints to standard output. A reader that closed the pipe has seen enough.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match writeln!(stdout, "{}", text.trim_end()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// Prints a secret that a person asked for, once.
    pub(crate) fn secret(&self, name: &str, secret: &str) -> Result<(), Failure> {
        if self.json { self.print(&serde_json::json!({ name: secret }).to_string()) } else { self.print(secret) }
    }

    /// Prints a remark beside the result.
    pub(crate) fn note(&self, text: &str) {
        if !self.json {
            tell(text);
        }
    }

    /// Whether there is a person at the terminal who can be asked something.
    pub(crate) fn can_ask(&self) -> bool {
        !self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks a person for something, which they type behind it on the same line.
    pub(crate) fn ask(&self, question: &str) {
        let mut stderr = io::stderr().lock();
        let _nobody_reads = write!(stderr, "{question}: ").and_then(|()| stderr.flush());
    }

    /// Prints why the command failed.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.json {
            let error = serde_json::json!({ "error": { "code": failure.code.as_str(), "message": failure.message } });
            tell(&error.to_string());
        } else {
            tell(&format!("alexandria: {}", failure.message));
        }
    }

    /// A progress bar on a terminal; elsewhere nothing is drawn.
    pub(crate) fn progress(&self, unit: &str) -> ProgressBar {
        let hidden = self.json || !io::stderr().is_terminal();
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let template = format!("{{bar:30}} {{human_pos}}/{{human_len}} {unit} {{msg}}");
        bar.set_style(ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    }

    /// Text in bold, if the terminal can.
    pub(crate) fn bold(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A matching word: bold and coloured on a terminal, in brackets elsewhere.
    pub(crate) fn mark(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1;33m{text}\u{1b}[0m") } else { format!("[{text}]") }
    }

    /// Secondary text, dimmed if the terminal can.
    pub(crate) fn dim(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Writes a line to standard error. Who has closed it does not want to be told, and that is no reason to fail: the exit
/// code says how the command ended.
fn tell(line: &str) {
    let _nobody_reads = writeln!(io::stderr().lock(), "{line}");
}

/// Text from a book, safe to print: control characters, which could command the terminal, become spaces.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `1 book`, `2 books`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::{counted, printable};

    #[test]
    fn book_text_cannot_command_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\u{7}\u{9b}c\nd"), "a [31mb  c d");
        assert_eq!(counted(1, "book", "books"), "1 book");
        assert_eq!(counted(0, "book", "books"), "0 books");
    }
}
