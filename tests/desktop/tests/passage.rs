//! From a folder of real books to a passage in the real window: first run, import, exact and semantic search, opening at the
//! highlighted words, changing the theme, closing and opening again at the same position. Each view on the way is checked
//! with axe-core, with a screenshot if `ALEXANDRIA_SHOTS` names a folder.

use std::time::Duration;

use alexandria_tests_desktop::{check_view, close_report, open_book, search, shelf_has};
use alexandria_tests_support::{Display, PASSPHRASE, Sandbox, Window, corpus_books};
use anyhow::{Context, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;

/// The three shortest of the well-known books of the corpus: they are embedded before the test times out.
const BOOKS: [&str; 3] = [
    "mary-shelley_frankenstein.epub",
    "h-g-wells_the-time-machine.epub",
    "niccolo-machiavelli_the-prince_w-k-marriott.epub",
];

/// The highlighted text, read from the page.
const HIGHLIGHT: &str = "[data-testid=reader-highlight]";
const PROGRESS: &str = "[data-testid=reader-progress]";

#[tokio::test(flavor = "multi_thread")]
async fn search_opens_real_books_at_the_passage() -> anyhow::Result<()> {
    let Some(books) = corpus_books() else { return Ok(()) };
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let files: Vec<_> = BOOKS.iter().map(|name| books.join(name)).collect();

    // The first start is without the passphrase file: the library is created in the window.
    let args = sandbox.arguments(&files);
    let window = Window::open(&sandbox, &display, &[&args[..2], &args[4..]].concat()).await?;
    first_run(&window).await?;
    search_by_phrase(&window).await?;
    search_by_meaning(&window).await?;
    change_theme(&window).await?;
    let left_at = leave_in_the_middle(&window).await?;
    window.close().await?;

    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[])).await?;
    reopens_at_the_same_position(&window, &left_at).await?;
    window.close().await
}

async fn first_run(window: &Window) -> anyhow::Result<()> {
    window.find("first-run").await?;
    check_view(window, "first-run").await?;
    window.click("first-run-use-passphrase").await?;
    window.type_into("new-passphrase", PASSPHRASE).await?;
    window.type_into("new-passphrase-repeat", PASSPHRASE).await?;
    window.click("new-passphrase-submit").await?;
    window.until("three books are on the shelf", &shelf_has(3)).await?;
    close_report(window).await?;
    check_view(window, "library").await
}

/// By keyboard.
async fn open_first_hit(window: &Window) -> anyhow::Result<()> {
    let hit = window.client.find(Locator::Css("[data-testid=hit] button")).await?;
    Ok(hit.send_keys(&String::from(char::from(Key::Enter))).await?)
}

async fn search_by_phrase(window: &Window) -> anyhow::Result<()> {
    search(window, "exact", "\"white sphinx\"").await?;
    window.until("hits are shown", "return document.querySelectorAll('[data-testid=hit] mark').length > 0").await?;
    check_view(window, "search").await?;
    open_first_hit(window).await?;
    window.find("reader").await?;
    let highlighted =
        "return /white sphinx/i.test(document.querySelector('[data-testid=reader-highlight]')?.textContent ?? '')";
    window.until("the words are highlighted on the page", highlighted).await?;
    check_view(window, "reader").await?;
    window.click("toc-button").await?;
    window.find("toc-panel").await?;
    check_view(window, "reader-contents").await?;
    window.click("toc-button").await?;
    window.click("reader-leave").await
}

async fn search_by_meaning(window: &Window) -> anyhow::Result<()> {
    window.click("nav-library").await?;
    let ready = "return /searchable by words and meaning/.test(document.querySelector('[data-testid=library-status]')?.textContent ?? '')";
    window.until_within("all passages have their vectors", ready, Duration::from_secs(600)).await?;
    search(window, "semantic", "a scientist regrets the creature he made").await?;
    let first = "return /^Frankenstein/.test(document.querySelector('[data-testid=search-hits] article h2')?.textContent ?? '') && /creature|creat|remorse|work|monster|life/i.test(document.querySelector('[data-testid=hit]')?.textContent ?? '')";
    window.until("Frankenstein is the first book found by meaning", first).await?;
    open_first_hit(window).await?;
    window.find("reader").await?;
    window
        .until(
            "the passage is highlighted",
            "return (document.querySelector('[data-testid=reader-highlight]')?.textContent ?? '').length > 40",
        )
        .await?;
    let words = window.text(HIGHLIGHT).await?;
    ensure!(words.chars().count() > 40, "the passage found by meaning is not highlighted: {words}");
    window.click("reader-leave").await
}

async fn change_theme(window: &Window) -> anyhow::Result<()> {
    window.click("nav-settings").await?;
    let colour = "return getComputedStyle(document.body).backgroundColor";
    let before = window.run(colour, vec![]).await?;
    for theme in ["sepia", "dark"] {
        window.click(&format!("theme-{theme}")).await?;
        window
            .until("the theme is applied", &format!("return document.documentElement.dataset.theme === '{theme}'"))
            .await?;
        check_view(window, &format!("settings-{theme}")).await?;
    }
    ensure!(window.run(colour, vec![]).await? != before, "a dark window looks as before");
    window.click("nav-library").await?;
    check_view(window, "library-dark").await?;
    window.click("nav-search").await?;
    check_view(window, "search-dark").await?;
    window.click("nav-library").await
}

async fn leave_in_the_middle(window: &Window) -> anyhow::Result<String> {
    open_book(window, "The Time Machine").await?;
    let opened_at = window.text(PROGRESS).await?;
    for _ in 0..12 {
        window.press(&[char::from(Key::Right)]).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    ensure!(window.text(PROGRESS).await? != opened_at, "the pages do not turn");
    check_view(window, "reader-dark").await?;
    // The position is saved a moment after the page was turned.
    tokio::time::sleep(Duration::from_secs(3)).await;
    window.text(PROGRESS).await
}

async fn reopens_at_the_same_position(window: &Window, left_at: &str) -> anyhow::Result<()> {
    window.until("the shelf is back", &shelf_has(3)).await?;
    open_book(window, "The Time Machine").await?;
    let same = format!(
        "return document.querySelector('{PROGRESS}')?.textContent === {}",
        serde_json::to_string(left_at).context("text")?
    );
    window.until(&format!("the book is open at {left_at:?} again"), &same).await?;
    let theme = window.run("return document.documentElement.dataset.theme", vec![]).await?;
    ensure!(theme == "dark", "the theme was not saved: {theme}");
    Ok(())
}
