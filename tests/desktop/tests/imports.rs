//! An import that a lock cuts off in the real window goes on when the library is opened again.

use std::path::PathBuf;
use std::time::Duration;

use alexandria_tests_desktop::shelf_has;
use alexandria_tests_support::{Display, PASSPHRASE, Sandbox, Window};

const BOOKS: usize = 6;

/// A folder of books that take a while to import.
fn write_books(world: &Sandbox) -> anyhow::Result<PathBuf> {
    let folder = world.path("own").join("books");
    std::fs::create_dir(&folder)?;
    for book in 0..BOOKS {
        let paragraph = |at: usize| format!("Paragraph {at} of book {book} is about what the ships bring.\n\n");
        let text: String = (0..40_000).map(paragraph).collect();
        std::fs::write(folder.join(format!("{book}.txt")), text)?;
    }
    Ok(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lock_cuts_off_is_imported_after_unlocking() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let window = Window::open(&world, &display, &world.arguments(&[write_books(&world)?])).await?;
    window.find("import-progress").await?;
    let lock = "window.dispatchEvent(new KeyboardEvent('keydown', { key: 'l', ctrlKey: true, bubbles: true, cancelable: true }))";
    window.run(lock, vec![]).await?;
    window.find("locked").await?;
    window.type_into("unlock-passphrase", PASSPHRASE).await?;
    window.click("unlock").await?;
    window.until_within("every book is on the shelf", &shelf_has(BOOKS), Duration::from_secs(240)).await?;
    window.close().await
}
