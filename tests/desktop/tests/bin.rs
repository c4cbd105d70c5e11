//! The bin in the real window: removed books are listed in it, and are restored or deleted permanently.

use alexandria_tests_desktop::{check_view, open_book, open_reader, shelf_has};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use fantoccini::Locator;
use fantoccini::key::Key;

const TITLE: &str = "A Book to Remove";

/// Presses Delete on the book and waits until the notice about it has disappeared.
async fn remove(window: &Window) -> anyhow::Result<()> {
    let book = window.client.find(Locator::Css("[data-index='0'] button")).await?;
    book.send_keys(&String::from(char::from(Key::Delete))).await?;
    window.find("library-empty").await?;
    window.until("the notice is gone", "return document.querySelector('[data-testid=toast]') === null").await
}

/// Clicks the button of the book in the bin with that number: 1 restores it, 2 deletes it permanently.
async fn click_in_bin(window: &Window, button: usize) -> anyhow::Result<()> {
    let button = format!("(//*[starts-with(@data-testid, 'bin-book-')]//button)[{button}]");
    window.click_on(Locator::XPath(&button)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bin_restores_a_removed_book_or_deletes_it_permanently() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let page = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1><p>Some words.</p></body></html>"#;
    let window = open_reader(&sandbox, &display, &Book::new(TITLE, &[("1.xhtml", page)])).await?;
    window.click("reader-leave").await?;
    remove(&window).await?;
    window.click("bin-open").await?;
    window.find("bin").await?;
    check_view(&window, "bin").await?;
    click_in_bin(&window, 1).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    let empty = "return document.querySelector('[data-testid^=bin-book-]') === null";
    window.until("the bin is empty", empty).await?;
    window.press(&[char::from(Key::Escape)]).await?;
    open_book(&window, TITLE).await?;
    window.click("reader-leave").await?;

    remove(&window).await?;
    window.click("bin-open").await?;
    // The first click asks for a confirmation.
    click_in_bin(&window, 2).await?;
    window.find("bin").await?;
    click_in_bin(&window, 2).await?;
    window.until("the bin is empty", empty).await?;
    window.close().await
}
