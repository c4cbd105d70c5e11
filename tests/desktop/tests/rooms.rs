//! Every room of the window by day, by night and in German, from the first start to the locked door. Each is checked with
//! axe-core and for words that have no room, and photographed if `ALEXANDRIA_SHOTS` names a folder. What the rooms do is
//! tested elsewhere.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use alexandria_tests_desktop::{choose, close_report, room, search};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, PASSPHRASE, Sandbox, Window, corpus_books};
use anyhow::{Context, ensure};
use serde_json::json;

/// Books on the shelf of a picture: two rows.
const PICTURED: usize = 12;

/// A word that stands in every book.
const WORD: &str = "light";

/// Time for real books.
const IMPORT: Duration = Duration::from_secs(300);

/// How the window looks.
#[derive(Clone, Copy)]
enum Look {
    Light,
    /// As the system prefers it: a reader who has chosen nothing gets that, also before any library is open.
    Dark,
    /// The other language, whose words are longer. By day.
    German,
}

impl Look {
    /// Its name in those of pictures.
    const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::German => "german",
        }
    }

    /// The scheme it begins with, as the window names it.
    const fn scheme(self) -> &'static str {
        if matches!(self, Self::Dark) { "dark" } else { "light" }
    }

    /// How books are sorted by title in its language.
    const fn by_title(self) -> &'static str {
        if matches!(self, Self::German) { "Titel" } else { "Title" }
    }

    /// Lets a command believe that the system prefers its scheme.
    fn apply(self, mut command: Command) -> Command {
        command.env("GTK_THEME", if matches!(self, Self::Dark) { "Adwaita:dark" } else { "Adwaita" });
        command
    }

    /// Lets the window believe that its language was chosen.
    fn choose_language(self, world: &Sandbox) -> anyhow::Result<()> {
        if matches!(self, Self::German) {
            let folder = world.path("home/config/alexandria");
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join("window.json"), r#"{ "language": "de" }"#)?;
        }
        Ok(())
    }
}

/// What is wider than there is room for: the page, what scrolls in it, and words on what can be pressed.
const TOO_WIDE: &str = "
    const wide = (element) => element.scrollWidth > element.clientWidth + 1;
    const pressed = [...document.querySelectorAll('button, a, label, [role=option], [role=tab]')];
    const seen = (element) => element.clientWidth > 1;
    const scrolls = (element) => seen(element) && ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    const page = wide(document.documentElement) ? ['the page'] : [];
    page.push(...[...document.querySelectorAll('*')].filter((element) => scrolls(element) && wide(element))
        .map((element) => `what scrolls: ${element.className}`));
    const shortened = (element) => getComputedStyle(element).textOverflow === 'ellipsis';
    return [...page, ...pressed.filter((element) => seen(element) && wide(element) && !shortened(element))
        .map((element) => element.textContent.trim())]";

/// A window with one look.
struct Walk {
    window: Window,
    look: Look,
}

impl Walk {
    /// Checks a room.
    async fn room(&self, name: &str) -> anyhow::Result<()> {
        room(&self.window, &format!("{name}-{}", self.look.name())).await?;
        let wide: Vec<String> = serde_json::from_value(self.window.run(TOO_WIDE, vec![]).await?)?;
        ensure!(wide.is_empty(), "in the room {name} there is no room for {wide:?}");
        Ok(())
    }

    /// Clicks the first element of a selector, wherever it stands.
    async fn click(&self, css: &str) -> anyhow::Result<()> {
        self.window.run("document.querySelector(arguments[0]).click()", vec![json!(css)]).await?;
        Ok(())
    }

    /// Waits until nothing has that `data-testid` any more.
    async fn gone(&self, id: &str) -> anyhow::Result<()> {
        let gone = format!("return document.querySelector('[data-testid={id}]') === null");
        self.window.until(&format!("{id} is gone"), &gone).await
    }

