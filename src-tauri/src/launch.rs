//! The command line and the environment: which library, how it is unlocked, which files are imported.
//!
//! `alexandria-desktop [--library DIR] [--passphrase-file FILE] [FILE…]`; the environment variables
//! `ALEXANDRIA_LIBRARY` and `ALEXANDRIA_PASSPHRASE_FILE` replace missing options. Instead of a path, a file manager may
//! pass a `file:` address. An address such as `alexandria://open/ID` shows a book.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use alexandria_library::{ADDRESS_SCHEME, BookAddress};

/// How the program was started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Launch {
    /// The library's folder, unless it is the account's.
    pub(crate) library: Option<PathBuf>,
    /// A file whose first line is the passphrase with which the library is opened or created at startup.
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Files and folders to import.
    pub(crate) files: Vec<PathBuf>,
    /// A book to show, and where.
    pub(crate) open: Option<BookAddress>,
}

/// Why a command line is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LaunchError {
    /// An unknown option. Only its name is shown.
    #[error("there is no option {0}; usage: alexandria-desktop [--library DIR] [--passphrase-file FILE] [FILE…]")]
    UnknownOption(String),
    /// An option without its value.
    #[error("{0} needs a path after it")]
    MissingValue(&'static str),
    /// An address that leads to no file here and to no book.
    #[error("Alexandria opens files and addresses such as alexandria://open/ID, not other addresses")]
    Address,
    /// The current folder was deleted.
    #[error("the current folder cannot be read; start from another one")]
    Folder,
}

impl Launch {
    /// Parses the command line and environment of this process.
    pub(crate) fn from_process() -> Result<Self, LaunchError> {
        let folder = std::env::current_dir().map_err(|_gone| LaunchError::Folder)?;
        let launch = Self::parse(std::env::args_os().skip(1), &folder)?;
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Ok(launch.or(variable("ALEXANDRIA_LIBRARY"), variable("ALEXANDRIA_PASSPHRASE_FILE"), &folder))
    }

    /// Parses arguments without the program's name. Relative paths are relative to `folder`.
    pub(crate) fn parse(mut args: impl Iterator<Item = OsString>, folder: &Path) -> Result<Self, LaunchError> {
        let mut launch = Self::default();
        let mut only_files = false;
        while let Some(arg) = args.next() {
            let mut value = |option| args.next().map(|path| folder.join(path)).ok_or(LaunchError::MissingValue(option));
            match arg.to_str() {
                Some("--") if !only_files => only_files = true,
                Some("--library") if !only_files => launch.library = Some(value("--library")?),
                Some("--passphrase-file") if !only_files => launch.passphrase_file = Some(value("--passphrase-file")?),
                Some(option) if !only_files && option.len() > 1 && option.starts_with('-') => {
                    let name = option.split('=').next().unwrap_or_default();
                    return Err(LaunchError::UnknownOption(name.to_owned()));
                }
                Some(address) if !only_files && is_address(address) => launch.add_address(address)?,
                _ => launch.files.push(folder.join(arg)),
            }
        }
        Ok(launch)
    }

    fn add_address(&mut self, address: &str) -> Result<(), LaunchError> {
        let url: tauri::Url = address.parse().map_err(|_| LaunchError::Address)?;
        if url.scheme() == ADDRESS_SCHEME {
            self.open = Some(address.parse().map_err(|_| LaunchError::Address)?);
        } else {
            self.files.push(url.to_file_path().map_err(|()| LaunchError::Address)?);
        }
        Ok(())
    }

    /// Adds what the command line lacks.
    fn or(mut self, library: Option<OsString>, passphrase_file: Option<OsString>, folder: &Path) -> Self {
        self.library = self.library.or_else(|| library.map(|path| folder.join(path)));
        self.passphrase_file = self.passphrase_file.or_else(|| passphrase_file.map(|path| folder.join(path)));
        self
    }
}

/// Whether an argument is an address of a kind that the desktop file announces, and not a path.
fn is_address(text: &str) -> bool {
    let starts_with = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    starts_with("file:") || starts_with(&format!("{ADDRESS_SCHEME}:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Launch, LaunchError> {
        Launch::parse(line.split_whitespace().map(OsString::from), Path::new("/here"))
    }

    fn check(line: &str, library: Option<&str>, passphrase_file: Option<&str>, files: &[&str]) {
        let expect = Launch {
            library: library.map(PathBuf::from),
            passphrase_file: passphrase_file.map(PathBuf::from),
            files: files.iter().map(PathBuf::from).collect(),
            open: None,
        };
        assert_eq!(parse(line), Ok(expect), "{line}");
    }

    #[test]
    fn parse_resolves_relative_paths() {
        check("", None, None, &[]);
        check("a.epub /b.epub books", None, None, &["/here/a.epub", "/b.epub", "/here/books"]);
        check("--library l --passphrase-file /p a", Some("/here/l"), Some("/p"), &["/here/a"]);
        check("a --library /l", Some("/l"), None, &["/here/a"]);
        check("-- --library -x", None, None, &["/here/--library", "/here/-x"]);
        check("-", None, None, &["/here/-"]);
    }

    #[test]
    fn file_addresses_are_paths() {
        check("file:///b/a%20book%25.epub c", None, None, &["/b/a book%.epub", "/here/c"]);
        check("FILE:///b/x", None, None, &["/b/x"]);
        check("-- file:///b/x", None, None, &["/here/file:///b/x"]);
        assert_eq!(parse("file://elsewhere/b"), Err(LaunchError::Address));
    }

    #[test]
    fn addresses_of_books_only_navigate() {
        let address = format!("Alexandria://open/{}?a={}", "01ab".repeat(8), "9f".repeat(16));
        let launch = parse(&address).unwrap();
        assert_eq!((launch.open, launch.files), (Some(address.parse().unwrap()), vec![]));
        assert_eq!(parse("alexandria://import/01ab"), Err(LaunchError::Address));
    }

    #[test]
    fn parse_errors_name_the_option_and_show_no_value() {
        assert_eq!(parse("--library"), Err(LaunchError::MissingValue("--library")));
        assert_eq!(parse("--passphrase=secret"), Err(LaunchError::UnknownOption("--passphrase".into())));
        assert_eq!(parse("-v a"), Err(LaunchError::UnknownOption("-v".into())));
    }

    #[test]
    fn command_line_overrides_environment() {
        let (library, passphrase) = (|| Some(OsString::from("env")), || Some(OsString::from("/pass")));
        let launch = parse("--library line").unwrap().or(library(), passphrase(), Path::new("/here"));
        assert_eq!(launch.library, Some(PathBuf::from("/here/line")));
        assert_eq!(launch.passphrase_file, Some(PathBuf::from("/pass")));
        assert_eq!(
            parse("").unwrap().or(library(), None, Path::new("/here")).library,
            Some(PathBuf::from("/here/env"))
        );
    }
}
