//! The record of what this device has verified: deleted, restored from an older copy, used by two programs at once, or
//! written while the clock was wrong.

use std::io::Read as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use alexandria_net::{Client, Feature, NetError, NetworkLog, Permissions};
use alexandria_tests_skip::{Requirement, skip};
use alexandria_tests_update::{Publisher, Server};
use alexandria_update::{
    Channel, RecordError, ReleaseSource as _, RoleVersions, SourceError, TufSource, UpdateRole, VersionRecord,
};
use anyhow::{Context as _, ensure};
use url::Url;

/// A second record, as the database of a library is one.
#[derive(Debug, Default)]
struct InMemory {
    versions: Mutex<Option<(String, RoleVersions)>>,
    is_broken: bool,
}

impl VersionRecord for InMemory {
    fn load(&self, repository: &str) -> Result<RoleVersions, RecordError> {
        if self.is_broken {
            return Err("damaged".into());
        }
        let recorded = self.versions.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(recorded.filter(|(of, _)| of == repository).map(|(_, versions)| versions).unwrap_or_default())
    }

    fn save(&self, repository: &str, versions: &RoleVersions) -> Result<(), RecordError> {
        if self.is_broken {
            return Err("damaged".into());
        }
        *self.versions.lock().unwrap_or_else(PoisonError::into_inner) = Some((repository.to_owned(), versions.clone()));
        Ok(())
    }
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// A client that remembers in `record`, beside its state folder `state`.
fn client(publisher: &Publisher, record: &Arc<InMemory>) -> anyhow::Result<TufSource> {
    let record: Arc<dyn VersionRecord> = Arc::clone(record) as _;
    Ok(publisher.client(&publisher.connection()?, "state")?.with_record(record))
}

/// Serves the repository as it was before.
fn serve_again(publisher: &Publisher, before: &Path) -> anyhow::Result<()> {
    let served = publisher.path("served");
    std::fs::remove_dir_all(&served)?;
    Ok(copy_folder(before, &served)?)
}

#[tokio::test]
async fn deleted_or_restored_folder_is_noticed_by_the_second_record() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let (record, state) = (Arc::new(InMemory::default()), publisher.path("state"));
    client(&publisher, &record)?.load().await?;
    copy_folder(&publisher.path("served"), &publisher.path("before"))?;
    copy_folder(&state, &publisher.path("older-state"))?;
    publisher.release(Channel::Stable, "1.4.0", b"package").await?;
    client(&publisher, &record)?.load().await?;
    let recorded = record.load(publisher.repository()?.metadata.as_ref()).map_err(anyhow::Error::from_boxed)?;
    copy_folder(&publisher.path("served"), &publisher.path("now"))?;

    serve_again(&publisher, &publisher.path("before"))?;
    for restored in [true, false] {
        std::fs::remove_dir_all(&state)?;
        if restored {
            copy_folder(&publisher.path("older-state"), &state)?;
        }
        let older = client(&publisher, &record)?.load().await.err().with_context(|| format!("restored: {restored}"))?;
        ensure!(matches!(older, SourceError::StateReplaced(_)), "restored: {restored}: {older:?}");
        ensure!(older.to_string().contains("deleted or replaced"), "{older}");
        // Without the record the folder is all there is.
        publisher.client(&publisher.connection()?, "other")?.load().await?;
    }
    ensure!(record.load(publisher.repository()?.metadata.as_ref()).is_ok_and(|now| now == recorded), "lowered");
    // The record of another repository says nothing about this one.
    let foreign = InMemory::default();
    foreign.save("https://elsewhere.invalid/", &recorded).map_err(anyhow::Error::from_boxed)?;
    client(&publisher, &Arc::new(foreign))?.load().await?;

    serve_again(&publisher, &publisher.path("now"))?;
    client(&publisher, &record)?.load().await.context("after the attack")?;
    Ok(())
}

