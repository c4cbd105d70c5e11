//! What there is to say of a library that a command has just made: nobody was asked how it should be protected, so its
//! owner has to be told how it is, and what to do against losing it.

use std::path::Path;

use alexandria_library::Unlock;
use serde::Serialize;

use crate::args::Args;
use crate::output::printable;

/// A new library.
#[derive(Debug, Serialize)]
pub(crate) struct Made {
    /// Its folder.
    library: String,
    /// What opens it.
    opened_by: &'static str,
    /// The command that makes a recovery code for it.
    recovery_command: String,
}

impl Made {
    /// Of the library in `folder`, which is protected as `unlock` says.
    pub(crate) fn new(args: &Args, folder: &Path, unlock: &Unlock) -> Self {
        let opened_by = match unlock {
            Unlock::Keychain => "keychain",
            Unlock::Passphrase(_) => "passphrase",
            Unlock::RecoveryCode(_) => "recovery-code",
        };
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let library = printable(&folder.to_string_lossy());
        Self { library, opened_by, recovery_command: recovery_command(args) }
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let Self { library, recovery_command, .. } = self;
        let only_way = match self.opened_by {
            "keychain" => "This computer's keychain holds its key, and nothing else opens it.",
            _ => "Only the passphrase opens it.",
        };
        format!(
            "Made a new library in {library}. {only_way}\n\
             A recovery code on paper opens it when that is lost; this makes one:\n  {recovery_command}"
        )
    }
}

fn recovery_command(args: &Args) -> String {
    let mut words = vec!["alexandria".to_owned()];
    for (option, value) in [("--library", &args.library), ("--passphrase-file", &args.passphrase_file)] {
        words.extend(value.as_deref().map(|value| format!("{option} {}", quoted(value))));
    }
    words.push("protect recovery".to_owned());
    words.join(" ")
}

/// A path as a word of a command that can be pasted into a shell.
fn quoted(path: &Path) -> String {
    let text = printable(&path.to_string_lossy());
    let is_plain = |letter: char| {
        letter.is_ascii_alphanumeric() || "/._-+,:@".contains(letter) || (cfg!(windows) && letter == '\\')
    };
    match text {
        plain if !plain.is_empty() && plain.chars().all(is_plain) => plain,
        other if cfg!(windows) => format!("\"{other}\""),
        other => format!("'{}'", other.replace('\'', r"'\''")),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &[&str], expect: &str) {
        let args = crate::args::parse(line).unwrap();
        assert_eq!(recovery_command(&args), expect, "{line:?}");
    }

    #[test]
    fn the_command_can_be_pasted() {
        let import = ["alexandria", "import", "book.epub"];
        let with = |option: &'static str, value: &'static str| [import.as_slice(), &[option, value]].concat();
        check(&with("--library", "/books"), "alexandria --library /books protect recovery");
        check(&with("--library", "my books"), "alexandria --library 'my books' protect recovery");
        check(&with("--library", "it's"), r"alexandria --library 'it'\''s' protect recovery");
        check(&with("--library", "~"), "alexandria --library '~' protect recovery");
        let both = [with("--library", "a"), vec!["--passphrase-file", "b"]].concat();
        check(&both, "alexandria --library a --passphrase-file b protect recovery");
    }
}
