//! Makes the newest lists visible, and keeps the repository valid: new snapshot and timestamp.

use std::collections::HashMap;
use std::num::NonZeroU64;

use alexandria_update::Channel;
use anyhow::Context as _;
use aws_lc_rs::rand::SystemRandom;
use jiff::{SignedDuration, Timestamp};
use tough::editor::signed::SignedRole;
use tough::schema::{Hashes, KeyHolder, Metafile, Signed, Snapshot, Timestamp as TimestampRole};

use crate::keys::KeyFolder;
use crate::layout::Layout;
use crate::repository::{Repository, SPEC_VERSION, after, next, read};
use crate::staged::measure;

/// Days that a snapshot is valid.
const SNAPSHOT_DAYS: i64 = 30;
/// Days that the timestamp is valid: how long somebody can hold back news before it is noticed.
const TIMESTAMP_DAYS: i64 = 7;
/// A timestamp that is valid for longer than this need not be signed again.
const FRESH: SignedDuration = SignedDuration::from_hours(24 * (TIMESTAMP_DAYS - 1) + 12);

/// Signs a snapshot of the newest lists, if they changed, and a timestamp. Returns what was signed; nothing if everything
/// is fresh.
///
/// # Errors
/// When a key is missing, or a file cannot be read or written.
pub async fn resign(repository: &Repository, keys: &KeyFolder) -> anyhow::Result<Vec<String>> {
    let mut signed = Vec::new();
    let layout = &repository.layout;
    let holder = KeyHolder::Root(repository.root.signed.clone());
    let meta = snapshot_meta(repository)?;
    let present: Option<Signed<Snapshot>> = layout.newest("snapshot")?.map(|(_, path)| read(&path)).transpose()?;
    let is_current = |present: &Signed<Snapshot>| {
        present.signed.meta == meta
            && repository.root.signed.verify_role(present).is_ok()
            && days_left(repository.now, present.signed.expires) > TIMESTAMP_DAYS
    };
    let snapshot_version = match &present {
        Some(present) if is_current(present) => present.signed.version,
        _ => {
            let version = present.map_or(Ok(NonZeroU64::MIN), |present| next(present.signed.version))?;
            let mut snapshot = Snapshot::new(SPEC_VERSION.into(), version, after(repository.now, SNAPSHOT_DAYS)?);
            snapshot.meta = meta;
            let role = SignedRole::new(snapshot, &holder, &keys.keys(["snapshot"])?, &SystemRandom::new()).await?;
            layout.write(&format!("{version}.snapshot.json"), role.buffer())?;
            signed.push(format!("snapshot {version}"));
            version
        }
    };
    let file = metafile(layout, &format!("{snapshot_version}.snapshot.json"), snapshot_version)?;
    let meta = HashMap::from([("snapshot.json".to_owned(), file)]);
    let path = layout.metadata().join("timestamp.json");
    let present: Option<Signed<TimestampRole>> = path.exists().then(|| read(&path)).transpose()?;
    let is_fresh = |present: &Signed<TimestampRole>| {
        present.signed.meta == meta
            && repository.root.signed.verify_role(present).is_ok()
            && present.signed.expires.duration_since(repository.now) > FRESH
    };
    if present.as_ref().is_some_and(is_fresh) {
        return Ok(signed);
    }
    let version = present.map_or(Ok(NonZeroU64::MIN), |present| next(present.signed.version))?;
    let mut timestamp = TimestampRole::new(SPEC_VERSION.into(), version, after(repository.now, TIMESTAMP_DAYS)?);
    timestamp.meta = meta;
    let role = SignedRole::new(timestamp, &holder, &keys.keys(["timestamp"])?, &SystemRandom::new()).await?;
    layout.write("timestamp.json", role.buffer())?;
    signed.push(format!("timestamp {version}"));
    Ok(signed)
}

fn days_left(now: Timestamp, expires: Timestamp) -> i64 {
    expires.duration_since(now).as_hours() / 24
}

/// The newest version of `targets.json` and of every channel's list.
fn snapshot_meta(repository: &Repository) -> anyhow::Result<HashMap<String, Metafile>> {
    let mut meta = HashMap::new();
    for name in std::iter::once("targets").chain(Channel::ALL.map(Layout::role)) {
        let (version, _) = repository.layout.newest(name)?.with_context(|| format!("there is no {name}.json"))?;
        let version = NonZeroU64::new(version).context("a version is 0")?;
        meta.insert(format!("{name}.json"), metafile(&repository.layout, &format!("{version}.{name}.json"), version)?);
    }
    Ok(meta)
}

fn metafile(layout: &Layout, file: &str, version: NonZeroU64) -> anyhow::Result<Metafile> {
    let (length, sha256) = measure(&layout.metadata().join(file))?;
    let hashes = Hashes { sha256: sha256.to_vec().into(), _extra: HashMap::new() };
    Ok(Metafile { length: Some(length), hashes: Some(hashes), version, _extra: HashMap::new() })
}
