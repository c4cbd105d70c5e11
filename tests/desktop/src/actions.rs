//! What a reader does in more than one suite, with real input.

use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use fantoccini::Locator;
use fantoccini::key::Key;

/// The titles on the shelf, in order, as a script's expression.
pub const SHELF_TITLES: &str = "[...document.querySelectorAll('li[data-index]')]
    .sort((a, b) => a.dataset.index - b.dataset.index)
    .map((item) => item.querySelector('[data-testid^=book-details-]').getAttribute('aria-label').replace('Details of ', ''))";

/// Waits until a list of titles, such as [`SHELF_TITLES`], is this one.
///
/// # Errors
/// When it does not become that.
pub async fn lists(window: &Window, list: &str, titles: &[&str]) -> anyhow::Result<()> {
    let titles = serde_json::to_string(titles)?;
    let script = format!("return JSON.stringify({list}) === JSON.stringify({titles})");
    window.until(&format!("{titles} are listed"), &script).await
}

/// Opens the details of the book with that title.
///
/// # Errors
/// When it is not on the shelf.
pub async fn open_details(window: &Window, title: &str) -> anyhow::Result<()> {
    window.click_on(Locator::Css(&format!("[aria-label=\"Details of {title}\"]"))).await?;
    window.find("details").await?;
    window.until(&format!("the details of {title} are shown"), &text_is("#details-title", title)?).await
}

/// Whether that many books are on the shelf, as a script for [`Window::until`].
#[must_use]
pub fn shelf_has(count: usize) -> String {
    let books = "'[data-testid^=\"book-\"]:not([data-testid^=\"book-details-\"])'";
    format!("return document.querySelectorAll({books}).length === {count}")
}

/// Opens the book on the shelf whose title contains `title`, and waits for its page.
///
/// # Errors
/// When it is not on the shelf or does not open.
pub async fn open_book(window: &Window, title: &str) -> anyhow::Result<()> {
    let book = format!(
        "//*[starts-with(@data-testid, 'book-') and not(starts-with(@data-testid, 'book-details-')) and contains(., \"{title}\")]"
    );
    window.click_on(Locator::XPath(&book)).await?;
    window.find("reader").await?;
    let rendered = "const progress = document.querySelector('[data-testid=reader-progress]')?.textContent ?? '';
        const page = document.querySelector('alexandria-paginator')?.shadowRoot?.querySelector('[data-testid=reader-page]');
        return progress.trim() !== '' && (page?.contentDocument?.body?.childElementCount ?? 0) > 0";
    window.until("the page is rendered", rendered).await
}

/// A window with one book open.
///
/// # Errors
/// When the window or the book does not open.
pub async fn open_reader(sandbox: &Sandbox, display: &Display, book: &Book) -> anyhow::Result<Window> {
    let file = sandbox.path("own").join("book.epub");
    book.write(&file)?;
    let window = Window::open(sandbox, display, &sandbox.arguments(&[file])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    open_book(&window, &book.title).await?;
    Ok(window)
}

/// Searches the library in the search view, and waits for hits.
///
/// # Errors
/// When nothing is found.
pub async fn search(window: &Window, mode: &str, query: &str) -> anyhow::Result<()> {
    window.click("nav-search").await?;
    window.click(&format!("search-mode-{mode}")).await?;
    submit(window, "search-box", query).await?;
    window.find("hit").await?;
    Ok(())
}

/// Replaces the text of a field, and presses Enter.
///
/// # Errors
/// When it does not appear or takes no text.
pub async fn submit(window: &Window, field: &str, text: &str) -> anyhow::Result<()> {
    window.type_into(field, text).await?;
    Ok(window.find(field).await?.send_keys(&String::from(char::from(Key::Enter))).await?)
}

/// Selects an entry of a list box.
///
/// # Errors
/// When there is no such list, or no such entry in it.
pub async fn select_option(window: &Window, list: &str, entry: &str) -> anyhow::Result<()> {
    window.click(list).await?;
    window.click_on(Locator::XPath(&format!("//*[@role='option' and contains(., '{entry}')]"))).await
}

/// Whether the trimmed text of an element is this one, as a script for [`Window::until`].
///
/// # Errors
/// When the text cannot be written as JSON.
pub fn text_is(css: &str, text: &str) -> anyhow::Result<String> {
    let [css, text] = [serde_json::to_string(css)?, serde_json::to_string(text)?];
    Ok(format!("return document.querySelector({css})?.textContent.trim() === {text}"))
}

/// Clicks the action of the toast whose text contains `text`. Others may be above it.
///
/// # Errors
/// When there is no such toast.
pub async fn click_toast(window: &Window, text: &str) -> anyhow::Result<()> {
    let action = format!("//*[@data-testid='toast' and contains(., '{text}')]//*[@data-testid='toast-action']");
    window.click_on(Locator::XPath(&action)).await
}

/// Closes the import report, which covers the shelf.
///
/// # Errors
/// When the session is gone.
pub async fn close_report(window: &Window) -> anyhow::Result<()> {
    if window.count("import-report-close").await? > 0 {
        window.click("import-report-close").await?;
    }
    Ok(())
}
