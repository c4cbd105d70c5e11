//! Which release is offered to an installation. A pure function of the metadata, so that every case is a row of a table.

use crate::installation::{Installation, SystemVersion};
use crate::release::{Artifact, CLIENT_LEVEL, Channel, Release};
use crate::rollout::{BASIS_POINTS, bucket};
use crate::source::Releases;
use crate::version::Version;

#[cfg(test)]
mod tests;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// The program by itself.
    Automatic,
    /// The user, who does not want to wait for a place in the rollout.
    User,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing newer is for this installation.
    UpToDate,
    /// Install this release.
    Update(Artifact),
    /// The installed release was withdrawn: return to this older one.
    RollBack(Artifact),
    /// The installed release was withdrawn, and there is nothing that can replace it yet.
    Withdrawn,
    /// A newer release exists, but this program or device cannot install it.
    ByHand {
        /// The newer version.
        version: Version,
        /// Why it is not offered.
        reason: Obstacle,
    },
}

/// Why a release that is newer is not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The release needs a newer updater than the installed program has.
    Client,
    /// The release needs a newer operating system.
    System,
}

/// Picks the release for `installation`.
///
/// The beta channel offers the newest of both channels, so that its users are never behind. Who leaves it keeps the
/// installed version until stable overtakes it. Of the releases that may be installed from here, the newest wins; who is
/// outside of its rollout gets the one before. `failed` are versions that did not start here.
#[must_use]
pub fn decide(
    releases: &Releases,
    installation: &Installation,
    channel: Channel,
    trigger: Trigger,
    failed: &[Version],
) -> Decision {
    let here = releases.artifacts.iter().filter(|artifact| artifact.release.target == installation.target);
    // A release that one channel withdraws is withdrawn for those who have it from the other, too.
    let blocked: Vec<Version> =
        here.clone().filter(|artifact| artifact.release.blocked).map(|artifact| artifact.release.version).collect();
    let mut offered: Vec<&Artifact> =
        here.filter(|artifact| artifact.channel == Channel::Stable || channel == Channel::Beta).collect();
    offered.sort_by_key(|artifact| std::cmp::Reverse(artifact.release.version));
    let is_blocked = |version: Version| blocked.contains(&version);
    let may_install = |release: &Release| {
        !is_blocked(release.version)
            && !failed.contains(&release.version)
            && release.db_schema >= installation.db_schema
            && release.min_client <= CLIENT_LEVEL
            && runs_here(release, installation)
    };
    let newer = |release: &Release| {
        release.version > installation.version
            && release.min_from.is_none_or(|oldest| oldest <= installation.version)
            && is_in_rollout(release, installation, trigger)
    };
    let update = offered.iter().find(|artifact| newer(&artifact.release) && may_install(&artifact.release));
    if let Some(artifact) = update {
        return Decision::Update((*artifact).clone());
    }
    if is_blocked(installation.version) {
        let back = |release: &Release| {
            release.version < installation.version && release.rollback_from.contains(&installation.version)
        };
        let back = offered.iter().find(|artifact| back(&artifact.release) && may_install(&artifact.release));
        return back.map_or(Decision::Withdrawn, |artifact| Decision::RollBack((*artifact).clone()));
    }
    let out_of_reach =
        offered.iter().find(|artifact| newer(&artifact.release) && !is_blocked(artifact.release.version));
    match out_of_reach.map(|artifact| &artifact.release) {
        Some(release) if release.min_client > CLIENT_LEVEL => {
            Decision::ByHand { version: release.version, reason: Obstacle::Client }
        }
        Some(release) if !runs_here(release, installation) => {
            Decision::ByHand { version: release.version, reason: Obstacle::System }
        }
        _ => Decision::UpToDate,
    }
}

/// A halted release (0) is for nobody; a release that is being rolled out is for everyone who asks by hand.
fn is_in_rollout(release: &Release, installation: &Installation, trigger: Trigger) -> bool {
    match release.rollout_bp {
        0 => false,
        BASIS_POINTS.. => true,
        share => trigger == Trigger::User || bucket(&installation.id, release.version, &release.salt) < share,
    }
}

/// Whether the device meets the release's requirements. What is unknown about the device does not stand in the way.
fn runs_here(release: &Release, installation: &Installation) -> bool {
    let meets = |needed: &Option<String>, present: &Option<SystemVersion>| match (needed, present) {
        (Some(needed), Some(present)) => SystemVersion::parse(needed).is_some_and(|needed| *present >= needed),
        _ => true,
    };
    meets(&release.min_os, &installation.os) && meets(&release.min_glibc, &installation.glibc)
}
