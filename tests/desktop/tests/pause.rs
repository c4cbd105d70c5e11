//! Pausing the learning of meanings, in the real window: it says that it is paused, is so in the next window, and goes
//! on when it is let.

use std::time::Duration;

use alexandria_tests_desktop::{close_report, room, shelf_has};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::ensure;
use fantoccini::key::Key;

/// Passages of the book: more than are learned while the button is found.
const PASSAGES: usize = 600;
/// Fourteen times it is a passage.
const SENTENCE: &str = "The lamps burned low while the ship waited for the tide. ";
const BUTTON: &str = "embedding-pause";

/// Whether the line under the shelf says so, as a script.
fn says(words: &str) -> String {
    format!("return /{words}/.test(document.querySelector('[data-testid=library-status]')?.textContent ?? '')")
}

/// As a reader without a mouse does it. A notice may lie over the button.
async fn press_button(window: &Window) -> anyhow::Result<()> {
    Ok(window.find(BUTTON).await?.send_keys(&String::from(char::from(Key::Enter))).await?)
}

async fn is_paused(window: &Window) -> anyhow::Result<()> {
    window.until("it is paused", &says("covers \\d+\\s?% of your library; paused")).await?;
    let offered = window.text(&format!("[data-testid={BUTTON}]")).await?;
    ensure!(offered == "Resume", "the button offers {offered:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paused_stays_so_until_it_is_let_go_on() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let paragraphs: String = (0..PASSAGES).map(|number| format!("<p>{number}. {}</p>", SENTENCE.repeat(14))).collect();
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body>{paragraphs}</body></html>"#
    );
    let file = world.path("own").join("book.epub");
    Book::new("A Long Wait", &[("1.xhtml", &page)]).write(&file)?;

    let window = Window::open(&world, &display, &world.arguments(&[file])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    press_button(&window).await?;
    is_paused(&window).await?;
    room(&window, "library-paused").await?;
    window.close().await?;

    let window = Window::open(&world, &display, &world.arguments(&[])).await?;
    window.until("the shelf is back", &shelf_has(1)).await?;
    is_paused(&window).await?;
    press_button(&window).await?;
    let searchable = says("searchable by words and meaning");
    window.until_within("all passages have their vectors", &searchable, Duration::from_secs(600)).await?;
    ensure!(window.count(BUTTON).await? == 0, "there is nothing left to pause");
    window.close().await
}
