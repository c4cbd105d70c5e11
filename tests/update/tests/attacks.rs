//! What somebody can do who controls the connection or the server, or has stolen a key that is not a root key. Every one
//! of the attacks in `docs/threat-model.md` that concerns updates is refused, each with words of its own, and the client
//! goes on once the attack ends.

use alexandria_release::{Change, KeyFolder, Repository, generate, resign, rotate};
use alexandria_tests_update::{Connection, Disturbance, Publisher};
use alexandria_update::{Channel, FetchError, ReleaseSource as _, SourceError, UpdateRole};
use anyhow::{Context as _, ensure};

/// Loads once undisturbed, disturbs `name`, and checks the refusal; then checks that an undisturbed load still works.
async fn check(name: &str, disturbance: Disturbance, want: impl Fn(&SourceError) -> bool) -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Stable, "1.4.0", b"package").await?;
    let connection = publisher.connection()?;
    let client = publisher.client(&connection, "state")?;
    client.load().await.context("undisturbed")?;
    connection.disturb(name, disturbance.clone());
    expect_refusal(&client.load().await.map(|_| ()), &want, &format!("{name} {disturbance:?}"))?;
    connection.restore();
    client.load().await.context("after the attack")?;
    Ok(())
}

fn expect_refusal(
    result: &Result<(), SourceError>,
    want: &impl Fn(&SourceError) -> bool,
    what: &str,
) -> anyhow::Result<()> {
    match result {
        Ok(()) => anyhow::bail!("{what} was accepted"),
        Err(error) => {
            ensure!(want(error), "{what} was refused for another reason: {error:?}");
            Ok(())
        }
    }
}

#[tokio::test]
async fn endless_metadata_is_cut_off() -> anyhow::Result<()> {
    for name in ["timestamp.json", "2.root.json", ".snapshot.json", ".stable.json"] {
        check(name, Disturbance::Endless, |error| matches!(error, SourceError::TooLarge)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn truncated_metadata_is_refused() -> anyhow::Result<()> {
    check("timestamp.json", Disturbance::Truncate(100), |error| matches!(error, SourceError::Malformed(_))).await?;
    for name in [".snapshot.json", ".targets.json", ".stable.json"] {
        check(name, Disturbance::Truncate(100), |error| matches!(error, SourceError::Mismatch("hashes"))).await?;
    }
    Ok(())
}

#[tokio::test]
async fn error_of_the_server_is_not_taken_for_an_answer() -> anyhow::Result<()> {
    for name in ["timestamp.json", ".snapshot.json", ".targets.json", ".beta.json"] {
        check(name, Disturbance::Fail, |error| matches!(error, SourceError::Fetch(FetchError::Failed(_)))).await?;
        check(name, Disturbance::Hide, |error| matches!(error, SourceError::Fetch(FetchError::NotFound))).await?;
    }
    // The library takes any error on the next root for "there is none".
    check("2.root.json", Disturbance::Fail, |error| matches!(error, SourceError::Fetch(FetchError::Failed(_)))).await
}

#[tokio::test]
async fn replayed_timestamp_is_a_rollback() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let old = std::fs::read(publisher.metadata("timestamp.json"))?;
    publisher.release(Channel::Stable, "1.4.0", b"package").await?;
    let connection = publisher.connection()?;
    let client = publisher.client(&connection, "state")?;
    client.load().await?;
    connection.disturb("timestamp.json", Disturbance::Replace(old));
    let rollback = |error: &SourceError| matches!(error, SourceError::Rollback(UpdateRole::Timestamp));
    expect_refusal(&client.load().await.map(|_| ()), &rollback, "an old timestamp")?;
    // The same if the record of the metadata is lost, but not that of the versions.
    std::fs::remove_dir_all(publisher.path("state/metadata"))?;
    let rollback = |error: &SourceError| matches!(error, SourceError::Rollback(_));
    expect_refusal(&client.load().await.map(|_| ()), &rollback, "an old timestamp without a record")
}

#[tokio::test]
async fn repository_that_is_not_signed_any_more_expires() -> anyhow::Result<()> {
    let publisher = Publisher::new(8).await?;
    let client = publisher.client(&publisher.connection()?, "state")?;
    let expired = |error: &SourceError| matches!(error, SourceError::Expired(UpdateRole::Timestamp));
    expect_refusal(&client.load().await.map(|_| ()), &expired, "a timestamp of last week")
}

#[tokio::test]
async fn parts_of_different_times_do_not_mix() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let old = std::fs::read(publisher.metadata("1.stable.json"))?;
    publisher.release(Channel::Stable, "1.4.0", b"package").await?;
    let connection = publisher.connection()?;
    connection.disturb("3.stable.json", Disturbance::Replace(old));
    let mixed = |error: &SourceError| matches!(error, SourceError::Mismatch("hashes"));
    expect_refusal(&publisher.client(&connection, "state")?.load().await.map(|_| ()), &mixed, "an old list")
}

#[tokio::test]
async fn metadata_of_other_keys_is_refused() -> anyhow::Result<()> {
    let (ours, foreign) = (Publisher::new(0).await?, Publisher::new(0).await?);
    foreign.release(Channel::Stable, "9.9.9", b"malware").await?;
    let connection = Connection::new(&foreign.layout())?;
    let unsigned = |error: &SourceError| matches!(error, SourceError::Signature(UpdateRole::Timestamp));
    expect_refusal(&ours.client(&connection, "state")?.load().await.map(|_| ()), &unsigned, "foreign metadata")
}

/// Gives the publisher the beta key in the place of another: what somebody can sign who has stolen that key.
async fn with_beta_key_as(name: &str) -> anyhow::Result<(Publisher, anyhow::Result<()>)> {
    let publisher = Publisher::new(0).await?;
    std::fs::copy(publisher.keys().file("beta"), publisher.keys().file(name))?;
    let staged = publisher.staged("6.6.6", b"malware")?;
    let made = publisher.make(Change::Publish { channel: Channel::Stable, staged }).await;
    Ok((publisher, made))
}

#[tokio::test]
async fn stolen_beta_key_cannot_sign_the_stable_list() -> anyhow::Result<()> {
    let (_, made) = with_beta_key_as("stable").await?;
    let error = made.err().context("the tool signs with the wrong key")?;
    ensure!(format!("{error:#}").contains("is this the key of stable"), "{error:#}");
    Ok(())
}

#[tokio::test]
async fn stolen_beta_key_cannot_list_a_stable_release() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Beta, "6.6.6", b"malware").await?;
    // The list of beta, with a path of stable, signed again with the beta key.
    let mut repository = Repository::open(&publisher.layout(), publisher.now)?;
    let change = Change::Rollout { channel: Channel::Beta, version: "6.6.6".parse()?, basis_points: 0 };
    let mut edit = repository.plan(&change)?;
    edit.rename_targets("beta/", "stable/")?;
    repository.sign(edit, &publisher.keys()).await?;
    resign(&repository, &publisher.keys()).await?;
    let foreign = |error: &SourceError| matches!(error, SourceError::ForeignPath);
    let client = publisher.client(&publisher.connection()?, "state")?;
    expect_refusal(&client.load().await.map(|_| ()), &foreign, "a stable path in the list of beta")
}

