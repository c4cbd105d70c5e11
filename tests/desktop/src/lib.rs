//! What the suites of the real window have in common: the way into a room, and what must hold in every one.

#[cfg(target_os = "linux")]
pub mod close;

use std::path::PathBuf;
use std::time::Duration;

use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window, note};
use anyhow::ensure;
use fantoccini::Locator;
use fantoccini::key::Key;

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
    let shown = "const progress = document.querySelector('[data-testid=reader-progress]')?.textContent ?? '';
        const page = document.querySelector('alexandria-paginator')?.shadowRoot?.querySelector('[data-testid=reader-page]');
        return progress.trim() !== '' && (page?.contentDocument?.body?.childElementCount ?? 0) > 0";
    window.until("the page is shown", shown).await
}

/// A window with one book open.
///
/// # Errors
/// When the window or the book does not open.
pub async fn reading(world: &Sandbox, display: &Display, book: &Book) -> anyhow::Result<Window> {
    let file = world.path("own").join("book.epub");
    book.write(&file)?;
    let window = Window::open(world, display, &world.arguments(&[file])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    open_book(&window, &book.title).await?;
    Ok(window)
}

/// Searches the library in the Search room, and waits for hits.
///
/// # Errors
/// When nothing is found.
pub async fn search(window: &Window, mode: &str, query: &str) -> anyhow::Result<()> {
    window.click("nav-search").await?;
    window.click(&format!("search-mode-{mode}")).await?;
    ask(window, "search-box", query).await?;
    window.find("hit").await?;
    Ok(())
}

/// Types into a field in place of what stands there, and presses Enter.
///
/// # Errors
/// When it does not appear or takes no text.
pub async fn ask(window: &Window, field: &str, words: &str) -> anyhow::Result<()> {
    window.type_into(field, words).await?;
    Ok(window.find(field).await?.send_keys(&String::from(char::from(Key::Enter))).await?)
}

/// Chooses from a list that opens.
///
/// # Errors
/// When there is no such list, or no such entry in it.
pub async fn choose(window: &Window, list: &str, entry: &str) -> anyhow::Result<()> {
    window.click(list).await?;
    let path = format!("//*[@role='option' and contains(., '{entry}')]");
    let option = window.client.wait().for_element(Locator::XPath(&path)).await?;
    Ok(option.click().await?)
}

/// Whether an element's text, without spaces around it, is this one, as a script for [`Window::until`].
///
/// # Errors
/// When the text cannot be written as JSON.
pub fn says(css: &str, text: &str) -> anyhow::Result<String> {
    let [css, text] = [serde_json::to_string(css)?, serde_json::to_string(text)?];
    Ok(format!("return document.querySelector({css})?.textContent.trim() === {text}"))
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
    let mut violations = violations_at_rest(window).await?;
    if !violations.is_empty() {
        // A notice may have begun to fade in while it was looked at. What is wrong with the room itself stays wrong.
        note(&format!("{name} is looked at again: {}", violations.join("; ")));
        violations = violations_at_rest(window).await?;
    }
    ensure!(violations.is_empty(), "in the room {name}: {}", violations.join("\n"));
    Ok(())
}

/// What fades in has less contrast until it is there.
async fn violations_at_rest(window: &Window) -> anyhow::Result<Vec<String>> {
    window.until("nothing moves", STILL).await?;
    window.accessibility_violations().await
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
