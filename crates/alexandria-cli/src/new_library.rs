//! The message about a library that a command has just created. The user was not asked how to protect it, so they have
//! to learn what unlocks it and how not to lose it.

use std::path::Path;

use alexandria_library::Unlock;
use serde::Serialize;

use crate::args::Args;
use crate::output::printable;

/// A newly created library.
#[derive(Debug, Serialize)]
pub(crate) struct NewLibrary {
    /// The library folder.
    library: String,
    /// What unlocks it: `keychain` or `passphrase`.
    opened_by: &'static str,
    /// The command that creates a recovery code for it.
    recovery_command: String,
}

impl NewLibrary {
    /// Describes the library in `folder`, which `unlock` opens.
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

    /// The message as text.
    pub(crate) fn text(&self) -> String {
        let Self { library, recovery_command, .. } = self;
        let unlocked_by = match self.opened_by {
            "keychain" => "Its key is stored in this computer's keychain, and nothing else unlocks it.",
            _ => "Only the passphrase unlocks it.",
        };
        format!(
            "Created a new library in {library}. {unlocked_by}\n\
             To create a recovery code in case you lose access, run:\n  {recovery_command}"
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

/// A path, quoted for a shell if necessary.
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
    fn recovery_command_is_quoted_for_the_shell() {
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
