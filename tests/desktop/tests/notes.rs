//! Highlights, bookmarks and notes in the real window: text is selected with the mouse, marked, written about, found again
//! after a restart, deleted and brought back.

use alexandria_tests_desktop::{check_view, open_book, open_reader, text_is};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::{Context as _, ensure};

/// The page on screen as `page`, its frame as `frame`.
const PAGE: &str = "const frame = document.querySelector('alexandria-paginator').shadowRoot.querySelector('iframe'), page = frame.contentDocument;";

fn book() -> Book {
    let text = "<h1>The lighthouse</h1><p>The keeper trims the lamp.</p><p>Nobody came that night.</p>";
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>1</title></head><body>{text}</body></html>"#
    );
    Book::new("A Book of Notes", &[("1.xhtml", &page)])
}

/// Where the first line of the paragraph with that number begins and ends, in pixels of the window.
async fn line(window: &Window, paragraph: usize) -> anyhow::Result<((i32, i32), (i32, i32))> {
    let script = format!(
        "{PAGE} const range = page.createRange(); range.selectNodeContents(page.querySelectorAll('p')[{paragraph}]);
        const line = range.getClientRects()[0], at = frame.getBoundingClientRect(), y = at.top + line.top + line.height / 2;
        return [at.left + line.left + 1, y, at.left + line.right - 1, y].map(Math.round)"
    );
    let found = window.run(&script, vec![]).await?;
    let number = |at: usize| -> anyhow::Result<i32> {
        Ok(i32::try_from(found.get(at).and_then(serde_json::Value::as_i64).context("no line")?)?)
    };
    Ok(((number(0)?, number(1)?), (number(2)?, number(3)?)))
}

/// Whether so many ranges are drawn in a colour.
fn drawn(colour: &str, count: usize) -> String {
    format!("{PAGE} return (frame.contentWindow.CSS.highlights.get('alx-note-{colour}-solid')?.size ?? 0) === {count}")
}

#[tokio::test(flavor = "multi_thread")]
async fn selected_text_is_marked_and_found_again() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &book()).await?;
    let (start, end) = line(&window, 0).await?;
    window.drag(start, end).await?;
    window.find("selection-bar").await?;
    check_view(&window, "reader-selection").await?;
    window.click("note-green").await?;
    window.until("the text is drawn in its colour", &drawn("green", 1)).await?;
    window.find("notes-panel").await?;
    window.type_into("note-text", "Who *trims* it?").await?;
    window.type_into("note-tags", "people, sea").await?;
    window.until("the quote is listed", &text_is("[data-testid=note] .text", "The keeper trims the lamp.")?).await?;
    check_view(&window, "reader-notes").await?;

    // A bookmark is listed, and is not drawn.
    window.click("bookmark-button").await?;
    window
        .until("two entries are listed", "return document.querySelectorAll('[data-testid=note]').length === 2")
        .await?;
    window.click("bookmark-button").await?;
    window.until("the bookmark is gone", "return document.querySelectorAll('[data-testid=note]').length === 1").await?;
    window.close().await?;

    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[])).await?;
    open_book(&window, "A Book of Notes").await?;
    window.until("the mark is there after a restart", &drawn("green", 1)).await?;
    // A click on marked text opens its note.
    let (start, end) = line(&window, 0).await?;
    let middle = ((start.0 + end.0) / 2, start.1);
    window.drag(middle, middle).await?;
    window.find("note-text").await?;
    let text = window.run("return document.querySelector('[data-testid=note-text]').value", vec![]).await?;
    ensure!(text == "Who *trims* it?", "{text}");
    let tags = window.run("return document.querySelector('[data-testid=note-tags]').value", vec![]).await?;
    ensure!(tags == "people, sea", "{tags}");

    window.click("note-delete").await?;
    window.until("nothing is drawn", &drawn("green", 0)).await?;
    window.click("note-undo").await?;
    window.until("it is drawn again", &drawn("green", 1)).await?;
    window.close().await
}
