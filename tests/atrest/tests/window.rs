//! The real window through the life of a library: import, search, read, settings, lock, unlock, remove. Zero canaries in
//! any file that any of its processes wrote, and none left in the page of the locked room.

use std::time::Duration;

use alexandria_tests_atrest::canary::{Canary, Scan, scan};
use alexandria_tests_atrest::trace::{self, Reach};
use alexandria_tests_stage::epub::Book;
use alexandria_tests_stage::{Display, PASSPHRASE, Window, World, skip, tell};
use anyhow::{Context, ensure};

const TEXT: usize = 0;
const TITLE: usize = 1;
const AUTHOR: usize = 2;
const FILE: usize = 3;
const QUERY: usize = 4;
const HEADING: usize = 5;
const COVER: usize = 6;
const STYLE: usize = 7;

/// The window's life, and what was found on the way.
struct Life {
    world: World,
    canaries: Vec<Canary>,
    scan: Scan,
}

impl Life {
    fn new() -> anyhow::Result<Self> {
        let names = ["text", "title", "author", "file", "query", "heading", "cover", "style"];
        let mut canaries: Vec<Canary> = names.iter().zip(31..).map(|(name, seed)| Canary::new(name, seed)).collect();
        canaries.push(Canary::of(PASSPHRASE));
        Ok(Self { world: World::new()?, canaries, scan: Scan::default() })
    }

    fn word(&self, canary: usize) -> &str {
        self.canaries.get(canary).map_or("", Canary::word)
    }

    /// A book whose every part carries a canary, long enough for several passages and pages.
    fn write_book(&self) -> anyhow::Result<std::path::PathBuf> {
        let word = |canary| self.word(canary);
        let paragraph = format!("<p>The {} walks over the hill again and again.</p>\n", word(TEXT)).repeat(120);
        let page = format!(
            r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{0}</title><link rel="stylesheet" href="{1}.css"/></head><body><h1>{0}</h1><img src="cover.svg" alt="{2}"/>{paragraph}</body></html>"#,
            word(HEADING),
            word(STYLE),
            word(COVER),
        );
        let cover = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 60"><rect width="40" height="60" fill="teal"/><text y="30" font-size="4">{}</text></svg>"#,
            word(COVER)
        );
        let mut book = Book::new(word(TITLE), &[("page.xhtml", &page)]);
        word(AUTHOR).clone_into(&mut book.author);
        book.metadata = r#"<meta name="cover" content="cover.svg"/>"#.to_owned();
        let style = format!("/* {0} */ .{0} {{ color: red }}", word(STYLE));
        book.files = vec![
            ("cover.svg".into(), "image/svg+xml".into(), cover.into_bytes()),
            (format!("{}.css", word(STYLE)), "text/css".into(), style.into_bytes()),
        ];
        let file = self.world.path("own").join(format!("{}.epub", word(FILE)));
        book.write(&file)?;
        Ok(file)
    }

    /// Searches every file there is now. The reader's own files, and the file of the passphrase, lie outside.
    fn search_disk(&mut self) -> anyhow::Result<()> {
        for folder in ["library", "home", "tmp", "runtime"] {
            scan(&self.world.path(folder), &self.canaries, &mut self.scan)?;
        }
        ensure!(self.scan.found.is_empty(), "readable on disk:\n{}", self.scan.found.join("\n"));
        Ok(())
    }

    /// Whether any canary is in the window, in what can be seen or what cannot.
    async fn shown(&self, window: &Window) -> anyhow::Result<Vec<&str>> {
        let script = "return document.title + document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }) + location.href";
        let page = window.run(script, vec![]).await?;
        let page = page.as_str().context("no page")?.to_owned();
        Ok(self.canaries.iter().filter(|canary| canary.is_in(page.as_bytes())).map(Canary::word).collect())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_readable_reaches_the_disk() -> anyhow::Result<()> {
    if !trace::is_available() {
        skip("no strace, so what the window writes cannot be seen");
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
    trace::search(&log, Reach::Disk, &life.canaries, &life.world.path("own"), &mut life.scan)?;
    ensure!(life.scan.files > 30 && life.scan.bytes > 500_000, "too little was searched: {:?}", life.scan);
    ensure!(life.scan.found.is_empty(), "readable on disk:\n{}", life.scan.found.join("\n"));
    tell(&format!("searched {} bytes in {} files and all writes", life.scan.bytes, life.scan.files));
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
    ensure!(!life.shown(window).await?.is_empty(), "a page that shows the book must be seen to");
    window.run("document.querySelector('[data-testid=back-to-library]')?.click()", vec![]).await?;
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
    window.click("recovery-kept").await?;
    window.type_into("recovery-reentry", &code.to_lowercase()).await?;
    window.click("recovery-confirm").await?;
    window.until("the dialog has gone", "return !document.querySelector('[data-testid=protection-dialog]')").await?;
    Ok(code)
}

async fn lock_and_unlock(life: &Life, window: &Window) -> anyhow::Result<()> {
    window.click_and_leave("lock").await?;
    window.find("locked").await?;
    ensure!(life.shown(window).await?.is_empty(), "the locked room tells: {:?}", life.shown(window).await?);
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
    window.find("toast-undo").await?.click().await?;
    window.until("the book is on the shelf again", &format!("return {details} !== null")).await?;
    open_details_and_remove(window).await?;
    window.until("the shelf is empty", &format!("return {details} === null")).await
}
