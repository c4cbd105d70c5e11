//! From a change to a signed list: planned, shown, signed.

use std::path::{Path, PathBuf};

use alexandria_update::{Channel, hex};
use anyhow::Context as _;
use tough::schema::Targets;

use crate::change::Change;
use crate::diff::diff;
use crate::keys::KeyFolder;
use crate::layout::Layout;
use crate::repository::{Repository, after, lifetime, next, release_of, sign_list};

/// What a change would write.
#[derive(Debug)]
pub struct Edit {
    /// The channel whose list changes.
    pub channel: Channel,
    /// The new list.
    list: Targets,
    /// Packages to put in place first: from where, and to where.
    copies: Vec<(PathBuf, PathBuf)>,
    /// The difference to the published list, for the signer to read. Empty if nothing changes.
    pub diff: String,
}

impl Edit {
    /// Whether there is nothing to sign: the change was made before.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.diff.is_empty()
    }

    /// Moves the targets to another folder: what somebody would try who has stolen the channel's key. For tests of the
    /// client, which must refuse it.
    ///
    /// # Errors
    /// When a name becomes invalid.
    pub fn rename_targets(&mut self, from: &str, to: &str) -> anyhow::Result<()> {
        let renamed = self.list.targets.drain().map(|(name, target)| {
            let name =
                name.raw().strip_prefix(from).map_or_else(|| name.raw().to_owned(), |rest| format!("{to}{rest}"));
            Ok((tough::TargetName::new(name)?, target))
        });
        self.list.targets = renamed.collect::<anyhow::Result<_>>()?;
        Ok(())
    }
}

impl Repository {
    /// What `change` would write. Nothing is written or signed yet.
    ///
    /// # Errors
    /// When the change is not allowed; the message says why.
    pub fn plan(&self, change: &Change) -> anyhow::Result<Edit> {
        let channel = change.channel();
        let old = self.channels.get(Layout::role(channel)).context("no such channel")?;
        let mut list = old.signed.clone();
        change.apply(self, &mut list)?;
        let copies = self.copies(change)?;
        if list.targets == old.signed.targets {
            return Ok(Edit { channel, list, copies, diff: String::new() });
        }
        list.version = next(old.signed.version)?;
        list.expires = after(self.now, lifetime(channel))?;
        let diff = diff(Some(old), &list)?;
        Ok(Edit { channel, list, copies, diff })
    }

    /// The packages that a change makes available, and where they come from.
    fn copies(&self, change: &Change) -> anyhow::Result<Vec<(PathBuf, PathBuf)>> {
        let folder = self.layout.targets();
        let published = |channel: Channel, sha256: &[u8], file: &str| {
            folder.join(channel.as_str()).join(format!("{}.{file}", hex(sha256)))
        };
        match change {
            Change::Publish { channel, staged } => Ok(staged
                .artifacts
                .iter()
                .map(|artifact| (staged.path(artifact), published(*channel, &artifact.sha256, &artifact.file)))
                .collect()),
            Change::Promote { version } => {
                let mut copies = Vec::new();
                for (name, target) in &self.list(Channel::Beta)?.targets {
                    if release_of(target)?.version == *version {
                        let file = name.raw().rsplit('/').next().unwrap_or_default();
                        let of = |channel| published(channel, &target.hashes.sha256, file);
                        copies.push((of(Channel::Beta), of(Channel::Stable)));
                    }
                }
                Ok(copies)
            }
            Change::Rollout { .. } | Change::Block { .. } | Change::RollBack { .. } => Ok(Vec::new()),
        }
    }

    /// Signs the list of an edit with the channel's key and writes it. It becomes visible with [`resign`](crate::resign).
    ///
    /// # Errors
    /// When the key is missing or is not the channel's, or a file cannot be written.
    pub async fn sign(&mut self, edit: Edit, keys: &KeyFolder) -> anyhow::Result<()> {
        let name = Layout::role(edit.channel);
        // The packages first: the list must never name one that is not there.
        for (from, to) in &edit.copies {
            copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
        }
        let delegations = self.targets.signed.delegations.clone().context("targets.json delegates to no channel")?;
        let list = sign_list(name, edit.list, &delegations, keys).await?;
        self.layout.write(&format!("{}.{name}.json", list.signed().signed.targets.version), list.buffer())?;
        let (_, signed) = list.signed().clone().targets();
        self.channels.insert(name, signed);
        Ok(())
    }
}

/// Copies a package, complete or not at all.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = to.with_extension("new");
    std::fs::copy(from, &beside)?;
    std::fs::File::open(&beside)?.sync_all()?;
    std::fs::rename(&beside, to)
}
