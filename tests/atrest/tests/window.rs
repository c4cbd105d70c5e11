//! The real window through the life of a library: import, search, read, settings, lock, unlock, remove. Zero canaries in
//! any file that any of its processes wrote, and none left in the page of the locked room.

use std::time::Duration;

use alexandria_tests_atrest::canary::Canary;
use alexandria_tests_atrest::life::{Life, QUERY, TEXT, TITLE};
use alexandria_tests_atrest::trace::{self, Reach};
use alexandria_tests_support::{Display, PASSPHRASE, Requirement, Window, note, skip};
use anyhow::{Context, ensure};

/// Whether any canary is in the window, in what can be seen or what cannot.
async fn shown<'a>(life: &'a Life, window: &Window) -> anyhow::Result<Vec<&'a str>> {
    let script = "return document.title + document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }) + location.href";
    let page = window.run(script, vec![]).await?;
    let page = page.as_str().context("no page")?.to_owned();
    Ok(life.canaries.iter().filter(|canary| canary.is_in(page.as_bytes())).map(Canary::word).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_readable_reaches_the_disk() -> anyhow::Result<()> {
    if !trace::is_available() {
        skip(Requirement::Tools, "no strace, so what the window writes is not checked");
        return Ok(());
    }
    let (mut life, display) = (Life::new()?, Display::start()?);
    let book = life.write_book()?;
    let log = life.world.path("trace.log");
    let args = life.world.arguments(&[book]);
    let window =
        Window::open_within(&life.world, &display, &args, |driver| trace::within(&driver, &log, Reach::Disk)).await?;
    import(&life, &window).await?;
    life.search_disk()?;
    search(&life, &window).await?;
    read(&life, &window).await?;
    let code = make_recovery_code(&window).await?;
    life.canaries.extend([Canary::of(&code), Canary::of(&code.replace('-', ""))]);
    life.search_disk()?;
    lock_and_unlock(&life, &window).await?;
    life.search_disk()?;
    remove(&life, &window).await?;
    window.close().await?;
    life.search_disk()?;
    life.search_trace(&log)?;
    ensure!(life.scan.files > 30 && life.scan.bytes > 500_000, "too little was searched: {:?}", life.scan);
    note(&format!("searched {} bytes in {} files and all writes", life.scan.bytes, life.scan.files));
    Ok(())
}

async fn import(life: &Life, window: &Window) -> anyhow::Result<()> {
    let title = life.word(TITLE);
    window.until("the book is on the shelf", &format!("return document.body.textContent.includes('{title}')")).await?;
    let embedded = "return /searchable by words and meaning/.test(document.querySelector('[data-testid=library-status]')?.textContent ?? '')";
    window.until_within("its passages have their vectors", embedded, Duration::from_secs(300)).await?;
    window.type_into("library-filter", title).await
}

async fn search(life: &Life, window: &Window) -> anyhow::Result<()> {
    window.click("nav-search").await?;
    let (text, query) = (life.word(TEXT), life.word(QUERY));
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

async fn read(life: &Life, window: &Window) -> anyhow::Result<()> {
    let hit = window.client.find(fantoccini::Locator::Css("[data-testid=hit] button")).await?;
    hit.send_keys(&String::from(char::from(fantoccini::key::Key::Enter))).await?;
    window.find("reader").await?;
    let marked = format!(
        "return (document.querySelector('[data-testid=reader-highlight]')?.textContent ?? '').includes('{}')",
        life.word(TEXT)
    );
    window.until("the words are marked on the page", &marked).await?;
    window.click("find-button").await?;
    window.type_into("find-box", &format!("{} again", life.word(TEXT))).await?;
    window.find("find-box").await?.send_keys("\n").await?;
    window.find("find-hit").await?;
    for _page in 0..3 {
        window
            .client
            .active_element()
            .await?
            .send_keys(&String::from(char::from(fantoccini::key::Key::Escape)))
            .await?;
        window.run("document.querySelector('[data-testid=reader-next]')?.click()", vec![]).await?;
        tokio::time::sleep(Duration::from_millis(800)).await;
    }
    ensure!(!shown(life, window).await?.is_empty(), "a page that shows the book must be seen to");
    window.run("document.querySelector('[data-testid=reader-leave]')?.click()", vec![]).await?;
    window.find("search").await?;
    Ok(())
}

/// Makes a recovery code in the settings and answers with it.
async fn make_recovery_code(window: &Window) -> anyhow::Result<String> {
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

async fn lock_and_unlock(life: &Life, window: &Window) -> anyhow::Result<()> {
    window.click_and_leave("lock").await?;
    window.find("locked").await?;
    ensure!(shown(life, window).await?.is_empty(), "the locked room tells: {:?}", shown(life, window).await?);
    window.type_into("unlock-passphrase", PASSPHRASE).await?;
    window.click("unlock").await?;
    window.find("library").await?;
    Ok(())
}

/// Removes the one book there is. By script: where the button stands in a small window is not what this is about.
async fn open_details_and_remove(window: &Window) -> anyhow::Result<()> {
    window.run("document.querySelector('[data-testid^=book-details-]').click()", vec![]).await?;
    window.find("details-remove").await?;
    window.run("document.querySelector('[data-testid=details-remove]').click()", vec![]).await?;
    Ok(())
}

async fn remove(life: &Life, window: &Window) -> anyhow::Result<()> {
    let title = life.word(TITLE);
    window.until("the book is back", &format!("return document.body.textContent.includes('{title}')")).await?;
    let details = "document.querySelector('[data-testid^=book-details-]')";
    open_details_and_remove(window).await?;
    window.find("toast-action").await?.click().await?;
    window.until("the book is on the shelf again", &format!("return {details} !== null")).await?;
    open_details_and_remove(window).await?;
    window.until("the shelf is empty", &format!("return {details} === null")).await
}