#[tokio::test]
async fn rotated_keys_are_followed_and_revoked_ones_refused() -> anyhow::Result<()> {
    let mut publisher = Publisher::new(1).await?;
    publisher.release(Channel::Stable, "1.4.0", b"package").await?;
    let connection = publisher.connection()?;
    let client = publisher.client(&connection, "state")?;
    client.load().await?;
    // Somebody who had the timestamp key raised the version as far as it goes.
    for _ in 0..3 {
        publisher.now = publisher.now.checked_sub(jiff::SignedDuration::from_hours(1))?;
        publisher.resign_later().await?;
    }
    client.load().await?;
    let revoked = std::fs::read(publisher.metadata("timestamp.json"))?;

    let new = publisher.path("new-keys");
    std::fs::create_dir(&new)?;
    for name in ["root-3", "snapshot", "timestamp", "stable"] {
        generate(&new.join(format!("{name}.key")))?;
    }
    let done = rotate(&publisher.layout(), &publisher.keys(), &KeyFolder::new(&new), publisher.now).await?;
    ensure!(done.transcript.contains("replaced the key timestamp"), "{}", done.transcript);
    for name in ["root-3", "snapshot", "timestamp", "stable"] {
        std::fs::copy(new.join(format!("{name}.key")), publisher.keys().file(name))?;
    }
    publisher.resign_later().await?;
    let releases = client.load().await.context("after the rotation")?;
    ensure!(releases.artifacts.len() == 2, "the release is lost");
    publisher.release(Channel::Stable, "1.4.1", b"next").await?;
    client.load().await.context("a release signed with the new key")?;

    connection.disturb("timestamp.json", Disturbance::Replace(revoked));
    let unsigned = |error: &SourceError| matches!(error, SourceError::Signature(UpdateRole::Timestamp));
    expect_refusal(&client.load().await.map(|_| ()), &unsigned, "a timestamp of the revoked key")?;
    // With the new root hidden as well, everything would be consistent, but old.
    connection.disturb("2.root.json", Disturbance::Hide);
    let old_root = |error: &SourceError| !matches!(error, SourceError::Fetch(_));
    expect_refusal(&client.load().await.map(|_| ()), &old_root, "the root before the rotation")?;
    connection.restore();
    client.load().await?;
    Ok(())
}

#[tokio::test]
async fn hidden_root_is_a_rollback() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let before: Vec<_> =
        publisher.files()?.into_iter().map(|path| Ok((std::fs::read(&path)?, path))).collect::<anyhow::Result<_>>()?;
    let new = publisher.path("new-keys");
    std::fs::create_dir(&new)?;
    generate(&new.join("root-1.key"))?;
    rotate(&publisher.layout(), &publisher.keys(), &KeyFolder::new(&new), publisher.now).await?;
    let connection = publisher.connection()?;
    let client = publisher.client(&connection, "state")?;
    client.load().await?;
    for (bytes, path) in before {
        let name = path.file_name().context("a name")?.to_string_lossy().into_owned();
        connection.disturb(&name, Disturbance::Replace(bytes));
    }
    connection.disturb("2.root.json", Disturbance::Hide);
    let rollback = |error: &SourceError| matches!(error, SourceError::Rollback(UpdateRole::Root));
    expect_refusal(&client.load().await.map(|_| ()), &rollback, "the root before")
}

