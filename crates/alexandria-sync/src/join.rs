//! A library that was there before the account: its books get the account's ids, before anything is uploaded.
//!
//! Publication ids are keyed hashes, and each library has its own key. So every file is hashed again under the account's key.
//! First all are only counted, and the reader decides: join, or keep this library apart, which changes nothing. Then each book is moved in
//! one transaction of its own. Killed anywhere, it goes on where it was: [`JoinProgress`] is stored by the same transactions.
//! The first device of an account has nothing to do here: the account takes its key.
//! Absent: hashing, sealing, and moving rows, which the driver does.

use std::collections::{BTreeMap, BTreeSet};

use alexandria_domain::PublicationId;

#[cfg(test)]
mod tests;

/// What is stored of a join that was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinProgress {
    /// The new id of each book that is not moved yet, by its old one.
    pub remaining: BTreeMap<PublicationId, PublicationId>,
    /// The new ids of those that were moved.
    pub moved: BTreeSet<PublicationId>,
    /// Whether the vault has the account's key. Nothing is uploaded before.
    pub has_account_key: bool,
}

/// What the reader is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinSummary {
    /// Books on this device.
    pub here: usize,
    /// Books in the account.
    pub there: usize,
    /// Books that are both here and there.
    pub same: usize,
    /// Books here whose file cannot be read. They stay as they are, and are not uploaded.
    pub unreadable: usize,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinInput {
    /// A book was hashed under the account's key; `None` if its file cannot be read.
    Hashed(PublicationId, Option<PublicationId>),
    /// The reader decided. `false` keeps the library apart.
    Decided(bool),
    /// A book was moved to its new id.
    Moved(PublicationId),
    /// The vault has the account's key.
    HasAccountKey,
    /// The account was pulled for the first time. These books were deleted permanently there.
    Pulled {
        /// Their ids.
        deleted: BTreeSet<PublicationId>,
    },
}

/// What is to be done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinOutput {
    /// Hash the file of a book under the account's key. Nothing is stored.
    Hash(PublicationId),
    /// Ask the reader.
    Ask(JoinSummary),
    /// Store the progress: from now on the join goes on after a restart.
    Begin(JoinProgress),
    /// Seal the file under the new id; then, in one transaction, move row, ops and thumbnail, and take the book from `remaining`
    /// to `moved` in the stored progress.
    Move {
        /// The old id.
        from: PublicationId,
        /// The new id.
        to: PublicationId,
    },
    /// Put the account's key into the vault.
    TakeAccountKey,
    /// Store that the vault has the key; cards are written, and the engine starts.
    Upload,
    /// Put these books on the shelf by new ops, and tell the reader: they were deleted in the account, and are here.
    Restore(BTreeSet<PublicationId>),
    /// The stored progress is deleted.
    Finished,
}

/// A join.
#[derive(Clone, Debug)]
pub struct Join {
    stage: Stage,
    progress: JoinProgress,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    Counting { left: BTreeSet<PublicationId>, there: BTreeSet<PublicationId>, unreadable: usize },
    Deciding,
    Moving,
    Keying,
    Pulling,
    Over,
}

impl Join {
    /// Begins to count. `here` are the books of the library by their old ids, `there` those of the account.
    #[must_use]
    pub fn begin(here: BTreeSet<PublicationId>, there: BTreeSet<PublicationId>) -> (Self, Vec<JoinOutput>) {
        let outputs = here.iter().copied().map(JoinOutput::Hash).collect();
        let stage = Stage::Counting { left: here, there, unreadable: 0 };
        let mut join = Self { stage, progress: JoinProgress::default() };
        let outputs = join.after_hash(outputs);
        (join, outputs)
    }

    /// Goes on with a join that was decided before a restart.
    #[must_use]
    pub fn resume(progress: JoinProgress) -> (Self, Vec<JoinOutput>) {
        let mut join = Self { stage: Stage::Moving, progress };
        let outputs = join.next_move();
        (join, outputs)
    }

    /// Takes one input. What does not fit the stage is ignored.
    pub fn step(&mut self, input: JoinInput) -> Vec<JoinOutput> {
        match (&mut self.stage, input) {
            (Stage::Counting { left, unreadable, .. }, JoinInput::Hashed(old, new)) => {
                if !left.remove(&old) {
                    return Vec::new();
                }
                match new {
                    Some(new) => drop(self.progress.remaining.insert(old, new)),
                    None => *unreadable += 1,
                }
                self.after_hash(Vec::new())
            }
            (Stage::Deciding, JoinInput::Decided(false)) => {
                self.stage = Stage::Over;
                Vec::new()
            }
            (Stage::Deciding, JoinInput::Decided(true)) => {
                self.stage = Stage::Moving;
                let mut outputs = vec![JoinOutput::Begin(self.progress.clone())];
                outputs.extend(self.next_move());
                outputs
            }
            (Stage::Moving, JoinInput::Moved(old)) => match self.progress.remaining.remove(&old) {
                Some(new) => {
                    self.progress.moved.insert(new);
                    self.next_move()
                }
                None => Vec::new(),
            },
            (Stage::Keying, JoinInput::HasAccountKey) => {
                self.progress.has_account_key = true;
                self.stage = Stage::Pulling;
                vec![JoinOutput::Upload]
            }
            (Stage::Pulling, JoinInput::Pulled { deleted }) => {
                self.stage = Stage::Over;
                let deleted: BTreeSet<_> = deleted.intersection(&self.progress.moved).copied().collect();
                let restore = (!deleted.is_empty()).then_some(JoinOutput::Restore(deleted));
                restore.into_iter().chain([JoinOutput::Finished]).collect()
            }
            _ => Vec::new(),
        }
    }

    fn after_hash(&mut self, mut outputs: Vec<JoinOutput>) -> Vec<JoinOutput> {
        if let Stage::Counting { left, there, unreadable } = &self.stage
            && left.is_empty()
        {
            let new: BTreeSet<_> = self.progress.remaining.values().copied().collect();
            outputs.push(JoinOutput::Ask(JoinSummary {
                here: new.len() + unreadable,
                there: there.len(),
                same: new.intersection(there).count(),
                unreadable: *unreadable,
            }));
            self.stage = Stage::Deciding;
        }
        outputs
    }

    /// One book at a time, so that a crash leaves at most one half-written file.
    fn next_move(&mut self) -> Vec<JoinOutput> {
        if let Some((from, to)) = self.progress.remaining.first_key_value() {
            return vec![JoinOutput::Move { from: *from, to: *to }];
        }
        if self.progress.has_account_key {
            self.stage = Stage::Pulling;
            return vec![JoinOutput::Upload];
        }
        self.stage = Stage::Keying;
        vec![JoinOutput::TakeAccountKey]
    }
}
