//! The server is killed at random while two devices work: nothing that a device was told is written is lost, and they agree in
//! the end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use alexandria_tests_support::{SeededRng, is_exhaustive, note};
use alexandria_tests_sync::{Device, Server};
use anyhow::{Context as _, ensure};

/// Notes that each device writes.
const NOTES: usize = 8;

/// Names of the notes of a device, as a list shows them.
fn listed(device: &Device) -> anyhow::Result<Vec<String>> {
    let notes = device.json(&["note", "list"])?;
    let texts = notes.as_array().into_iter().flatten().filter_map(|note| note["note"].as_str().map(str::to_owned));
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    Ok(texts)
}

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed_at_random() -> anyhow::Result<()> {
    let mut server = Server::start()?;
    let (one, two) = (Device::new()?, Device::new()?);
    let book = one.path("own").join("lamp.md");
    std::fs::write(&book, "# The lamp\n\nThe keeper lit the lamp at dusk.\n")?;
    one.json(&["import", &book.to_string_lossy()])?;
    one.sign_up(server.address(), "ada")?;
    ensure!(one.sync()? == "in-step");
    two.sign_in(server.address(), "ada", "second")?;
    ensure!(two.sync()? == "in-step");
    let id = one.json(&["list"])?[0]["id"].as_str().unwrap_or_default().to_owned();
    two.json(&["cloud", "fetch", &id])?;

    let notes = if is_exhaustive() { NOTES * 20 } else { NOTES };
    let mut random = SeededRng::new();
    let (over, mut kills) = (AtomicBool::new(false), 0_u32);
    let mut expect: Vec<String> = Vec::new();
    thread::scope(|scope| {
        let write = |device: &Device, name: &str| -> anyhow::Result<Vec<String>> {
            let texts: Vec<String> = (0..notes).map(|number| format!("{name} {number}")).collect();
            for text in &texts {
                device.json(&["note", "add", &id, "at dusk", "--note", text])?;
                // Whatever the server does meanwhile, it is a state and no failure.
                let status = device.sync()?;
                ensure!(["in-step", "waiting"].contains(&status.as_str()), "{status}");
            }
            Ok(texts)
        };
        let writers = [("one", &one), ("two", &two)].map(|(name, device)| scope.spawn(move || write(device, name)));
        let killer = scope.spawn(|| -> anyhow::Result<()> {
            while !over.load(Ordering::Acquire) {
                thread::sleep(Duration::from_millis(random.below(400)));
                server.kill_and_restart()?;
                kills += 1;
            }
            Ok(())
        });
        for writer in writers {
            expect.extend(writer.join().ok().context("a writer panicked")??);
        }
        over.store(true, Ordering::Release);
        killer.join().ok().context("the killer panicked")?
    })?;

    expect.sort();
    // Twice: what the second one sends, the first one fetches.
    for device in [&one, &two, &one] {
        ensure!(device.sync()? == "in-step");
    }
    for device in [&one, &two] {
        ensure!(listed(device)? == expect, "{:?}", listed(device)?);
    }
    note(&format!("sync kills: {kills} of the server while {} notes were written", expect.len()));
    Ok(())
}
