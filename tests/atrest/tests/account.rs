//! The account's own window, which is the only one it has: a second start hands it a file and ends. Then all processes of
//! the window crash, with the book in their memory. Zero canaries in what any of them wrote, and no core of any.
#![cfg(target_os = "linux")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use alexandria_tests_atrest::life::{Life, TEXT, TITLE};
use alexandria_tests_atrest::trace::{self, Reach};
use alexandria_tests_support::{Display, Keychain, Requirement, Window, note, program, skip};
use anyhow::{Context, ensure};
use tokio::time::timeout;

/// As long as anything else in the window may take.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_and_a_crash_leave_nothing_readable() -> anyhow::Result<()> {
    if !trace::is_available() {
        skip(Requirement::Tools, "no strace, so what the windows write is not checked");
        return Ok(());
    }
    let (mut life, display) = (Life::new()?, Display::start()?);
    let keychain = Keychain::start(&life.world)?;
    let (first_log, second_log) = (life.world.path("first.log"), life.world.path("second.log"));
    let args = [OsString::from("--passphrase-file"), life.world.path("passphrase").into_os_string()];
    let work = life.world.path("tmp");
    let window = Window::open_within(&life.world, &display, &args, |driver| {
        let mut driver = trace::within(&keychain.within(driver), &first_log, Reach::Disk);
        // Where a core would be written.
        driver.current_dir(&work);
        driver
    })
    .await?;
    window.find("library-empty").await?;
    start_again(&life, &display, &keychain, &second_log).await?;
    read(&life, &window).await?;
    crash(&window, &work).await?;
    drop(window);
    life.search_disk()?;
    life.search_trace(&first_log)?;
    life.search_trace(&second_log)?;
    ensure!(life.scan.files > 10 && life.scan.bytes > 500_000, "too little was searched: {:?}", life.scan);
    note(&format!("searched {} bytes in {} files and all writes of two starts", life.scan.bytes, life.scan.files));
    Ok(())
}

/// Starts the program a second time, with a book whose name is a canary.
async fn start_again(life: &Life, display: &Display, keychain: &Keychain, log: &Path) -> anyhow::Result<()> {
    let book = life.write_book()?;
    let mut second = Command::new(program("alexandria-desktop")?);
    life.world.apply(&mut second);
    second.env("DISPLAY", display.name()).arg(book);
    let second = trace::within(&keychain.within(second), log, Reach::Disk);
    let mut second = tokio::process::Command::from(second);
    let ended = timeout(PATIENCE, second.kill_on_drop(true).status()).await;
    let status = ended.context("the second start does not end")??;
    ensure!(status.success(), "the second start fails: {status}");
    Ok(())
}

/// Opens the book, which has come to the first window.
async fn read(life: &Life, window: &Window) -> anyhow::Result<()> {
    let (title, text) = (life.word(TITLE), life.word(TEXT));
    let book = format!(
        "[...document.querySelectorAll('[data-testid^=\"book-\"]')].find((book) => book.textContent.includes('{title}'))"
    );
    window.until("the book is on the shelf of the first", &format!("return {book} !== undefined")).await?;
    window.run(&format!("{book}.click()"), vec![]).await?;
    window.find("reader").await?;
    let page = "document.querySelector('alexandria-paginator')?.shadowRoot?.querySelector('[data-testid=reader-page]')";
    let shown = format!("return ({page}?.contentDocument?.body?.textContent ?? '').includes('{text}')");
    window.until("its words are on the page", &shown).await
}

/// Lets every process of the window crash at once, and looks that none of them leaves a core.
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
    ensure!(killed.success(), "they cannot be made to crash: {killed}");
    timeout(PATIENCE, async {
        while processes.iter().any(|process| is_running(*process)) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .context("a process goes on after its crash")?;
    ensure!(names(work)?.iter().all(|name| before.contains(name) || !name.contains("core")), "a core was written");
    if !leaves_a_core(&work.join("control"))? {
        note("this machine writes no core beside any process, so only the limits were looked at");
    }
    Ok(())
}

/// Whether a process that nothing was forbidden leaves a core in the folder it works in.
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

/// Whether a process is there and not only waited for.
fn is_running(process: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    state.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}
