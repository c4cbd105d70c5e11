//! Locking and protection in the real window: first start with a keychain and a recovery code or with a passphrase, locking,
//! unlocking by every method, and changing the protection. The locked view shows nothing of the library.

use alexandria_tests_desktop::{check_view, close_report, open_book, select_option, shelf_has};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Keychain, PASSPHRASE, Sandbox, Window};
use anyhow::{Context, ensure};
use fantoccini::key::Key;

/// Only views that show the book may contain it.
const TITLE: &str = "The Quiet Orchard";

const PAGE: &str = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1><p>Nobody had walked in the orchard since the flood.</p></body></html>"#;

fn write_book(sandbox: &Sandbox) -> anyhow::Result<std::path::PathBuf> {
    let file = sandbox.path("own").join("quiet-orchard.epub");
    Book::new(TITLE, &[("one.xhtml", PAGE)]).write(&file)?;
    Ok(file)
}

/// The locked view contains nothing of the library: not on screen, not hidden, not in the window's title.
async fn ensure_nothing_shown(window: &Window) -> anyhow::Result<()> {
    window.find("locked").await?;
    let all = "return document.title + '|' + document.documentElement.outerHTML";
    let all = window.run(all, vec![]).await?.as_str().context("no page")?.to_owned();
    ensure!(all.starts_with("Alexandria|"), "the title shows: {all}");
    for word in [TITLE, "Orchard", "orchard", "1 book", PASSPHRASE] {
        ensure!(!all.contains(word), "the locked view contains {word:?}: {all}");
    }
    let stored = "return localStorage.length + sessionStorage.length + document.querySelectorAll('iframe').length";
    ensure!(window.run(stored, vec![]).await? == 0, "the page stores something");
    ensure!(window.run("return document.body.textContent.match(/\\d/)", vec![]).await?.is_null(), "a number is shown");
    Ok(())
}

async fn unlock_with(window: &Window, field: &str, secret: &str) -> anyhow::Result<()> {
    window.type_into(field, secret).await?;
    window.click("unlock").await
}

