//! The desktop program. Everything is in the library beside it.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Err(error) = alexandria_desktop::run() else { return ExitCode::SUCCESS };
    // Started without a terminal, there is nobody to tell.
    let _unheard = writeln!(std::io::stderr(), "alexandria-desktop: {error:#}");
    ExitCode::FAILURE
}
