//! Files of the same content in one import: one is imported, the others wait for what becomes of it. If it is refused
//! the next takes its place, for its name may be all that was wrong; if it is not, the others are duplicates.
//!
//! Of a file that waits only its path is kept.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use alexandria_domain::PublicationId;

/// The publications whose import is under way, each with the files that wait for its end, in order.
#[derive(Default)]
pub(super) struct Claims<'a>(Mutex<HashMap<PublicationId, VecDeque<&'a Path>>>);

impl<'a> Claims<'a> {
    /// Claims a publication for a file. If another file has it, this one waits, and the answer is `false`.
    pub(super) fn claim(&self, id: PublicationId, path: &'a Path) -> bool {
        match self.lock().entry(id) {
            Entry::Vacant(free) => {
                free.insert(VecDeque::new());
                true
            }
            Entry::Occupied(mut taken) => {
                taken.get_mut().push_back(path);
                false
            }
        }
    }

    /// Hands a claim on, whose file was refused, to the file that waited longest. If none waits the claim ends.
    pub(super) fn hand_on(&self, id: PublicationId) -> Option<&'a Path> {
        let mut claims = self.lock();
        let next = claims.get_mut(&id).and_then(VecDeque::pop_front);
        if next.is_none() {
            claims.remove(&id);
        }
        next
    }

    /// Ends a claim, whose publication is in the library now. Gives the files that waited for that.
    pub(super) fn settle(&self, id: PublicationId) -> VecDeque<&'a Path> {
        self.lock().remove(&id).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PublicationId, VecDeque<&'a Path>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_goes_from_file_to_file_until_it_ends() {
        let [a, b, c] = ["a", "b", "c"].map(Path::new);
        let [one, two] = [1, 2].map(|number| PublicationId::from_bytes([number; 16]));
        let claims = Claims::default();
        assert!(claims.claim(one, a) && claims.claim(two, a));
        assert!(!claims.claim(one, b) && !claims.claim(one, c));
        assert_eq!(claims.hand_on(one), Some(b));
        assert_eq!(claims.settle(one), [c]);
        assert!(claims.claim(one, c), "it was free again");
        assert_eq!(claims.hand_on(one), None);
        assert!(claims.claim(one, b), "and again");
        assert!(!claims.claim(two, b), "the other was taken all the while");
    }
}
