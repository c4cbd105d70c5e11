//! The controls of the library, in the real window: the report of an import and how one is stopped, order, filter and
//! views, details, the search in one book, and the empty shelf.

use std::path::PathBuf;

use alexandria_tests_desktop::{ask, choose, close_report, room, says, search, shelf_has};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::{Context, ensure};
use fantoccini::key::Key;
use serde_json::json;

/// Titles and authors. One title holds another; no list of titles is in the order of the authors.
const SHELF: [(&str, &str); 4] =
    [("The Anchor", "Zoe Abbot"), ("Emma’s Garden", "Anna Young"), ("Emma", "Jane Moss"), ("Zephyr", "Bea Carter")];
const BY_TITLE: [&str; 4] = ["The Anchor", "Emma", "Emma’s Garden", "Zephyr"];
const BY_AUTHOR: [&str; 4] = ["The Anchor", "Zephyr", "Emma", "Emma’s Garden"];

/// A file that is no book, whatever its name says.
const BROKEN: &str = "broken.epub";

/// The titles on the shelf in their order.
const TITLES: &str = "[...document.querySelectorAll('li[data-index]')].sort((a, b) => a.dataset.index - b.dataset.index)
    .map((item) => item.querySelector('[data-testid^=book-details-]').getAttribute('aria-label').replace('Details of ', ''))";

/// The books that have hits, in their order.
const FOUND_IN: &str =
    "[...document.querySelectorAll('[data-testid=search-hits] h2')].map((title) => title.textContent)";

fn book(title: &str, author: &str) -> Book {
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1><p>The keeper of the lighthouse writes to {author}.</p></body></html>"#
    );
    Book { author: author.to_owned(), ..Book::new(title, &[("one.xhtml", &page)]) }
}

/// A folder with the books of the shelf, and a file that is none.
fn write_shelf(world: &Sandbox) -> anyhow::Result<PathBuf> {
    let folder = world.path("own").join("books");
    std::fs::create_dir(&folder)?;
    for (number, (title, author)) in SHELF.iter().enumerate() {
        book(title, author).write(&folder.join(format!("{number}.epub")))?;
    }
    std::fs::write(folder.join(BROKEN), "This is no archive.")?;
    Ok(folder)
}

/// A window over the shelf, its report closed.
async fn with_shelf(world: &Sandbox, display: &Display) -> anyhow::Result<Window> {
    let window = Window::open(world, display, &world.arguments(&[write_shelf(world)?])).await?;
    window.find("import-report").await?;
    close_report(&window).await?;
    window.until("the books are on the shelf", &shelf_has(SHELF.len())).await?;
    Ok(window)
}

/// Waits until a list of titles is this one.
async fn lists(window: &Window, list: &str, titles: &[&str]) -> anyhow::Result<()> {
    let script = format!("return JSON.stringify({list}) === JSON.stringify({})", json!(titles));
    window.until(&format!("{titles:?} are listed"), &script).await
}

