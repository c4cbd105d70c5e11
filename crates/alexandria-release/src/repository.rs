//! The metadata of a repository, read for editing: the newest version of each file, every one verified.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU64;
use std::path::Path;

use alexandria_update::{Channel, Release, Version};
use anyhow::{Context as _, anyhow};
use aws_lc_rs::rand::SystemRandom;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use tough::editor::signed::SignedRole;
use tough::schema::{DelegatedTargets, Delegations, KeyHolder, Root, Signed, Target, Targets};

use crate::keys::KeyFolder;
use crate::layout::Layout;

/// The TUF specification that the metadata follows.
pub(crate) const SPEC_VERSION: &str = "1.0.31";

/// A repository that can be edited.
#[derive(Debug)]
pub struct Repository {
    pub(crate) layout: Layout,
    pub(crate) root: Signed<Root>,
    pub(crate) targets: Signed<Targets>,
    pub(crate) channels: BTreeMap<&'static str, Signed<Targets>>,
    pub(crate) now: Timestamp,
}

impl Repository {
    /// Reads the repository as of `now`.
    ///
    /// # Errors
    /// When a file is missing or does not verify.
    pub fn open(layout: &Layout, now: Timestamp) -> anyhow::Result<Self> {
        let root: Signed<Root> = read_newest(layout, "root")?
            .context("there is no repository in this folder; create one with `cargo xtask release ceremony`")?;
        root.signed.verify_role(&root).context("the root is not signed by its own keys")?;
        let targets: Signed<Targets> = read_newest(layout, "targets")?.context("the repository has no targets.json")?;
        root.signed.verify_role(&targets).context("targets.json is not signed by its key")?;
        let delegations = targets.signed.delegations.clone().context("targets.json delegates to no channel")?;
        let mut channels = BTreeMap::new();
        for channel in Channel::ALL {
            let name = Layout::role(channel);
            let list: Signed<Targets> =
                read_newest(layout, name)?.with_context(|| format!("there is no list of {name}"))?;
            delegations
                .verify_role(&list, name)
                .with_context(|| format!("the list of {name} is not signed by its key"))?;
            channels.insert(name, list);
        }
        Ok(Self { layout: layout.clone(), root, targets, channels, now })
    }

    /// The releases of a channel, newest first: each release once, with the names of its targets.
    ///
    /// # Errors
    /// When a release's description is invalid.
    pub fn releases(&self, channel: Channel) -> anyhow::Result<Vec<(String, Release)>> {
        let list = &self.list(channel)?.targets;
        let mut releases: Vec<(String, Release)> = list
            .iter()
            .map(|(name, target)| Ok((name.raw().to_owned(), release_of(target)?)))
            .collect::<anyhow::Result<_>>()?;
        releases.sort_by(|(a_name, a), (b_name, b)| b.version.cmp(&a.version).then_with(|| a_name.cmp(b_name)));
        Ok(releases)
    }

    pub(crate) fn list(&self, channel: Channel) -> anyhow::Result<&Targets> {
        let list = self.channels.get(Layout::role(channel));
        Ok(&list.ok_or_else(|| anyhow!("there is no list of {}", channel.as_str()))?.signed)
    }
}

/// Signs the list of a channel.
pub(crate) async fn sign_list(
    name: &str,
    targets: Targets,
    delegations: &Delegations,
    keys: &KeyFolder,
) -> anyhow::Result<SignedRole<DelegatedTargets>> {
    let holder = KeyHolder::Delegations(delegations.clone());
    let role = DelegatedTargets { name: name.to_owned(), targets };
    let signed = SignedRole::new(role, &holder, &keys.keys([name])?, &SystemRandom::new()).await;
    signed.with_context(|| format!("the list of {name} cannot be signed: is this the key of {name}?"))
}

/// Days that a channel's list is valid.
pub(crate) const fn lifetime(channel: Channel) -> i64 {
    match channel {
        Channel::Stable => 90,
        Channel::Beta => 30,
    }
}

/// `days` after `now`.
pub(crate) fn after(now: Timestamp, days: i64) -> anyhow::Result<Timestamp> {
    // The format has whole seconds.
    let now = Timestamp::from_second(now.as_second())?;
    Ok(now.checked_add(SignedDuration::from_hours(days * 24))?)
}

pub(crate) fn next(version: NonZeroU64) -> anyhow::Result<NonZeroU64> {
    version.checked_add(1).context("there are no more versions")
}

/// The description of a target.
pub(crate) fn release_of(target: &Target) -> anyhow::Result<Release> {
    let custom: serde_json::Map<_, _> = target.custom.clone().into_iter().collect();
    Ok(serde_json::from_value(custom.into())?)
}

/// Replaces the description of a target.
pub(crate) fn describe(target: &mut Target, release: &Release) -> anyhow::Result<()> {
    let custom: HashMap<String, serde_json::Value> = serde_json::from_value(serde_json::to_value(release)?)?;
    target.custom = custom;
    Ok(())
}

/// The versions that a list has artifacts of.
pub(crate) fn has_version(list: &Targets, version: Version) -> anyhow::Result<bool> {
    for target in list.targets.values() {
        if release_of(target)?.version == version {
            return Ok(true);
        }
    }
    Ok(false)
}

fn read_newest<T: DeserializeOwned>(layout: &Layout, name: &str) -> anyhow::Result<Option<T>> {
    layout.newest(name)?.map(|(_, path)| read(&path)).transpose()
}

pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is damaged", path.display()))
}