    async fn first_start(&self) -> anyhow::Result<()> {
        let Self { window, look } = self;
        let preferred = format!("return document.documentElement.dataset.theme === '{}'", look.scheme());
        window.until("the window has the colours of the system", &preferred).await?;
        window.find("first-run").await?;
        self.room("first-run").await?;
        window.click("first-run-use-passphrase").await?;
        window.type_into("new-passphrase", PASSPHRASE).await?;
        window.type_into("new-passphrase-repeat", PASSPHRASE).await?;
        self.room("first-run-passphrase").await?;
        window.click("new-passphrase-submit").await?;
        let report = "return document.querySelector('[data-testid=import-report]') !== null";
        window.until_within("the import has ended", report, IMPORT).await?;
        self.room("import-report").await?;
        close_report(window).await
    }

    async fn library(&self) -> anyhow::Result<()> {
        let window = &self.window;
        self.gone("import-report").await?;
        // Books that are imported side by side are added in no order.
        choose(window, "library-sort", self.look.by_title()).await?;
        self.room("library").await?;
        window.click("library-view-list").await?;
        window.find("library-list").await?;
        self.room("library-list").await?;
        window.click("library-view-covers").await?;
        window.find("library-grid").await?;
        self.click("[data-testid^=book-details-]").await?;
        window.find("details-remove").await?;
        self.room("details").await?;
        self.click("[data-testid=details-remove]").await?;
        self.gone("details").await?;
        self.gone("toast").await?;
        window.click("bin-open").await?;
        let held = "return document.querySelector('[data-testid^=bin-book-]') !== null";
        window.until("the bin holds the book", held).await?;
        self.room("bin").await?;
        self.click(".modal-close").await?;
        self.gone("bin").await
    }

    async fn passage(&self) -> anyhow::Result<()> {
        let window = &self.window;
        window.click("nav-search").await?;
        window.find("search").await?;
        self.room("search-empty").await?;
        search(window, "exact", WORD).await?;
        self.room("search").await?;
        self.click("[data-testid=hit] button").await?;
        window.find("reader").await?;
        let marked = "return (document.querySelector('[data-testid=reader-highlight]')?.textContent ?? '').length > 3";
        window.until("the word is marked", marked).await?;
        self.room("reader").await?;
        for name in ["contents", "find", "typography"] {
            let (button, panel) = (format!("{name}-button"), format!("{name}-panel"));
            window.click(&button).await?;
            window.find(&panel).await?;
            self.room(&format!("reader-{name}")).await?;
            window.click(&button).await?;
            self.gone(&panel).await?;
        }
        window.click("reader-leave").await
    }

    async fn settings_and_door(&self) -> anyhow::Result<()> {
        let window = &self.window;
        window.click("nav-settings").await?;
        window.find("protection-passphrase").await?;
        self.room("settings").await?;
        window.click_and_leave("lock").await?;
        window.find("locked").await?;
        self.room("locked").await
    }
}

/// The reader's own books where pictures are taken, since those have covers; else a few that are made.
fn books(world: &Sandbox) -> anyhow::Result<Vec<PathBuf>> {
    match std::env::var_os("ALEXANDRIA_SHOTS").and_then(|_| corpus_books()) {
        Some(folder) => shortest(&folder),
        None => made(&world.path("own")),
    }
}

/// The shortest books of a folder: they are imported soonest.
fn shortest(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut books = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        books.push((entry.metadata()?.len(), entry.path()));
    }
    books.sort();
    Ok(books.into_iter().take(PICTURED).map(|(_, path)| path).collect())
}

fn made(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
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

async fn walk(look: Look) -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    look.choose_language(&world)?;
    let broken = world.path("own").join("broken.epub");
    std::fs::write(&broken, "This is no archive.")?;
    let files = [books(&world)?, vec![broken]].concat();
    // Without the passphrase file, so that the library is made in the window.
    let args = world.arguments(&files);
    let args = [args.get(..2).context("no library")?, args.get(4..).context("no books")?].concat();
    let window = Window::open_within(&world, &display, &args, |driver| look.apply(driver)).await?;
    let walk = Walk { window, look };
    walk.first_start().await?;
    walk.library().await?;
    walk.passage().await?;
    walk.settings_and_door().await?;
    walk.window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_room_by_day() -> anyhow::Result<()> {
    walk(Look::Light).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_room_by_night() -> anyhow::Result<()> {
    walk(Look::Dark).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_room_in_german() -> anyhow::Result<()> {
    walk(Look::German).await
}
