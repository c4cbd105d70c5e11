//! What was learnt about the vault files when one of them was unlocked.

use super::compare::differ_by_damage;
use crate::file::Contents;
use crate::slot::SlotKind;

/// Proves which of the vault and its copy is intact: it was unlocked. Holds no secret.
#[derive(Clone, Debug, PartialEq)]
pub struct UnlockRecord {
    /// The kind of credential that unlocked it.
    pub(super) by: SlotKind,
    /// The contents that were unlocked.
    pub(super) opened: Contents,
    /// The contents of the vault, if it did not unlock and its copy did.
    pub(super) rejected: Option<Contents>,
}

impl UnlockRecord {
    /// Whether `copy` rather than `vault` unlocks the library: it did, or it equals what did and the vault was damaged
    /// since.
    pub(super) fn prefers(&self, copy: &Contents, vault: &Contents) -> bool {
        self.rejected.as_ref() == Some(vault) || (*copy == self.opened && differ_by_damage(vault, copy))
    }
}
