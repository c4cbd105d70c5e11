//! What somebody sees who watches a published repository.

use std::sync::Arc;

use alexandria_release::{HttpFetch, watch};
use alexandria_tests_update::{Connection, Disturbance, Publisher, Server};
use alexandria_update::{Channel, Fetch, Repository};
use anyhow::{Context as _, ensure};
use jiff::{SignedDuration, Timestamp};

/// Days that the metadata must be valid.
const DAYS: i64 = 3;

/// What is seen over this connection `days` after the publisher acted: the findings, or why nothing could be loaded.
async fn seen(publisher: &Publisher, fetch: Arc<dyn Fetch>, days: i64) -> anyhow::Result<Vec<String>> {
    let now = publisher.now.checked_add(SignedDuration::from_hours(days * 24))?;
    let state = publisher.path(&format!("watch-{}", Timestamp::now()));
    let sight = watch(publisher.repository()?, fetch, &state, now, DAYS).await;
    Ok(sight.map_or_else(|error| vec![format!("{error:#}")], |sight| sight.findings))
}

#[tokio::test]
async fn what_is_wrong_is_found() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Stable, "1.4.0", b"the program").await?;
    let connection = publisher.connection()?;
    let check = async |days: i64, want: &str| {
        let found = seen(&publisher, Arc::new(connection.clone()), days).await?;
        let is_expected = if want.is_empty() { found.is_empty() } else { found.iter().any(|one| one.contains(want)) };
        ensure!(is_expected, "{days} days later: {found:?}, not {want:?}");
        anyhow::Ok(())
    };
    check(0, "").await?;
    check(3, "").await?;
    check(5, "the metadata expires in 47 hours").await?;
    for (disturbance, want) in [
        (Disturbance::Hide, ".AppImage: it is not there"),
        (Disturbance::Fail, "cannot be fetched"),
        (Disturbance::IgnoreOffset, "does not resume"),
        (Disturbance::Truncate(0), "is shorter than 11 bytes"),
        (Disturbance::Endless, "is longer than 11 bytes"),
    ] {
        connection.disturb(".AppImage", disturbance);
        check(0, want).await?;
        connection.restore();
    }
    connection.disturb("timestamp.json", Disturbance::Hide);
    check(0, "an installation cannot load the metadata").await?;
    connection.restore();
    check(0, "").await
}

#[tokio::test]
async fn only_the_last_byte_of_a_package_is_fetched() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Stable, "1.4.0", b"the program").await?;
    let connection: Connection = publisher.connection()?;
    ensure!(seen(&publisher, Arc::new(connection.clone()), 0).await?.is_empty(), "a finding");
    let requests = connection.take_requests();
    let packages: Vec<&String> = requests.iter().filter(|request| request.contains("alexandria-")).collect();
    ensure!(packages.len() == 2 && packages.iter().all(|request| request.ends_with("10")), "{requests:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn repository_on_a_server_is_watched() -> anyhow::Result<()> {
    let publisher = Publisher::new(0).await?;
    publisher.release(Channel::Beta, "1.4.0", b"the program").await?;
    let server = Server::start(publisher.path("served"))?;
    let metadata: url::Url = format!("{}u/v1/", server.address()).parse()?;
    let look = async || {
        let repository =
            Repository { root: publisher.root.clone(), targets: metadata.join("t/")?, metadata: metadata.clone() };
        let state = tempfile::tempdir()?;
        let fetch = Arc::new(HttpFetch::new(state.path())?);
        watch(repository, fetch, &state.path().join("metadata"), Timestamp::now(), DAYS).await
    };
    let sight = look().await?;
    ensure!(sight.artifacts == 2 && sight.findings.is_empty(), "{sight:?}");
    let package = publisher.files()?.into_iter().find(|file| file.to_string_lossy().ends_with(".AppImage"));
    std::fs::remove_file(package.context("no package")?)?;
    let sight = look().await?;
    ensure!(sight.findings.len() == 1 && sight.findings[0].ends_with("it is not there"), "{sight:?}");
    Ok(())
}
