//! From the publisher's steps to what a client is offered, and the download of it.

use alexandria_release::{Change, Repository, Staged, bundle, verify};
use alexandria_tests_update::{Connection, Disturbance, Publisher, TARGET};
use alexandria_update::{
    Artifact, Channel, Decision, DownloadError, Fetch, FetchError, ReleaseSource as _, SourceError, Trigger, TufSource,
    UpdateFile, decide, download,
};
use anyhow::{Context as _, ensure};
use url::Url;

/// What an installation of `at` is offered: `1.4.0`, `back 1.3.0`, or the decision's name.
async fn offered(publisher: &Publisher, at: &str, channel: Channel, trigger: Trigger) -> anyhow::Result<String> {
    let releases = publisher.client(&publisher.connection()?, "state")?.load().await?;
    Ok(match decide(&releases, &Publisher::installation(at)?, channel, trigger, &[]) {
        Decision::Update(artifact) => artifact.release.version.to_string(),
        Decision::RollBack(artifact) => format!("back {}", artifact.release.version),
        other => format!("{other:?}"),
    })
}

async fn check(publisher: &Publisher, at: &str, channel: Channel, want: &str) -> anyhow::Result<()> {
    let offered = offered(publisher, at, channel, Trigger::Automatic).await?;
    ensure!(offered == want, "{at} is offered {offered}, not {want}");
    Ok(())
}

async fn refused(publisher: &Publisher, change: Change, want: &str) -> anyhow::Result<()> {
    let error = publisher.make(change).await.err().with_context(|| format!("allowed, but: {want}"))?;
    ensure!(format!("{error:#}").contains(want), "{error:#}");
    Ok(())
}

#[tokio::test]
async fn release_goes_through_beta_to_stable_and_is_taken_back() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Stable, "1.3.0", b"the program 1.3.0").await?;
    let staged = publisher.staged("1.4.0", b"the program 1.4.0")?;
    publisher.make(Change::Publish { channel: Channel::Beta, staged }).await?;
    check(&publisher, "1.3.0", Channel::Beta, "UpToDate").await?;
    ensure!(offered(&publisher, "1.3.0", Channel::Beta, Trigger::User).await? == "UpToDate", "offered at 0 %");
    publisher.roll_out(Channel::Beta, "1.4.0", 10_000).await?;
    check(&publisher, "1.3.0", Channel::Beta, "1.4.0").await?;
    check(&publisher, "1.3.0", Channel::Stable, "UpToDate").await?;

    publisher.make(Change::Promote { version: "1.4.0".parse()? }).await?;
    check(&publisher, "1.3.0", Channel::Stable, "UpToDate").await?;
    publisher.roll_out(Channel::Stable, "1.4.0", 10_000).await?;
    check(&publisher, "1.2.0", Channel::Stable, "1.4.0").await?;
    let report = verify(&publisher.layout(), &publisher.root, &publisher.path("verify")).await?;
    let is_it = |one: &&Artifact| one.release.version.to_string() == "1.4.0" && one.release.target == TARGET;
    let hashes: Vec<_> = report.artifacts.iter().filter(is_it).map(|one| one.sha256).collect();
    ensure!(hashes.len() == 2 && hashes[0] == hashes[1], "promotion changed the bytes");

    let back = Change::RollBack { channel: Channel::Stable, from: "1.4.0".parse()?, to: "1.3.0".parse()? };
    publisher.make(back).await?;
    check(&publisher, "1.4.0", Channel::Stable, "back 1.3.0").await?;
    check(&publisher, "1.2.0", Channel::Stable, "1.3.0").await?;
    publisher.release(Channel::Stable, "1.4.1", b"the program 1.4.1").await?;
    check(&publisher, "1.4.0", Channel::Stable, "1.4.1").await
}

#[tokio::test]
async fn step_that_is_repeated_changes_nothing() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let staged = publisher.staged("1.4.0", b"package")?;
    let changes = [
        Change::Publish { channel: Channel::Beta, staged },
        Change::Rollout { channel: Channel::Beta, version: "1.4.0".parse()?, basis_points: 500 },
        Change::Promote { version: "1.4.0".parse()? },
        Change::Block { channel: Channel::Stable, version: "1.4.0".parse()? },
    ];
    for change in changes {
        publisher.make(change.clone()).await?;
        let files = publisher.files()?;
        publisher.make(change.clone()).await?;
        ensure!(publisher.files()? == files, "{change:?} wrote something the second time");
    }
    Ok(())
}

