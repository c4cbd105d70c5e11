//! `admin`: what the operator does to accounts.

use std::path::PathBuf;

use alexandria_server::config::Config;
use alexandria_server::operator::OperatorCommand;
use clap::Subcommand;

use super::{move_stack, operate};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List accounts and what they use
    Accounts,
    /// Make an invitation and print its code, once
    Invite {
        /// What it is called in lists
        #[arg(long, default_value = "")]
        label: String,
        /// How long it is good for
        #[arg(long, default_value_t = 7)]
        days: u32,
    },
    /// Disable an account and end its sessions
    Disable {
        /// The name that its reader signs in with
        login: String,
    },
    /// Enable an account that was disabled
    Enable {
        /// The name that its reader signs in with
        login: String,
    },
    /// Set how many bytes of files an account may store
    Quota {
        /// The name that its reader signs in with
        login: String,
        /// Bytes; without it, the server's quota counts
        bytes: Option<u64>,
    },
    /// Copy everything to the stack of another file of settings, which must be empty; no server may run
    Move {
        /// The file of settings to move to
        to: PathBuf,
    },
}

pub(super) async fn run(config: Config, command: Command) -> anyhow::Result<()> {
    let command = match command {
        Command::Move { to } => return move_stack::run(config, &to).await,
        Command::Accounts => OperatorCommand::Accounts,
        Command::Invite { label, days } => OperatorCommand::Invite { label, days },
        Command::Disable { login } => OperatorCommand::Disable { login },
        Command::Enable { login } => OperatorCommand::Enable { login },
        Command::Quota { login, bytes } => OperatorCommand::Quota { login, bytes },
    };
    operate::run(config, command).await
}
