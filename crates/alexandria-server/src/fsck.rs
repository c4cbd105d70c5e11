//! Comparing rows and objects: what is missing, what nobody refers to, what is counted wrongly.
//!
//! An object is written before its row says so, and removed before its row is. So an object without a row is only wrong when
//! it is old. Absent: repairs of what is missing, which only a device that has the book can make.

use std::collections::HashMap;
use std::time::Duration;

use futures::TryStreamExt as _;

use crate::jobs::JobError;
use crate::objects::{ObjectKey, Objects};
use crate::store::{AccountId, ObjectEntry, Store, UnixMillis, object_key};

#[cfg(test)]
mod tests;

/// Younger objects without a row may belong to an upload that is under way.
pub const MIN_ORPHAN_AGE: Duration = Duration::from_hours(48);
/// Rows read at once.
const ROWS_AT_ONCE: u32 = 500;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FsckReport {
    /// Accounts looked at.
    pub accounts: u64,
    /// Objects looked at.
    pub objects: u64,
    /// Parts that a row says have arrived, and that are not there or have another length.
    pub missing: Vec<(AccountId, ObjectKey)>,
    /// Objects that no row names, older than [`MIN_ORPHAN_AGE`].
    pub orphans: Vec<ObjectKey>,
    /// Accounts whose counters differ from what is there.
    pub miscounted: Vec<AccountId>,
}

impl FsckReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.missing.is_empty() && self.orphans.is_empty() && self.miscounted.is_empty()
    }
}

/// Compares everything; changes nothing.
///
/// # Errors
/// If rows or objects cannot be read.
pub async fn check(store: &dyn Store, objects: &dyn Objects, now: UnixMillis) -> Result<FsckReport, JobError> {
    let mut report = FsckReport::default();
    let mut after = None;
    loop {
        let accounts = store.accounts(after, ROWS_AT_ONCE).await?;
        let Some(last) = accounts.last() else { break };
        after = Some(last.id);
        for account in accounts {
            report.accounts += 1;
            if store.usage(account.id).await? != store.recount_usage(account.id).await? {
                report.miscounted.push(account.id);
            }
        }
    }
    // Objects first: an upload that begins meanwhile has a row and no object, never the other way round.
    let mut there: HashMap<ObjectKey, (u64, i64)> = HashMap::new();
    let mut listing = objects.list();
    while let Some(entry) = listing.try_next().await? {
        there.insert(entry.key, (entry.bytes, entry.modified_ms));
    }
    report.objects = there.len() as u64;
    let mut after = None;
    loop {
        let entries = store.objects(after, ROWS_AT_ONCE).await?;
        let Some(last) = entries.last() else { break };
        after = Some(last.object.clone());
        for entry in entries {
            compare(&entry, &mut there, &mut report);
        }
    }
    let limit = now.minus(MIN_ORPHAN_AGE).0;
    report.orphans = there.into_iter().filter(|(_, (_, modified))| *modified < limit).map(|(key, _)| key).collect();
    report.orphans.sort();
    Ok(report)
}

/// Takes the objects of one blob from those that are there.
fn compare(entry: &ObjectEntry, there: &mut HashMap<ObjectKey, (u64, i64)>, report: &mut FsckReport) {
    for (part, digest) in (0..).zip(&entry.digests) {
        let Some(key) = object_key(&entry.object, part) else { continue };
        let found = there.remove(&key).map(|(bytes, _)| bytes);
        if digest.is_some() && entry.blob.is_some() && found != Some(part_bytes(entry, part)) {
            report.missing.push((entry.account, key));
        }
    }
}

/// The length of a part.
fn part_bytes(entry: &ObjectEntry, part: u32) -> u64 {
    let start = u64::from(part).saturating_mul(u64::from(entry.part_size));
    entry.size.saturating_sub(start).min(u64::from(entry.part_size))
}

/// Removes the orphans of a report. Returns how many.
///
/// # Errors
/// If one cannot be removed.
pub async fn remove_orphans(objects: &dyn Objects, report: &FsckReport) -> Result<usize, JobError> {
    for key in &report.orphans {
        objects.delete(key).await?;
    }
    Ok(report.orphans.len())
}
