//! The close handshake of the real window: the page saves the position first, and a page that hangs does not keep the window
//! open. Only on Linux, where a test can press the close button.
#![cfg(target_os = "linux")]

use std::time::Duration;

use alexandria_tests_desktop::close::press_close_button;
use alexandria_tests_desktop::{open_book, open_reader};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use fantoccini::key::Key;
use tokio::time::sleep;

const TITLE: &str = "A Book of Many Pages";

/// How far the book is read, as the reader sees it.
const PROGRESS: &str = "document.querySelector('[data-testid=reader-progress]').textContent";

/// One chapter of many pages.
fn book() -> Book {
    let paragraphs: String = (1..=80)
        .map(|at| format!("<p>Paragraph {at} is about a harbour, and about what the ships bring to it.</p>"))
        .collect();
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1>{paragraphs}</body></html>"#
    );
    Book::new(TITLE, &[("one.xhtml", &page)])
}

#[tokio::test(flavor = "multi_thread")]
async fn close_handshake_saves_a_page_turned_just_before() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &book()).await?;
    let first = window.run(&format!("return {PROGRESS}"), vec![]).await?;
    window.press(&[char::from(Key::Right)]).await?;
    window.until("the page turns", &format!("return {PROGRESS} !== {first}")).await?;
    press_close_button(&display)?;
    window.closed().await?;

    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[])).await?;
    open_book(&window, TITLE).await?;
    window.until("the book opens where it was left", &format!("return {PROGRESS} !== {first}")).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn close_handshake_times_out_when_the_page_hangs() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &book()).await?;
    // The driver gets its result first. Then the page does not respond to anything, so that there is no event to wait for.
    window.run("setTimeout(() => { for (;;) {} }, 300)", vec![]).await?;
    sleep(Duration::from_millis(600)).await;
    press_close_button(&display)?;
    window.closed().await
}
