//! The command-line arguments.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

mod account;
mod note;
mod order;
mod protect;
mod update;

pub(crate) use self::account::{Account, AccountSecretArgs, Cloud, Devices, ServerArgs, SignInArgs, SignUpArgs};
pub(crate) use self::note::{AddNote, ColourName, EditNote, ExportNotes, ImportNotes, Note, NoteFilter, NoteForm};
pub(crate) use self::order::{Collection, EditArgs, EditField, ListArgs, SortName, StatusName};
pub(crate) use self::protect::{CodeArgs, Protect, UnlockMethod};
pub(crate) use self::update::UpdateArgs;

/// A private, encrypted library for books and documents, searchable by keyword and by meaning
#[derive(Debug, Parser)]
#[command(name = "alexandria", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Use the library in this folder instead of the default one
    #[arg(long, global = true, env = "ALEXANDRIA_LIBRARY", value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,

    /// Read the passphrase from the first line of this file (for machines without a keychain)
    #[arg(long, global = true, env = "ALEXANDRIA_PASSPHRASE_FILE", value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,

    /// Read the recovery code from the first line of this file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) recovery_code_file: Option<PathBuf>,

    /// Print JSON instead of text, and never prompt
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 success; 1 failure; 2 invalid arguments or query; 3 library locked, or wrong \
    passphrase or recovery code; 4 publication or library not found; 5 partial success: some files were rejected, or are \
    missing from the backup; 6 doctor found an error; 130 cancelled";

/// The command line. `search` has no `-h`, which clap would find in an excluded word such as `-harbour`.
pub(crate) fn command() -> clap::Command {
    Args::command().mut_subcommands(|subcommand| {
        if subcommand.get_name() != "search" {
            return subcommand;
        }
        let help = Arg::new("help").long("help").help("Print help").action(ArgAction::HelpLong);
        subcommand.disable_help_flag(true).arg(help)
    })
}

/// Parses a command line, whose first word is the program's name.
pub(crate) fn parse(words: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Args, clap::Error> {
    let mut matches = command().try_get_matches_from(words)?;
    Args::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command()))
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Import files and folders; creates the library if there is none
    Import(ImportArgs),
    /// List publications, sorted and filtered
    List(ListArgs),
    /// Show details of a publication, or the text at a location in it
    Show(ShowArgs),
    /// Move publications to the bin, where they are kept for 30 days
    Remove {
        /// Publication ids, or unique prefixes of them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Delete permanently instead; this cannot be undone
        #[arg(long)]
        forever: bool,
    },
    /// Restore publications from the bin
    PutBack {
        /// Publication ids, or unique prefixes of them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Change metadata, tags, rating or reading status of publications; their files stay as they are
    Edit(EditArgs),
    /// Make collections of publications, fill them, and list them
    Collection {
        #[command(subcommand)]
        action: Collection,
    },
    /// Search: words, "phrases", prefix*, -exclusions, OR, and the filters author: title: tag: in: format: lang:
    /// collection: rating: status:
    Search(SearchArgs),
    /// Mark quotes in books, write notes about them, list and export them
    Note {
        #[command(subcommand)]
        action: Note,
    },
    /// Show how many publications there are and how they can be searched
    Status,
    /// Show or change what unlocks the library
    Protect {
        #[command(subcommand)]
        action: Protect,
    },
    /// Back up the library to a single encrypted file; resumes an interrupted backup
    Backup {
        /// The backup file to write
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Overwrite an existing file
        #[arg(long)]
        force: bool,
        /// Allow a backup that only this computer's keychain can unlock
        #[arg(long)]
        keychain_only_ok: bool,
    },
    /// Restore a backup into a new or empty folder
    Restore {
        /// The backup file to read
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Check the library folder, keys, model, database, files and vectors
    Doctor {
        /// Repair what can be rebuilt from other data, then check
        #[arg(long)]
        repair: bool,
    },
    /// Show what Alexandria takes of disk and memory
    Diagnostics {
        /// Print a report for those who help, with the end of the log; nothing is sent
        #[arg(long)]
        report: bool,
    },
    /// Give disk space back that deleted publications have left
    FreeSpace,
    /// Make an account on a sync server, sign in, or sign out
    Account {
        #[command(subcommand)]
        action: Account,
    },
    /// List the account's devices, or remove one
    Devices {
        #[command(subcommand)]
        action: Devices,
    },
    /// Keep this library in step with the account's other devices, until Ctrl-C
    Sync {
        /// Stop when everything is in step
        #[arg(long)]
        once: bool,
    },
    /// List the account's books that are not on this device, or fetch them
    Cloud {
        #[command(subcommand)]
        action: Cloud,
    },
    /// Look for a new version of Alexandria and install it
    Update(UpdateArgs),
    /// List every network request that Alexandria has made
    NetworkLog,
    /// Print a shell completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the man pages to a folder
    #[command(hide = true)]
    Manual {
        /// An existing folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// Files and folders; may be omitted with `--wait semantic` to finish processing earlier imports
    #[arg(required_unless_present = "wait", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Read the password of protected documents from the first line of this file, or from standard input (`-`)
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,

    /// Return once the books are searchable this way
    #[arg(long, value_name = "MODE")]
    pub(crate) wait: Option<Wait>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wait {
    /// By keyword
    Exact,
    /// By keyword and by meaning
    Semantic,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// Publication id, or a unique prefix of it
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// Show the text at this locator, as printed by `search --json`
    #[arg(long, value_name = "LOCATOR")]
    pub(crate) at: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SearchArgs {
    /// The query; quote it, or put -- before it, if a word starts with a minus sign
    #[arg(required = true, value_name = "QUERY")]
    pub(crate) query: Vec<String>,

    /// Search mode
    #[arg(long, value_enum, default_value_t = Mode::Hybrid)]
    pub(crate) mode: Mode,

    /// Maximum number of hits to print (at most 1,000)
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: usize,

    /// Number of hits to skip
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) offset: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Keywords; counts every match
    Exact,
    /// Meaning
    Semantic,
    /// Keywords and meaning combined
    Hybrid,
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    #[test]
    fn command_definition_is_valid() {
        command().debug_assert();
    }

    /// Parses a `search` command line into the words of its query, or into the kind of error.
    fn check(line: &[&str], expect: Result<&[&str], ErrorKind>) {
        let query = match parse(line) {
            Ok(Args { command: Command::Search(search), .. }) => Ok(search.query),
            Ok(other) => unreachable!("{other:?}"),
            Err(error) => Err(error.kind()),
        };
        assert_eq!(query, expect.map(|words| words.iter().map(ToString::to_string).collect::<Vec<_>>()), "{line:?}");
    }

    #[test]
    fn search_does_not_parse_excluded_words_as_options() {
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
