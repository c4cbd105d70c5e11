//! Pausing embedding in the real window: the window says so, also after the next start, until it is resumed.

use std::time::Duration;

use alexandria_tests_desktop::{check_view, close_report, shelf_has};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::ensure;
use fantoccini::key::Key;

/// Passages of the book: more than are embedded before the button is pressed.
const PASSAGES: usize = 600;
/// Fourteen of these make a passage.
const SENTENCE: &str = "The lamps burned low while the ship waited for the tide. ";
const BUTTON: &str = "embedding-pause";

/// Whether the status line matches a pattern, as a script.
fn status_matches(words: &str) -> String {
    format!("return /{words}/.test(document.querySelector('[data-testid=library-status]')?.textContent ?? '')")
}

/// By keyboard: a notice may cover the button.
async fn press_button(window: &Window) -> anyhow::Result<()> {
    Ok(window.find(BUTTON).await?.send_keys(&String::from(char::from(Key::Enter))).await?)
}

async fn is_paused(window: &Window) -> anyhow::Result<()> {
    window.until("it is paused", &status_matches("covers \\d+\\s?% of your library; paused")).await?;
    let offered = window.text(&format!("[data-testid={BUTTON}]")).await?;
    ensure!(offered == "Resume", "the button offers {offered:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn embedding_stays_paused_after_restart_until_resumed() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let paragraphs: String = (0..PASSAGES).map(|number| format!("<p>{number}. {}</p>", SENTENCE.repeat(14))).collect();
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body>{paragraphs}</body></html>"#
    );
    let file = sandbox.path("own").join("book.epub");
    Book::new("A Long Wait", &[("1.xhtml", &page)]).write(&file)?;

    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[file])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    press_button(&window).await?;
    is_paused(&window).await?;
    check_view(&window, "library-paused").await?;
    window.close().await?;

    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[])).await?;
    window.until("the shelf is back", &shelf_has(1)).await?;
    is_paused(&window).await?;
    press_button(&window).await?;
    let searchable = status_matches("searchable by words and meaning");
    window.until_within("all passages have their vectors", &searchable, Duration::from_secs(600)).await?;
    ensure!(window.count(BUTTON).await? == 0, "nothing is left to pause");
    window.close().await
}
