//! The real window through the life of a library: import, search, read, settings, lock, unlock, remove. No canary in any
//! file that any of its processes wrote, and none in the page of the locked view.

use std::time::Duration;

use alexandria_tests_atrest::canary::Canary;
use alexandria_tests_atrest::scenario::{QUERY, Scenario, TEXT, TITLE};
use alexandria_tests_atrest::trace::{self, TraceScope};
use alexandria_tests_support::{Display, PASSPHRASE, Requirement, Window, note, skip};
use anyhow::{Context, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;

/// The canaries in the window, visible or not.
async fn canaries_in_page<'a>(scenario: &'a Scenario, window: &Window) -> anyhow::Result<Vec<&'a str>> {
    let script = "return document.title + document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }) + location.href";
    let page = window.run(script, vec![]).await?;
    let page = page.as_str().context("no page")?.to_owned();
    Ok(scenario.canaries.iter().filter(|canary| canary.is_in(page.as_bytes())).map(Canary::word).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn window_writes_no_canary() -> anyhow::Result<()> {
    if !trace::is_available() {
        skip(Requirement::Tools, "no strace, so what the window writes cannot be seen");
        return Ok(());
    }
    let (mut scenario, display) = (Scenario::new()?, Display::start()?);
    let book = scenario.write_book()?;
    let log = scenario.sandbox.path("trace.log");
    let args = scenario.sandbox.arguments(&[book]);
    let window =
        Window::open_within(&scenario.sandbox, &display, &args, |driver| trace::wrap(&driver, &log, TraceScope::Disk))
            .await?;
    import(&scenario, &window).await?;
    scenario.search_disk()?;
    search(&scenario, &window).await?;
    read(&scenario, &window).await?;
    let code = create_recovery_code(&window).await?;
    scenario.canaries.extend([Canary::from_secret(&code), Canary::from_secret(&code.replace('-', ""))]);
    scenario.search_disk()?;
    lock_and_unlock(&scenario, &window).await?;
    scenario.search_disk()?;
    remove(&scenario, &window).await?;
    window.close().await?;
    scenario.search_disk()?;
    scenario.search_trace(&log)?;
    ensure!(scenario.scan.files > 30 && scenario.scan.bytes > 500_000, "too little was searched: {:?}", scenario.scan);
    note(&format!("searched {} bytes in {} files and all writes", scenario.scan.bytes, scenario.scan.files));
    Ok(())
}

async fn import(scenario: &Scenario, window: &Window) -> anyhow::Result<()> {
    let title = scenario.word(TITLE);
    window.until("the book is on the shelf", &format!("return document.body.textContent.includes('{title}')")).await?;
    let embedded = "return /searchable by words and meaning/.test(document.querySelector('[data-testid=library-status]')?.textContent ?? '')";
    window.until_within("its passages have vectors", embedded, Duration::from_secs(300)).await?;
    window.type_into("library-filter", title).await
}

async fn search(scenario: &Scenario, window: &Window) -> anyhow::Result<()> {
    window.click("nav-search").await?;
    let (text, query) = (scenario.word(TEXT), scenario.word(QUERY));
    for (mode, query) in
        [("semantic", format!("{query} walks")), ("hybrid", format!("{query} hill")), ("exact", text.to_owned())]
    {
        window.click(&format!("search-mode-{mode}")).await?;
        window.type_into("search-box", &query).await?;
        window.find("search-box").await?.send_keys("\n").await?;
        let answered = format!(
            "return !document.querySelector('[aria-busy=true]') && document.querySelector('[data-testid=search-box]').value === '{query}'"
        );
        window.until("the search has answered", &answered).await?;
    }
    // The hits of the search before are shown until those of this one come.
    let marked = format!(
        "return [...document.querySelectorAll('[data-testid=hit] mark')].some((mark) => mark.textContent.toLowerCase() === '{text}')"
    );
    window.until("the hits are those of the words", &marked).await
}

async fn read(scenario: &Scenario, window: &Window) -> anyhow::Result<()> {
    window.click_on(Locator::Css("[data-testid=hit] button")).await?;
    window.find("reader").await?;
    let marked = format!(
        "return (document.querySelector('[data-testid=reader-highlight]')?.textContent ?? '').includes('{}')",
        scenario.word(TEXT)
    );
    window.until("the words are marked on the page", &marked).await?;
    window.click("find-button").await?;
    window.type_into("find-box", &format!("{} again", scenario.word(TEXT))).await?;
    window.find("find-box").await?.send_keys("\n").await?;
    window.find("find-hit").await?;
    window.press(&[char::from(Key::Escape)]).await?;
    for _page in 0..3 {
        turn_page(window).await?;
    }
    ensure!(!canaries_in_page(scenario, window).await?.is_empty(), "the canaries of an open book must be found");
    window.click("reader-leave").await?;
    window.find("search").await?;
    Ok(())
}

/// Turns to the next page, and waits until the position has changed.
async fn turn_page(window: &Window) -> anyhow::Result<()> {
    let position = "document.querySelector('[data-testid=reader-progress]').textContent";
    let before = window.run(&format!("return {position}"), vec![]).await?;
    ensure!(before.as_str().is_some_and(|position| !position.is_empty()), "no position is shown: {before}");
    // The buttons at the edges appear under the pointer only.
    window.press(&[char::from(Key::Right)]).await?;
    window.until("the page turns", &format!("return {position} !== {before}")).await
}

/// Creates a recovery code in the settings and returns it.
async fn create_recovery_code(window: &Window) -> anyhow::Result<String> {
    window.click("nav-settings").await?;
    window.click("theme-dark").await?;
    window.click("protection-add-recovery-code").await?;
    window.type_into("unlock-passphrase", PASSPHRASE).await?;
    window.click("unlock").await?;
    window.find("recovery-code").await?;
    let shown = "return [...document.querySelectorAll('[data-testid=recovery-code] span')].map((group) => group.textContent).join('-')";
    let code = window.run(shown, vec![]).await?.as_str().context("no code")?.to_owned();
    window.click("recovery-saved").await?;
    window.type_into("recovery-reentry", &code.to_lowercase()).await?;
    window.click("recovery-confirm").await?;
    window.until("the dialog has gone", "return !document.querySelector('[data-testid=protection-dialog]')").await?;
    Ok(code)
}

async fn lock_and_unlock(scenario: &Scenario, window: &Window) -> anyhow::Result<()> {
    window.click("lock").await?;
    window.find("locked").await?;
    ensure!(
        canaries_in_page(scenario, window).await?.is_empty(),
        "the locked view shows: {:?}",
        canaries_in_page(scenario, window).await?
    );
    window.type_into("unlock-passphrase", PASSPHRASE).await?;
    window.click("unlock").await?;
    window.find("library").await?;
    Ok(())
}

/// Removes the only book.
async fn open_details_and_remove(window: &Window) -> anyhow::Result<()> {
    window.click_on(Locator::Css("[data-testid^=book-details-]")).await?;
    window.activate("details-remove").await
}

async fn remove(scenario: &Scenario, window: &Window) -> anyhow::Result<()> {
    let title = scenario.word(TITLE);
    window.until("the book is back", &format!("return document.body.textContent.includes('{title}')")).await?;
    let details = "document.querySelector('[data-testid^=book-details-]')";
    open_details_and_remove(window).await?;
    window.click("toast-action").await?;
    window.until("the book is on the shelf again", &format!("return {details} !== null")).await?;
    open_details_and_remove(window).await?;
    window.until("the shelf is empty", &format!("return {details} === null")).await
}