/// The code on screen.
async fn shown_code(window: &Window) -> anyhow::Result<String> {
    window.find("recovery-code").await?;
    let groups = "return [...document.querySelectorAll('[data-testid=recovery-code] span')].map((group) => group.textContent).join('-')";
    Ok(window.run(groups, vec![]).await?.as_str().context("no code")?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn keychain_unlocks_and_recovery_code_unlocks_without_it() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let args = [sandbox.arguments(&[]), vec![write_book(&sandbox)?.into_os_string()]].concat();
    let args = [&args[..2], &args[4..]].concat();
    let keychain = Keychain::start(&sandbox)?;
    let window = Window::open_within(&sandbox, &display, &args, |driver| keychain.within(driver)).await?;
    window.click("first-run-create").await?;
    let code = shown_code(&window).await?;
    ensure!(code.len() == 34, "seven groups of four: {code}");
    check_view(&window, "recovery-code").await?;
    window.click("recovery-saved").await?;
    let wrong =
        format!("{}{}", if code.starts_with('0') { '1' } else { '0' }, code.chars().skip(1).collect::<String>());
    window.type_into("recovery-reentry", &wrong).await?;
    window.click("recovery-confirm").await?;
    window.find("recovery-error").await?;
    check_view(&window, "recovery-check").await?;
    window.type_into("recovery-reentry", &code.to_lowercase().replace('-', " ")).await?;
    window.click("recovery-confirm").await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    window.click("lock").await?;
    ensure_nothing_shown(&window).await?;
    check_view(&window, "locked-keychain").await?;
    window.click("unlock-keychain").await?;
    window.until("the shelf is back", &shelf_has(1)).await?;
    window.close().await?;
    drop(keychain);

    // The keychain is gone, as on another machine: the library stays locked, and says so, and the code opens it.
    let window = Window::open(&sandbox, &display, &args[..2]).await?;
    window.find("locked").await?;
    window.click("unlock-keychain").await?;
    window.find("unlock-error").await?;
    window.click("unlock-alternative").await?;
    unlock_with(&window, "unlock-code", &wrong).await?;
    window.find("unlock-error").await?;
    ensure_nothing_shown(&window).await?;
    unlock_with(&window, "unlock-code", &code).await?;
    window.until("the shelf is back", &shelf_has(1)).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn passphrase_unlocks_and_can_be_changed() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let args = sandbox.arguments(&[write_book(&sandbox)?]);
    let window = Window::open(&sandbox, &display, &args).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;

    // Locked by shortcut while the book is open.
    open_book(&window, TITLE).await?;
    window.press_with(Key::Control, 'l').await?;
    ensure_nothing_shown(&window).await?;
    check_view(&window, "locked").await?;
    unlock_with(&window, "unlock-passphrase", "not the passphrase").await?;
    window.find("unlock-error").await?;
    let typed = window.run("return document.querySelector('[data-testid=unlock-passphrase]').value", vec![]).await?;
    ensure!(typed == "", "the passphrase remains in its field: {typed}");
    unlock_with(&window, "unlock-passphrase", PASSPHRASE).await?;
    window.until("the shelf is back", &shelf_has(1)).await?;

    // Changed in the settings, which ask for the present one first.
    let new = "four other words for tests";
    window.click("nav-settings").await?;
    window.find("protection-passphrase").await?;
    check_view(&window, "settings-protection").await?;
    window.click("protection-add-passphrase").await?;
    unlock_with(&window, "unlock-passphrase", PASSPHRASE).await?;
    window.type_into("new-passphrase", new).await?;
    window.type_into("new-passphrase-repeat", new).await?;
    check_view(&window, "change-passphrase").await?;
    window.click("new-passphrase-submit").await?;
    window.until("the dialog has gone", "return !document.querySelector('[data-testid=protection-dialog]')").await?;
    window.click("lock-now").await?;
    window.find("locked").await?;
    unlock_with(&window, "unlock-passphrase", PASSPHRASE).await?;
    window.find("unlock-error").await?;
    unlock_with(&window, "unlock-passphrase", new).await?;
    window.until("the shelf is back", &shelf_has(1)).await?;
    window.close().await
}

/// The last unlock method cannot be removed; another one can.
#[tokio::test(flavor = "multi_thread")]
async fn unlock_methods_can_be_added_and_removed() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let keychain = Keychain::start(&sandbox)?;
    let args = sandbox.arguments(&[]);
    let window = Window::open_within(&sandbox, &display, &args, |driver| keychain.within(driver)).await?;
    window.click("nav-settings").await?;
    window.find("protection-passphrase").await?;
    ensure!(window.count("protection-remove-*").await? == 0, "the last unlock method must not be removable");
    window.click("protection-add-keychain").await?;
    unlock_with(&window, "unlock-passphrase", PASSPHRASE).await?;
    window.find("protection-remove-keychain").await?;
    window.click("protection-add-recovery-code").await?;
    unlock_with(&window, "unlock-passphrase", PASSPHRASE).await?;
    let code = shown_code(&window).await?;
    window.click("recovery-saved").await?;
    window.type_into("recovery-reentry", &code).await?;
    window.click("recovery-confirm").await?;
    window.find("protection-remove-recovery-code").await?;
    window.until("the dialog has gone", "return !document.querySelector('[data-testid=protection-dialog]')").await?;
    window.click("protection-remove-passphrase").await?;
    unlock_with(&window, "unlock-passphrase", PASSPHRASE).await?;
    let gone = "return document.querySelector('[data-testid=protection-remove-passphrase]') === null";
    window.until("the passphrase is removed", gone).await?;
    ensure!(window.count("protection-remove-*").await? == 0, "what is left is just enough");
    window.click("lock").await?;
    window.find("locked").await?;
    ensure!(window.count("unlock-passphrase").await? == 0, "a removed passphrase is asked for");
    window.click("unlock-keychain").await?;
    window.find("library").await?;
    window.close().await
}

/// The chosen language applies before the library is open, too.
#[tokio::test(flavor = "multi_thread")]
async fn language_persists() -> anyhow::Result<()> {
    let (sandbox, display) = (Sandbox::new()?, Display::start()?);
    let args = sandbox.arguments(&[]);
    let window = Window::open(&sandbox, &display, &args).await?;
    window.click("nav-settings").await?;
    select_option(&window, "language", "Deutsch").await?;
    window.until("it is German", "return document.documentElement.lang === 'de'").await?;
    check_view(&window, "settings-german").await?;
    window.close().await?;
    let window = Window::open(&sandbox, &display, &args[..2]).await?;
    window.find("locked").await?;
    ensure!(window.text("h1").await? == "Bibliothek gesperrt", "the locked view is in another language");
    check_view(&window, "locked-german").await?;
    window.close().await
}
