//! The `alexandria` command: import, search and maintain a library from a terminal.
//!
//! Wiring only: the operations are in `alexandria-library`. No secret is read from arguments or the environment.
//! Exit codes are documented in `docs/guide/command-line.md` and defined in `failure`.

mod args;
mod commands;
mod failure;
mod interrupt;
mod new_library;
mod output;
mod prompt;
mod session;

use std::process::ExitCode;

use alexandria_library::domain::ErrorCode;

use crate::args::{Args, Command};
use crate::failure::Failure;
use crate::output::Output;

fn main() -> ExitCode {
    alexandria_library::harden_process();
    let work = || match args::parse(std::env::args_os()) {
        Ok(args) => tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(args)),
        Err(error) => Ok(usage_error(&error)),
    };
    match failure::catch_panic(work) {
        Ok(code) => code,
        Err(failure) => {
            Output::new(wants_json()).failure(&failure);
            failure.exit_code()
        }
    }
}

/// Whether `--json` was given, even if the rest of the command line is invalid.
fn wants_json() -> bool {
    std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json")
}

/// Prints a usage error, or the requested help or version.
fn usage_error(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && wants_json() {
        let text = error.to_string();
        let message = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
        let failure = Failure::new(ErrorCode::InvalidInput, message);
        Output::new(true).failure(&failure);
        return failure.exit_code();
    }
    // If the output is closed, the exit code still says how the command ended.
    let _ignored = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

async fn run(args: Args) -> Result<ExitCode, Failure> {
    let _log = session::start_logging();
    let output = &Output::new(args.json);
    match &args.command {
        Command::Completions { shell } => commands::completions::run(*shell, output),
        Command::Manual { folder } => commands::manual::run(folder),
        Command::Import(options) => commands::import::run(&args, options, output).await,
        Command::List(options) => commands::list::run(&args, options, output).await,
        Command::Edit(options) => commands::edit::run(&args, options, output).await,
        Command::Collection { action } => commands::collection::run(&args, action, output).await,
        Command::Show(options) => commands::show::run(&args, options, output).await,
        Command::Remove { ids, forever } => commands::remove::run(&args, ids, *forever, output).await,
        Command::PutBack { ids } => commands::put_back::run(&args, ids, output).await,
        Command::Backup { file, force, keychain_only_ok } => {
            commands::backup::run(&args, file, *force, *keychain_only_ok, output).await
        }
        Command::Restore { file } => commands::restore::run(&args, file, output).await,
        Command::Search(options) => commands::search::run(&args, options, output).await,
        Command::Note { action } => commands::note::run(&args, action, output).await,
        Command::Account { action } => commands::account::run(&args, action, output).await,
        Command::Devices { action } => commands::devices::run(&args, action, output).await,
        Command::Sync { once } => commands::sync::run(&args, *once, output).await,
        Command::Cloud { action } => commands::cloud::run(&args, action, output).await,
        Command::Status => commands::status::run(&args, output).await,
        Command::Protect { action } => commands::protect::run(&args, action, output).await,
        Command::Diagnostics { report } => commands::diagnostics::run(&args, *report, output).await,
        Command::FreeSpace => commands::diagnostics::free_space(&args, output).await,
        Command::Update(options) => commands::update::run(options, output).await,
        Command::NetworkLog => commands::update::network_log(output).await,
        Command::Doctor { repair } => commands::doctor::run(&args, *repair, output).await,
    }
}
