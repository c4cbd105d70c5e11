//! What can be done to a channel's list. Each change is idempotent: made again, it changes nothing.

use alexandria_update::{BASIS_POINTS, Channel, Release, Version};
use anyhow::{bail, ensure};
use tough::TargetName;
use tough::schema::{Hashes, Target, Targets};

use crate::repository::{Repository, describe, has_version, release_of};
use crate::staged::Staged;

/// A change of one channel's list.
#[derive(Clone, Debug)]
pub enum Change {
    /// Lists a staged release, for nobody yet.
    Publish {
        /// The channel that gets it.
        channel: Channel,
        /// The release.
        staged: Staged,
    },
    /// Lists a release of beta in stable: the same bytes, for nobody yet.
    Promote {
        /// The release.
        version: Version,
    },
    /// Offers a release to more installations, or to none.
    Rollout {
        /// The channel.
        channel: Channel,
        /// The release.
        version: Version,
        /// For how many of 10,000; 0 halts.
        basis_points: u16,
    },
    /// Withdraws a release: nobody may install it.
    Block {
        /// The channel.
        channel: Channel,
        /// The release.
        version: Version,
    },
    /// Withdraws a release and sends those who have it back to an older one.
    RollBack {
        /// The channel.
        channel: Channel,
        /// The release that is withdrawn.
        from: Version,
        /// The older release.
        to: Version,
    },
}

impl Change {
    /// The channel whose list changes.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Promote { .. } => Channel::Stable,
            Self::Publish { channel, .. }
            | Self::Rollout { channel, .. }
            | Self::Block { channel, .. }
            | Self::RollBack { channel, .. } => *channel,
        }
    }

    /// Makes the change in `list`.
    pub(crate) fn apply(&self, repository: &Repository, list: &mut Targets) -> anyhow::Result<()> {
        match self {
            Self::Publish { channel, staged } => publish(list, *channel, staged),
            Self::Promote { version } => promote(list, repository.list(Channel::Beta)?, *version),
            Self::Rollout { version, basis_points, .. } => roll_out(list, *version, *basis_points),
            Self::Block { version, .. } => each(list, *version, block),
            Self::RollBack { from, to, .. } => roll_back(list, *from, *to),
        }
    }
}

fn publish(list: &mut Targets, channel: Channel, staged: &Staged) -> anyhow::Result<()> {
    if !has_version(list, staged.version)? {
        for target in list.targets.values() {
            let newest = release_of(target)?.version;
            ensure!(newest < staged.version, "{newest} is published already, and {} is older", staged.version);
        }
    }
    for artifact in &staged.artifacts {
        let release = staged.release(artifact);
        let name = format!("{}/{}", channel.as_str(), artifact.file);
        add(list, &name, artifact.length, &artifact.sha256, &release)?;
    }
    Ok(())
}

fn promote(list: &mut Targets, beta: &Targets, version: Version) -> anyhow::Result<()> {
    ensure!(has_version(beta, version)?, "{version} is not in beta");
    for (name, target) in &beta.targets {
        let mut release = release_of(target)?;
        if release.version != version {
            continue;
        }
        ensure!(!release.blocked, "{version} was withdrawn from beta");
        release.rollout_bp = 0;
        let file = name.raw().rsplit('/').next().unwrap_or_default();
        add(list, &format!("{}/{file}", Channel::Stable.as_str()), target.length, &target.hashes.sha256, &release)?;
    }
    Ok(())
}

/// Lists an artifact. A name that is listed already keeps its description, and must mean the same bytes.
fn add(list: &mut Targets, name: &str, length: u64, sha256: &[u8], release: &Release) -> anyhow::Result<()> {
    let key = TargetName::new(name)?;
    if let Some(present) = list.targets.get(&key) {
        let is_same = present.length == length && present.hashes.sha256.as_ref() == sha256;
        ensure!(is_same, "{name} was published with other bytes; give the new build a new version");
        return Ok(());
    }
    let hashes = Hashes { sha256: sha256.to_vec().into(), _extra: std::collections::HashMap::new() };
    let mut target =
        Target { length, hashes, custom: std::collections::HashMap::new(), _extra: std::collections::HashMap::new() };
    describe(&mut target, release)?;
    list.targets.insert(key, target);
    Ok(())
}

fn roll_out(list: &mut Targets, version: Version, basis_points: u16) -> anyhow::Result<()> {
    ensure!(basis_points <= BASIS_POINTS, "{basis_points} is more than everyone ({BASIS_POINTS})");
    each(list, version, |release| {
        ensure!(!release.blocked, "{version} was withdrawn; a new version has to follow it");
        let present = release.rollout_bp;
        ensure!(
            basis_points == 0 || basis_points >= present,
            "{version} is offered to {present} of 10,000 already; a rollout is raised, or halted with 0"
        );
        release.rollout_bp = basis_points;
        Ok(())
    })
}

fn block(release: &mut Release) -> anyhow::Result<()> {
    release.blocked = true;
    release.rollout_bp = 0;
    Ok(())
}

fn roll_back(list: &mut Targets, from: Version, to: Version) -> anyhow::Result<()> {
    ensure!(to < from, "{to} is not older than {from}");
    let schema = |version| -> anyhow::Result<u32> {
        for target in list.targets.values() {
            let release = release_of(target)?;
            if release.version == version {
                return Ok(release.db_schema);
            }
        }
        bail!("{version} is not in the channel")
    };
    let (written, readable) = (schema(from)?, schema(to)?);
    ensure!(
        readable >= written,
        "{to} cannot open libraries that {from} has changed (schema {written}, and it knows {readable}); fix {from} in a \
         new version"
    );
    each(list, from, block)?;
    each(list, to, |release| {
        ensure!(!release.blocked, "{to} was withdrawn itself");
        if !release.rollback_from.contains(&from) {
            release.rollback_from.push(from);
        }
        Ok(())
    })
}

/// Changes the description of every artifact of a release.
fn each(
    list: &mut Targets,
    version: Version,
    mut change: impl FnMut(&mut Release) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut count = 0;
    for target in list.targets.values_mut() {
        let mut release = release_of(target)?;
        if release.version == version {
            change(&mut release)?;
            describe(target, &release)?;
            count += 1;
        }
    }
    ensure!(count > 0, "{version} is not in the channel");
    Ok(())
}