#[tokio::test]
async fn second_record_that_is_broken_does_not_end_updates() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let old = std::fs::read(publisher.metadata("timestamp.json"))?;
    publisher.release(Channel::Stable, "1.4.0", b"package").await?;
    let record = Arc::new(InMemory { is_broken: true, ..InMemory::default() });
    client(&publisher, &record)?.load().await?;
    // The folder's own record still counts.
    std::fs::write(publisher.metadata("timestamp.json"), old)?;
    let older = client(&publisher, &record)?.load().await.err().context("an old timestamp")?;
    ensure!(matches!(older, SourceError::Rollback(UpdateRole::Timestamp)), "{older:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn loads_of_two_programs_take_turns() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Stable, "1.4.0", b"package").await?;
    let loads = (0..16).map(|_| {
        let source = publisher.connection().and_then(|connection| publisher.client(&connection, "state"));
        tokio::spawn(async move { Ok::<_, anyhow::Error>(source?.load().await?.artifacts.len()) })
    });
    for load in loads.collect::<Vec<_>>() {
        ensure!(load.await?? == 2, "a release is lost");
    }
    Ok(())
}

/// The answer of `load-metadata` with the clock `ahead`, such as `+2y`.
fn load_with_clock(publisher: &Publisher, address: &str, ahead: &str) -> anyhow::Result<String> {
    let output = Command::new("faketime")
        .args(["-f", ahead, env!("CARGO_BIN_EXE_load-metadata")])
        .args([publisher.path("root.json"), publisher.path("state")])
        .arg(address)
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn clock_that_was_two_years_ahead_leaves_nothing_behind() -> anyhow::Result<()> {
    if Command::new("faketime").arg("--version").output().is_err() {
        skip(Requirement::Tools, "faketime is not installed");
        return Ok(());
    }
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Stable, "1.4.0", b"package").await?;
    std::fs::write(publisher.path("root.json"), &publisher.root)?;
    let server = Server::start(publisher.path("served"))?;
    let check = |ahead: &str, want: &str| -> anyhow::Result<()> {
        let answer = load_with_clock(&publisher, server.address(), ahead)?;
        ensure!(answer == want, "with the clock {ahead}: {answer}, not {want}");
        Ok(())
    };
    check("+0", "2 artifacts, not stale")?;
    check("+2y", "Expired(Root), stale")?;
    check("+0", "2 artifacts, not stale")?;
    // Within the validity, so that a time in the future is recorded: it is forgotten.
    check("+3d", "2 artifacts, not stale")?;
    check("+0", "2 artifacts, not stale")?;
    // A little behind: said as what it is, and over with the right time.
    check("-2h", "ClockBehind, not stale")?;
    check("+0", "2 artifacts, not stale")
}

#[derive(Debug)]
struct Allowed;

impl Permissions for Allowed {
    fn allows(&self, _: Feature) -> bool {
        true
    }
}

/// The verifier and the HTTP client each bring a cryptographic library. With two of them in one program, a TLS client that
/// takes "the" library panics.
#[tokio::test(flavor = "multi_thread")]
async fn client_speaks_tls_after_metadata_was_verified() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.client(&publisher.connection()?, "state")?.load().await?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = Url::parse(&format!("https://{}/u/v1/", listener.local_addr()?))?;
    let hello = std::thread::spawn(move || -> std::io::Result<[u8; 3]> {
        let (mut connection, _) = listener.accept()?;
        let mut head = [0; 3];
        connection.read_exact(&mut head)?;
        Ok(head)
    });
    let client = Client::new(NetworkLog::open(&publisher.path("network.jsonl"))?, Arc::new(Allowed))?;
    let answer = client.get(Feature::Updates, &url, 0).await;
    let head = hello.join().map_err(|_| anyhow::anyhow!("the server failed"))??;
    // A TLS record of the type "handshake".
    ensure!(head[..2] == [0x16, 0x03], "the client sent {head:?}");
    ensure!(matches!(answer, Err(NetError::Unreachable(_))), "{answer:?}");
    Ok(())
}
