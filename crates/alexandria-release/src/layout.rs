//! Where everything is in the folder that is served.
//!
//! `docs/formats/update-repository.md` describes it. Metadata and packages are immutable under their names, so that they
//! can be cached for a year; only `timestamp.json` changes.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use alexandria_update::{Artifact, Channel};
use anyhow::Context as _;
use url::Url;

/// An update repository on disk.
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The repository in `root`, which is what an address such as `https://host/` serves.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The folder of the metadata.
    #[must_use]
    pub fn metadata(&self) -> PathBuf {
        self.root.join("u/v1")
    }

    /// The folder of the packages.
    #[must_use]
    pub fn targets(&self) -> PathBuf {
        self.metadata().join("t")
    }

    /// The file of an artifact's package.
    #[must_use]
    pub fn package(&self, artifact: &Artifact) -> PathBuf {
        self.targets().join(artifact.path())
    }

    /// The address that [`FolderFetch`](crate::FolderFetch) and update files use for this folder. It is never asked over a
    /// network.
    ///
    /// # Errors
    /// Never, unless the address in the source is wrong.
    pub fn base() -> anyhow::Result<Url> {
        Ok(Url::parse("https://repository.invalid/u/v1/")?)
    }

    /// The newest version of a numbered file such as `7.beta.json`, and its path. `None` if there is none.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn newest(&self, name: &str) -> anyhow::Result<Option<(u64, PathBuf)>> {
        let folder = self.metadata();
        let files = match std::fs::read_dir(&folder) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.display())),
        };
        let suffix = format!(".{name}.json");
        let mut newest: Option<(u64, PathBuf)> = None;
        for file in files {
            let path = file?.path();
            let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let number = file_name.strip_suffix(&suffix).and_then(|number| number.parse().ok());
            if let Some(number) = number
                && newest.as_ref().is_none_or(|(newest, _)| number > *newest)
            {
                newest = Some((number, path));
            }
        }
        Ok(newest)
    }

    /// Writes a metadata file: complete or not at all.
    ///
    /// # Errors
    /// When it cannot be written, or a file of that name but with other content exists and may not change.
    pub fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.metadata().join(name);
        std::fs::create_dir_all(self.metadata())?;
        if name != "timestamp.json"
            && let Ok(existing) = std::fs::read(&path)
        {
            anyhow::ensure!(existing == bytes, "{name} exists with other content; published files never change");
            return Ok(());
        }
        let beside = path.with_extension("new");
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, &path).with_context(|| format!("cannot write {}", path.display()))
    }

    /// The list of a channel.
    pub(crate) const fn role(channel: Channel) -> &'static str {
        channel.as_str()
    }
}
