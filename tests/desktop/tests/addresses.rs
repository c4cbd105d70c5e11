//! What a file manager and a browser pass to the window: `file:` addresses and links to a book or a note.

use alexandria_tests_desktop::shelf_has;
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window, program};
use anyhow::{Context as _, ensure};

const PAGE: &str =
    r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><p>A word.</p></body></html>"#;

/// What the command prints about the sandbox's library.
fn run(sandbox: &Sandbox, args: &[&str]) -> anyhow::Result<Vec<u8>> {
    let mut command = std::process::Command::new(program("alexandria")?);
    sandbox.apply(&mut command);
    command.arg("--library").arg(sandbox.path("library")).arg("--passphrase-file").arg(sandbox.path("passphrase"));
    let output = command.args(args).output()?;
    ensure!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

fn json(sandbox: &Sandbox, args: &[&str]) -> anyhow::Result<serde_json::Value> {
    Ok(serde_json::from_slice(&run(sandbox, args)?)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn file_address_is_imported_and_book_address_opens_the_book() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let file = sandbox.path("own/a book 100%.epub");
    Book::new("Addressed", &[("1.xhtml", PAGE)]).write(&file)?;
    let address = format!("file://{}", file.display()).replace('%', "%25").replace(' ', "%20");
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[address.into()])).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    window.close().await?;

    let listed = json(&sandbox, &["list", "--json"])?;
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

/// The link that an export writes beside a note leads back to the note.
#[tokio::test(flavor = "multi_thread")]
async fn exported_link_opens_the_book_at_the_note() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let page = |text: &str| {
        format!(
            r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>1</title></head><body><p>{text}</p></body></html>"#
        )
    };
    let (first, second) = (page("Nothing was said."), page("The lamp was lit at dusk."));
    let file = sandbox.path("own/book.epub");
    Book::new("Linked", &[("1.xhtml", &first), ("2.xhtml", &second)]).write(&file)?;
    run(&sandbox, &["import", file.to_str().context("path")?])?;
    let id = json(&sandbox, &["list", "--json"])?[0]["id"].as_str().context("no id")?.to_owned();
    run(&sandbox, &["note", "add", &id, "lamp was lit", "--note", "By whom?"])?;
    let exported = String::from_utf8(run(&sandbox, &["note", "export", "--format", "markdown"])?)?;
    let mut parts = exported.split([')', '(', '<', '>', ' ', '\n']);
    let link = parts.find(|part| part.starts_with("alexandria://open/")).context("no link")?;

    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[link.into()])).await?;
    window.find("note-text").await?;
    let text = window.run("return document.querySelector('[data-testid=note-text]').value", vec![]).await?;
    ensure!(text == "By whom?", "{text}");
    let shown = "return document.querySelector('alexandria-paginator').shadowRoot.querySelector('iframe').contentDocument.body.textContent.includes('lamp was lit')";
    window.until("the note's page is shown", shown).await?;
    window.close().await?;

    let gone = format!("alexandria://open/{id}?a={}", "0".repeat(32));
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[gone.into()])).await?;
    window.find("reader").await?;
    window.find("toast").await?;
    let toast = window.text("[data-testid=toast]").await?;
    ensure!(toast.contains("no longer exists"), "{toast}");
    window.close().await
}
