//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

mod protect;

pub(crate) use self::protect::{CodeArgs, Protect, Way};

/// A private library: books and documents, found by words or by meaning, encrypted on disk.
#[derive(Debug, Parser)]
#[command(name = "alexandria", version, about, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// The library's folder; without it, the one of your account
    #[arg(long, global = true, env = "ALEXANDRIA_LIBRARY", value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,

    /// A file that holds the passphrase, for machines without a keychain
    #[arg(long, global = true, env = "ALEXANDRIA_PASSPHRASE_FILE", value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,

    /// A file that holds the recovery code, for when nothing else opens the library
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) recovery_code_file: Option<PathBuf>,

    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 failed; 2 wrong usage or malformed query; 3 the library is locked; \
    4 no such publication or library; 5 some files were refused, or are not in the backup; 6 doctor found a problem, \
    such as a library that does not open; 130 cancelled";

/// The command line. `search` has no `-h`, which would be taken out of an excluded word such as `-harbour`.
pub(crate) fn command() -> clap::Command {
    Args::command().mut_subcommands(|subcommand| {
        if subcommand.get_name() != "search" {
            return subcommand;
        }
        let help = Arg::new("help").long("help").help("Print help").action(ArgAction::HelpLong);
        subcommand.disable_help_flag(true).arg(help)
    })
}

/// What the words of a command line mean; the first is the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Args, clap::Error> {
    let mut matches = command().try_get_matches_from(words)?;
    Args::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command()))
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Import files and all files in folders; makes the library if there is none
    Import(ImportArgs),
    /// List the publications
    List {
        /// List what is in the bin instead
        #[arg(long)]
        bin: bool,
    },
    /// Show one publication, or the words at a place in it
    Show(ShowArgs),
    /// Move publications to the bin, where they stay for 30 days
    Remove {
        /// Ids, or their first digits
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Delete for good at once; this cannot be undone
        #[arg(long)]
        forever: bool,
    },
    /// Take publications out of the bin
    PutBack {
        /// Ids, or their first digits
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Find passages: words, "phrases", prefix*, -not, this OR that, author: title: tag: in: format: lang:
    Search(SearchArgs),
    /// Count what is in the library and how it can be searched
    Status,
    /// Show and change what opens the library
    Protect {
        #[command(subcommand)]
        what: Protect,
    },
    /// Back all of the library up to one encrypted file; goes on where an interrupted one was
    Backup {
        /// The file to make
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Replace a file of that name
        #[arg(long)]
        force: bool,
        /// Make a backup that only this computer's keychain opens
        #[arg(long)]
        keychain_only_ok: bool,
    },
    /// Make a library out of a backup, in a folder where none is yet
    Restore {
        /// A file that `backup` made
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Check the folder, what opens the library, the model, the database, files and vectors, and say what to do
    Doctor {
        /// Mend what can be made again from other data, then check
        #[arg(long)]
        repair: bool,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// Files and folders; none with `--wait semantic` finishes what an earlier import left
    #[arg(required_unless_present = "wait", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// What to wait for: `exact`, words are searchable; `semantic`, meaning is searchable too
    #[arg(long, value_name = "WHAT")]
    pub(crate) wait: Option<Wait>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wait {
    /// Words are searchable
    Exact,
    /// Meaning is searchable too
    Semantic,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// Its id, or the first digits of it
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// A locator as printed by `search --json`: show the words there
    #[arg(long, value_name = "LOCATOR")]
    pub(crate) at: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SearchArgs {
    /// What to look for; put it in quotation marks, or write -- before it, if a word in it begins with a minus sign
    #[arg(required = true, value_name = "QUERY")]
    pub(crate) query: Vec<String>,

    /// How to look
    #[arg(long, value_enum, default_value_t = Mode::Hybrid)]
    pub(crate) mode: Mode,

    /// Most hits to print
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: usize,

    /// Hits to skip
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) offset: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// By words; every match is counted
    Exact,
    /// By meaning
    Semantic,
    /// By both
    Hybrid,
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    #[test]
    fn the_declaration_is_consistent() {
        command().debug_assert();
    }

    /// The query, or what is said instead.
    fn check(line: &[&str], expect: Result<&[&str], ErrorKind>) {
        let query = match parse(line) {
            Ok(Args { command: Command::Search(search), .. }) => Ok(search.query),
            Ok(other) => unreachable!("{other:?}"),
            Err(error) => Err(error.kind()),
        };
        assert_eq!(query, expect.map(|words| words.iter().map(ToString::to_string).collect::<Vec<_>>()), "{line:?}");
    }

    #[test]
    fn no_excluded_word_is_taken_for_an_option() {
        let search = ["alexandria", "search"];
        let with = |words: &[&'static str]| [search.as_slice(), words].concat();
        check(&with(&["whale", "-harbour"]), Err(ErrorKind::UnknownArgument));
        check(&with(&["-h"]), Err(ErrorKind::UnknownArgument));
        check(&with(&["--help"]), Err(ErrorKind::DisplayHelp));
        check(&with(&["whale -harbour"]), Ok(&["whale -harbour"]));
        check(&with(&["--", "whale", "-harbour"]), Ok(&["whale", "-harbour"]));
        check(&["alexandria", "list", "-h"], Err(ErrorKind::DisplayHelp));
    }
}