async fn open_details(window: &Window, title: &str) -> anyhow::Result<()> {
    let script = "document.querySelector(`[aria-label=${JSON.stringify('Details of ' + arguments[0])}]`).click()";
    window.run(script, vec![json!(title)]).await?;
    window.find("details").await?;
    window.until(&format!("the details of {title} are shown"), &says("#details-title", title)?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_tells_what_was_added_and_what_was_refused() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = Window::open(&world, &display, &world.arguments(&[write_shelf(&world)?])).await?;
    window.find("import-report").await?;
    let report = window.text("[data-testid=import-report]").await?;
    for told in ["4 books added", "1 file could not be added", BROKEN] {
        ensure!(report.contains(told), "the report does not say {told:?}: {report}");
    }
    // What the core says stands below, marked as the English it is in every window.
    let reason = window.text("[data-testid=import-report] [lang=en]").await?;
    ensure!(reason.ends_with('.') && reason.len() > 10, "no reason is given: {reason:?}");
    room(&window, "import-report").await?;
    window.click("import-report-close").await?;
    window.until("the report is gone", "return !document.querySelector('[data-testid=import-report]')").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shelf_is_sorted_filtered_and_shown_as_a_list() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = with_shelf(&world, &display).await?;
    for (order, titles) in [("Title", BY_TITLE), ("Author", BY_AUTHOR), ("Title", BY_TITLE)] {
        choose(&window, "library-sort", order).await?;
        lists(&window, TITLES, &titles).await?;
    }
    let filters: [(&str, &[&str]); 3] =
        [("emma", &["Emma", "Emma’s Garden"]), ("emma young", &["Emma’s Garden"]), ("BEA", &["Zephyr"])];
    for (typed, titles) in filters {
        window.type_into("library-filter", typed).await?;
        lists(&window, TITLES, titles).await?;
    }
    window.type_into("library-filter", "nobody").await?;
    window.until("no book matches", &says(".content h2", "No matching books")?).await?;
    room(&window, "library-no-match").await?;
    window.find("library-filter").await?.send_keys(&String::from(char::from(Key::Escape))).await?;
    lists(&window, TITLES, &BY_TITLE).await?;
    window.click("library-view-list").await?;
    window.find("library-list").await?;
    lists(&window, TITLES, &BY_TITLE).await?;
    room(&window, "library-list").await?;
    window.close().await?;

    // View and order are kept, and a book of another import was added last.
    let later = world.path("own").join("later.epub");
    book("Later", "Ada Bell").write(&later)?;
    let window = Window::open(&world, &display, &world.arguments(&[later])).await?;
    window.find("library-list").await?;
    lists(&window, TITLES, &["The Anchor", "Emma", "Emma’s Garden", "Later", "Zephyr"]).await?;
    choose(&window, "library-sort", "Recently added").await?;
    let first = format!("return {TITLES}[0] === 'Later'");
    window.until("the book that was added last stands first", &first).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_is_searched_alone_whatever_its_title_holds() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = with_shelf(&world, &display).await?;
    open_details(&window, "Zephyr").await?;
    for fact in ["Bea Carter", "EPUB", "1 section"] {
        let told = format!("return document.querySelector('[data-testid=details]').textContent.includes('{fact}')");
        window.until(&format!("the details say {fact}"), &told).await?;
    }
    room(&window, "details").await?;
    window.click("details-close").await?;
    window.until("the details are gone", "return !document.querySelector('[data-testid=details]')").await?;

    // Both titles say Emma, and one has a quotation mark in it.
    for title in ["Emma", "Emma’s Garden"] {
        window.click("nav-library").await?;
        open_details(&window, title).await?;
        window.run("document.querySelector('[data-testid=details-search]').click()", vec![]).await?;
        let chip = format!("Only in “{title}”");
        window.until("the search says where", &says("[data-testid=search-scope]", &chip)?).await?;
        search(&window, "exact", "lighthouse").await?;
        lists(&window, FOUND_IN, &[title]).await?;
        room(&window, "search-scope").await?;
    }
    // Found in another book, but not in this one; and said to those who do not see it.
    ask(&window, "search-box", "moss").await?;
    window.until("nothing is found", &says("[data-testid=search-summary]", "No results")?).await?;
    window.click("search-scope").await?;
    lists(&window, FOUND_IN, &["Emma"]).await?;

    // Meaning ranks; it counts nothing.
    window.click("search-mode-hybrid").await?;
    let best = "return /^Best /.test(document.querySelector('[data-testid=search-summary]').textContent.trim())";
    window.until("the best passages are shown", best).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_cannot_be_understood_is_explained() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = with_shelf(&world, &display).await?;
    window.click("nav-search").await?;
    ask(&window, "search-box", "\"no end").await?;
    window.find("search-error").await?;
    let problem = window.text("[data-testid=search-error]").await?;
    ensure!(problem.trim().starts_with("Invalid search."), "what is wrong is not said: {problem}");
    let detail = window.text("[data-testid=search-error] [lang=en]").await?;
    ensure!(detail.contains("quotation mark"), "why is not said: {detail}");
    room(&window, "search-error").await?;
    window.close().await
}

/// Far more files than are imported before the button to stop it is found.
const MANY: usize = 600;

#[tokio::test(flavor = "multi_thread")]
async fn a_running_import_is_stopped_and_keeps_what_it_has() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let folder = world.path("own").join("many");
    std::fs::create_dir(&folder)?;
    for number in 0..MANY {
        std::fs::write(folder.join(format!("{number}.md")), format!("# Note {number}\n\nWords of note {number}.\n"))?;
    }
    let window = Window::open(&world, &display, &world.arguments(&[folder])).await?;
    let stop = "const stop = document.querySelector('[data-testid=import-cancel]');
        stop?.click();
        return stop !== null";
    window.until("the import can be stopped", stop).await?;
    window.find("import-report").await?;
    let report = window.text("[data-testid=import-report]").await?;
    ensure!(report.contains("You stopped the import."), "the import was not stopped: {report}");
    let added = window.count("import-report-book").await?;
    ensure!(added < MANY, "everything was added");
    close_report(&window).await?;
    let kept = "return Number(document.querySelector('li[data-index]')?.getAttribute('aria-setsize') ?? 0)";
    let same = format!("{kept} === {added}");
    window.until(&format!("{added} books are on the shelf"), &same).await.context("what was added must stay")?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_shelf_says_how_to_begin() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = Window::open(&world, &display, &world.arguments(&[])).await?;
    window.find("library-empty").await?;
    window.find("import-folder").await?;
    room(&window, "library-empty").await?;
    window.close().await
}
