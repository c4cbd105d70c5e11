//! The platform's own file dialog, operated by real keys: the chosen file is imported and does not appear in the account's
//! plaintext list of recently used files. Only on Linux, where a test can send the keys.
#![cfg(target_os = "linux")]

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use alexandria_tests_desktop::{close_report, shelf_has};
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::{Context, bail, ensure};

/// As long as anything else in the window may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// GTK writes its list 250 ms after a change.
const GTK_HAS_WRITTEN: Duration = Duration::from_secs(2);

const CHOSEN: &str = "a-book-nobody-shall-know-of";
const OF_OTHERS: &str = "a-letter-of-another-program";

/// The list as another program left it. GTK drops what is a month old.
const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xbel version="1.0" xmlns:bookmark="http://www.freedesktop.org/standards/desktop-bookmarks" xmlns:mime="http://www.freedesktop.org/standards/shared-mime-info">
  <bookmark href="file:///home/reader/a-letter-of-another-program.txt" added="2999-01-01T00:00:00Z" modified="2999-01-01T00:00:00Z" visited="2999-01-01T00:00:00Z">
    <info><metadata owner="http://freedesktop.org"><mime:mime-type type="text/plain"/>
      <bookmark:applications><bookmark:application name="letters" exec="&apos;letters %u&apos;" modified="2999-01-01T00:00:00Z" count="1"/></bookmark:applications>
    </metadata></info>
  </bookmark>
</xbel>
"#;

/// What xdotool prints for these arguments.
fn keys<A: AsRef<OsStr>>(display: &Display, arguments: &[A]) -> anyhow::Result<String> {
    let output = Command::new("xdotool").env("DISPLAY", display.name()).args(arguments).output();
    let output = output.context("xdotool cannot be started; run `cargo xtask setup`")?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The X windows on screen.
fn windows(display: &Display) -> anyhow::Result<Vec<String>> {
    Ok(keys(display, &["search", "--onlyvisible", "--name", ""])?.lines().map(ToOwned::to_owned).collect())
}

/// Waits for a window that was not there `before`, and gives it the keyboard.
async fn new_window(display: &Display, before: &[String]) -> anyhow::Result<String> {
    let start = Instant::now();
    loop {
        if let Some(window) = windows(display)?.into_iter().find(|window| !before.contains(window)) {
            keys(display, &["windowfocus", "--sync", &window])?;
            return Ok(window);
        }
        ensure!(start.elapsed() < TIMEOUT, "no dialog opens");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn choose(window: &Window, display: &Display, file: &Path) -> anyhow::Result<()> {
    let before = windows(display)?;
    window.click("import-files").await?;
    let dialog = new_window(display, &before).await?;
    let path = file.to_str().context("a path that cannot be typed")?;
    let start = Instant::now();
    while start.elapsed() < TIMEOUT {
        // A busy machine may show the dialog before it accepts input; then the path is typed again.
        tokio::time::sleep(Duration::from_millis(500)).await;
        keys(display, &["key", "--clearmodifiers", "ctrl+l", "ctrl+a"])?;
        keys(display, &["type", "--delay", "20", path])?;
        for _attempt in 0..6 {
            tokio::time::sleep(Duration::from_millis(500)).await;
            if !windows(display)?.contains(&dialog) {
                return Ok(());
            }
            keys(display, &["key", "Return"])?;
        }
    }
    bail!("the dialog does not close")
}

/// Whether a file below `folder` contains these words.
fn contains(folder: &Path, words: &str) -> anyhow::Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let matches = if entry.file_type()?.is_dir() {
            contains(&entry.path(), words)?
        } else {
            std::fs::read(entry.path())?.windows(words.len()).any(|window| window == words.as_bytes())
        };
        if matches {
            return Ok(true);
        }
    }
    Ok(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn file_dialog_imports_the_chosen_file_and_leaves_no_recent_files_entry() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let file = sandbox.path("own").join(format!("{CHOSEN}.md"));
    std::fs::write(&file, "# The Hidden Garden\n\nNobody walks there.\n")?;
    let list = sandbox.path("home/data/recently-used.xbel");
    std::fs::create_dir_all(list.parent().context("a root")?)?;
    std::fs::write(&list, LIST)?;

    let window = Window::open(&sandbox, &display, &sandbox.arguments(&[])).await?;
    choose(&window, &display, &file).await?;
    window.until("the chosen book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    tokio::time::sleep(GTK_HAS_WRITTEN).await;
    window.close().await?;
    ensure!(!contains(&sandbox.path("home"), CHOSEN)?, "the chosen file is named: {}", std::fs::read_to_string(&list)?);
    ensure!(contains(&sandbox.path("home"), OF_OTHERS)?, "what others listed is gone");
    Ok(())
}
