//! Checking and repairing the library in the settings of the real window.

use alexandria_tests_desktop::{check_view, open_reader};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Sandbox, Window};
use anyhow::ensure;

const PAGE: &str =
    r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><p>A word.</p></body></html>"#;

/// Waits until the check named `check` has this severity.
async fn shows(window: &Window, check: &str, severity: &str) -> anyhow::Result<()> {
    let script =
        format!("return document.querySelector('[data-testid=health-{check}]')?.dataset.severity === '{severity}'");
    window.until(&format!("{check} is {severity}"), &script).await
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_shown_and_repaired() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let window = open_reader(&sandbox, &display, &Book::new("Intact", &[("1.xhtml", PAGE)])).await?;
    window.click("reader-leave").await?;
    window.click("nav-settings").await?;
    window.activate("health-check").await?;
    for check in ["database", "files", "model", "protection"] {
        shows(&window, check, "ok").await?;
    }

    let vault = sandbox.path("library/vault");
    let intact = std::fs::read(&vault)?;
    std::fs::write(&vault, "damaged")?;
    window.activate("health-check").await?;
    shows(&window, "protection", "error").await?;
    let advice = window.text("[data-testid=health-protection]").await?;
    ensure!(advice.contains("Check and repair"), "the window advises {advice:?}");
    check_view(&window, "settings-damaged").await?;
    ensure!(std::fs::read(&vault)? == b"damaged", "a check changes nothing");

    window.activate("health-repair").await?;
    shows(&window, "protection", "ok").await?;
    ensure!(std::fs::read(&vault)? == intact, "the vault was not repaired");
    window.close().await
}
