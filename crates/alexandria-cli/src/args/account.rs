//! The arguments of `alexandria account`, `devices`, `sync` and `cloud`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Show which account this library is in
    Show,
    /// Make an account on a server; the recovery code is shown once
    SignUp(SignUpArgs),
    /// Add this library, which has to be empty, to an account; creates the library if there is none
    SignIn(SignInArgs),
    /// Leave the account; books and notes stay here
    SignOut,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ServerArgs {
    /// The server's address, such as https://books.example.org
    #[arg(long, value_name = "URL")]
    pub(crate) server: String,

    /// The name to sign in with
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,

    /// What this device is called in the list of devices; the computer's name if omitted
    #[arg(long, value_name = "NAME")]
    pub(crate) device_name: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SignUpArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,

    /// Read the account's password from the first line of this file instead of prompting
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,

    /// Read the invitation from the first line of this file
    #[arg(long, value_name = "FILE")]
    pub(crate) invitation_file: Option<PathBuf>,

    /// The code from the server's e-mail, where it confirms addresses
    #[arg(long, value_name = "CODE")]
    pub(crate) email_code: Option<String>,

    /// Write the account's recovery code to this new file instead of showing it
    #[arg(long, value_name = "FILE")]
    pub(crate) write_to: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SignInArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,

    /// Add the books of this library to the account; needed if it has any
    #[arg(long)]
    pub(crate) add_books: bool,

    #[command(flatten)]
    pub(crate) secret: AccountSecretArgs,
}

/// What opens the account.
#[derive(Debug, clap::Args)]
pub(crate) struct AccountSecretArgs {
    /// Read the account's password from the first line of this file instead of prompting
    #[arg(long, value_name = "FILE", conflicts_with = "code_file")]
    pub(crate) password_file: Option<PathBuf>,

    /// Use the account's recovery code, on the first line of this file, instead of the password
    #[arg(long, value_name = "FILE")]
    pub(crate) code_file: Option<PathBuf>,

    /// Read a second factor, six digits or a backup code, from the first line of this file
    #[arg(long, value_name = "FILE")]
    pub(crate) second_factor_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Devices {
    /// List the devices of the account
    List,
    /// Remove a device from the account: it gets nothing new, and what it has stays with it
    Remove {
        /// The device's id, or a unique prefix of it
        #[arg(value_name = "DEVICE-ID")]
        id: String,

        #[command(flatten)]
        secret: AccountSecretArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Cloud {
    /// List the books of the account that are not on this device
    List,
    /// Fetch books to this device
    Fetch {
        /// Their ids, or unique prefixes of them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
}
