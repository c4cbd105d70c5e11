//! Putting books in order in the real window: selecting them, collections filled by hand and by a filter, stars, reading
//! status, tags, and editing one and many.

use alexandria_tests_desktop::{
    SHELF_TITLES, check_view, click_toast, close_report, lists, open_details, select_option, shelf_has, text_is,
};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::ensure;
use fantoccini::Locator;
use fantoccini::key::Key;

const PAGE: &str = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1><p>The lamp is lit.</p></body></html>"#;

/// A window over three books, sorted by title.
async fn with_shelf(sandbox: &Sandbox, display: &Display) -> anyhow::Result<Window> {
    let mut files = Vec::new();
    for (title, author) in [("Anchor", "Zoe Abbot"), ("Emma", "Jane Moss"), ("Zephyr", "Bea Carter")] {
        let file = sandbox.path("own").join(format!("{title}.epub"));
        Book { author: author.to_owned(), ..Book::new(title, &[("one.xhtml", PAGE)]) }.write(&file)?;
        files.push(file);
    }
    let window = Window::open(sandbox, display, &sandbox.arguments(&files)).await?;
    window.until("the books are on the shelf", &shelf_has(3)).await?;
    close_report(&window).await?;
    select_option(&window, "library-sort", "Title").await?;
    lists(&window, SHELF_TITLES, &["Anchor", "Emma", "Zephyr"]).await?;
    Ok(window)
}

async fn select(window: &Window, title: &str) -> anyhow::Result<()> {
    window.click_on(Locator::Css(&format!("[aria-label=\"Select {title}\"]"))).await
}

/// Waits until the toolbar says how many books are selected.
async fn selected(window: &Window, text: &str) -> anyhow::Result<()> {
    window.until(text, &text_is("[data-testid=books-selected]", text)?).await
}

/// Chooses an entry of an open menu.
async fn choose(window: &Window, entry: &str) -> anyhow::Result<()> {
    window.click_on(Locator::XPath(&format!("//*[@role='menuitem' and contains(., '{entry}')]"))).await
}

/// Shows an entry of the sidebar by its name.
async fn show(window: &Window, name: &str) -> anyhow::Result<()> {
    let entry = format!("//*[@data-testid='sidebar']//button[.//*[text()='{name}']]");
    window.click_on(Locator::XPath(&entry)).await
}

