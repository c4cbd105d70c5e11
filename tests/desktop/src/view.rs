//! What must hold in every view: no serious accessibility violation, in the window or in a book page.

use std::path::{Path, PathBuf};
use std::time::Duration;

use alexandria_tests_support::{Window, note};
use anyhow::ensure;

/// Nothing is fading or moving: what fades in has too little contrast until it is there.
const SETTLED: &str = "return document.getAnimations().every((animation) => animation.playState !== 'running')";

/// Checks a view for accessibility. Saves a screenshot if `ALEXANDRIA_SHOTS` names a folder.
///
/// # Errors
/// When axe-core finds a serious violation.
pub async fn check_view(window: &Window, name: &str) -> anyhow::Result<()> {
    if let Some(folder) = std::env::var_os("ALEXANDRIA_SHOTS").map(PathBuf::from) {
        screenshot(window, &folder, name).await?;
    }
    let mut violations = violations_when_settled(window).await?;
    if !violations.is_empty() {
        // A notice may have begun to fade in during the check. A violation of the view itself remains.
        note(&format!("{name} is checked again: {}", violations.join("; ")));
        violations = violations_when_settled(window).await?;
    }
    ensure!(violations.is_empty(), "in the view {name}: {}", violations.join("\n"));
    Ok(())
}

async fn violations_when_settled(window: &Window) -> anyhow::Result<Vec<String>> {
    window.until("the view is settled", SETTLED).await?;
    window.accessibility_violations().await
}

/// Shows the view as the reader sees it a moment later: with its covers, and settled.
async fn screenshot(window: &Window, folder: &Path, name: &str) -> anyhow::Result<()> {
    let covers =
        "return [...document.querySelectorAll('.cover img')].every((cover) => cover.classList.contains('loaded'))";
    window.until("the covers are loaded", covers).await?;
    window.until("the view is settled", SETTLED).await?;
    // Changes reach the screen a frame or two later.
    let frames = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
    window.client.execute_async(frames, vec![]).await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    window.shoot(folder, name).await
}
