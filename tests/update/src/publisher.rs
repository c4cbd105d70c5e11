//! A publisher with all keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_release::{About, Change, KeyFolder, Layout, Repository, Staged, create, resign, stage};
use alexandria_update::{Channel, Installation, TufSource, Version};
use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::connection::Connection;

/// The kind of installation of the client.
pub const TARGET: &str = "linux-x86_64-appimage";

/// A repository with its keys.
#[derive(Debug)]
pub struct Publisher {
    folder: TempDir,
    /// The time at which the publisher acts.
    pub now: Timestamp,
    /// The root of trust that programs are packaged with.
    pub root: Vec<u8>,
}

impl Publisher {
    /// A repository without releases, made `days` ago.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub async fn new(days: i64) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let now = Timestamp::now().checked_sub(SignedDuration::from_hours(days * 24))?;
        std::fs::create_dir(folder.path().join("keys"))?;
        let mut publisher = Self { folder, now, root: Vec::new() };
        publisher.root = create(&publisher.layout(), &publisher.keys(), now).await?.root;
        Ok(publisher)
    }

    /// A path in the publisher's folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The repository's folder.
    #[must_use]
    pub fn layout(&self) -> Layout {
        Layout::new(&self.path("served"))
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> KeyFolder {
        KeyFolder::new(&self.path("keys"))
    }

    /// A metadata file's path.
    #[must_use]
    pub fn metadata(&self, name: &str) -> PathBuf {
        self.layout().metadata().join(name)
    }

    /// Stages a release whose only package holds `content`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn staged(&self, version: &str, content: &[u8]) -> anyhow::Result<Staged> {
        let packages = self.path("packages");
        drop(std::fs::remove_dir_all(&packages));
        std::fs::create_dir(&packages)?;
        for extension in ["AppImage", "tar.zst"] {
            std::fs::write(packages.join(format!("alexandria-{version}.{extension}")), content)?;
        }
        let about = About {
            version: version.parse()?,
            db_schema: 99,
            min_from: None,
            min_glibc: None,
            notes: format!("What is new in {version}"),
            targets: vec![TARGET.into(), "linux-x86_64-tar".into()],
        };
        stage(&packages, &self.path(&format!("staged-{version}")), &about)
    }

    /// Makes a change and makes it visible.
    ///
    /// # Errors
    /// When the change is not allowed.
    pub async fn make(&self, change: Change) -> anyhow::Result<()> {
        let mut repository = Repository::open(&self.layout(), self.now)?;
        let edit = repository.plan(&change)?;
        if !edit.is_empty() {
            repository.sign(edit, &self.keys()).await?;
        }
        resign(&repository, &self.keys()).await?;
        Ok(())
    }

    /// Publishes a release for everyone. Its package holds `content`.
    ///
    /// # Errors
    /// When it cannot be published.
    pub async fn release(&self, channel: Channel, version: &str, content: &[u8]) -> anyhow::Result<()> {
        let staged = self.staged(version, content)?;
        self.make(Change::Publish { channel, staged }).await?;
        self.roll_out(channel, version, 10_000).await
    }

    /// Offers a release to `basis_points` of 10,000.
    ///
    /// # Errors
    /// When that is not allowed.
    pub async fn roll_out(&self, channel: Channel, version: &str, basis_points: u16) -> anyhow::Result<()> {
        self.make(Change::Rollout { channel, version: version.parse()?, basis_points }).await
    }

    /// Signs a new timestamp although the present one is fresh.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub async fn resign_later(&mut self) -> anyhow::Result<()> {
        self.now = self.now.checked_add(SignedDuration::from_hours(24))?;
        resign(&Repository::open(&self.layout(), self.now)?, &self.keys()).await?;
        Ok(())
    }

    /// An undisturbed connection to the repository.
    ///
    /// # Errors
    /// Never.
    pub fn connection(&self) -> anyhow::Result<Connection> {
        Connection::new(&self.layout())
    }

    /// A client that was packaged with this repository's root and keeps its state in the folder `state`.
    ///
    /// # Errors
    /// Never.
    pub fn client(&self, connection: &Connection, state: &str) -> anyhow::Result<TufSource> {
        Ok(TufSource::new(self.repository()?, Arc::new(connection.clone()), self.path(state)))
    }

    /// The repository as the client is packaged with it.
    ///
    /// # Errors
    /// Never.
    pub fn repository(&self) -> anyhow::Result<alexandria_update::Repository> {
        let base = Layout::base()?;
        Ok(alexandria_update::Repository { root: self.root.clone(), targets: base.join("t/")?, metadata: base })
    }

    /// An installation of `version`.
    ///
    /// # Errors
    /// When that is not a version.
    pub fn installation(version: &str) -> anyhow::Result<Installation> {
        let version: Version = version.parse().with_context(|| version.to_owned())?;
        Ok(Installation { version, target: TARGET.into(), db_schema: 3, id: [7; 16], os: None, glibc: None })
    }

    /// Every metadata file, and every package.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() { collect(&path, files)? } else { files.push(path) }
            }
            Ok(())
        }
        let mut files = Vec::new();
        collect(&self.layout().metadata(), &mut files)?;
        files.sort();
        Ok(files)
    }
}
