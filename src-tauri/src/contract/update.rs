//! Updates of the program, and the requests that it made.

use alexandria_library as core;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::counterpart::counterpart;

/// When to look for updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UpdateMode {
    /// The user was not asked yet.
    Undecided,
    Automatic,
    /// Only when the user asks for it.
    Manual,
    /// No request is made, not even when the user asks for it.
    Never,
}

/// Which releases are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UpdateChannel {
    Stable,
    Beta,
}

/// What the user decides about updates.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
pub(crate) struct SetUpdatePreferences {
    pub(crate) mode: UpdateMode,
    pub(crate) channel: UpdateChannel,
}

/// Everything that is known about updates.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateStatus {
    /// The version that runs.
    pub(crate) version: String,
    pub(crate) mode: UpdateMode,
    pub(crate) channel: UpdateChannel,
    pub(crate) packaging: Packaging,
    /// The server that is asked; null if whoever packaged the program updates it.
    pub(crate) server: Option<String>,
    /// When release information was last verified, in milliseconds since 1970.
    pub(crate) checked_at: Option<f64>,
    /// Whether no check has succeeded for two weeks.
    pub(crate) is_stale: bool,
    /// What the last check found; null before the first.
    pub(crate) found: Option<UpdateFound>,
    /// The outcome; null until it was installed.
    pub(crate) installed: Option<UpdateInstalled>,
    /// Why the automatic check waits at the moment; null if it does not.
    pub(crate) waiting: Option<UpdateWaiting>,
}

/// How the program was installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Packaging {
    Appimage,
    Deb,
    Rpm,
    Flatpak,
    /// From an archive or a build.
    Unpacked,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateFound {
    pub(crate) kind: UpdateFoundKind,
    /// The version that was found; null if there is none.
    pub(crate) version: Option<String>,
    /// What is new, as plain text.
    pub(crate) notes: String,
    /// Size of the package in bytes.
    pub(crate) bytes: u64,
}

/// The kind of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UpdateFoundKind {
    UpToDate,
    Update,
    /// The version that runs was withdrawn, and an older one takes its place.
    RollBack,
    /// The version that runs was withdrawn, and there is no other yet.
    Withdrawn,
    /// A newer version has to be installed by hand.
    ByHand,
    /// A newer version needs a newer operating system.
    NeedsSystem,
}

/// The outcome of an installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", tag = "how")]
pub(crate) enum UpdateInstalled {
    /// It runs from the next start on.
    AtNextStart { version: String },
    /// The system's package manager installs it.
    ByPackageManager { version: String },
    /// The verified package is in this file.
    ByHand { version: String, file: String },
}

/// Progress of a download, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateProgress {
    pub(crate) done: u64,
    pub(crate) total: u64,
}

/// A network request that the program made.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NetworkRequest {
    pub(crate) number: u64,
    /// In milliseconds since 1970.
    pub(crate) time: f64,
    pub(crate) server: String,
    /// In bytes.
    pub(crate) sent: u64,
    /// In bytes.
    pub(crate) received: u64,
    pub(crate) outcome: NetworkOutcome,
}

counterpart! {
    /// How a request ended.
    NetworkOutcome of core::NetworkOutcome {
        Unfinished, Answered, Failed,
    }
}

counterpart! {
    /// Why the automatic check waits.
    UpdateWaiting of core::WaitReason {
        Metered, LowBattery,
    }
}

impl From<core::Mode> for UpdateMode {
    fn from(mode: core::Mode) -> Self {
        match mode {
            core::Mode::Undecided => Self::Undecided,
            core::Mode::Automatic => Self::Automatic,
            core::Mode::Manual => Self::Manual,
            core::Mode::Never => Self::Never,
        }
    }
}

impl From<core::Channel> for UpdateChannel {
    fn from(channel: core::Channel) -> Self {
        match channel {
            core::Channel::Stable => Self::Stable,
            core::Channel::Beta => Self::Beta,
        }
    }
}