#[tokio::test]
async fn publisher_is_kept_from_mistakes() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Beta, "1.4.0", b"package").await?;
    let publish = |staged: Staged| Change::Publish { channel: Channel::Beta, staged };
    refused(&publisher, publish(publisher.staged("1.4.0", b"another build")?), "published with other bytes").await?;
    refused(&publisher, publish(publisher.staged("1.3.9", b"older")?), "is older").await?;
    let version = "1.4.0".parse()?;
    let share = |basis_points| Change::Rollout { channel: Channel::Beta, version, basis_points };
    refused(&publisher, share(5_000), "a rollout is raised, or halted").await?;
    refused(&publisher, share(10_001), "more than everyone").await?;
    publisher.make(share(0)).await?;
    publisher.make(Change::Block { channel: Channel::Beta, version }).await?;
    refused(&publisher, share(10_000), "was withdrawn").await?;
    refused(&publisher, Change::Promote { version }, "was withdrawn from beta").await?;
    refused(&publisher, Change::Promote { version: "2.0.0".parse()? }, "is not in beta").await?;
    let back = Change::RollBack { channel: Channel::Beta, from: version, to: "1.3.0".parse()? };
    refused(&publisher, back, "1.3.0 is not in the channel").await
}

#[tokio::test]
async fn staged_package_that_was_changed_is_refused() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let staged = publisher.staged("1.4.0", b"package")?;
    std::fs::write(staged.path(&staged.artifacts[0]), b"changed")?;
    let error = Staged::open(&staged.folder).err().context("a changed package")?;
    ensure!(format!("{error:#}").contains("was changed after it was staged"), "{error:#}");
    Ok(())
}

#[tokio::test]
async fn key_of_another_person_is_enough_for_the_list_and_not_for_more() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let staged = publisher.staged("1.4.0", b"package")?;
    let mut repository = Repository::open(&publisher.layout(), publisher.now)?;
    for name in ["root-1", "root-2", "root-3", "targets", "snapshot", "timestamp", "beta"] {
        std::fs::rename(publisher.keys().file(name), publisher.path(name))?;
    }
    let edit = repository.plan(&Change::Publish { channel: Channel::Stable, staged })?;
    ensure!(edit.diff.contains("+") && edit.diff.contains("1.4.0"), "{}", edit.diff);
    repository.sign(edit, &publisher.keys()).await?;
    check(&publisher, "1.3.0", Channel::Stable, "UpToDate").await?;
    let without = alexandria_release::resign(&repository, &publisher.keys()).await;
    ensure!(format!("{:#}", without.err().context("signed without a key")?).contains("there is no key snapshot"), "");
    Ok(())
}

/// A package of several chunks.
fn large() -> Vec<u8> {
    (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect()
}

async fn artifact(client: &TufSource) -> anyhow::Result<Artifact> {
    let artifacts = client.load().await?.artifacts;
    artifacts.into_iter().find(|artifact| artifact.release.target == TARGET).context("no artifact")
}

/// A large release, the connection to it, and the address of its package.
async fn offered_download(publisher: &Publisher) -> anyhow::Result<(Connection, Artifact, Url)> {
    publisher.release(Channel::Stable, "1.4.0", &large()).await?;
    let connection = publisher.connection()?;
    let client = publisher.client(&connection, "state")?;
    let artifact = artifact(&client).await?;
    let url = client.address(&artifact)?;
    Ok((connection, artifact, url))
}

#[tokio::test]
async fn download_goes_on_where_it_was_broken_off() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let (connection, artifact, url) = offered_download(&publisher).await?;
    let staging = publisher.path("staging");
    drop(connection.take_requests());
    connection.disturb(".AppImage", Disturbance::Truncate(1_000_000));
    let mut seen = Vec::new();
    let package = download(&connection, &url, &artifact, &staging, |bytes| seen.push(bytes)).await?;
    ensure!(std::fs::read(&package.path)? == large(), "other bytes");
    let requests = connection.take_requests();
    ensure!(requests.len() == 4 && requests[1].ends_with("from 1000000"), "{requests:?}");
    ensure!(seen.is_sorted() && seen.last() == Some(&artifact.length), "{seen:?}");
    // It is there; nothing is asked for again.
    download(&connection, &url, &artifact, &staging, |_| {}).await?;
    ensure!(connection.take_requests().is_empty(), "downloaded again");
    Ok(())
}

