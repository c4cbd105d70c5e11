//! After a whole session nothing of the library is in what the server was sent or has answered, on its disk, in its log or in its
//! metrics, nor on the devices' disks.
//!
//! The server's database is encrypted with a key beside it, so its disk alone would show nothing. What it was sent is all that it can know.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use alexandria_tests_atrest::canary::{Canary, Scan, scan};
use alexandria_tests_support::{PASSPHRASE, note};
use alexandria_tests_sync::{Device, PASSWORD, Recorder, Server};
use anyhow::ensure;

/// The answer to a plain request, with its head.
fn get(address: &str, path: &str) -> anyhow::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address.trim_start_matches("http://"))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// What is found in a folder.
fn found(folder: &Path, canaries: &[Canary]) -> anyhow::Result<Scan> {
    let mut result = Scan::default();
    scan(folder, canaries, &mut result)?;
    Ok(result)
}

#[test]
fn nothing_of_the_library_is_readable_on_the_server_or_on_disk() -> anyhow::Result<()> {
    let recorder = Recorder::start()?;
    let server = Server::start_behind(Some(recorder.address().to_owned()))?;
    recorder.forward_to(server.address());
    let canaries: Vec<Canary> = ["title", "text", "note", "tag", "file", "device"]
        .iter()
        .zip(1..)
        .map(|(name, seed)| Canary::new(name, seed))
        .chain([PASSWORD, PASSPHRASE].map(Canary::from_secret))
        .collect();
    let word = |number: usize| canaries[number].word().to_owned();

    let login = Canary::new("login", 9);
    let (one, two) = (Device::new()?, Device::new()?);
    let book = one.path("own").join(format!("{}.md", word(4)));
    std::fs::write(&book, format!("# {}\n\nThe keeper said {} and lit the lamp.\n", word(0), word(1)))?;
    one.json(&["import", &book.to_string_lossy()])?;
    one.sign_up(recorder.address(), login.word())?;
    let id = one.json(&["list"])?[0]["id"].as_str().unwrap_or_default().to_owned();
    one.json(&["note", "add", &id, "lit the lamp", "--note", &word(2), "--tag", &word(3)])?;
    ensure!(one.sync()? == "in-step");
    two.sign_in(recorder.address(), login.word(), &word(5))?;
    ensure!(two.sync()? == "in-step");
    two.json(&["cloud", "fetch", &id])?;
    ensure!(two.json(&["note", "list"])?.to_string().contains(&word(2)), "the session did what it was to do");
    let devices = one.json(&["devices", "list"])?;
    let other = devices.as_array().into_iter().flatten().find(|device| device["this_device"] == false);
    let other = other.and_then(|device| device["id"].as_str()).unwrap_or_default().to_owned();
    ensure!(devices.to_string().contains(&word(5)), "the name of the device is known to the other: {devices}");
    one.json(&["devices", "remove", &other, "--password-file", &one.path("password").to_string_lossy()])?;
    ensure!(one.sync()? == "in-step");

    let on_server = found(&server.folder(), &canaries)?;
    ensure!(on_server.matches.is_empty(), "readable on the server: {:?}", on_server.matches);
    let metrics = get(server.admin(), "/metrics")?;
    ensure!(metrics.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&metrics));
    for canary in &canaries {
        ensure!(!canary.is_in(&metrics), "{} is in the metrics", canary.word());
    }
    let traffic = recorder.bytes();
    for canary in &canaries {
        ensure!(!canary.is_in(&traffic), "{} was sent", canary.word());
    }
    ensure!(login.is_in(&traffic), "the scan finds what the server has to be told: the name to sign in with");
    ensure!(found(&server.folder(), &[login])?.matches.is_empty(), "not even that is readable on the server's disk");

    let mut bytes = on_server.bytes + traffic.len() as u64;
    for device in [&one, &two] {
        // What the reader wrote themselves, and the files with secrets, are in other folders.
        for folder in ["library", "home", "tmp", "runtime"] {
            let on_disk = found(&device.path(folder), &canaries)?;
            ensure!(on_disk.matches.is_empty(), "readable on a device: {:?}", on_disk.matches);
            bytes += on_disk.bytes;
        }
    }
    note(&format!("sync canaries: {} searched in {bytes} bytes of traffic, a server and two devices", canaries.len()));
    Ok(())
}
