//! `alexandria completions SHELL`.

use std::process::ExitCode;

use crate::args;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) fn run(shell: clap_complete::Shell, output: &Output) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "alexandria", &mut script);
    output.print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
