//! The controls of the library in the real window: the import report and cancelling an import, sort order, filter and
//! layouts, details, the search in one book, and the empty shelf.

use std::path::PathBuf;

use alexandria_tests_desktop::{
    SHELF_TITLES, check_view, close_report, lists, open_details, search, select_option, shelf_has, submit, text_is,
};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::{Context, ensure};
use fantoccini::key::Key;

/// Titles and authors. One title contains another; the order by title is not that by author.
const SHELF: [(&str, &str); 4] =
    [("The Anchor", "Zoe Abbot"), ("Emma’s Garden", "Anna Young"), ("Emma", "Jane Moss"), ("Zephyr", "Bea Carter")];
const BY_TITLE: [&str; 4] = ["The Anchor", "Emma", "Emma’s Garden", "Zephyr"];
const BY_AUTHOR: [&str; 4] = ["The Anchor", "Zephyr", "Emma", "Emma’s Garden"];

/// A file that is not a book, despite its name.
const BROKEN: &str = "broken.epub";

/// The titles of the books that have hits, in order.
const HIT_TITLES: &str =
    "[...document.querySelectorAll('[data-testid=search-hits] h2')].map((title) => title.textContent)";

fn book(title: &str, author: &str) -> Book {
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1><p>The keeper of the lighthouse writes to {author}.</p></body></html>"#
    );
    Book { author: author.to_owned(), ..Book::new(title, &[("one.xhtml", &page)]) }
}

/// A folder with the books of the shelf, and a file that is not a book.
fn write_shelf(sandbox: &Sandbox) -> anyhow::Result<PathBuf> {
    let folder = sandbox.path("own").join("books");
    std::fs::create_dir(&folder)?;
    for (number, (title, author)) in SHELF.iter().enumerate() {
        book(title, author).write(&folder.join(format!("{number}.epub")))?;
    }
    std::fs::write(folder.join(BROKEN), "This is no archive.")?;
    Ok(folder)
}

/// A window over the shelf, its report closed.
async fn with_shelf(sandbox: &Sandbox, display: &Display) -> anyhow::Result<Window> {
    let window = Window::open(sandbox, display, &sandbox.arguments(&[write_shelf(sandbox)?])).await?;
    window.find("import-report").await?;
    close_report(&window).await?;
    window.until("the books are on the shelf", &shelf_has(SHELF.len())).await?;
    Ok(window)
}

