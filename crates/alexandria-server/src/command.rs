//! The commands.

mod admin;
mod admin_client;
mod backup;
mod fsck;
mod health;
mod migrate;
mod move_stack;
mod operate;
mod output;
mod serve;

use std::path::PathBuf;

use alexandria_server::config::Config;
use alexandria_server::http::openapi;
use anyhow::Context as _;
use clap::{Parser, Subcommand};

use output::print;
pub(crate) use output::report;

/// The sync server of Alexandria: stores and relays what it cannot read.
///
/// Settings come from a file (--config) and from variables ALEXANDRIA_SERVER_*. Without any, `serve` keeps everything in the
/// folder `alexandria-server`.
#[derive(Debug, Parser)]
#[command(name = "alexandria-server", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// File of settings, TOML or JSON
    #[arg(long, short, global = true, env = "ALEXANDRIA_SERVER_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server and print its address
    Serve,
    /// Bring the database to this version of the program; the embedded one also does this when the server starts
    Migrate,
    /// Write everything in the data folder, except its key, to one file; the server may run meanwhile
    Backup {
        /// The file to write
        file: PathBuf,
    },
    /// Create the data folder's contents from a backup; `server.key` must be there and nothing else
    Restore {
        /// The file to read
        file: PathBuf,
    },
    /// Compare rows and objects, and report what is missing or superfluous
    Fsck {
        /// Delete objects that nothing refers to and that are older than two days
        #[arg(long)]
        remove_orphans: bool,
    },
    /// Accounts and invitations; the server may run meanwhile
    #[command(subcommand)]
    Admin(admin::Command),
    /// Ask a running server whether it is ready; for health checks of containers
    Health,
    /// Print the settings in force, without secrets
    Config,
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
}

/// Runs a command.
///
/// # Errors
/// If it fails; the error says why.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<()> {
    let file = arguments.config.as_deref();
    let load = || Config::load(file, environment());
    match arguments.command {
        Command::Serve => block_on(serve::run(load()?)),
        Command::Migrate => block_on(migrate::run(load()?)),
        Command::Backup { file } => block_on(backup::backup(load()?, &file)),
        Command::Restore { file } => block_on(backup::restore(&load()?, &file)),
        Command::Fsck { remove_orphans } => block_on(fsck::run(load()?, remove_orphans)),
        Command::Admin(command) => block_on(admin::run(load()?, command)),
        Command::Health => health::run(&load()?),
        Command::Config => print(&Config::describe(file, environment())?),
        Command::Openapi => print(&openapi()),
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("threads")?;
    runtime.block_on(work)
}

/// Variables that are text; others cannot be settings.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}
