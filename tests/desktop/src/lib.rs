//! What the suites of the real window have in common: the way into a room, and what must hold in every one.

use std::path::PathBuf;
use std::time::Duration;

use alexandria_tests_stage::epub::Book;
use alexandria_tests_stage::{Display, Window, World};
use anyhow::ensure;

/// Whether as many books are on the shelf, as a script for [`Window::until`].
#[must_use]
pub fn shelf_has(count: usize) -> String {
    format!("return {BOOKS}.length === {count}")
}

/// The books on the shelf, as an expression.
const BOOKS: &str = "[...document.querySelectorAll('[data-testid^=\"book-\"]:not([data-testid^=\"book-details-\"])')]";

/// Opens the book on the shelf whose title holds `title`, and waits for its page.
///
/// # Errors
/// When it is not on the shelf or does not open.
pub async fn open_book(window: &Window, title: &str) -> anyhow::Result<()> {
    let title = serde_json::to_string(title)?;
    let book = format!("{BOOKS}.find((book) => book.textContent.includes({title}))");
    window.until(&format!("{title} is on the shelf"), &format!("return {book} !== undefined")).await?;
    window.run(&format!("{book}.click()"), vec![]).await?;
    window.find("reader").await?;
    let shown = "return (document.querySelector('[data-testid=reader-progress]')?.textContent ?? '').trim() !== ''";
    window.until("the page is shown", shown).await
}

/// A window with one book open.
///
/// # Errors
/// When the window or the book does not open.
pub async fn reading(world: &World, display: &Display, book: &Book) -> anyhow::Result<Window> {
    let file = world.path("own").join("book.epub");
    book.write(&file)?;
    let window = Window::open(world, display, &world.arguments(&[file])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    open_book(&window, &book.title).await?;
    Ok(window)
}

/// A key press in the window, as a script: it comes at once, however busy the page is.
#[must_use]
pub fn press(key: &str) -> String {
    format!("window.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, cancelable: true }}));")
}

/// The import report lies over the shelf until it is closed.
///
/// # Errors
/// When the session is gone.
pub async fn close_report(window: &Window) -> anyhow::Result<()> {
    if window.count("import-report-close").await? > 0 {
        window.click("import-report-close").await?;
    }
    Ok(())
}

/// Checks a room for accessibility, and photographs it if `ALEXANDRIA_SHOTS` names a folder.
///
/// # Errors
/// When axe-core finds a serious violation.
pub async fn room(window: &Window, name: &str) -> anyhow::Result<()> {
    if let Some(folder) = std::env::var_os("ALEXANDRIA_SHOTS").map(PathBuf::from) {
        photograph(window, &folder, name).await?;
    }
    // What fades in has less contrast until it is there.
    window.until("nothing moves", STILL).await?;
    let violations = window.accessibility_violations().await?;
    ensure!(violations.is_empty(), "in the room {name}: {}", violations.join("\n"));
    Ok(())
}

const STILL: &str = "return document.getAnimations().every((animation) => animation.playState !== 'running')";

/// A picture shows the room as the reader sees it a moment later: with its covers, and nothing moving.
async fn photograph(window: &Window, folder: &std::path::Path, name: &str) -> anyhow::Result<()> {
    let covers =
        "return [...document.querySelectorAll('.cover img')].every((cover) => cover.classList.contains('loaded'))";
    window.until("the covers are there", covers).await?;
    window.until("nothing moves", STILL).await?;
    // What the page has reaches the screen a frame or two later.
    let frames = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
    window.client.execute_async(frames, vec![]).await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    window.shoot(folder, name).await
}
