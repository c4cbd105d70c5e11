//! What a file manager and a browser pass to the window: `file:` addresses and links to a book.

use alexandria_tests_desktop::shelf_has;
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window, program};
use anyhow::{Context as _, ensure};

const PAGE: &str =
    r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><p>A word.</p></body></html>"#;

#[tokio::test(flavor = "multi_thread")]
async fn file_address_is_imported_and_book_address_opens_the_book() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let file = sandbox.path("own/a book 100%.epub");
    Book::new("Addressed", &[("1.xhtml", PAGE)]).write(&file)?;
    let address = format!("file://{}", file.display()).replace('%', "%25").replace(' ', "%20");
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[address.into()])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    window.close().await?;

    let mut list = std::process::Command::new(program("alexandria")?);
    sandbox.apply(&mut list);
    list.arg("--library").arg(sandbox.path("library")).arg("--passphrase-file").arg(sandbox.path("passphrase"));
    let listed: serde_json::Value = serde_json::from_slice(&list.args(["list", "--json"]).output()?.stdout)?;
    let id = listed[0]["id"].as_str().context("no id")?;

    let window =
        Window::open(&sandbox, &display, &sandbox.arguments(&[format!("alexandria://open/{id}").into()])).await?;
    window.find("reader").await?;
    window.close().await?;

    let unknown = format!("alexandria://open/{}", "0".repeat(id.len()));
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[unknown.into()])).await?;
    window.find("toast").await?;
    let toast = window.text("[data-testid=toast]").await?;
    ensure!(toast.contains("no longer exists"), "{toast}");
    window.close().await
}
