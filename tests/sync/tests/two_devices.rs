//! Two devices with the command: what one changes, the other has; and what happens when the server does not answer.

use alexandria_tests_sync::{Device, Server};
use anyhow::ensure;

const STORY: &str = "# The lamp\n\nThe keeper lit the lamp at dusk.\n\nA ship answered with three short blasts.\n";

/// A device with an account and a book.
fn first(server: &Server) -> anyhow::Result<Device> {
    let device = Device::new()?;
    let book = device.path("own").join("lamp.md");
    std::fs::write(&book, STORY)?;
    device.json(&["import", &book.to_string_lossy()])?;
    device.sign_up(server.address(), "ada")?;
    Ok(device)
}

#[test]
fn second_device_gets_books_notes_and_what_was_renamed() -> anyhow::Result<()> {
    let server = Server::start()?;
    let one = first(&server)?;
    let id = one.json(&["list"])?[0]["id"].as_str().unwrap_or_default().to_owned();
    one.json(&["note", "add", &id, "three short blasts", "--note", "Morse?"])?;
    ensure!(one.sync()? == "in-step");

    let two = Device::new()?;
    two.sign_in(server.address(), "ada", "second")?;
    ensure!(two.sync()? == "in-step");
    let cloud = two.json(&["cloud", "list"])?;
    ensure!(cloud[0]["title"] == "The lamp" && cloud[0]["available"] == true, "{cloud}");
    ensure!(cloud[0]["id"].as_str() == Some(&id), "the account names a book alike everywhere: {cloud}");
    two.json(&["cloud", "fetch", &id])?;
    ensure!(two.json(&["cloud", "list"])?.as_array().is_some_and(Vec::is_empty));
    let hits = two.json(&["search", "--mode", "exact", "lamp"])?;
    ensure!(hits.to_string().contains(&id), "{hits}");
    let notes = two.json(&["note", "list"])?;
    ensure!(notes[0]["note"] == "Morse?", "{notes}");

    // And back.
    two.json(&["note", "add", &id, "at dusk", "--note", "When is dusk there?"])?;
    ensure!(two.sync()? == "in-step" && one.sync()? == "in-step");
    let notes = one.json(&["note", "list"])?.to_string();
    ensure!(notes.contains("When is dusk there?") && notes.contains("Morse?"), "{notes}");
    let devices = one.json(&["devices", "list"])?.to_string();
    ensure!(devices.contains("first") && devices.contains("second"), "{devices}");
    Ok(())
}

#[test]
fn removed_device_gets_nothing_new_and_the_others_go_on() -> anyhow::Result<()> {
    let server = Server::start()?;
    let one = first(&server)?;
    ensure!(one.sync()? == "in-step");
    let (two, three) = (Device::new()?, Device::new()?);
    for (device, name) in [(&two, "lost"), (&three, "kept")] {
        device.sign_in(server.address(), "ada", name)?;
        ensure!(device.sync()? == "in-step");
    }
    let devices = one.json(&["devices", "list"])?;
    let lost = devices.as_array().into_iter().flatten().find(|device| device["name"] == "lost");
    let lost = lost.and_then(|device| device["id"].as_str()).unwrap_or_default().to_owned();
    let password = one.path("password");
    one.json(&["devices", "remove", &lost, "--password-file", &password.to_string_lossy()])?;

    // What is written now has new keys.
    let id = one.json(&["list"])?[0]["id"].as_str().unwrap_or_default().to_owned();
    one.json(&["note", "add", &id, "at dusk", "--note", "after the removal"])?;
    ensure!(one.sync()? == "in-step");
    ensure!(three.sync()? == "in-step");
    three.json(&["cloud", "fetch", &id])?;
    ensure!(three.json(&["note", "list"])?.to_string().contains("after the removal"));
    let (code, message) = two.failure(&["sync", "--once"])?;
    ensure!(code == "permission-denied", "{code}: {message}");
    // What it had stays, and it can leave.
    two.json(&["account", "sign-out"])?;
    ensure!(two.json(&["account", "show"])?["account"].is_null());
    // Someone who signs in now gets everything, old and new.
    let four = Device::new()?;
    four.sign_in(server.address(), "ada", "new")?;
    ensure!(four.sync()? == "in-step");
    four.json(&["cloud", "fetch", &id])?;
    ensure!(four.json(&["note", "list"])?.to_string().contains("after the removal"));
    Ok(())
}

