//! Pages in parts: skeletons, each followed in the text by the fragments that are inserted into it.

use std::ops::Range;

use super::super::index::Index;
use crate::error::{Defect, ExtractError, LimitKind};
use crate::limits::{Guard, within};

/// The tags of a skeleton: number of fragments; offset and length.
const FRAGMENTS: u8 = 1;
/// Offset and length, of a skeleton and of a fragment.
const EXTENT: u8 = 6;
/// Fragments between two checks of the time.
const TIME_CHECK_INTERVAL: usize = 64;

struct Skeleton {
    bytes: Range<usize>,
    /// Which of the fragments are its.
    fragments: Range<usize>,
}

struct Fragment {
    /// Where it is inserted, counted from the beginning of the text.
    position: usize,
    bytes: Range<usize>,
    page: usize,
}

/// Where a fragment is.
pub(super) struct Place {
    pub(super) page: usize,
    /// In the text.
    pub(super) bytes: Range<usize>,
}

/// The parts of all pages.
pub(super) struct Pages {
    skeletons: Vec<Skeleton>,
    fragments: Vec<Fragment>,
}

impl Pages {
    /// Reads the two indexes of a text whose first flow has `length` bytes. Pages after a damaged entry are left out.
    pub(super) fn read(skeletons: &Index, fragments: &Index, length: usize) -> Self {
        let mut pages = Self { skeletons: Vec::new(), fragments: Vec::new() };
        let mut unread = fragments.entries.iter();
        for skeleton in &skeletons.entries {
            let page = pages.skeletons.len();
            let first = pages.fragments.len();
            let Some(bytes) =
                skeleton.size(EXTENT, 0).zip(skeleton.size(EXTENT, 1)).and_then(|(at, size)| extent(at, size, length))
            else {
                break;
            };
            let mut at = bytes.end;
            for entry in unread.by_ref().take(skeleton.size(FRAGMENTS, 0).unwrap_or(0)) {
                let position = std::str::from_utf8(&entry.name).ok().and_then(|name| name.parse().ok());
                let found = entry.size(EXTENT, 1).and_then(|size| extent(at, size, length));
                let Some((position, bytes)) = position.zip(found) else { break };
                at = bytes.end;
                pages.fragments.push(Fragment { position, bytes, page });
            }
            pages.skeletons.push(Skeleton { bytes, fragments: first..pages.fragments.len() });
        }
        if skeletons.entries.is_empty() && length > 0 {
            pages.skeletons.push(Skeleton { bytes: 0..length, fragments: 0..0 });
        }
        pages
    }

    pub(super) fn count(&self) -> usize {
        self.skeletons.len()
    }

    pub(super) fn place(&self, fragment: usize) -> Option<Place> {
        let Fragment { bytes, page, .. } = self.fragments.get(fragment)?;
        Some(Place { page: *page, bytes: bytes.clone() })
    }

    /// A page: its skeleton with its fragments.
    pub(super) fn assemble(&self, page: usize, text: &[u8], guard: &Guard) -> Result<Vec<u8>, ExtractError> {
        let damaged = || ExtractError::malformed(Defect::DamagedText);
        let Skeleton { bytes, fragments } = self.skeletons.get(page).ok_or(ExtractError::NotFound)?;
        let mut assembled = text.get(bytes.clone()).ok_or_else(damaged)?.to_vec();
        for (count, fragment) in self.fragments.get(fragments.clone()).into_iter().flatten().enumerate() {
            if count.is_multiple_of(TIME_CHECK_INTERVAL) {
                guard.check_time()?;
            }
            let at =
                fragment.position.checked_sub(bytes.start).filter(|at| *at <= assembled.len()).ok_or_else(damaged)?;
            let inserted = text.get(fragment.bytes.clone()).ok_or_else(damaged)?;
            within(assembled.len() + inserted.len(), LimitKind::MarkupBytes, guard.limits.markup_bytes)?;
            assembled.splice(at..at, inserted.iter().copied());
        }
        Ok(assembled)
    }
}

/// So many bytes from an offset on, if the text has them.
fn extent(at: usize, size: usize, length: usize) -> Option<Range<usize>> {
    let end = at.checked_add(size).filter(|end| *end <= length)?;
    Some(at..end)
}
