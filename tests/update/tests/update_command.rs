//! `alexandria update` and `alexandria network-log`, over HTTP from a server on this computer.

use std::process::Output;

use alexandria_release::{Change, bundle};
use alexandria_tests_support::Sandbox;
use alexandria_tests_update::{InstalledProgram, Publisher, Server, TARGET};
use alexandria_update::Channel;
use anyhow::{Context as _, ensure};
use serde_json::Value;

/// A publisher with a server, and the command in an AppImage.
struct Setup {
    publisher: Publisher,
    sandbox: Sandbox,
    command: InstalledProgram,
}

impl Setup {
    async fn new() -> anyhow::Result<Self> {
        let publisher = Publisher::new(0).await?;
        let sandbox = Sandbox::new()?;
        let server = Server::start(publisher.path("served"))?;
        let command = InstalledProgram::appimage(&sandbox, "alexandria", &publisher, server.address())?;
        Ok(Self { publisher, sandbox, command })
    }

    fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        self.command.run(&self.sandbox, arguments)
    }

    /// Runs with `--json` and returns the answer.
    fn json(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let output = self.run(&[arguments, &["--json"]].concat())?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {errors}");
        serde_json::from_slice(&output.stdout).context("no JSON")
    }

    /// Runs, and expects a failure whose message contains `want`.
    fn fails(&self, arguments: &[&str], want: &str) -> anyhow::Result<()> {
        let output = self.run(arguments)?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(!output.status.success() && errors.contains(want), "{arguments:?} says {errors:?}, not {want:?}");
        Ok(())
    }

    fn program(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(self.command.file())?)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_version_is_found_installed_and_listed() -> anyhow::Result<()> {
    let setup = Setup::new().await?;
    ensure!(setup.json(&["update", "--check"])?["decision"] == "up-to-date", "before there is a release");
    setup.publisher.release(Channel::Stable, "9.1.0", b"the new program").await?;
    let check = setup.json(&["update", "--check"])?;
    ensure!(check["decision"] == "update" && check["available"] == "9.1.0", "{check}");
    ensure!(check["notes"] == "What is new in 9.1.0", "{check}");
    ensure!(setup.program()? == "the old program", "a check changed the program");
    let done = setup.json(&["update"])?;
    ensure!(done["installed"] == "at-next-start", "{done}");
    ensure!(setup.program()? == "the new program", "it was not installed");
    let previous = setup.command.file().with_file_name("Alexandria.AppImage.previous");
    ensure!(std::fs::read_to_string(previous)? == "the old program", "the previous program is not there");

    let log = setup.json(&["network-log"])?;
    let requests = log.as_array().context("no list")?;
    ensure!(requests.len() > 5 && requests.iter().all(|request| request["outcome"] == "answered"), "{log}");
    ensure!(
        requests
            .iter()
            .all(|request| request["server"].as_str().is_some_and(|server| server.starts_with("127.0.0.1:"))),
        "{log}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn never_means_never() -> anyhow::Result<()> {
    let setup = Setup::new().await?;
    setup.json(&["update", "--mode", "never"])?;
    setup.fails(&["update", "--check"], "switched off in the settings")?;
    setup.fails(&["update"], "--mode manual")?;
    ensure!(setup.json(&["network-log"])?.as_array().is_some_and(Vec::is_empty), "a request was made");
    setup.json(&["update", "--mode", "manual"])?;
    ensure!(setup.json(&["update", "--check"])?["mode"] == "manual", "not allowed again");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn channel_decides_what_is_offered() -> anyhow::Result<()> {
    let setup = Setup::new().await?;
    setup.publisher.release(Channel::Beta, "9.2.0", b"beta").await?;
    ensure!(setup.json(&["update", "--check"])?["decision"] == "up-to-date", "beta is offered in stable");
    setup.json(&["update", "--channel", "beta"])?;
    ensure!(setup.json(&["update", "--check"])?["available"] == "9.2.0", "beta is not offered");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn version_that_was_installed_twice_in_vain_is_not_offered_again() -> anyhow::Result<()> {
    let setup = Setup::new().await?;
    setup.publisher.release(Channel::Stable, "9.1.0", b"the new program").await?;
    // The program that runs is the same afterwards: what a loop looks like.
    setup.json(&["update"])?;
    setup.json(&["update"])?;
    ensure!(setup.json(&["update"])?["decision"] == "up-to-date", "it is offered again");
    setup.publisher.release(Channel::Stable, "9.1.1", b"the fix").await?;
    ensure!(setup.json(&["update"])?["available"] == "9.1.1", "the next version is not offered");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn update_from_a_file_needs_no_network() -> anyhow::Result<()> {
    let setup = Setup::new().await?;
    setup.publisher.release(Channel::Stable, "9.1.0", b"from a stick").await?;
    let out = setup.publisher.path("out");
    std::fs::create_dir(&out)?;
    let wanted = (Channel::Stable, "9.1.0".parse()?, TARGET);
    let file = bundle(&setup.publisher.layout(), wanted, &setup.publisher.path("scratch"), &out).await?;
    setup.json(&["update", "--mode", "never"])?;
    let done = setup.json(&["update", "--from", &file.display().to_string()])?;
    ensure!(done["installed"] == "at-next-start" && setup.program()? == "from a stick", "{done}");
    ensure!(setup.json(&["network-log"])?.as_array().is_some_and(Vec::is_empty), "a request was made");

    let mut bytes = std::fs::read(&file)?;
    let package = bytes.windows(12).position(|part| part == b"from a stick").context("no package")?;
    bytes[package] ^= 1;
    std::fs::write(&file, bytes)?;
    setup.fails(&["update", "--from", &file.display().to_string()], "is not the one that Alexandria signed")?;
    std::fs::write(&file, "nonsense")?;
    setup.fails(&["update", "--from", &file.display().to_string()], "is not an update of Alexandria")?;

    // What is in beta only is not for those who did not choose it.
    setup.publisher.release(Channel::Beta, "9.3.0", b"beta from a stick").await?;
    let wanted = (Channel::Beta, "9.3.0".parse()?, TARGET);
    let beta = bundle(&setup.publisher.layout(), wanted, &setup.publisher.path("scratch"), &out).await?;
    let found = setup.json(&["update", "--check", "--from", &beta.display().to_string()])?;
    ensure!(found["available"] != "9.3.0", "{found}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_say_what_is_wrong() -> anyhow::Result<()> {
    let setup = Setup::new().await?;
    let timestamp = setup.publisher.metadata("timestamp.json");
    let signed = std::fs::read_to_string(&timestamp)?;
    std::fs::write(&timestamp, signed.replace("\"version\": 1", "\"version\": 7"))?;
    setup.fails(&["update"], "is not signed by Alexandria's keys")?;
    std::fs::remove_file(&timestamp)?;
    setup.fails(&["update"], "does not have a file that it should have")?;
    std::fs::write(&timestamp, signed)?;
    setup.publisher.release(Channel::Stable, "9.1.0", b"the new program").await?;
    let version = "9.1.0".parse()?;
    setup.publisher.make(Change::Block { channel: Channel::Stable, version }).await?;
    ensure!(setup.json(&["update"])?["decision"] == "up-to-date", "a withdrawn release is offered");

    // No server at all, and a program whose packager updates it.
    let lonely = InstalledProgram::unpacked(&setup.sandbox, "alexandria", &setup.publisher, "http://127.0.0.1:9/")?;
    let output = lonely.run(&setup.sandbox, &["update"])?;
    ensure!(String::from_utf8_lossy(&output.stderr).contains("cannot be reached"), "{output:?}");
    std::fs::remove_dir_all(setup.sandbox.path("update"))?;
    let mut command = std::process::Command::new(&lonely.program);
    setup.sandbox.apply(&mut command);
    let output = command.arg("update").output()?;
    ensure!(String::from_utf8_lossy(&output.stderr).contains("does not update itself"), "{output:?}");
    Ok(())
}
