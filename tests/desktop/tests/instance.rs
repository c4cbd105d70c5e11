//! A single instance for each account, and its window state: a second start hands its files over and exits, and a window
//! opens in its last size. Only on Linux, where a test has a session and a display of its own.
#![cfg(target_os = "linux")]

use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

use alexandria_tests_desktop::close::press_close_button;
use alexandria_tests_desktop::shelf_has;
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Keychain, Sandbox, Window, program};
use anyhow::{Context, ensure};
use tokio::time::timeout;

/// As long as anything else in the window may take.
const TIMEOUT: Duration = Duration::from_secs(60);

const PAGE: &str = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1><p>Some words.</p></body></html>"#;

/// The size of the page on screen, as text.
const SIZE: &str = "`${innerWidth} x ${innerHeight}`";

#[tokio::test(flavor = "multi_thread")]
async fn second_instance_hands_its_files_to_the_first_and_exits() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let keychain = Keychain::start(&sandbox)?;
    let args = [OsString::from("--passphrase-file"), sandbox.path("passphrase").into_os_string()];
    let window = Window::open_within(&sandbox, &display, &args, |driver| keychain.within(driver)).await?;
    window.find("library-empty").await?;

    // A path relative to the folder of the second instance, which is not that of the first.
    Book::new("Handed Over", &[("one.xhtml", PAGE)]).write(&sandbox.path("own").join("second.epub"))?;
    let mut second = Command::new(program("alexandria-desktop")?);
    sandbox.apply(&mut second);
    second.env("DISPLAY", display.name()).current_dir(sandbox.path("own")).arg("second.epub");
    let mut second = tokio::process::Command::from(keychain.within(second));
    let exited = timeout(TIMEOUT, second.kill_on_drop(true).status()).await;
    let status = exited.context("the second instance does not exit")??;
    ensure!(status.success(), "the second instance fails: {status}");
    window.until("its book is on the shelf of the first", &shelf_has(1)).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn window_restores_its_last_size() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[])).await?;
    window.find("library").await?;
    window.client.set_window_rect(20, 30, 900, 640).await?;
    // The page may have borders.
    let resized = "return Math.abs(innerWidth - 900) < 60 && Math.abs(innerHeight - 640) < 100";
    window.until("the window has another size", resized).await?;
    let size = window.run(&format!("return {SIZE}"), vec![]).await?;
    press_close_button(&display)?;
    window.closed().await?;

    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[])).await?;
    window.find("library").await?;
    window.until(&format!("the window measures {size} again"), &format!("return {SIZE} === {size}")).await?;
    window.close().await
}
