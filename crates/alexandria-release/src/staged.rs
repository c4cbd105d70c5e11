//! A release before it is published: the final, signed packages with their hashes, and what the metadata will say.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use alexandria_update::{Release, Version, hex};
use anyhow::{Context as _, bail, ensure};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What is published for each kind of installation: its target and the extension of its package.
const TARGETS: [(&str, &str); 12] = [
    ("linux-x86_64-deb", ".deb"),
    ("linux-x86_64-rpm", ".rpm"),
    ("linux-x86_64-appimage", ".AppImage"),
    ("linux-x86_64-tar", ".tar.zst"),
    ("linux-aarch64-deb", ".deb"),
    ("linux-aarch64-rpm", ".rpm"),
    ("linux-aarch64-appimage", ".AppImage"),
    ("linux-aarch64-tar", ".tar.zst"),
    ("windows-x86_64-nsis", "-setup.exe"),
    ("windows-x86_64-msi", ".msi"),
    ("macos-aarch64-app", ".app.tar.gz"),
    ("macos-aarch64-dmg", ".dmg"),
];

/// Processors as targets call them, and as file names do.
const PROCESSORS: [(&str, &[&str]); 2] = [("x86_64", &["x86_64", "amd64", "x64"]), ("aarch64", &["aarch64", "arm64"])];

/// A staged release: the content of `release.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    /// Its version.
    pub version: Version,
    /// The newest schema of the library database that it can open.
    pub db_schema: u32,
    /// The oldest version that may update to it directly.
    #[serde(default)]
    pub min_from: Option<Version>,
    /// What is new, for the user.
    pub notes: String,
    /// Changes who is early in the rollout.
    pub salt: String,
    /// Its packages.
    pub artifacts: Vec<StagedArtifact>,
    /// The folder with the packages.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// A staged package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedArtifact {
    /// The kind of installation it is for.
    pub target: String,
    /// The name it is published under.
    pub file: String,
    /// Its size in bytes.
    pub length: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// The oldest glibc that it runs on.
    #[serde(default)]
    pub min_glibc: Option<String>,
}

/// What the packages do not say themselves.
#[derive(Clone, Debug)]
pub struct About {
    /// The version.
    pub version: Version,
    /// See [`Staged::db_schema`].
    pub db_schema: u32,
    /// See [`Staged::min_from`].
    pub min_from: Option<Version>,
    /// See [`StagedArtifact::min_glibc`].
    pub min_glibc: Option<String>,
    /// See [`Staged::notes`].
    pub notes: String,
    /// The targets that must all be there, and nothing else.
    pub targets: Vec<String>,
}

/// Copies the packages of a release into `out`, under the names they are published with, and writes `release.json`.
///
/// # Errors
/// When a package is missing, there are two for one target, or a file cannot be written.
pub fn stage(packages: &Path, out: &Path, about: &About) -> anyhow::Result<Staged> {
    let files = files_of(packages)?;
    std::fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    let mut artifacts = Vec::new();
    for target in &about.targets {
        let (_, extension) = TARGETS
            .iter()
            .find(|(known, _)| known == target)
            .with_context(|| format!("there is no target {target}; there are {}", names().join(", ")))?;
        let version = about.version.to_string();
        let is_wanted = |file: &&PathBuf| is_package(file, extension, &version) && is_for_processor(file, target);
        let matching: Vec<&PathBuf> = files.iter().filter(is_wanted).collect();
        let [package] = matching.as_slice() else {
            bail!(
                "{} packages of {version} for {target} end in {extension} in {}; one is needed",
                matching.len(),
                packages.display()
            );
        };
        let (platform, _) = target.rsplit_once('-').context("a target has three parts")?;
        let file = format!("alexandria-{version}-{platform}{extension}");
        std::fs::copy(package, out.join(&file)).with_context(|| format!("cannot copy {}", package.display()))?;
        let (length, sha256) = measure(&out.join(&file))?;
        let min_glibc = about.min_glibc.clone().filter(|_| target.starts_with("linux"));
        artifacts.push(StagedArtifact { target: target.clone(), file, length, sha256, min_glibc });
    }
    let mut salt = [0; 8];
    SystemRandom::new().fill(&mut salt).context("no random numbers")?;
    let staged = Staged {
        version: about.version,
        db_schema: about.db_schema,
        min_from: about.min_from,
        notes: about.notes.clone(),
        salt: hex(&salt),
        artifacts,
        folder: out.to_owned(),
    };
    std::fs::write(out.join("release.json"), serde_json::to_vec_pretty(&staged)?)?;
    Ok(staged)
}

