//! Documents with fixed pages in the real window.

use std::path::PathBuf;

use alexandria_tests_desktop::{check_view, close_report, open_book, shelf_has};
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::Context as _;

/// See `crates/alexandria-pdf/tests/document`.
const LOCKED: &[u8] = include_bytes!("../../../crates/alexandria-pdf/tests/document/password.pdf");

fn write(sandbox: &Sandbox, name: &str, content: &[u8]) -> anyhow::Result<PathBuf> {
    let file = sandbox.path("own").join(name);
    std::fs::write(&file, content).with_context(|| format!("cannot write {name}"))?;
    Ok(file)
}

/// Whether the row of the rejected document says this.
fn says(text: &str) -> String {
    format!("return document.querySelector('[data-testid=locked-file]')?.textContent.includes('{text}') ?? false")
}

#[tokio::test(flavor = "multi_thread")]
async fn locked_document_asks_for_its_password_once() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let file = write(&sandbox, "letters.pdf", LOCKED)?;
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[file])).await?;
    window.find("locked-file").await?;
    window.until("it says why", &says("opens with its password only")).await?;
    check_view(&window, "documents-password").await?;
    window.type_into("locked-file-password", "Open Sesame").await?;
    window.click("locked-file-unlock").await?;
    window.until("a wrong password is refused", &says("not the password")).await?;
    check_view(&window, "documents-wrong-password").await?;
    window.type_into("locked-file-password", "open sesame").await?;
    window.click("locked-file-unlock").await?;
    window.until("it is added", &says("Added.")).await?;
    check_view(&window, "documents-unlocked").await?;
    close_report(&window).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    window.close().await?;

    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[])).await?;
    open_book(&window, "The Sealed Harbour").await?;
    check_view(&window, "documents-open").await?;
    window.close().await
}
