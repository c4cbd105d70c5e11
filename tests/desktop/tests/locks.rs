//! Keys and locks in the real window: the first start with a keychain and a recovery code, with a passphrase, locking,
//! every way back in, and changing what protects the library. The locked room tells nothing about the library.

use alexandria_tests_desktop::{close_report, open_book, room, shelf_has};
use alexandria_tests_support::epub::Book;
use alexandria_tests_support::{Display, Keychain, PASSPHRASE, Sandbox, Window};
use anyhow::{Context, ensure};

/// What stands in no room but those that show the book.
const TITLE: &str = "The Quiet Orchard";

const PAGE: &str = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><h1>One</h1><p>Nobody had walked in the orchard since the flood.</p></body></html>"#;

fn write_book(world: &Sandbox) -> anyhow::Result<std::path::PathBuf> {
    let file = world.path("own").join("quiet-orchard.epub");
    Book::new(TITLE, &[("one.xhtml", PAGE)]).write(&file)?;
    Ok(file)
}

/// The locked room holds nothing of the library: not on screen, not hidden, not in the window's title.
async fn ensure_silent(window: &Window) -> anyhow::Result<()> {
    window.find("locked").await?;
    let all = "return document.title + '|' + document.documentElement.outerHTML";
    let all = window.run(all, vec![]).await?.as_str().context("no page")?.to_owned();
    ensure!(all.starts_with("Alexandria|"), "the title tells: {all}");
    for word in [TITLE, "Orchard", "orchard", "1 book", PASSPHRASE] {
        ensure!(!all.contains(word), "the locked room holds {word:?}: {all}");
    }
    let kept = "return localStorage.length + sessionStorage.length + document.querySelectorAll('iframe').length";
    ensure!(window.run(kept, vec![]).await? == 0, "the page keeps something");
    ensure!(window.run("return document.body.textContent.match(/\\d/)", vec![]).await?.is_null(), "a number is told");
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
async fn the_keychain_opens_the_library_and_the_code_does_when_it_is_gone() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let args = [world.arguments(&[]), vec![write_book(&world)?.into_os_string()]].concat();
    let args = [&args[..2], &args[4..]].concat();
    let keychain = Keychain::start(&world)?;
    let window = Window::open_within(&world, &display, &args, |driver| keychain.within(driver)).await?;
    window.click("first-run-create").await?;
    let code = shown_code(&window).await?;
    ensure!(code.len() == 34, "seven groups of four: {code}");
    room(&window, "recovery-code").await?;
    window.click("recovery-saved").await?;
    let wrong =
        format!("{}{}", if code.starts_with('0') { '1' } else { '0' }, code.chars().skip(1).collect::<String>());
    window.type_into("recovery-reentry", &wrong).await?;
    window.click("recovery-confirm").await?;
    window.find("recovery-error").await?;
    room(&window, "recovery-check").await?;
    window.type_into("recovery-reentry", &code.to_lowercase().replace('-', " ")).await?;
    window.click("recovery-confirm").await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;
    window.click_and_leave("lock").await?;
    ensure_silent(&window).await?;
    room(&window, "locked-keychain").await?;
    window.click("unlock-keychain").await?;
    window.until("the shelf is back", &shelf_has(1)).await?;
    window.close().await?;
    drop(keychain);

    // The keychain is gone, as on another machine: the library stays locked, and says so, and the code opens it.
    let window = Window::open(&world, &display, &args[..2]).await?;
    window.find("locked").await?;
    window.click("unlock-keychain").await?;
    window.find("unlock-error").await?;
    window.click("unlock-alternative").await?;
    unlock_with(&window, "unlock-code", &wrong).await?;
    window.find("unlock-error").await?;
    ensure_silent(&window).await?;
    unlock_with(&window, "unlock-code", &code).await?;
    window.until("the shelf is back", &shelf_has(1)).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_locks_opens_and_is_changed() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let args = world.arguments(&[write_book(&world)?]);
    let window = Window::open(&world, &display, &args).await?;
    window.until("the book is on the shelf", &shelf_has(1)).await?;
    close_report(&window).await?;

    // Locked from within the book, by key.
    open_book(&window, TITLE).await?;
    let key = "window.dispatchEvent(new KeyboardEvent('keydown', { key: 'l', ctrlKey: true, bubbles: true, cancelable: true }))";
    window.run(key, vec![]).await?;
    ensure_silent(&window).await?;
    room(&window, "locked").await?;
    unlock_with(&window, "unlock-passphrase", "not the passphrase").await?;
    window.find("unlock-error").await?;
    let typed = window.run("return document.querySelector('[data-testid=unlock-passphrase]').value", vec![]).await?;
    ensure!(typed == "", "a passphrase stays in its field: {typed}");
    unlock_with(&window, "unlock-passphrase", PASSPHRASE).await?;
    window.until("the shelf is back", &shelf_has(1)).await?;

    // Changed in the settings, which ask for the present one first.
    let new = "four other words for tests";
    window.click("nav-settings").await?;
    window.find("protection-passphrase").await?;
    room(&window, "settings-protection").await?;
    window.click("protection-add-passphrase").await?;
    unlock_with(&window, "unlock-passphrase", PASSPHRASE).await?;
    window.type_into("new-passphrase", new).await?;
    window.type_into("new-passphrase-repeat", new).await?;
    room(&window, "change-passphrase").await?;
    window.click("new-passphrase-submit").await?;
    window.until("the dialog has gone", "return !document.querySelector('[data-testid=protection-dialog]')").await?;
    window.click_and_leave("lock-now").await?;
    window.find("locked").await?;
    unlock_with(&window, "unlock-passphrase", PASSPHRASE).await?;
    window.find("unlock-error").await?;
    unlock_with(&window, "unlock-passphrase", new).await?;
    window.until("the shelf is back", &shelf_has(1)).await?;
    window.close().await
}