#[tokio::test(flavor = "multi_thread")]
async fn import_report_lists_added_and_rejected_files() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[write_shelf(&sandbox)?])).await?;
    window.find("import-report").await?;
    let report = window.text("[data-testid=import-report]").await?;
    for text in ["4 books added", "1 file could not be added", BROKEN] {
        ensure!(report.contains(text), "the report does not say {text:?}: {report}");
    }
    // The core's message is below it, marked as English in every language of the window.
    let reason = window.text("[data-testid=import-report] [lang=en]").await?;
    ensure!(reason.ends_with('.') && reason.len() > 10, "no reason is given: {reason:?}");
    check_view(&window, "import-report").await?;
    window.click("import-report-close").await?;
    window.until("the report is gone", "return !document.querySelector('[data-testid=import-report]')").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn shelf_is_sorted_filtered_and_shown_as_a_list() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = with_shelf(&sandbox, &display).await?;
    for (order, titles) in [("Title", BY_TITLE), ("Author", BY_AUTHOR), ("Title", BY_TITLE)] {
        select_option(&window, "library-sort", order).await?;
        lists(&window, SHELF_TITLES, &titles).await?;
    }
    let filters: [(&str, &[&str]); 3] =
        [("emma", &["Emma", "Emma’s Garden"]), ("emma young", &["Emma’s Garden"]), ("BEA", &["Zephyr"])];
    for (typed, titles) in filters {
        window.type_into("library-filter", typed).await?;
        lists(&window, SHELF_TITLES, titles).await?;
    }
    window.type_into("library-filter", "nobody").await?;
    window.until("no book matches", &text_is(".content h2", "No matching books")?).await?;
    check_view(&window, "library-no-match").await?;
    window.find("library-filter").await?.send_keys(&String::from(char::from(Key::Escape))).await?;
    lists(&window, SHELF_TITLES, &BY_TITLE).await?;
    window.click("library-view-list").await?;
    window.find("library-list").await?;
    lists(&window, SHELF_TITLES, &BY_TITLE).await?;
    check_view(&window, "library-list").await?;
    window.close().await?;

    // Layout and sort order are saved, and a book of another import was added last.
    let later = sandbox.path("own").join("later.epub");
    book("Later", "Ada Bell").write(&later)?;
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[later])).await?;
    window.find("library-list").await?;
    lists(&window, SHELF_TITLES, &["The Anchor", "Emma", "Emma’s Garden", "Later", "Zephyr"]).await?;
    select_option(&window, "library-sort", "Recently added").await?;
    let first = format!("return {SHELF_TITLES}[0] === 'Later'");
    window.until("the book that was added last stands first", &first).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn search_within_one_book_works_for_any_title() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = with_shelf(&sandbox, &display).await?;
    open_details(&window, "Zephyr").await?;
    for fact in ["Bea Carter", "EPUB", "1 section"] {
        let contains = format!("return document.querySelector('[data-testid=details]').textContent.includes('{fact}')");
        window.until(&format!("the details say {fact}"), &contains).await?;
    }
    check_view(&window, "details").await?;
    window.click("details-close").await?;
    window.until("the details are gone", "return !document.querySelector('[data-testid=details]')").await?;

    // Both titles say Emma, and one has a quotation mark in it.
    for title in ["Emma", "Emma’s Garden"] {
        window.click("nav-library").await?;
        open_details(&window, title).await?;
        window.click("details-search").await?;
        let chip = format!("Only in “{title}”");
        window.until("the search says where", &text_is("[data-testid=search-scope]", &chip)?).await?;
        search(&window, "exact", "lighthouse").await?;
        lists(&window, HIT_TITLES, &[title]).await?;
        check_view(&window, "search-scope").await?;
    }
    // It occurs in another book, but not in this one.
    submit(&window, "search-box", "moss").await?;
    window.until("nothing is found", &text_is("[data-testid=search-summary]", "No results")?).await?;
    window.click("search-scope").await?;
    lists(&window, HIT_TITLES, &["Emma"]).await?;

    // A semantic search ranks passages and counts none.
    window.click("search-mode-hybrid").await?;
    let best = "return /^Best /.test(document.querySelector('[data-testid=search-summary]').textContent.trim())";
    window.until("the best passages are shown", best).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_query_is_explained() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = with_shelf(&sandbox, &display).await?;
    window.click("nav-search").await?;
    submit(&window, "search-box", "\"no end").await?;
    window.find("search-error").await?;
    let problem = window.text("[data-testid=search-error]").await?;
    ensure!(problem.trim().starts_with("Invalid search."), "what is wrong is not said: {problem}");
    let detail = window.text("[data-testid=search-error] [lang=en]").await?;
    ensure!(detail.contains("quotation mark"), "why is not said: {detail}");
    check_view(&window, "search-error").await?;
    window.close().await
}

/// Files that take far longer to import than a click takes to arrive, however busy the machine. They are few and long: of 1,500
/// short ones all were added once before the window, which had each of them to show, delivered the click.
const MANY: usize = 200;

/// Paragraphs of each of them, of about 90 bytes.
const PARAGRAPHS: usize = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_import_keeps_the_books_added_so_far() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let folder = sandbox.path("own").join("many");
    std::fs::create_dir(&folder)?;
    for number in 0..MANY {
        let paragraph = |count| {
            format!("Paragraph {count} of note {number}: the lamps burned low while the ship waited for the tide.\n\n")
        };
        let text: String = (0..PARAGRAPHS).map(paragraph).collect();
        std::fs::write(folder.join(format!("{number}.md")), format!("# Note {number}\n\n{text}"))?;
    }
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[folder])).await?;
    window.click("import-cancel").await?;
    window.find("import-report").await?;
    let report = window.text("[data-testid=import-report]").await?;
    ensure!(report.contains("You stopped the import."), "the import was not stopped: {report}");
    let added = window.count("import-report-book").await?;
    ensure!(added < MANY, "everything was added");
    close_report(&window).await?;
    let listed = "return Number(document.querySelector('li[data-index]')?.getAttribute('aria-setsize') ?? 0)";
    let same = format!("{listed} === {added}");
    window.until(&format!("{added} books are on the shelf"), &same).await.context("the added books must remain")?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_shelf_offers_an_import() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[])).await?;
    window.find("library-empty").await?;
    window.find("import-folder").await?;
    check_view(&window, "library-empty").await?;
    window.close().await
}
