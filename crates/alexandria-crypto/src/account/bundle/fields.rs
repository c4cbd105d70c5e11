//! What a key bundle says, without its authentication code.

use crate::account::history::EpochHistory;
use crate::account::root::KeyCheck;
use crate::account::slot::Slot;

/// The fields of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BundleFields {
    pub(super) account: [u8; 16],
    pub(super) revision: u64,
    pub(super) check: KeyCheck,
    /// One or two, in ascending order of their kinds.
    pub(super) slots: Vec<Slot>,
    pub(super) history: EpochHistory,
}