/// The only way in cannot be taken away; a second one can.
#[tokio::test(flavor = "multi_thread")]
async fn what_protects_the_library_is_added_and_removed() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let keychain = Keychain::start(&world)?;
    let args = world.arguments(&[]);
    let window = Window::open_within(&world, &display, &args, |driver| keychain.within(driver)).await?;
    window.click("nav-settings").await?;
    window.find("protection-passphrase").await?;
    ensure!(window.count("protection-remove-*").await? == 0, "the only way in must not be removable");
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
    window.click_and_leave("lock").await?;
    window.find("locked").await?;
    ensure!(window.count("unlock-passphrase").await? == 0, "a removed passphrase is asked for");
    window.click("unlock-keychain").await?;
    window.find("library").await?;
    window.close().await
}

/// The window speaks the language that was chosen, also before the library is open.
#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_remembered() -> anyhow::Result<()> {
    let (world, display) = (Sandbox::new()?, Display::start()?);
    let args = world.arguments(&[]);
    let window = Window::open(&world, &display, &args).await?;
    window.click("nav-settings").await?;
    window.click("language").await?;
    let german =
        "[...document.querySelectorAll('[role=option]')].find((option) => option.textContent.includes('Deutsch'))";
    window.until("the list is open", &format!("return {german} !== undefined")).await?;
    window
        .client
        .find(fantoccini::Locator::XPath("//*[@role='option' and contains(., 'Deutsch')]"))
        .await?
        .click()
        .await?;
    window.until("it is German", "return document.documentElement.lang === 'de'").await?;
    room(&window, "settings-german").await?;
    window.close().await?;
    let window = Window::open(&world, &display, &args[..2]).await?;
    window.find("locked").await?;
    ensure!(window.text("h1").await? == "Bibliothek gesperrt", "the locked room has forgotten its language");
    room(&window, "locked-german").await?;
    window.close().await
}
