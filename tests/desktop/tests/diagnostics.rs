//! Disk and memory in the settings, freeing space, and the report that only the reader saves.

use alexandria_tests_desktop::{check_view, close_report, shelf_has};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::ensure;

/// A word of the title, which no report may contain.
const TITLE: &str = "Quiddlewick";

#[tokio::test(flavor = "multi_thread")]
async fn disk_and_memory_are_shown_freed_and_reported() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let page = format!(
        r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>1</title></head><body>{}</body></html>"#,
        "<p>The keeper of the lighthouse trims the lamp.</p>".repeat(2_000)
    );
    let file = sandbox.path("own/book.epub");
    Book::new(TITLE, &[("one.xhtml", &page)]).write(&file)?;
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[file])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;

    window.click("nav-settings").await?;
    window.activate("diagnostics-show").await?;
    for shown in [
        "disk-files",
        "disk-text",
        "disk-words-index",
        "disk-total",
        "memory-process",
        "start-window",
        "start-library",
        "start-page",
        "start-shelf",
    ] {
        window.find(shown).await?;
    }
    check_view(&window, "diagnostics").await?;
    window.activate("free-space").await?;
    window.find("freed-space").await?;
    let freed = window.text("[data-testid=freed-space]").await?;
    ensure!(freed.contains("Freed") || freed.contains("nothing to free"), "{freed}");

    window.type_into("report-feedback", "It stopped while I read.").await?;
    window.activate("report-prepare").await?;
    window.find("report-text").await?;
    let report = window.run("return document.querySelector('[data-testid=report-text]').value", vec![]).await?;
    let report = report.as_str().unwrap_or_default();
    ensure!(report.contains("What happened\nIt stopped while I read.\n"), "{report}");
    ensure!(report.contains("Start, milliseconds") && report.contains("\nshelf: "), "{report}");
    ensure!(report.contains("publications: 1") && report.contains("End of the log"), "{report}");
    let own = sandbox.path("own").display().to_string();
    ensure!(!report.contains(TITLE) && !report.contains("lighthouse") && !report.contains(&own), "{report}");
    check_view(&window, "report").await?;
    window.close().await
}
