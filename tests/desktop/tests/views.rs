//! Every view of the window in the light and the dark theme and in German, from the first start to the locked view. Each is
//! checked with axe-core and for text that overflows, with a screenshot if `ALEXANDRIA_SHOTS` names a folder. What the views do
//! is tested elsewhere.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use alexandria_tests_desktop::{check_view, close_report, search, select_option};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, PASSPHRASE, Sandbox, Window, corpus_books};
use anyhow::{Context, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;

/// Books on the shelf of a screenshot: two rows.
const SCREENSHOT_BOOKS: usize = 12;

/// A word that occurs in every book.
const WORD: &str = "light";

/// Enough for the import of real books.
const IMPORT_TIMEOUT: Duration = Duration::from_secs(300);

/// The theme and language of the window.
#[derive(Clone, Copy)]
enum Appearance {
    Light,
    /// The system's preference, which applies where nothing was chosen, also before any library is open.
    Dark,
    /// The other language, whose words are longer. In the light theme.
    German,
}

impl Appearance {
    /// Its part of a screenshot's name.
    const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::German => "german",
        }
    }

    /// The initial colour scheme, as the window names it.
    const fn scheme(self) -> &'static str {
        if matches!(self, Self::Dark) { "dark" } else { "light" }
    }

    /// The label of the sort order by title.
    const fn sort_by_title(self) -> &'static str {
        if matches!(self, Self::German) { "Titel" } else { "Title" }
    }

    /// Makes its scheme the system's preference for a command.
    fn apply(self, mut command: Command) -> Command {
        command.env("GTK_THEME", if matches!(self, Self::Dark) { "Adwaita:dark" } else { "Adwaita" });
        command
    }

    /// Writes its language into the window's preferences.
    fn write_language(self, sandbox: &Sandbox) -> anyhow::Result<()> {
        if matches!(self, Self::German) {
            let folder = sandbox.path("home/config/alexandria");
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join("window.json"), r#"{ "language": "de" }"#)?;
        }
        Ok(())
    }
}

/// What overflows horizontally: the page, scroll containers in it, and labels of controls.
const OVERFLOWS: &str = "
    const wide = (element) => element.scrollWidth > element.clientWidth + 1;
    const pressed = [...document.querySelectorAll('button, a, label, [role=option], [role=tab]')];
    const seen = (element) => element.clientWidth > 1;
    const scrolls = (element) => seen(element) && ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    const page = wide(document.documentElement) ? ['the page'] : [];
    page.push(...[...document.querySelectorAll('*')].filter((element) => scrolls(element) && wide(element))
        .map((element) => `scroll container: ${element.className}`));
    const shortened = (element) => getComputedStyle(element).textOverflow === 'ellipsis';
    return [...page, ...pressed.filter((element) => seen(element) && wide(element) && !shortened(element))
        .map((element) => element.textContent.trim())]";

/// A window with one appearance, taken through all views.
struct ViewTour {
    window: Window,
    appearance: Appearance,
}

impl ViewTour {
    /// Checks a view.
    async fn check_view(&self, name: &str) -> anyhow::Result<()> {
        check_view(&self.window, &format!("{name}-{}", self.appearance.name())).await?;
        let wide: Vec<String> = serde_json::from_value(self.window.run(OVERFLOWS, vec![]).await?)?;
        ensure!(wide.is_empty(), "in the view {name} these overflow: {wide:?}");
        Ok(())
    }

    /// Clicks the first element of a selector.
    async fn click(&self, css: &str) -> anyhow::Result<()> {
        self.window.click_on(Locator::Css(css)).await
    }

    /// Waits until nothing has that `data-testid` any more.
    async fn gone(&self, id: &str) -> anyhow::Result<()> {
        let gone = format!("return document.querySelector('[data-testid={id}]') === null");
        self.window.until(&format!("{id} is gone"), &gone).await
    }

    async fn first_start(&self) -> anyhow::Result<()> {
        let Self { window, appearance } = self;
        let preferred = format!("return document.documentElement.dataset.theme === '{}'", appearance.scheme());
        window.until("the window has the system's colour scheme", &preferred).await?;
        window.find("first-run").await?;
        self.check_view("first-run").await?;
        window.click("first-run-use-passphrase").await?;
        window.type_into("new-passphrase", PASSPHRASE).await?;
        window.type_into("new-passphrase-repeat", PASSPHRASE).await?;
        self.check_view("first-run-passphrase").await?;
        window.click("new-passphrase-submit").await?;
        let report = "return document.querySelector('[data-testid=import-report]') !== null";
        window.until_within("the import has ended", report, IMPORT_TIMEOUT).await?;
        self.check_view("import-report").await?;
        close_report(window).await
    }

