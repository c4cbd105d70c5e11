//! A release, as the signed metadata of a channel describes it.
//!
//! Each target file of a channel's TUF role is one artifact. Its `custom` object, [`Release`], says which release the
//! artifact belongs to and who may install it. Fields that this version does not know are ignored; a release that needs a
//! newer client says so by `min_client`. `docs/formats/update-repository.md` describes the whole repository.

use serde::{Deserialize, Serialize};

use crate::plain::{plain_line, plain_text};
use crate::rollout::BASIS_POINTS;
use crate::version::Version;

/// What this client understands. A release with a greater `min_client` has to be installed by hand.
pub const CLIENT_LEVEL: u32 = 1;
/// Longest release notes in bytes; longer ones are cut off.
const MAX_NOTES_BYTES: usize = 32 * 1024;

/// A stream of releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// For everyone.
    Stable,
    /// For those who want to try a release before everyone gets it.
    Beta,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Stable, Self::Beta];

    /// The name in settings, the TUF role of the channel, and the folder of its targets.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Beta => "beta",
        }
    }
}

/// What the metadata says of the release that an artifact belongs to: the `custom` object of a TUF target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The version of the program inside.
    pub version: Version,
    /// The kind of installation the artifact is for, such as `linux-x86_64-appimage`.
    pub target: String,
    /// The newest schema of the library database that the program can open.
    pub db_schema: u32,
    /// Installations older than this must first install an older release. `None`: from any version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_from: Option<Version>,
    /// The oldest version of the operating system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_os: Option<String>,
    /// The oldest glibc, on Linux.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_glibc: Option<String>,
    /// For how many of 10,000 installations the release is. 0: halted.
    pub rollout_bp: u16,
    /// Changes who is early in the rollout.
    pub salt: String,
    /// Whether nobody may install this release, and those who have it should leave it.
    #[serde(default)]
    pub blocked: bool,
    /// Versions from which this release may be installed although it is older: a signed roll-back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rollback_from: Vec<Version>,
    /// The oldest client that can install this release by itself; see [`CLIENT_LEVEL`].
    #[serde(default)]
    pub min_client: u32,
    /// What is new, for the user, as plain text.
    #[serde(default)]
    pub notes: String,
}

/// A release for one kind of installation, with its package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The channel whose role signed it.
    pub channel: Channel,
    /// The name of the TUF target, with the channel's folder.
    pub name: String,
    /// Size of the package in bytes.
    pub length: u64,
    /// SHA-256 of the package.
    pub sha256: [u8; 32],
    /// What is inside and who may install it.
    pub release: Release,
}

/// A target whose description breaks the rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signed description of {name} is invalid: {reason}")]
pub struct InvalidRelease {
    /// The name of the TUF target.
    pub name: String,
    /// What is wrong.
    pub reason: String,
}

impl Artifact {
    /// Reads the description of a target from the channel's metadata.
    ///
    /// # Errors
    /// When it lacks a field, has a value out of range, is not in the channel's folder, or has a name that would mean
    /// something else in an address.
    pub fn new(
        channel: Channel,
        name: &str,
        length: u64,
        sha256: &[u8],
        custom: serde_json::Map<String, serde_json::Value>,
    ) -> Result<Self, InvalidRelease> {
        let invalid = |reason: String| InvalidRelease { name: plain_line(name), reason: plain_line(&reason) };
        let sha256 = sha256.try_into().map_err(|_| invalid("its hash is not SHA-256".into()))?;
        let mut release: Release = serde_json::from_value(custom.into()).map_err(|error| invalid(error.to_string()))?;
        if release.rollout_bp > BASIS_POINTS {
            return Err(invalid(format!("a rollout of {} basis points", release.rollout_bp)));
        }
        let folder = name.strip_suffix(file_name(name)).unwrap_or_default();
        if folder.strip_suffix('/') != Some(channel.as_str()) {
            return Err(invalid(format!("it is not in the folder of the {} channel", channel.as_str())));
        }
        if !is_file_name(file_name(name)) {
            return Err(invalid("its name has other characters than letters, digits and . _ + ~ -".into()));
        }
        release.notes.truncate(release.notes.floor_char_boundary(MAX_NOTES_BYTES));
        release.notes = plain_text(&release.notes);
        Ok(Self { channel, name: name.to_owned(), length, sha256, release })
    }

    /// SHA-256 of the package in hexadecimal.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        hex(&self.sha256)
    }

    /// The name of the package's file.
    #[must_use]
    pub fn file_name(&self) -> &str {
        file_name(&self.name)
    }

    /// The path of the package below the folder of targets: TUF puts the hash before the file's name, so that a path never
    /// changes its content.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}.{}", self.channel.as_str(), self.sha256_hex(), self.file_name())
    }
}

fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Whether a name is the same in an address, so that the package's address stays below the folder of targets.
fn is_file_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._+~-".contains(&byte);
    !name.is_empty() && name.bytes().all(is_plain)
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
