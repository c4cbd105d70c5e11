//! One window for one account, and what it keeps of itself: a second start hands its files over and ends, and a window
//! comes back as large as it was left. Only on Linux, where a test has a session and a display of its own.
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
const PATIENCE: Duration = Duration::from_secs(60);

const PAGE: &str = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1><p>Some words.</p></body></html>"#;

/// The size of the page on screen, as text.
const SIZE: &str = "`${innerWidth} x ${innerHeight}`";

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_hands_its_files_to_the_window_and_ends() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let keychain = Keychain::start(&world)?;
    let args = [OsString::from("--passphrase-file"), world.path("passphrase").into_os_string()];
    let window = Window::open_within(&world, &display, &args, |driver| keychain.within(driver)).await?;
    window.find("library-empty").await?;

    // Named as a shell names it: from the folder it stands in, which is not that of the window.
    Book::new("Handed Over", &[("one.xhtml", PAGE)]).write(&world.path("own").join("second.epub"))?;
    let mut second = Command::new(program("alexandria-desktop")?);
    world.apply(&mut second);
    second.env("DISPLAY", display.name()).current_dir(world.path("own")).arg("second.epub");
    let mut second = tokio::process::Command::from(keychain.within(second));
    let ended = timeout(PATIENCE, second.kill_on_drop(true).status()).await;
    let status = ended.context("the second start does not end")??;
    ensure!(status.success(), "the second start fails: {status}");
    window.until("its book is on the shelf of the first", &shelf_has(1)).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_comes_back_in_the_size_it_was_left_in() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = Window::open(&world, &display, &world.arguments(&[])).await?;
    window.find("library").await?;
    window.client.set_window_rect(20, 30, 900, 640).await?;
    // Something may stand around the page.
    let resized = "return Math.abs(innerWidth - 900) < 60 && Math.abs(innerHeight - 640) < 100";
    window.until("the window has another size", resized).await?;
    let left = window.run(&format!("return {SIZE}"), vec![]).await?;
    press_close_button(&display)?;
    window.closed().await?;

    let window = Window::open(&world, &display, &world.arguments(&[])).await?;
    window.find("library").await?;
    window.until(&format!("the window measures {left} again"), &format!("return {SIZE} === {left}")).await?;
    window.close().await
}
