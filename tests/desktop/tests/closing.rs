//! The close button of the real window: what is not kept yet is kept first, and a page that hangs keeps no window open.
//! Only on Linux, where a test can press it.
#![cfg(target_os = "linux")]

use std::time::Duration;

use alexandria_tests_desktop::close::press_close_button;
use alexandria_tests_desktop::{open_book, press, reading};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
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
async fn a_page_turned_just_before_the_window_closes_is_where_the_book_opens_again() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = reading(&world, &display, &book()).await?;
    let first = window.run(&format!("return {PROGRESS}"), vec![]).await?;
    window.run(&press("ArrowRight"), vec![]).await?;
    window.until("the page turns", &format!("return {PROGRESS} !== {first}")).await?;
    press_close_button(&display)?;
    window.closed().await?;

    let window = Window::open(&world, &display, &world.arguments(&[])).await?;
    open_book(&window, TITLE).await?;
    window.until("the book opens where it was left", &format!("return {PROGRESS} !== {first}")).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_hangs_keeps_no_window_open() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = reading(&world, &display, &book()).await?;
    // The driver has its answer first; then nothing answers any more, so that there is nothing to wait for but time.
    window.run("setTimeout(() => { for (;;) {} }, 300)", vec![]).await?;
    sleep(Duration::from_millis(600)).await;
    press_close_button(&display)?;
    window.closed().await
}
