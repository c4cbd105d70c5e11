//! The account's single instance: a second start hands it a file and exits. Then all processes of the window crash, with the
//! book in their memory. No canary in what any of them wrote, and no core dump.
#![cfg(target_os = "linux")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use alexandria_tests_atrest::scenario::{Scenario, TEXT, TITLE};
use alexandria_tests_atrest::trace::{self, TraceScope};
use alexandria_tests_support::{Display, Keychain, Requirement, Window, note, program, skip};
use anyhow::{Context, ensure};
use fantoccini::Locator;
use tokio::time::timeout;

/// As long as anything else in the window may take.
const TIMEOUT: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn second_start_and_crash_write_no_canary() -> anyhow::Result<()> {
    if !trace::is_available() {
        skip(Requirement::Tools, "no strace, so what the windows write cannot be seen");
        return Ok(());
    }
    let (mut scenario, display) = (Scenario::new()?, Display::start()?);
    let keychain = Keychain::start(&scenario.sandbox)?;
    let (first_log, second_log) = (scenario.sandbox.path("first.log"), scenario.sandbox.path("second.log"));
    let args = [OsString::from("--passphrase-file"), scenario.sandbox.path("passphrase").into_os_string()];
    let work = scenario.sandbox.path("tmp");
    let window = Window::open_within(&scenario.sandbox, &display, &args, |driver| {
        let mut driver = trace::wrap(&keychain.within(driver), &first_log, TraceScope::Disk);
        // A core dump would be written here.
        driver.current_dir(&work);
        driver
    })
    .await?;
    window.find("library-empty").await?;
    start_again(&scenario, &display, &keychain, &second_log).await?;
    read(&scenario, &window).await?;
    crash(&window, &work).await?;
    drop(window);
    scenario.search_disk()?;
    scenario.search_trace(&first_log)?;
    scenario.search_trace(&second_log)?;
    ensure!(scenario.scan.files > 10 && scenario.scan.bytes > 500_000, "too little was searched: {:?}", scenario.scan);
    note(&format!(
        "searched {} bytes in {} files and all writes of two starts",
        scenario.scan.bytes, scenario.scan.files
    ));
    Ok(())
}

/// Starts the program a second time, with a book whose file name is a canary.
async fn start_again(scenario: &Scenario, display: &Display, keychain: &Keychain, log: &Path) -> anyhow::Result<()> {
    let book = scenario.write_book()?;
    let mut second = Command::new(program("alexandria-desktop")?);
    scenario.sandbox.apply(&mut second);
    second.env("DISPLAY", display.name()).arg(book);
    let second = trace::wrap(&keychain.within(second), log, TraceScope::Disk);
    let mut second = tokio::process::Command::from(second);
    let ended = timeout(TIMEOUT, second.kill_on_drop(true).status()).await;
    let status = ended.context("the second start does not exit")??;
    ensure!(status.success(), "the second start fails: {status}");
    Ok(())
}

/// Opens the book, which was handed to the first window.
async fn read(scenario: &Scenario, window: &Window) -> anyhow::Result<()> {
    let (title, text) = (scenario.word(TITLE), scenario.word(TEXT));
    let book = format!(
        "//*[starts-with(@data-testid, 'book-') and not(starts-with(@data-testid, 'book-details-')) and contains(., '{title}')]"
    );
    window.click_on(Locator::XPath(&book)).await?;
    window.find("reader").await?;
    let page = "document.querySelector('alexandria-paginator')?.shadowRoot?.querySelector('[data-testid=reader-page]')";
    let shown = format!("return ({page}?.contentDocument?.body?.textContent ?? '').includes('{text}')");
    window.until("its words are on the page", &shown).await
}

/// Crashes every process of the window at once, and checks that none of them leaves a core dump.
async fn crash(window: &Window, work: &Path) -> anyhow::Result<()> {
    let processes = window.processes()?;
    ensure!(processes.len() >= 3, "the window and its web view are three processes at least: {processes:?}");
    for process in &processes {
        let limits = fs::read_to_string(format!("/proc/{process}/limits"))?;
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).context("no limit")?;
        ensure!(core.split_whitespace().skip(4).take(2).eq(["1", "1"]), "a core may be written: {core}");
    }
    let before = names(work)?;
    let all = processes.iter().map(u32::to_string);
    let killed = Command::new("kill").arg("-ABRT").args(all).status()?;
    ensure!(killed.success(), "they cannot be killed: {killed}");
    timeout(TIMEOUT, async {
        while processes.iter().any(|process| is_running(*process)) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .context("a process survives")?;
    ensure!(names(work)?.iter().all(|name| before.contains(name) || !name.contains("core")), "a core was written");
    if !leaves_a_core(&work.join("control"))? {
        note("this machine writes core dumps to another place, so only the limits were checked");
    }
    Ok(())
}

/// Whether an unrestricted process leaves a core dump in its working directory.
fn leaves_a_core(folder: &Path) -> anyhow::Result<bool> {
    fs::create_dir(folder)?;
    Command::new("sh").args(["-c", "ulimit -c unlimited; kill -ABRT $$"]).current_dir(folder).status()?;
    let left = names(folder)?.iter().any(|name| name.contains("core"));
    fs::remove_dir_all(folder)?;
    Ok(left)
}

fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Whether a process exists and is not a zombie.
fn is_running(process: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    state.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}
