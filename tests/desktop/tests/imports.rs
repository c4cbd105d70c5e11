//! An import that a lock interrupts in the real window resumes after the unlock.

use std::path::PathBuf;
use std::time::Duration;

use alexandria_tests_desktop::shelf_has;
use alexandria_tests_support::{Display, PASSPHRASE, Sandbox, Window};
use fantoccini::key::Key;

const BOOKS: usize = 6;

/// A folder of books that take a while to import.
fn write_books(sandbox: &Sandbox) -> anyhow::Result<PathBuf> {
    let folder = sandbox.path("own").join("books");
    std::fs::create_dir(&folder)?;
    for book in 0..BOOKS {
        let paragraph = |at: usize| format!("Paragraph {at} of book {book} is about what the ships bring.\n\n");
        let text: String = (0..40_000).map(paragraph).collect();
        std::fs::write(folder.join(format!("{book}.txt")), text)?;
    }
    Ok(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn import_interrupted_by_lock_resumes_after_unlock() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[write_books(&sandbox)?])).await?;
    window.find("import-progress").await?;
    window.press_with(Key::Control, 'l').await?;
    window.find("locked").await?;
    window.type_into("unlock-passphrase", PASSPHRASE).await?;
    window.click("unlock").await?;
    window.until_within("every book is on the shelf", &shelf_has(BOOKS), Duration::from_secs(240)).await?;
    window.close().await
}
