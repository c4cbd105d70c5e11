//! A new version that does not start: the real program, which finds no display, returns to the previous one by itself.

use std::process::Output;
use std::time::{Duration, Instant};

use alexandria_tests_support::Sandbox;
use alexandria_tests_update::{InstalledProgram, Publisher};
use anyhow::{Context as _, ensure};

/// Starts the window without a display, which it cannot do without.
fn start(sandbox: &Sandbox, installed: &InstalledProgram) -> anyhow::Result<Output> {
    let mut command = std::process::Command::new(&installed.program);
    installed.apply(sandbox, &mut command);
    command.args(sandbox.arguments(&[])).env_remove("DISPLAY");
    command.output().context("the program does not run at all")
}

#[tokio::test(flavor = "multi_thread")]
async fn program_that_fails_three_times_gives_way_to_the_previous_one() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let sandbox = Sandbox::new()?;
    let installed = InstalledProgram::appimage(&sandbox, "alexandria-desktop", &publisher, "http://127.0.0.1:9/")?;
    // As the installation of this version over an older one leaves it.
    let state = sandbox.path("home/state/alexandria/updates");
    std::fs::create_dir_all(&state)?;
    let note = serde_json::json!({ "from": "0.0.9", "to": env!("CARGO_PKG_VERSION"), "starts": 0 });
    std::fs::write(state.join("unproven.json"), note.to_string())?;
    let started = sandbox.path("own/started");
    let previous = installed.file().with_file_name("Alexandria.AppImage.previous");
    std::fs::write(&previous, format!("#!/bin/sh\necho \"$@\" > '{}'\n", started.display()))?;
    std::fs::set_permissions(&previous, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let library = sandbox.path("library");

    for attempt in 1..=3 {
        let output = start(&sandbox, &installed)?;
        ensure!(!output.status.success() && !started.exists(), "start {attempt}: {output:?}");
    }
    ensure!(previous.exists(), "the previous version took over too early");
    let output = start(&sandbox, &installed)?;
    ensure!(output.status.success(), "{output:?}");
    let since = Instant::now();
    while !started.exists() && since.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let arguments = std::fs::read_to_string(&started).context("the previous version was not started")?;
    ensure!(arguments.contains("--library"), "it was started without the arguments: {arguments}");
    ensure!(
        !previous.exists() && std::fs::read_to_string(installed.file())?.starts_with("#!"),
        "it is not in its place"
    );
    let attempts = std::fs::read_to_string(state.join("attempts.json"))?;
    ensure!(attempts.contains(env!("CARGO_PKG_VERSION")), "the failed version would be offered again: {attempts}");
    ensure!(!library.exists(), "a program that did not start touched the library");
    Ok(())
}
