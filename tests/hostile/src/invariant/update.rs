//! Update files: nothing outside of the file is read, and a modified one has the signed releases and packages or none.
//!
//! The input is read as an update file, and as a list of mutations of a valid one, which `make-update-file` of
//! `tests/update` has written: signed with keys that were thrown away, and valid for a century.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use alexandria_update::{Artifact, Fetch, ReleaseSource as _, Repository, TufSource, UpdateFile, download};
use futures::StreamExt as _;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::mutate::mutate;

const VALID: &[u8] = include_bytes!("../../fixtures/valid.update");
const ROOT: &[u8] = include_bytes!("../../fixtures/root.json");
/// The content of the package in the valid file.
const PACKAGE: &[u8] = b"the package of the fixture";
/// Names to ask an arbitrary file for.
const NAMES: [&str; 5] = ["timestamp.json", "1.root.json", "2.snapshot.json", "a", "../timestamp.json"];

/// What all inputs share.
struct Setup {
    folder: TempDir,
    runtime: Runtime,
    repository: Repository,
    /// What the valid file lists.
    artifacts: Vec<Artifact>,
}

static SETUP: LazyLock<Option<Setup>> = LazyLock::new(|| {
    let metadata = Url::parse("https://updates.invalid/u/v1/").ok()?;
    let repository = Repository { root: ROOT.to_vec(), targets: metadata.join("t/").ok()?, metadata };
    let runtime = Builder::new_current_thread().enable_all().build().ok()?;
    let mut setup = Setup { folder: TempDir::new().ok()?, runtime, repository, artifacts: Vec::new() };
    setup.artifacts = setup.runtime.block_on(load(&setup, VALID))?;
    Some(setup)
});

pub(super) fn check(bytes: &[u8]) {
    assert!(SETUP.is_some(), "the valid update file does not load");
    let Some(setup) = &*SETUP else { return };
    setup.runtime.block_on(async {
        read_arbitrary(setup, bytes).await;
        let artifacts = load(setup, &mutate(VALID, bytes)).await;
        assert!(artifacts.is_none_or(|artifacts| artifacts == setup.artifacts), "other releases than the signed ones");
    });
}

/// Opens a file with these bytes.
async fn open(setup: &Setup, bytes: &[u8]) -> Option<UpdateFile> {
    let path = setup.folder.path().join("read.update");
    assert!(std::fs::write(&path, bytes).is_ok(), "the temporary folder is not writable");
    UpdateFile::open(&path, setup.repository.metadata.clone()).await.ok()
}

async fn read_arbitrary(setup: &Setup, bytes: &[u8]) {
    let Some(file) = open(setup, bytes).await else { return };
    for name in NAMES {
        let Ok(url) = setup.repository.metadata.join(name) else { continue };
        for offset in [0, 1, u64::MAX] {
            let Ok(body) = file.fetch(&url, offset).await else { continue };
            assert_eq!(body.offset, offset);
            let chunks: Vec<_> = body.bytes.map(|chunk| chunk.map_or(0, |chunk| chunk.len())).collect().await;
            assert!(chunks.iter().sum::<usize>() <= bytes.len(), "{name}: more bytes than the file has");
        }
    }
}

/// The releases in an update file and, if they verify, its package.
async fn load(setup: &Setup, bytes: &[u8]) -> Option<Vec<Artifact>> {
    let (state, staging) = (fresh(setup, "state"), fresh(setup, "staging"));
    let fetch: Arc<dyn Fetch> = Arc::new(open(setup, bytes).await?);
    let source = TufSource::new(setup.repository.clone(), Arc::clone(&fetch), state);
    let mut artifacts = source.load().await.ok()?.artifacts;
    // The metadata lists them by name, in no order.
    artifacts.sort_by(|one, other| one.name.cmp(&other.name));
    for artifact in &artifacts {
        let Ok(url) = source.address(artifact) else { continue };
        if let Ok(package) = download(fetch.as_ref(), &url, artifact, &staging, |_| {}).await {
            assert!(std::fs::read(package.path).is_ok_and(|read| read == PACKAGE), "another package");
        }
    }
    Some(artifacts)
}

/// A folder that is not there yet.
fn fresh(setup: &Setup, name: &str) -> PathBuf {
    let folder: &Path = setup.folder.path();
    let folder = folder.join(name);
    let removed = std::fs::remove_dir_all(&folder);
    assert!(removed.is_ok() || !folder.exists(), "the temporary folder is not writable");
    folder
}
