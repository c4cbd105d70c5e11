//! Files of the same content in one import: the first one claims its publication, the others wait. If it is refused, the
//! claim passes to the next, as the name may be all that was wrong; otherwise the others are duplicates.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use alexandria_domain::PublicationId;

/// Publications that are being imported, each with the files of the same content that wait, in order.
#[derive(Default)]
pub(super) struct Claims<'a>(Mutex<HashMap<PublicationId, VecDeque<&'a Path>>>);

impl<'a> Claims<'a> {
    /// Claims a publication for a file. If another file holds the claim, this one is queued and the answer is `false`.
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

    /// Passes the claim of a refused file to the file that waited longest. If none waits, the claim ends.
    pub(super) fn pass_on(&self, id: PublicationId) -> Option<&'a Path> {
        let mut claims = self.lock();
        let next = claims.get_mut(&id).and_then(VecDeque::pop_front);
        if next.is_none() {
            claims.remove(&id);
        }
        next
    }

    /// Ends the claim of a publication that is now in the library. Returns the files that waited.
    pub(super) fn release(&self, id: PublicationId) -> VecDeque<&'a Path> {
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
    fn claims_pass_to_next_file_with_same_content() {
        let [a, b, c] = ["a", "b", "c"].map(Path::new);
        let [one, two] = [1, 2].map(|number| PublicationId::from_bytes([number; 16]));
        let claims = Claims::default();
        assert!(claims.claim(one, a) && claims.claim(two, a));
        assert!(!claims.claim(one, b) && !claims.claim(one, c));
        assert_eq!(claims.pass_on(one), Some(b));
        assert_eq!(claims.release(one), [c]);
        assert!(claims.claim(one, c), "it was free again");
        assert_eq!(claims.pass_on(one), None);
        assert!(claims.claim(one, b), "and again");
        assert!(!claims.claim(two, b), "the other was taken all the while");
    }
}
