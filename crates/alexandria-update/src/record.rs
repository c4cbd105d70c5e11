//! The versions of the roles that were verified, and who remembers them.
//!
//! The state folder has them always. It can be deleted, or restored from an older copy, with everything in it; so a second
//! record can lie elsewhere: [`VersionRecord`], which the caller implements over the database of the library.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;

use crate::error::UpdateRole;

/// The version of each role of a repository, by the role's name: `root`, `timestamp`, `snapshot`, `targets`, and those of
/// the channels.
pub type RoleVersions = BTreeMap<String, u64>;

/// Why a record cannot be read or written. It is logged, and the record in the state folder counts alone.
pub type RecordError = Box<dyn Error + Send + Sync>;

/// A record of verified versions outside of the state folder. Called from threads that may block.
pub trait VersionRecord: Debug + Send + Sync {
    /// The versions that were verified last from `repository`, the address of its metadata; none if there were none, or if
    /// the record cannot be reached now, for example because the library is locked.
    ///
    /// # Errors
    /// When the record is there, but cannot be read.
    fn load(&self, repository: &str) -> Result<RoleVersions, RecordError>;

    /// Records the versions that were verified from `repository`. None of them is older than what [`load`](Self::load)
    /// returned, unless there is a newer root.
    ///
    /// # Errors
    /// When they cannot be written.
    fn save(&self, repository: &str, versions: &RoleVersions) -> Result<(), RecordError>;
}

/// The role that is older than recorded. After a new root, which only the holders of the root keys can make, the other
/// versions may start again: that is how a repository recovers from keys that were used to raise them.
pub(crate) fn rolled_back(recorded: &RoleVersions, new: &RoleVersions) -> Option<UpdateRole> {
    let version = |versions: &RoleVersions, role: &str| versions.get(role).copied().unwrap_or_default();
    let root = UpdateRole::Root.as_str();
    if version(new, root) < version(recorded, root) {
        return Some(UpdateRole::Root);
    }
    if version(new, root) > version(recorded, root) {
        return None;
    }
    let older = recorded.iter().find(|(role, recorded)| version(new, role) < **recorded)?;
    let top = [UpdateRole::Timestamp, UpdateRole::Snapshot];
    Some(top.into_iter().find(|role| role.as_str() == older.0).unwrap_or(UpdateRole::Targets))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(recorded: &[(&str, u64)], new: &[(&str, u64)], want: Option<UpdateRole>) {
        let versions =
            |list: &[(&str, u64)]| list.iter().map(|(role, version)| ((*role).to_owned(), *version)).collect();
        assert_eq!(rolled_back(&versions(recorded), &versions(new)), want);
    }

    #[test]
    fn versions_never_decrease_under_one_root() {
        check(&[], &[("root", 1), ("timestamp", 1)], None);
        check(&[("root", 1), ("timestamp", 4)], &[("root", 1), ("timestamp", 4)], None);
        check(&[("root", 1), ("timestamp", 4)], &[("root", 1), ("timestamp", 3)], Some(UpdateRole::Timestamp));
        check(&[("root", 1), ("beta", 4)], &[("root", 1), ("beta", 3)], Some(UpdateRole::Targets));
        check(&[("root", 1), ("beta", 4)], &[("root", 1)], Some(UpdateRole::Targets));
        check(&[("root", 2), ("timestamp", 4)], &[("root", 1), ("timestamp", 5)], Some(UpdateRole::Root));
        check(&[("root", 2), ("timestamp", 9)], &[("root", 3), ("timestamp", 1)], None);
    }
}