/// Waits until an element of that `data-testid` is gone.
async fn gone(window: &Window, id: &str) -> anyhow::Result<()> {
    window.until(&format!("{id} is gone"), &format!("return !document.querySelector('[data-testid={id}]')")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn selected_books_are_put_into_a_collection_and_taken_out() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = with_shelf(&sandbox, &display).await?;
    check_view(&window, "collections-none").await?;
    select(&window, "Emma").await?;
    selected(&window, "1 selected").await?;
    select(&window, "Zephyr").await?;
    selected(&window, "2 selected").await?;
    check_view(&window, "books-selected").await?;

    window.click("selected-add").await?;
    choose(&window, "New collection").await?;
    window.type_into("collection-name", "On holiday").await?;
    check_view(&window, "collection-dialog").await?;
    window.click("collection-save").await?;
    gone(&window, "collection-dialog").await?;
    show(&window, "On holiday").await?;
    lists(&window, SHELF_TITLES, &["Emma", "Zephyr"]).await?;
    check_view(&window, "collection").await?;

    // Both are still selected; Escape ends that. Then one is taken out, and the undo puts it back.
    window.press(&[char::from(Key::Escape)]).await?;
    gone(&window, "books-selected").await?;
    select(&window, "Emma").await?;
    window.click("selected-take-out").await?;
    lists(&window, SHELF_TITLES, &["Zephyr"]).await?;
    gone(&window, "books-selected").await?;
    click_toast(&window, "taken out").await?;
    lists(&window, SHELF_TITLES, &["Emma", "Zephyr"]).await?;

    // The collection goes, the books stay.
    window.click("collection-menu").await?;
    window.click("collection-delete").await?;
    lists(&window, SHELF_TITLES, &["Anchor", "Emma", "Zephyr"]).await?;
    gone(&window, "scope-collection").await?;

    // Selected books that are removed are not selected any more.
    select(&window, "Anchor").await?;
    select(&window, "Emma").await?;
    window.click("selected-remove").await?;
    lists(&window, SHELF_TITLES, &["Zephyr"]).await?;
    gone(&window, "books-selected").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn collection_with_a_filter_follows_stars_and_status() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = with_shelf(&sandbox, &display).await?;
    window.click("collection-new").await?;
    window.type_into("collection-name", "Good").await?;
    window.click_on(Locator::Css("[data-testid=collection-dialog] input[type=checkbox]")).await?;
    window.type_into("collection-filter", "rating:9").await?;
    window.click("collection-save").await?;
    window.find("collection-error").await?;
    let error = window.text("[data-testid=collection-error]").await?;
    ensure!(error.contains('9'), "what is wrong is not said: {error}");
    window.type_into("collection-filter", "rating:4+").await?;
    window.click("collection-save").await?;
    gone(&window, "collection-dialog").await?;
    show(&window, "Good").await?;
    lists(&window, SHELF_TITLES, &[]).await?;
    check_view(&window, "collection-empty").await?;

    show(&window, "All books").await?;
    open_details(&window, "Emma").await?;
    window.click_on(Locator::Css("label:has([data-testid=rating-4])")).await?;
    select_option(&window, "details-status", "Finished").await?;
    let counted = "//*[@data-testid='scope-status-finished']//*[contains(@class, 'count') and text()='1']";
    window.client.wait().for_element(Locator::XPath(counted)).await?;
    check_view(&window, "details-rated").await?;
    window.click("details-close").await?;
    show(&window, "Good").await?;
    lists(&window, SHELF_TITLES, &["Emma"]).await?;
    show(&window, "Finished").await?;
    lists(&window, SHELF_TITLES, &["Emma"]).await?;

    show(&window, "All books").await?;
    window.type_into("library-filter", "-status:finished").await?;
    lists(&window, SHELF_TITLES, &["Anchor", "Zephyr"]).await?;
    window.type_into("library-filter", "rating:9").await?;
    window.find("filter-error").await?;
    check_view(&window, "library-filter-error").await?;
    window.type_into("library-filter", "bea").await?;
    lists(&window, SHELF_TITLES, &["Zephyr"]).await?;
    gone(&window, "filter-error").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn books_are_edited_and_returned_to_what_their_files_say() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = with_shelf(&sandbox, &display).await?;
    open_details(&window, "Emma").await?;
    window.click("details-edit").await?;
    window.find("edit-dialog").await?;
    check_view(&window, "edit-light").await?;
    window.type_into("edit-title", " ").await?;
    window.click("edit-save").await?;
    window.find("edit-error").await?;
    let error = window.text("[data-testid=edit-error]").await?;
    ensure!(error.contains("title"), "what is wrong is not said: {error}");
    window.type_into("edit-title", "A Garden").await?;
    window.type_into("edit-series", "Rooms").await?;
    window.type_into("edit-seriesPosition", "1.5").await?;
    window.type_into("edit-tags", "to lend, English").await?;
    window.click("edit-save").await?;
    gone(&window, "edit-dialog").await?;
    // Without its article it is sorted after the anchor.
    lists(&window, SHELF_TITLES, &["Anchor", "A Garden", "Zephyr"]).await?;
    window.until("the details are the new ones", &text_is("#details-title", "A Garden")?).await?;
    let series = "return [...document.querySelectorAll('[data-testid=details] dd')].some((value) => value.textContent === 'Rooms, 1.5')";
    window.until("the series is shown", series).await?;
    show(&window, "to lend").await?;
    lists(&window, SHELF_TITLES, &["A Garden"]).await?;
    show(&window, "All books").await?;
    window.click("details-close").await?;

    // Of many, what is not changed stays.
    for title in ["A Garden", "Zephyr"] {
        select(&window, title).await?;
    }
    window.click("selected-edit").await?;
    window.find("edit-dialog").await?;
    check_view(&window, "edit-many").await?;
    window.type_into("edit-tags", "summer").await?;
    select_option(&window, "edit-status", "To read").await?;
    window.click("edit-save").await?;
    gone(&window, "edit-dialog").await?;
    window.click("selected-clear").await?;
    show(&window, "summer").await?;
    lists(&window, SHELF_TITLES, &["A Garden", "Zephyr"]).await?;
    show(&window, "to lend").await?;
    lists(&window, SHELF_TITLES, &["A Garden"]).await?;
    show(&window, "To read").await?;
    lists(&window, SHELF_TITLES, &["A Garden", "Zephyr"]).await?;

    open_details(&window, "A Garden").await?;
    window.click("details-edit").await?;
    window.click("edit-reset").await?;
    gone(&window, "edit-dialog").await?;
    // The status, which no file has, stays.
    lists(&window, SHELF_TITLES, &["Emma", "Zephyr"]).await?;
    show(&window, "All books").await?;
    lists(&window, SHELF_TITLES, &["Anchor", "Emma", "Zephyr"]).await?;
    window.close().await
}
