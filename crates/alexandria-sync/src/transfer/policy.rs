//! Which files a device keeps.

use alexandria_domain::PublicationId;

/// Which files are to be on this device. Cards and covers always are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilePolicy {
    /// All.
    All,
    /// Those that were opened here, or pinned.
    OpenedAndPinned,
    /// Those opened last, up to this many bytes; pinned ones in any case.
    LastOpened {
        /// The bytes.
        bytes: u64,
    },
}

/// What is known about one publication on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Which.
    pub publication: PublicationId,
    /// Length of its file in bytes.
    pub bytes: u64,
    /// When it was opened here last, in milliseconds since 1970.
    pub opened_ms: Option<u64>,
    /// Whether the reader wants it here.
    pub is_pinned: bool,
    /// Whether the file is here.
    pub is_here: bool,
    /// Whether its card says that the server has it.
    pub is_available: bool,
}

/// What the policy asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilePlan {
    /// Files to fetch, the most wanted first.
    pub fetch: Vec<PublicationId>,
    /// Files that may go once the server has confirmed that it has them.
    pub evict: Vec<PublicationId>,
}

/// What to fetch and what to remove. Nothing is removed of which the server has no copy.
#[must_use]
pub fn plan(policy: FilePolicy, holdings: &[Holding]) -> FilePlan {
    let mut holdings: Vec<&Holding> = holdings.iter().collect();
    // Pinned first, then by when they were opened; the id decides between equals, so that the order is one.
    holdings.sort_by_key(|holding| (!holding.is_pinned, std::cmp::Reverse(holding.opened_ms), holding.publication));
    let mut used: u64 = 0;
    let mut plan = FilePlan::default();
    for holding in holdings {
        let is_wanted = holding.is_pinned
            || match policy {
                FilePolicy::All => true,
                FilePolicy::OpenedAndPinned => holding.opened_ms.is_some(),
                FilePolicy::LastOpened { bytes } => {
                    holding.opened_ms.is_some() && used.saturating_add(holding.bytes) <= bytes
                }
            };
        if is_wanted {
            used = used.saturating_add(holding.bytes);
        }
        match (is_wanted, holding.is_here) {
            (true, false) if holding.is_available => plan.fetch.push(holding.publication),
            (false, true) if holding.is_available => plan.evict.push(holding.publication),
            _ => {}
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn holding(number: u8, opened_ms: Option<u64>, is_here: bool) -> Holding {
        let publication = PublicationId::from_bytes([number; 16]);
        Holding { publication, bytes: 100, opened_ms, is_pinned: false, is_here, is_available: true }
    }

    #[test]
    fn policy_decides_what_is_fetched_and_what_may_go() {
        let check = |policy: FilePolicy, fetch: &[u8], evict: &[u8]| {
            let holdings = [
                holding(1, Some(10), false),
                holding(2, Some(20), true),
                holding(3, Some(30), false),
                holding(4, None, true),
                holding(5, None, false),
                Holding { is_pinned: true, ..holding(6, None, false) },
                Holding { is_available: false, ..holding(7, None, true) },
                Holding { is_available: false, ..holding(8, Some(90), false) },
            ];
            let ids =
                |numbers: &[u8]| -> Vec<_> { numbers.iter().map(|n| PublicationId::from_bytes([*n; 16])).collect() };
            assert_eq!(plan(policy, &holdings), FilePlan { fetch: ids(fetch), evict: ids(evict) }, "{policy:?}");
        };
        check(FilePolicy::All, &[6, 3, 1, 5], &[]);
        check(FilePolicy::OpenedAndPinned, &[6, 3, 1], &[4]);
        check(FilePolicy::LastOpened { bytes: 300 }, &[6, 3], &[2, 4]);
        check(FilePolicy::LastOpened { bytes: 0 }, &[6], &[2, 4]);
    }
}
