//! The bin, in the real window: what was removed is there when its notice has gone, comes back whole, or goes for good.

use alexandria_tests_desktop::{open_book, press, reading, room, shelf_has};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use fantoccini::Locator;

const TITLE: &str = "A Book to Remove";

/// Presses Delete on the book and waits until its notice has gone.
async fn remove(window: &Window) -> anyhow::Result<()> {
    let focus = "document.querySelector('[data-index=\"0\"] button').focus()";
    window.run(focus, vec![]).await?;
    let delete = press("Delete").replace("window.", "document.activeElement.");
    window.run(&delete, vec![]).await?;
    window.find("library-empty").await?;
    window.until("the notice is gone", "return document.querySelector('[data-testid=toast]') === null").await
}

/// Clicks the button of the book in the bin with that number: 0 puts it back, 1 deletes it for good.
async fn click_in_bin(window: &Window, button: usize) -> anyhow::Result<()> {
    let book = "[data-testid^='bin-book-']";
    window.client.wait().for_element(Locator::Css(book)).await?;
    window.run(&format!("document.querySelectorAll(\"{book} button\")[{button}].click()"), vec![]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_book_comes_back_from_the_bin_or_goes_for_good() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let page = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1><p>Some words.</p></body></html>"#;
    let window = reading(&world, &display, &Book::new(TITLE, &[("1.xhtml", page)])).await?;
    window.click("reader-leave").await?;
    remove(&window).await?;
    window.click("bin-open").await?;
    window.find("bin").await?;
    room(&window, "bin").await?;
    click_in_bin(&window, 0).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    let empty = "return document.querySelector('[data-testid^=bin-book-]') === null";
    window.until("the bin is empty", empty).await?;
    window.run(&press("Escape").replace("window.", "document.activeElement."), vec![]).await?;
    open_book(&window, TITLE).await?;
    window.click("reader-leave").await?;

    remove(&window).await?;
    window.click("bin-open").await?;
    // Asked once, it asks back.
    click_in_bin(&window, 1).await?;
    window.find("bin").await?;
    click_in_bin(&window, 1).await?;
    window.until("the bin is empty", empty).await?;
    window.close().await
}