    async fn library(&self) -> anyhow::Result<()> {
        let window = &self.window;
        self.gone("import-report").await?;
        // Books that are imported in parallel are added in any order.
        select_option(window, "library-sort", self.appearance.sort_by_title()).await?;
        self.check_view("library").await?;
        window.click("library-view-list").await?;
        window.find("library-list").await?;
        self.check_view("library-list").await?;
        window.click("library-view-covers").await?;
        window.find("library-grid").await?;
        self.click("[data-testid^=book-details-]").await?;
        window.find("details-remove").await?;
        self.check_view("details").await?;
        window.activate("details-remove").await?;
        self.gone("details").await?;
        self.gone("toast").await?;
        window.click("bin-open").await?;
        let listed = "return document.querySelector('[data-testid^=bin-book-]') !== null";
        window.until("the bin lists the book", listed).await?;
        self.check_view("bin").await?;
        self.click(".modal-close").await?;
        self.gone("bin").await
    }

    async fn passage(&self) -> anyhow::Result<()> {
        let window = &self.window;
        window.click("nav-search").await?;
        window.find("search").await?;
        self.check_view("search-empty").await?;
        search(window, "exact", WORD).await?;
        self.check_view("search").await?;
        self.click("[data-testid=hit] button").await?;
        window.find("reader").await?;
        let marked = "return (document.querySelector('[data-testid=reader-highlight]')?.textContent ?? '').length > 3";
        window.until("the word is marked", marked).await?;
        self.check_view("reader").await?;
        for name in ["toc", "find", "typography"] {
            let (button, panel) = (format!("{name}-button"), format!("{name}-panel"));
            window.click(&button).await?;
            window.find(&panel).await?;
            self.check_view(&format!("reader-{name}")).await?;
            window.click(&button).await?;
            self.gone(&panel).await?;
        }
        self.mark_and_list().await
    }

    /// A bookmark in the view of all notes, and that view without any.
    async fn mark_and_list(&self) -> anyhow::Result<()> {
        let window = &self.window;
        window.click("bookmark-button").await?;
        window.find("note").await?;
        window.click("reader-leave").await?;
        window.click("nav-notes").await?;
        window.find("notes-count").await?;
        self.check_view("notes").await?;
        window.click("notes-export").await?;
        window.find("notes-format-csv").await?;
        self.check_view("notes-export").await?;
        self.window.press(&[char::from(Key::Escape)]).await?;
        self.gone("notes-format-csv").await?;
        window.click("note-delete").await?;
        self.gone("note").await?;
        self.gone("toast").await?;
        self.check_view("notes-empty").await
    }

    async fn settings_and_lock(&self) -> anyhow::Result<()> {
        let window = &self.window;
        window.click("nav-settings").await?;
        window.find("protection-passphrase").await?;
        self.check_view("settings").await?;
        window.click("lock").await?;
        window.find("locked").await?;
        self.check_view("locked").await
    }
}

/// Real books for screenshots, since those have covers; otherwise a few generated ones.
fn books(sandbox: &Sandbox) -> anyhow::Result<Vec<PathBuf>> {
    match std::env::var_os("ALEXANDRIA_SHOTS").and_then(|_| corpus_books()) {
        Some(folder) => shortest(&folder),
        None => generated(&sandbox.path("own")),
    }
}

/// The shortest books of a folder: they are imported fastest.
fn shortest(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut books = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        books.push((entry.metadata()?.len(), entry.path()));
    }
    books.sort();
    Ok(books.into_iter().take(SCREENSHOT_BOOKS).map(|(_, path)| path).collect())
}

fn generated(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let text = format!("<p>The {WORD} went round over the water.</p>").repeat(60);
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1>{text}</body></html>"#
    );
    let write = |title: &&str| -> anyhow::Result<PathBuf> {
        let file = folder.join(format!("{title}.epub"));
        Book { author: "Bea Carter".to_owned(), ..Book::new(title, &[("one.xhtml", &page)]) }.write(&file)?;
        Ok(file)
    };
    ["Anchor", "Buoy", "Cape"].iter().map(write).collect()
}

async fn tour(appearance: Appearance) -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    appearance.write_language(&sandbox)?;
    let broken = sandbox.path("own").join("broken.epub");
    std::fs::write(&broken, "This is no archive.")?;
    let files = [books(&sandbox)?, vec![broken]].concat();
    // Without the passphrase file, so that the library is created in the window.
    let args = sandbox.arguments(&files);
    let args = [args.get(..2).context("no library")?, args.get(4..).context("no books")?].concat();
    let window = Window::open_within(&sandbox, &display, &args, |driver| appearance.apply(driver)).await?;
    let tour = ViewTour { window, appearance };
    tour.first_start().await?;
    tour.library().await?;
    tour.passage().await?;
    tour.settings_and_lock().await?;
    tour.window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_in_light_theme() -> anyhow::Result<()> {
    tour(Appearance::Light).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_in_dark_theme() -> anyhow::Result<()> {
    tour(Appearance::Dark).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_in_german() -> anyhow::Result<()> {
    tour(Appearance::German).await
}