#[tokio::test]
async fn root_needs_two_of_the_three_keys() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    std::fs::remove_file(publisher.keys().file("root-1"))?;
    std::fs::remove_file(publisher.keys().file("root-2"))?;
    let new = publisher.path("new-keys");
    std::fs::create_dir(&new)?;
    generate(&new.join("beta.key"))?;
    let rotated = rotate(&publisher.layout(), &publisher.keys(), &KeyFolder::new(&new), publisher.now).await;
    let error = rotated.err().context("one root key is enough")?;
    ensure!(format!("{error:#}").contains("too few"), "{error:#}");
    Ok(())
}

#[tokio::test]
async fn program_without_a_valid_root_says_so() -> anyhow::Result<()> {
    let mut publisher = Publisher::new(0).await?;
    for root in [b"".to_vec(), b"{}".to_vec(), publisher.root.iter().map(|byte| byte ^ (byte & 1)).collect()] {
        publisher.root = root;
        let client = publisher.client(&publisher.connection()?, "state")?;
        expect_refusal(&client.load().await.map(|_| ()), &|error| matches!(error, SourceError::NoRoot), "no root")?;
    }
    Ok(())
}

#[tokio::test]
async fn clock_that_was_wrong_does_not_end_updates() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let client = publisher.client(&publisher.connection()?, "state")?;
    client.load().await?;
    let file = publisher.path("state/metadata/latest_known_time.json");
    let set = |hours: i64| -> anyhow::Result<()> {
        let time = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(hours))?;
        Ok(std::fs::write(&file, serde_json::to_vec(&time)?)?)
    };
    set(2)?;
    expect_refusal(&client.load().await.map(|_| ()), &|error| matches!(error, SourceError::ClockBehind), "the past")?;
    // Two years ahead, and back: the recorded time cannot be right.
    set(2 * 365 * 24)?;
    client.load().await?;
    Ok(())
}

#[tokio::test]
async fn error_quotes_unsigned_metadata_as_plain_text() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let root = String::from_utf8(publisher.root.clone())?;
    let hostile = root.replacen("ed25519", "\\u001b]0;x\\u0007\\n\\u202e", 1);
    ensure!(hostile != root, "there is no key type to replace");
    let connection = publisher.connection()?;
    connection.disturb("2.root.json", Disturbance::Replace(hostile.into()));
    let error = publisher.client(&connection, "state")?.load().await.err().context("accepted")?;
    ensure!(matches!(error, SourceError::Malformed(_)), "{error:?}");
    let message = error.to_string();
    ensure!(!message.chars().any(|c| c.is_control() || c == '\u{202e}'), "{message:?}");
    ensure!(message.contains("]0;x"), "the cause is missing: {message}");
    Ok(())
}

/// Any changed byte anywhere is refused: 400 random bytes of all files, one at a time.
#[tokio::test]
async fn any_changed_byte_of_any_file_is_refused() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Stable, "1.4.0", b"package").await?;
    let connection = publisher.connection()?;
    publisher.client(&connection, "state")?.load().await?;
    let used = connection.take_requests();
    let mut seed: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(below).unwrap_or(1)).unwrap_or_default()
    };
    let files: Vec<_> =
        publisher.files()?.into_iter().filter(|path| used.iter().any(|name| path.ends_with(name))).collect();
    ensure!(files.len() >= 4, "the client uses {used:?}");
    for round in 0..400 {
        let path = &files[round % files.len()];
        let original = std::fs::read(path)?;
        let at = random(original.len());
        let mut changed = original.clone();
        changed[at] ^= 1 << random(8);
        let name = path.file_name().context("a name")?.to_string_lossy().into_owned();
        if is_same_json(&original, &changed) {
            continue;
        }
        connection.disturb(&name, Disturbance::Replace(changed));
        let loaded = publisher.client(&connection, &format!("state-{round}"))?.load().await;
        ensure!(loaded.is_err(), "bit changed in byte {at} of {name}, and it was accepted");
        connection.restore();
    }
    Ok(())
}

/// Whether the change is not in what is signed. White space outside of strings is not, and of the timestamp no other file
/// has the hash. Nor is the case of hexadecimal digits, nor `_type`: the library verifies the signature of the role that it
/// asked for.
fn is_same_json(a: &[u8], b: &[u8]) -> bool {
    let value = |bytes: &[u8]| {
        let mut value = serde_json::from_slice::<serde_json::Value>(&bytes.to_ascii_lowercase()).ok()?;
        value.get_mut("signed")?.as_object_mut()?.remove("_type")?;
        Some(value)
    };
    value(a).is_some() && value(a) == value(b)
}