impl From<SetUpdatePreferences> for core::Preferences {
    fn from(chosen: SetUpdatePreferences) -> Self {
        let mode = match chosen.mode {
            UpdateMode::Undecided => core::Mode::Undecided,
            UpdateMode::Automatic => core::Mode::Automatic,
            UpdateMode::Manual => core::Mode::Manual,
            UpdateMode::Never => core::Mode::Never,
        };
        let channel = match chosen.channel {
            UpdateChannel::Stable => core::Channel::Stable,
            UpdateChannel::Beta => core::Channel::Beta,
        };
        Self { mode, channel }
    }
}

impl From<&core::Packaging> for Packaging {
    fn from(packaging: &core::Packaging) -> Self {
        match packaging {
            core::Packaging::AppImage(_) => Self::Appimage,
            core::Packaging::Deb => Self::Deb,
            core::Packaging::Rpm => Self::Rpm,
            core::Packaging::Flatpak => Self::Flatpak,
            core::Packaging::Unpacked => Self::Unpacked,
        }
    }
}

impl From<core::UpdateOverview> for UpdateStatus {
    fn from(core::UpdateOverview { status, found, installed, waiting }: core::UpdateOverview) -> Self {
        Self {
            version: status.version.to_string(),
            mode: status.preferences.mode.into(),
            channel: status.preferences.channel.into(),
            packaging: (&status.packaging).into(),
            server: status.server,
            checked_at: status.checked.map(milliseconds),
            is_stale: status.is_stale,
            found: found.as_ref().map(Into::into),
            installed: installed.as_ref().map(Into::into),
            waiting: waiting.map(Into::into),
        }
    }
}

impl From<&core::Decision> for UpdateFound {
    fn from(decision: &core::Decision) -> Self {
        let none = |kind, version: Option<&core::Version>| Self {
            kind,
            version: version.map(ToString::to_string),
            notes: String::new(),
            bytes: 0,
        };
        let some = |kind, artifact: &core::Artifact| Self {
            kind,
            version: Some(artifact.release.version.to_string()),
            notes: artifact.release.notes.clone(),
            bytes: artifact.length,
        };
        match decision {
            core::Decision::UpToDate => none(UpdateFoundKind::UpToDate, None),
            core::Decision::Withdrawn => none(UpdateFoundKind::Withdrawn, None),
            core::Decision::Update(artifact) => some(UpdateFoundKind::Update, artifact),
            core::Decision::RollBack(artifact) => some(UpdateFoundKind::RollBack, artifact),
            core::Decision::ByHand { version, reason: core::Obstacle::Client } => {
                none(UpdateFoundKind::ByHand, Some(version))
            }
            core::Decision::ByHand { version, reason: core::Obstacle::System } => {
                none(UpdateFoundKind::NeedsSystem, Some(version))
            }
        }
    }
}

impl From<&core::Installed> for UpdateInstalled {
    fn from(installed: &core::Installed) -> Self {
        match installed {
            core::Installed::AtNextStart(version) => Self::AtNextStart { version: version.to_string() },
            core::Installed::ByPackageManager(version) => Self::ByPackageManager { version: version.to_string() },
            core::Installed::ByHand(version, file) => {
                Self::ByHand { version: version.to_string(), file: file.display().to_string() }
            }
        }
    }
}

impl From<core::NetworkEntry> for NetworkRequest {
    fn from(entry: core::NetworkEntry) -> Self {
        Self {
            number: entry.number,
            time: milliseconds(entry.milliseconds()),
            server: entry.server,
            sent: entry.sent,
            received: entry.received,
            outcome: entry.outcome.into(),
        }
    }
}

/// A time as JavaScript counts it.
#[expect(clippy::cast_precision_loss, reason = "exact for another 280,000 years")]
const fn milliseconds(time: i64) -> f64 {
    time as f64
}
