//! The desktop program. Everything is in the library of this package.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Err(error) = alexandria_desktop::run() else { return ExitCode::SUCCESS };
    // Without a terminal the message is lost.
    let _ignored = writeln!(std::io::stderr(), "alexandria-desktop: {error:#}");
    ExitCode::FAILURE
}
