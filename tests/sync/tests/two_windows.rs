//! Two windows under one display and a server: a book is imported in one and read in the other, which has a book
//! of its own and is removed then.

use std::time::Duration;

use alexandria_tests_desktop::{check_view, close_report, shelf_has};
use alexandria_tests_support::{Display, PASSPHRASE, Sandbox, Window, program};
use alexandria_tests_sync::{PASSWORD, Server};
use anyhow::{Context as _, ensure};

/// Longer than a first sync takes on a busy machine.
const SYNC_TIMEOUT: Duration = Duration::from_secs(90);

/// Opens the settings at the account, and waits for a button there.
async fn settings(window: &Window, id: &str) -> anyhow::Result<()> {
    window.click("nav-settings").await?;
    window.find(id).await.map(drop)
}

/// Waits until sync shows this state.
async fn in_state(window: &Window, kind: &str) -> anyhow::Result<()> {
    let script = format!("return document.querySelector('[data-testid=sync-state]')?.dataset.kind === '{kind}'");
    window.until_within(&format!("sync is {kind}"), &script, SYNC_TIMEOUT).await
}

/// Fills in the form of an account.
async fn fill_in(window: &Window, server: &Server) -> anyhow::Result<()> {
    window.type_into("account-server", server.address()).await?;
    window.type_into("account-login", "ada").await?;
    window.type_into("account-password", PASSWORD).await
}

#[tokio::test(flavor = "multi_thread")]
async fn book_of_one_window_is_read_in_the_other_until_that_is_removed() -> anyhow::Result<()> {
    let (server, display) = (Server::start()?, Display::start()?);
    let (first, second) = (Sandbox::new()?, Sandbox::new()?);
    let book = first.path("own").join("lamp.md");
    std::fs::write(&book, "# The lamp\n\nThe keeper lit the lamp at dusk.\n")?;

    let one = Window::open(&first, &display, &first.arguments(&[book])).await?;
    close_report(&one).await?;
    settings(&one, "sign-up").await?;
    check_view(&one, "account-none").await?;
    one.click("sign-up").await?;
    fill_in(&one, &server).await?;
    check_view(&one, "account-sign-up").await?;
    one.click("account-submit").await?;
    one.find("account-code").await.context("the recovery code is shown once")?;
    check_view(&one, "account-code").await?;
    one.click("account-code-done").await?;
    in_state(&one, "in-step").await?;
    one.close().await?;
    // Changes are in step before files are sent, so the window may have been closed in between.
    let mut command = std::process::Command::new(program("alexandria")?);
    first.apply(&mut command);
    let sent = command.args(first.arguments(&[])).args(["sync", "--once"]).status()?;
    ensure!(sent.success(), "the file was not sent");

    // The second library has a book of its own, which the reader adds to the account.
    let own = second.path("own").join("storm.md");
    std::fs::write(&own, "# The storm\n\nThe storm came from the west.\n")?;
    let two = Window::open(&second, &display, &second.arguments(&[own])).await?;
    close_report(&two).await?;
    settings(&two, "sign-in").await?;
    two.click("sign-in").await?;
    fill_in(&two, &server).await?;
    two.type_into("account-passphrase", PASSPHRASE).await?;
    let waits =
        "return document.querySelector('[data-testid=account-submit]').getAttribute('aria-disabled') === 'true'";
    two.until("nothing is sent before the reader agrees", waits).await?;
    two.click("account-add-books").await?;
    check_view(&two, "account-sign-in").await?;
    two.click("account-submit").await?;
    in_state(&two, "in-step").await?;
    let listed = "return document.querySelector('[data-testid^=cloud-fetch-]') !== null";
    two.until_within("the book can be fetched", listed, SYNC_TIMEOUT).await?;
    check_view(&two, "account-cloud").await?;
    two.run("document.querySelector('[data-testid^=cloud-fetch-]').click()", vec![]).await?;
    let fetched = "return document.querySelector('[data-testid=cloud-books]') === null";
    two.until_within("the book was fetched", fetched, SYNC_TIMEOUT).await?;
    two.click("nav-library").await?;
    two.until("both books are on the shelf", &shelf_has(2)).await?;

    // The first window removes the second device.
    let one = Window::open(&first, &display, &first.arguments(&[])).await?;
    settings(&one, "account-devices").await?;
    one.click("account-devices").await?;
    let shown = "return document.querySelector('[data-testid^=device-remove-]') !== null";
    one.until_within("the other device is listed", shown, SYNC_TIMEOUT).await?;
    check_view(&one, "account-devices").await?;
    one.run("document.querySelector('[data-testid^=device-remove-]').click()", vec![]).await?;
    one.type_into("account-password", PASSWORD).await?;
    one.click("account-submit").await?;
    let removed = "return document.querySelector('[data-testid^=device-remove-]') === null";
    one.until_within("the device was removed", removed, SYNC_TIMEOUT).await?;
    settings(&two, "sync-now").await?;
    two.click("sync-now").await?;
    in_state(&two, "needs-you").await?;
    check_view(&two, "account-removed").await?;
    two.click("nav-library").await?;
    two.until("both books are on the shelf", &shelf_has(2)).await?;
    one.close().await?;
    two.close().await
}
