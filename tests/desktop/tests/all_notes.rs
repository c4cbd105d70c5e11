//! The view of all highlights, bookmarks and notes in the real window: they are filtered, open their book at the place, and are
//! deleted and brought back.

use alexandria_tests_desktop::{check_view, click_toast, close_report, open_book, select_option, shelf_has, text_is};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::{Context as _, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;

/// The page on screen, its frame, and the first line of one of its paragraphs.
const LINE: &str = "const frame = document.querySelector('alexandria-paginator').shadowRoot.querySelector('iframe');
    const page = frame.contentDocument, range = page.createRange();
    range.selectNodeContents(page.querySelectorAll('p')[arguments[0]]);
    const line = range.getClientRects()[0], at = frame.getBoundingClientRect(), y = at.top + line.top + line.height / 2;
    return [at.left + line.left + 1, y, at.left + line.right - 1, y].map(Math.round)";

/// Whether so many elements have that `data-testid`, as a script for [`Window::until`].
fn count_is(id: &str, count: usize) -> String {
    format!("return document.querySelectorAll('[data-testid={id}]').length === {count}")
}

fn write(sandbox: &Sandbox, title: &str, paragraphs: &[&str]) -> anyhow::Result<std::path::PathBuf> {
    let text: String = paragraphs.iter().map(|paragraph| format!("<p>{paragraph}</p>")).collect();
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>1</title></head><body><h1>One</h1>{text}</body></html>"#
    );
    let file = sandbox.path("own").join(format!("{title}.epub"));
    Book::new(title, &[("1.xhtml", &page)]).write(&file)?;
    Ok(file)
}

/// Marks the first line of a paragraph of the open book, which then has `count` notes.
async fn mark(window: &Window, paragraph: usize, colour: &str, count: usize) -> anyhow::Result<()> {
    let found = window.run(LINE, vec![paragraph.into()]).await?;
    let number = |at: usize| -> anyhow::Result<i32> {
        Ok(i32::try_from(found.get(at).and_then(serde_json::Value::as_i64).context("no line")?)?)
    };
    window.drag((number(0)?, number(1)?), (number(2)?, number(3)?)).await?;
    window.find("selection-bar").await?;
    let button = format!("[data-testid=selection-bar] [data-testid=note-{colour}]");
    window.click_on(Locator::Css(&button)).await?;
    window.until("the note is listed", &count_is("note", count)).await
}

/// A window with two books and three notes in them, at the view of all notes.
async fn with_notes(sandbox: &Sandbox, display: &Display) -> anyhow::Result<Window> {
    let lamp = write(sandbox, "The Lighthouse", &["The keeper trims the lamp.", "Nobody came that night."])?;
    let whale = write(sandbox, "The White Whale", &["The whale went down.", "The sea was calm again."])?;
    let window = Window::open(sandbox, display, &sandbox.arguments(&[lamp, whale])).await?;
    window.until("the books are on the shelf", &shelf_has(2)).await?;
    close_report(&window).await?;
    open_book(&window, "The Lighthouse").await?;
    mark(&window, 0, "green", 1).await?;
    window.type_into("note-text", "Who trims it?").await?;
    window.type_into("note-tags", "people, sea").await?;
    mark(&window, 1, "yellow", 2).await?;
    window.click("reader-leave").await?;
    open_book(&window, "The White Whale").await?;
    mark(&window, 1, "green", 1).await?;
    window.click("reader-leave").await?;
    window.click("nav-notes").await?;
    window.until("all of them are listed", &count_is("note", 3)).await?;
    Ok(window)
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_of_all_books_are_filtered() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = with_notes(&sandbox, &display).await?;
    check_view(&window, "notes-light").await?;

    window.type_into("notes-filter", "lighthouse nowhere").await?;
    window.until("nothing matches", &count_is("note", 0)).await?;
    check_view(&window, "notes-no-match").await?;
    window.click("notes-clear").await?;
    window.type_into("notes-filter", "TRIMS who").await?;
    window.until("words of quote and note match", &count_is("note", 1)).await?;
    window.press(&[char::from(Key::Escape)]).await?;

    let count = "[data-testid=notes-count]";
    window.until("all match", &text_is(count, "3 notes")?).await?;
    window.click("note-green").await?;
    window.until("two are green", &text_is(count, "2 of 3")?).await?;
    select_option(&window, "notes-tag", "sea").await?;
    window.until("one of them has the tag", &text_is(count, "1 of 3")?).await?;
    select_option(&window, "notes-tag", "All tags").await?;
    select_option(&window, "notes-book", "The White Whale").await?;
    window.until("one of them is in the book", &text_is(count, "1 of 3")?).await?;
    window.until("it is the one", &text_is("[data-testid=note] .text", "The sea was calm again.")?).await?;
    window.click("note-open").await?;
    window.click("typography-button").await?;
    window.click("theme-dark").await?;
    window.click("reader-leave").await?;
    window.until("the filter is kept", &text_is(count, "1 of 3")?).await?;
    window.click("note-green").await?;
    select_option(&window, "notes-book", "All books").await?;
    window.until("all are shown again", &text_is(count, "3 notes")?).await?;
    check_view(&window, "notes-dark").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn note_opens_its_book_at_the_place_and_is_deleted_and_restored() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = with_notes(&sandbox, &display).await?;
    // Books are by title, notes in the order of the text.
    let quotes = "return JSON.stringify([...document.querySelectorAll('[data-testid=note] .text')]
        .map((quote) => quote.textContent.trim()))";
    let listed = window.run(quotes, vec![]).await?;
    let expected = r#"["The keeper trims the lamp.","Nobody came that night.","The sea was calm again."]"#;
    ensure!(listed == expected, "{listed}");

    window.click("note-open").await?;
    window.find("notes-panel").await?;
    window.find("note-text").await?;
    let text = window.run("return document.querySelector('[data-testid=note-text]').value", vec![]).await?;
    ensure!(text == "Who trims it?", "{text}");
    window.click("reader-leave").await?;
    let focused =
        "return document.activeElement?.querySelector('.text')?.textContent.trim() === 'The keeper trims the lamp.'";
    window.until("the note has the focus again", focused).await?;

    window.click("note-delete").await?;
    window.until("it is gone", &count_is("note", 2)).await?;
    check_view(&window, "notes-deleted").await?;
    click_toast(&window, "Deleted").await?;
    window.until("it is there again", &count_is("note", 3)).await?;
    let listed = window.run(quotes, vec![]).await?;
    ensure!(listed == expected, "{listed}");
    window.close().await
}