/// Trap 24 (two keys for ids): a library that has books joins. What both have is one book afterwards, with the notes of both; what
/// was deleted there and is here stays.
#[test]
fn library_with_books_joins_the_account() -> anyhow::Result<()> {
    let server = Server::start()?;
    let one = first(&server)?;
    let deleted = one.path("own").join("gone.md");
    std::fs::write(&deleted, "# The harbour\n\nNothing moved in the harbour.\n")?;
    one.json(&["import", &deleted.to_string_lossy()])?;
    let of_title = |device: &Device, title: &str| -> anyhow::Result<String> {
        let books = device.json(&["list"])?;
        let found = books.as_array().into_iter().flatten().find(|book| book["title"] == title);
        Ok(found.and_then(|book| book["id"].as_str()).unwrap_or_default().to_owned())
    };
    let lamp = of_title(&one, "The lamp")?;
    one.json(&["note", "add", &lamp, "three short blasts", "--note", "Morse?"])?;
    one.json(&["remove", "--forever", &of_title(&one, "The harbour")?])?;
    ensure!(one.sync()? == "in-step");

    let two = Device::new()?;
    for name in ["lamp.md", "gone.md"] {
        two.json(&["import", &one.path("own").join(name).to_string_lossy()])?;
    }
    let own = two.path("own").join("own.md");
    std::fs::write(&own, "# The storm\n\nThe storm came from the west.\n")?;
    two.json(&["import", &own.to_string_lossy()])?;
    let before = of_title(&two, "The lamp")?;
    ensure!(before != lamp, "two libraries name a book alike");
    two.json(&["note", "add", &before, "at dusk", "--note", "When is that?"])?;
    two.sign_in_with_books(server.address(), "ada", "second")?;
    ensure!(of_title(&two, "The lamp")? == lamp, "the book has another id than in the account");
    let hits = two.json(&["search", "--mode", "exact", "storm"])?.to_string();
    ensure!(hits.contains(&of_title(&two, "The storm")?), "{hits}");
    two.json(&["doctor"])?;
    ensure!(two.sync()? == "in-step" && one.sync()? == "in-step" && two.sync()? == "in-step");

    for device in [&one, &two] {
        let notes = device.json(&["note", "list"])?.to_string();
        ensure!(notes.contains("Morse?") && notes.contains("When is that?"), "{notes}");
        let titles: std::collections::BTreeSet<String> =
            [device.json(&["list"])?, device.json(&["cloud", "list"])?].iter().flat_map(titles).collect();
        ensure!(titles == ["The harbour", "The lamp", "The storm"].map(String::from).into(), "{titles:?}");
    }
    let storm = of_title(&two, "The storm")?;
    one.json(&["cloud", "fetch", &storm])?;
    ensure!(one.json(&["search", "--mode", "exact", "storm"])?.to_string().contains(&storm));
    Ok(())
}

fn titles(books: &serde_json::Value) -> Vec<String> {
    let title = |book: &serde_json::Value| book["title"].as_str().map(str::to_owned);
    books.as_array().into_iter().flatten().filter_map(title).collect()
}

#[test]
fn changes_wait_for_a_server_that_is_away() -> anyhow::Result<()> {
    let mut server = Server::start()?;
    let one = first(&server)?;
    ensure!(one.sync()? == "in-step");
    server.kill()?;
    let id = one.json(&["list"])?[0]["id"].as_str().unwrap_or_default().to_owned();
    one.json(&["note", "add", &id, "at dusk", "--note", "written offline"])?;
    ensure!(one.sync()? == "waiting");
    server.kill_and_restart()?;
    ensure!(one.sync()? == "in-step");
    let two = Device::new()?;
    two.sign_in(server.address(), "ada", "second")?;
    ensure!(two.sync()? == "in-step");
    two.json(&["cloud", "fetch", &id])?;
    ensure!(two.json(&["note", "list"])?.to_string().contains("written offline"));
    Ok(())
}

#[test]
fn account_refuses_what_cannot_be() -> anyhow::Result<()> {
    let server = Server::start()?;
    let one = first(&server)?;
    let password = one.path("password");
    let wrong = one.path("wrong");
    std::fs::write(&wrong, "another password altogether")?;
    let sign_in = |device: &Device, name: &str, file: &std::path::Path| {
        let file = file.to_string_lossy();
        device.failure(&["account", "sign-in", "--server", server.address(), "--name", name, "--password-file", &file])
    };
    // In an account already, and without one.
    ensure!(sign_in(&one, "ada", &password)?.1.contains("signed in to an account already"));
    let two = Device::new()?;
    two.json(&["import", &one.path("own").join("lamp.md").to_string_lossy()])?;
    ensure!(two.failure(&["sync", "--once"])?.1.contains("not signed in"));
    // A library with books, a wrong password, a name that nobody has: the same answer for the last two.
    ensure!(sign_in(&two, "ada", &password)?.1.contains("has 1 books already"));
    ensure!(two.json(&["account", "show"])?["account"].is_null());
    let three = Device::new()?;
    let refused = [sign_in(&three, "ada", &wrong)?, sign_in(&three, "nobody", &password)?];
    ensure!(refused[0] == refused[1], "{refused:?}");
    ensure!(three.json(&["account", "show"])?["account"].is_null());
    // Not a server, and not one that can be trusted.
    let away = ["account", "sign-in", "--name", "ada", "--password-file", &password.to_string_lossy(), "--server"];
    for (server, expect) in [("http://127.0.0.1:9", "offline"), ("http://books.example.org", "invalid-input")] {
        let (code, message) = three.failure(&[away.as_slice(), &[server]].concat())?;
        ensure!(code == expect, "{server}: {code}: {message}");
    }
    Ok(())
}

#[test]
fn recovery_code_opens_the_account() -> anyhow::Result<()> {
    let server = Server::start()?;
    let one = first(&server)?;
    ensure!(one.sync()? == "in-step");
    let two = Device::new()?;
    let code = one.path("account-code");
    let arguments = ["account", "sign-in", "--server", server.address(), "--name", "ada", "--code-file"];
    let output = two.run(&[arguments.as_slice(), &[&code.to_string_lossy()]].concat())?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    // Another device was active a moment ago: whoever has found the code has to wait, and the owner can act.
    ensure!(!output.status.success() && errors.contains("recovery has to wait"), "{errors}");
    Ok(())
}
