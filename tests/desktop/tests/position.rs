//! The reading position in the real window: saved across sections, however fast keys are pressed, and not changed by opening
//! a search hit.

use std::time::Duration;

use alexandria_tests_desktop::{open_book, open_reader, search};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::ensure;
use fantoccini::Locator;
use fantoccini::key::Key;

const TITLE: &str = "Three Chapters";
/// The document of the page on screen, as `page`; what scrolls it, as `scroller`.
const PAGE: &str = "const shadow = document.querySelector('alexandria-paginator')?.shadowRoot, scroller = shadow?.querySelector('#container'), page = shadow?.querySelector('iframe')?.contentDocument;";
/// Longer than the delay before a position is saved.
const SAVE_DELAY: Duration = Duration::from_secs(2);

/// The element that shows the page.
const PAGE_VIEW: Locator<'static> = Locator::Css("alexandria-paginator");

/// Three chapters of several pages; the word `lighthouse` occurs early in the first and the third.
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
    window.press(&[char::from(Key::End)]).await?;
    window
        .until("the last page is shown", "return document.querySelector('[data-testid=reader-back]') !== null")
        .await?;
    window.press(&[char::from(Key::Right)]).await?;
    shows(window, 2).await?;
    window.click("reader-leave").await
}

async fn open_first_hit(window: &Window) -> anyhow::Result<()> {
    window.click_on(Locator::Css("[data-testid=hit] button")).await?;
    let marked = "return document.querySelector('[data-testid=reader-highlight]')?.textContent === 'lighthouse'";
    window.until("the word is marked", marked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn position_in_another_section_is_restored() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &book()).await?;
    read_to_the_second_chapter(&window).await?;
    open_book(&window, TITLE).await?;
    shows(&window, 2).await?;
    window.click("reader-leave").await?;

    // A key that is pressed before there is a page turns none. By script: the driver's input comes after the page.
    let press_before_page = format!(
        "const done = arguments[0];
        [...document.querySelectorAll('[data-testid^=\"book-\"]')].find((book) => book.textContent.includes('{TITLE}')).click();
        const wait = () => {{
            if (!document.querySelector('alexandria-paginator')) return requestAnimationFrame(wait);
            window.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'ArrowRight', bubbles: true, cancelable: true }}));
            done();
        }};
        wait();"
    );
    window.client.execute_async(&press_before_page, vec![]).await?;
    shows(&window, 2).await?;
    tokio::time::sleep(SAVE_DELAY).await;
    shows(&window, 2).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn jump_to_hit_waits_for_a_page_turn() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &book()).await?;
    window.click("reader-leave").await?;
    search(&window, "exact", "lighthouse").await?;
    open_first_hit(&window).await?;
    shows(&window, 1).await?;
    window.press(&[char::from(Key::Right), 'n']).await?;
    shows(&window, 3).await?;
    // The second key arrives while the frame of the page is replaced.
    for _round in 0..3 {
        window.press(&['N', 'n']).await?;
        tokio::time::sleep(SAVE_DELAY).await;
        shows(&window, 3).await?;
    }
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_a_hit_in_scrolled_pages_keeps_the_position() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &book()).await?;
    window.click("reader-leave").await?;
    window.click("nav-settings").await?;
    window.click("flow-scrolled").await?;
    window.click("nav-library").await?;
    open_book(&window, TITLE).await?;
    let scrolled = "return document.querySelector('alexandria-paginator').getAttribute('flow') === 'scrolled'";
    window.until("pages are scrolled", scrolled).await?;
    shows(&window, 1).await?;

    // The wheel over the page, at its end: a continued turn changes nothing, a new one leads to the next section.
    // The page may still be laid out, which takes it back to its beginning.
    let end = format!(
        "{PAGE} scroller.scrollTop = scroller.scrollHeight;
        return !document.querySelector('[data-testid=reader-progress]').textContent.startsWith('0')"
    );
    window.until("the end of the chapter is reached", &end).await?;
    tokio::time::sleep(SAVE_DELAY).await;
    window.scroll_over(PAGE_VIEW, 120).await?;
    shows(&window, 2).await?;
    window.run(&format!("{PAGE} scroller.scrollTop = scroller.scrollHeight / 2"), vec![]).await?;
    tokio::time::sleep(SAVE_DELAY).await;
    window.click("reader-leave").await?;

    search(&window, "exact", "lighthouse").await?;
    open_first_hit(&window).await?;
    shows(&window, 1).await?;
    tokio::time::sleep(SAVE_DELAY).await;
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
async fn wheel_over_the_page_turns_it() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &book()).await?;
    shows(&window, 1).await?;
    let progress = "document.querySelector('[data-testid=reader-progress]').textContent";
    let before = window.run(&format!("return {progress}"), vec![]).await?;
    ensure!(before.is_string(), "no progress is shown: {before}");
    window.scroll_over(PAGE_VIEW, 120).await?;
    window.until("the page turns", &format!("return {progress} !== {before}")).await?;
    window.close().await
}
