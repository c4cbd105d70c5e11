//! Updates in the real window: the question at the start, the settings, the installation and the restart.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use alexandria_release::bundle;
use alexandria_tests_desktop::check_view;
use alexandria_tests_support::{Display, Sandbox, Window};
use alexandria_tests_update::{InstalledProgram, Publisher, Server, TARGET};
use alexandria_update::Channel;
use anyhow::{Context as _, ensure};

/// Opens the window of a program in an AppImage, over an empty library, with files.
async fn open(
    sandbox: &Sandbox,
    display: &Display,
    installed: &InstalledProgram,
    files: &[PathBuf],
) -> anyhow::Result<Window> {
    let environment = |mut driver| {
        installed.apply(sandbox, &mut driver);
        driver.env("DISPLAY", display.name());
        driver
    };
    Window::drive(&installed.program, sandbox, display, &sandbox.arguments(files), environment).await
}

#[tokio::test(flavor = "multi_thread")]
async fn update_is_offered_installed_and_started() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let server = Server::start(publisher.path("served"))?;
    let installed = InstalledProgram::appimage(&sandbox, "alexandria-desktop", &publisher, server.address())?;
    // The new program says that it was started, and how often.
    let started = sandbox.path("own/started");
    let program = format!("#!/bin/sh\necho started >> '{}'\n", started.display());
    publisher.release(Channel::Stable, "9.1.0", program.as_bytes()).await?;

    let window = open(&sandbox, &display, &installed, &[]).await?;
    window.find("update-question").await?;
    check_view(&window, "update-question").await?;
    window.click("update-answer-manual").await?;
    window.until("the question is gone", "return !document.querySelector('[data-testid=update-question]')").await?;

    window.click("nav-settings").await?;
    window.activate("network-show").await?;
    window.until("nothing was requested yet", &has_text("network-log", "has made no network requests")).await?;
    window.activate("update-check").await?;
    window.find("update-install").await?;
    let found = window.text("[data-testid=update-result]").await?;
    ensure!(found.contains("Alexandria 9.1.0 is available") && found.contains("What is new in 9.1.0"), "{found}");
    check_view(&window, "update-found").await?;
    window.activate("update-install").await?;
    window.find("update-restart").await?;
    ensure!(std::fs::read(installed.file())? == program.as_bytes(), "it was not installed");
    ensure!(std::fs::metadata(installed.file())?.permissions().mode() & 0o111 == 0o111, "it cannot be started");
    window.activate("network-show").await?;
    window
        .until("requests are listed", "return document.querySelectorAll('[data-testid=network-request]').length > 5")
        .await?;
    check_view(&window, "update-installed").await?;

    // The window may be gone before the driver has answered.
    drop(window.activate("update-restart").await);
    let since = Instant::now();
    while !started.exists() && since.elapsed() < Duration::from_secs(30) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let starts = std::fs::read_to_string(&started).context("the new program was not started")?;
    ensure!(starts == "started\n", "it was started several times: {starts:?}");
    window.closed().await?;
    // The end of the old program is no proof of the new one: what undoes the update is still there.
    let previous = installed.file().with_file_name("Alexandria.AppImage.previous");
    ensure!(std::fs::read_to_string(previous)? == "the old program", "the previous program is gone");
    let note = sandbox.path("home/state/alexandria/updates/unproven.json");
    ensure!(std::fs::read_to_string(note)?.contains("9.1.0"), "starts of the new program are not counted");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn update_file_that_is_opened_is_offered_without_the_network() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    // Nobody listens there.
    let installed = InstalledProgram::appimage(&sandbox, "alexandria-desktop", &publisher, "http://127.0.0.1:9/")?;
    publisher.release(Channel::Stable, "9.1.0", b"#!/bin/sh\n").await?;
    let wanted = (Channel::Stable, "9.1.0".parse()?, TARGET);
    let file = bundle(&publisher.layout(), wanted, &publisher.path("scratch"), &sandbox.path("own")).await?;

    let window = open(&sandbox, &display, &installed, &[file]).await?;
    window.click("update-answer-never").await?;
    window
        .until("it is announced", "return document.body.textContent.includes('Alexandria 9.1.0 is available')")
        .await?;
    window.click("nav-settings").await?;
    window.activate("update-install").await?;
    window.find("update-restart").await?;
    ensure!(std::fs::read(installed.file())? == b"#!/bin/sh\n", "it was not installed");
    window.activate("network-show").await?;
    window.until("nothing was requested", &has_text("network-log", "has made no network requests")).await?;
    ensure!(window.count("import-report").await? == 0, "it was taken for a book");
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn program_of_a_packager_does_not_ask() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[])).await?;
    window.click("nav-settings").await?;
    window.find("update-not-ours").await?;
    ensure!(window.count("update-check").await? == 0, "it offers to check");
    window.click("nav-library").await?;
    window.find("library-empty").await?;
    ensure!(window.count("update-question").await? == 0, "it asks");
    window.close().await
}

fn has_text(id: &str, text: &str) -> String {
    format!("return document.querySelector('[data-testid={id}]')?.textContent.includes('{text}') ?? false")
}