impl Staged {
    /// Reads a staged release, and compares the packages with their hashes.
    ///
    /// # Errors
    /// When a file is missing or was changed since it was staged.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("release.json");
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut staged: Self =
            serde_json::from_slice(&bytes).with_context(|| format!("{} is damaged", path.display()))?;
        staged.folder = folder.to_owned();
        ensure!(!staged.artifacts.is_empty(), "{} lists no package", path.display());
        for artifact in &staged.artifacts {
            let measured = measure(&staged.path(artifact))?;
            ensure!(
                measured == (artifact.length, artifact.sha256),
                "{} was changed after it was staged",
                artifact.file
            );
        }
        Ok(staged)
    }

    /// Where a package is.
    #[must_use]
    pub fn path(&self, artifact: &StagedArtifact) -> PathBuf {
        self.folder.join(&artifact.file)
    }

    /// What the metadata says of a package when it is published: for nobody yet.
    pub(crate) fn release(&self, artifact: &StagedArtifact) -> Release {
        Release {
            version: self.version,
            target: artifact.target.clone(),
            db_schema: self.db_schema,
            min_from: self.min_from,
            min_os: None,
            min_glibc: artifact.min_glibc.clone(),
            rollout_bp: 0,
            salt: self.salt.clone(),
            blocked: false,
            rollback_from: Vec::new(),
            min_client: 0,
            notes: self.notes.clone(),
        }
    }
}

fn names() -> Vec<&'static str> {
    TARGETS.iter().map(|(target, _)| *target).collect()
}

fn files_of(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

/// Whether a file is a package of this version: `1.4.0` must not be found in `11.4.0` or `1.4.01`.
fn is_package(file: &Path, extension: &str, version: &str) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let Some(stem) = name.strip_suffix(extension) else { return false };
    let is_boundary = |c: Option<char>| c.is_none_or(|c| c != '.' && !c.is_ascii_digit());
    stem.match_indices(version).any(|(at, found)| {
        let (before, rest) = stem.split_at(at);
        let after = rest.split_at(found.len()).1;
        is_boundary(before.chars().next_back()) && is_boundary(after.chars().next())
    })
}

/// Whether a file names no other processor than that of the target.
fn is_for_processor(file: &Path, target: &str) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let others = PROCESSORS.iter().filter(|(processor, _)| !target.contains(processor));
    others.flat_map(|(_, words)| *words).all(|word| !name.contains(word))
}

/// Length and SHA-256 of a file.
pub(crate) fn measure(path: &Path) -> anyhow::Result<(u64, [u8; 32])> {
    let mut file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (mut hash, mut length, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        length += u64::try_from(read)?;
    }
    Ok((length, hash.finalize().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_is_found_by_its_processor() {
        let check = |name: &str, target: &str, want: bool| {
            assert_eq!(is_for_processor(Path::new(name), target), want, "{name} for {target}");
        };
        check("alexandria_1.4.0_amd64.deb", "linux-x86_64-deb", true);
        check("alexandria_1.4.0_amd64.deb", "linux-aarch64-deb", false);
        check("alexandria_1.4.0_arm64.deb", "linux-aarch64-deb", true);
        check("alexandria_1.4.0_arm64.deb", "linux-x86_64-deb", false);
        check("alexandria-1.4.0-1.aarch64.rpm", "linux-x86_64-rpm", false);
        check("Alexandria_1.4.0_x64-setup.exe", "windows-x86_64-nsis", true);
        check("alexandria-1.4.0.AppImage", "linux-x86_64-appimage", true);
        check("alexandria-1.4.0.AppImage", "linux-aarch64-appimage", true);
    }

    #[test]
    fn package_is_found_by_its_exact_version() {
        let check = |name: &str, want: bool| assert_eq!(is_package(Path::new(name), ".deb", "1.4.0"), want, "{name}");
        check("alexandria_1.4.0_amd64.deb", true);
        check("alexandria-1.4.0.deb", true);
        check("alexandria_11.4.0_amd64.deb", false);
        check("alexandria_1.4.01_amd64.deb", false);
        check("alexandria_1.4.0.1_amd64.deb", false);
        check("alexandria_1.4.0_amd64.rpm", false);
    }
}
