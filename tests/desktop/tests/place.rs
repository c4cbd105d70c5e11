//! Where the reader is, in the real window: kept across sections, whatever is pressed and however soon, and not taken for
//! read because a search led there.

use std::time::Duration;

use alexandria_tests_desktop::{open_book, press, reading, search};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::ensure;

const TITLE: &str = "Three Chapters";
/// The document of the page on screen, as `page`; what scrolls it, as `scroller`.
const PAGE: &str = "const shadow = document.querySelector('alexandria-paginator')?.shadowRoot, scroller = shadow?.querySelector('#container'), page = shadow?.querySelector('iframe')?.contentDocument;";
/// Longer than a place waits to be saved.
const SAVED: Duration = Duration::from_secs(2);

/// Three chapters of several pages; the word `lighthouse` stands early in the first and in the third.
fn book() -> Book {
    let chapter = |number: u32| {
        let paragraph = |at: u32| {
            let word = if number != 2 && at == 3 { "lighthouse" } else { "harbour" };
            format!(
                "<p>Paragraph {at} of chapter {number} is about a {word}, and about what the ships bring to it.</p>"
            )
        };
        let text: String = (1..=60).map(paragraph).collect();
        format!(
            r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Chapter {number}</title></head><body><h1>Chapter {number}</h1>{text}</body></html>"#
        )
    };
    let pages = [("1.xhtml", chapter(1)), ("2.xhtml", chapter(2)), ("3.xhtml", chapter(3))];
    Book::new(TITLE, &pages.each_ref().map(|(name, page)| (*name, page.as_str())))
}

/// Waits until a chapter is on screen.
async fn shows(window: &Window, chapter: u32) -> anyhow::Result<()> {
    let script = format!("{PAGE} return page?.querySelector('h1')?.textContent === 'Chapter {chapter}'");
    window.until(&format!("chapter {chapter} is shown"), &script).await
}

/// Opens the book at its second chapter by reading on to it, and leaves it there.
async fn read_to_the_second_chapter(window: &Window) -> anyhow::Result<()> {
    shows(window, 1).await?;
    window.run(&press("End"), vec![]).await?;
    window
        .until("the last page is shown", "return document.querySelector('[data-testid=reader-back]') !== null")
        .await?;
    window.run(&press("ArrowRight"), vec![]).await?;
    shows(window, 2).await?;
    window.click("reader-leave").await
}

async fn open_first_hit(window: &Window) -> anyhow::Result<()> {
    window.run("document.querySelector('[data-testid=hit] button').click()", vec![]).await?;
    let marked = "return document.querySelector('[data-testid=reader-highlight]')?.textContent === 'lighthouse'";
    window.until("the word is marked", marked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_turned_into_another_section_is_where_the_book_opens_again() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = reading(&world, &display, &book()).await?;
    read_to_the_second_chapter(&window).await?;
    open_book(&window, TITLE).await?;
    shows(&window, 2).await?;
    window.click("reader-leave").await?;

    // A key that is pressed before there is a page turns none.
    let hasty = format!(
        "const done = arguments[0];
        [...document.querySelectorAll('[data-testid^=\"book-\"]')].find((book) => book.textContent.includes('{TITLE}')).click();
        const wait = () => {{
            if (!document.querySelector('alexandria-paginator')) return requestAnimationFrame(wait);
            {} done();
        }};
        wait();",
        press("ArrowRight")
    );
    window.client.execute_async(&hasty, vec![]).await?;
    shows(&window, 2).await?;
    tokio::time::sleep(SAVED).await;
    shows(&window, 2).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_waits_for_the_page_that_turns() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = reading(&world, &display, &book()).await?;
    window.click("reader-leave").await?;
    search(&window, "exact", "lighthouse").await?;
    open_first_hit(&window).await?;
    shows(&window, 1).await?;
    window.run(&format!("{} {}", press("ArrowRight"), press("n")), vec![]).await?;
    shows(&window, 3).await?;
    window.run(&format!("{} {}", press("N"), press("n")), vec![]).await?;
    tokio::time::sleep(SAVED).await;
    shows(&window, 3).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hit_in_scrolled_pages_is_not_taken_for_reading() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = reading(&world, &display, &book()).await?;
    window.click("reader-leave").await?;
    window.click("nav-settings").await?;
    window.find("flow-scrolled").await?;
    window.run("document.querySelector('[data-testid=flow-scrolled]').click()", vec![]).await?;
    window.click("nav-library").await?;
    open_book(&window, TITLE).await?;
    let scrolled = "return document.querySelector('alexandria-paginator').getAttribute('flow') === 'scrolled'";
    window.until("pages are scrolled", scrolled).await?;
    shows(&window, 1).await?;

    // The wheel over the page, at its end: a turn that goes on changes nothing, a new one leads on.
    let wheel = format!("{PAGE} page.body.dispatchEvent(new WheelEvent('wheel', {{ deltaY: 120, bubbles: true }}));");
    // The page may still be laid out, which takes it back to its beginning.
    let end = format!(
        "{PAGE} scroller.scrollTop = scroller.scrollHeight;
        return !document.querySelector('[data-testid=reader-progress]').textContent.startsWith('0')"
    );
    window.until("the end of the chapter is reached", &end).await?;
    tokio::time::sleep(SAVED).await;
    window.run(&wheel, vec![]).await?;
    shows(&window, 2).await?;
    window.run(&format!("{PAGE} scroller.scrollTop = scroller.scrollHeight / 2"), vec![]).await?;
    tokio::time::sleep(SAVED).await;
    window.click("reader-leave").await?;

    search(&window, "exact", "lighthouse").await?;
    open_first_hit(&window).await?;
    shows(&window, 1).await?;
    tokio::time::sleep(SAVED).await;
    window.click("reader-leave").await?;
    window.click("nav-library").await?;
    open_book(&window, TITLE).await?;
    shows(&window, 2).await?;
    let halfway =
        format!("{PAGE} const share = scroller.scrollTop / scroller.scrollHeight; return share > 0.3 && share < 0.7");
    window.until("the page is scrolled to where it was left", &halfway).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wheel_over_the_page_turns_it() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = reading(&world, &display, &book()).await?;
    shows(&window, 1).await?;
    let progress = "document.querySelector('[data-testid=reader-progress]').textContent";
    let before = window.run(&format!("return {progress}"), vec![]).await?;
    ensure!(before.is_string(), "no progress is shown: {before}");
    let wheel = format!("{PAGE} page.body.dispatchEvent(new WheelEvent('wheel', {{ deltaY: 120, bubbles: true }}));");
    window.run(&wheel, vec![]).await?;
    window.until("the page turns", &format!("return {progress} !== {before}")).await?;
    window.close().await
}