#[tokio::test]
async fn download_begins_again_if_the_server_does_not_resume() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let (connection, artifact, url) = offered_download(&publisher).await?;
    let staging = publisher.path("staging");
    connection.disturb(".AppImage", Disturbance::Truncate(100_000));
    let short = download(&connection, &url, &artifact, &staging, |_| {}).await;
    ensure!(matches!(short, Err(DownloadError::Fetch(FetchError::Failed(_)))), "{short:?}");
    connection.restore();
    connection.disturb(".AppImage", Disturbance::IgnoreOffset);
    let package = download(&connection, &url, &artifact, &staging, |_| {}).await?;
    ensure!(std::fs::read(&package.path)? == large(), "other bytes");
    Ok(())
}

#[tokio::test]
async fn package_that_is_not_the_signed_one_is_deleted() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    let (connection, artifact, url) = offered_download(&publisher).await?;
    let staging = publisher.path("staging");
    let get = async || download(&connection, &url, &artifact, &staging, |_| {}).await;
    let mut changed = large();
    changed[2_000_000] ^= 1;
    connection.disturb(".AppImage", Disturbance::Replace(changed));
    ensure!(matches!(get().await, Err(DownloadError::NotTheSigned)), "a changed package");
    connection.disturb(".AppImage", Disturbance::Endless);
    ensure!(matches!(get().await, Err(DownloadError::TooLong)), "an endless package");
    connection.disturb(".AppImage", Disturbance::Fail);
    ensure!(matches!(get().await, Err(DownloadError::Fetch(FetchError::Failed(_)))), "a server that fails");
    ensure!(
        std::fs::read_dir(&staging)?
            .all(|file| file.is_ok_and(|file| file.metadata().is_ok_and(|file| file.len() == 0))),
        "left"
    );
    // What was verified once is verified again before it is used.
    connection.restore();
    let package = get().await?;
    let mut bytes = large();
    bytes[0] ^= 1;
    std::fs::write(&package.path, bytes)?;
    let package = get().await?;
    ensure!(std::fs::read(&package.path)? == large(), "the changed file was used");
    Ok(())
}

#[tokio::test]
async fn update_file_is_verified_like_the_server() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Stable, "1.4.0", &large()).await?;
    let out = publisher.path("out");
    std::fs::create_dir(&out)?;
    let wanted = (Channel::Stable, "1.4.0".parse()?, TARGET);
    let file = bundle(&publisher.layout(), wanted, &publisher.path("scratch"), &out).await?;

    let repository = publisher.repository()?;
    let update = UpdateFile::open(&file, repository.metadata.clone()).await?;
    let update: std::sync::Arc<dyn Fetch> = std::sync::Arc::new(update);
    let client = TufSource::new(repository.clone(), std::sync::Arc::clone(&update), publisher.path("offline"));
    let artifact = artifact(&client).await?;
    let package =
        download(&*update, &client.address(&artifact)?, &artifact, &publisher.path("staging"), |_| {}).await?;
    ensure!(std::fs::read(&package.path)? == large(), "other bytes");

    // The program of somebody else.
    let other = Publisher::new(0).await?;
    let foreign = TufSource::new(other.repository()?, update, other.path("offline"));
    ensure!(matches!(foreign.load().await, Err(SourceError::Signature(_))), "a foreign update file");
    for broken in [&b""[..], b"no archive", &std::fs::read(&file)?[..5_000]] {
        let path = publisher.path("broken");
        std::fs::write(&path, broken)?;
        ensure!(UpdateFile::open(&path, repository.metadata.clone()).await.is_err(), "a broken update file");
    }
    Ok(())
}
