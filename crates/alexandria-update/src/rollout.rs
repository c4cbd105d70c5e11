//! Which installations a partly rolled out release is for.
//!
//! Decided on the device, so that the server serves everyone the same files and learns nothing about who asks. Integers
//! only: every platform and every version of the program must come to the same answer.

use sha2::{Digest, Sha256};

use crate::version::Version;

/// A release whose rollout is this many basis points is for everyone.
pub const BASIS_POINTS: u16 = 10_000;

/// The place of an installation in the rollout of a version, from 0 to 9,999: it takes part once the rollout is greater.
///
/// It depends on the version, so that the same installations are not always the first, and on `salt`, so that nobody
/// can choose an id that is always first.
#[must_use]
pub fn bucket(installation: &[u8; 16], version: Version, salt: &str) -> u16 {
    let mut hash = Sha256::new();
    hash.update(b"alexandria rollout v1\0");
    hash.update(installation);
    hash.update(version.to_string().as_bytes());
    hash.update([0]);
    hash.update(salt.as_bytes());
    let digest = hash.finalize();
    let head = digest.iter().take(8).fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    u16::try_from(head % u64::from(BASIS_POINTS)).unwrap_or(BASIS_POINTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> [u8; 16] {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.to_le_bytes());
        id
    }

    /// Golden values, computed by another implementation: a change would move every installation to another place in a rollout that is under way.
    #[test]
    fn bucket_never_changes_for_an_installation_and_version() {
        fn check(number: u32, version: &str, salt: &str, want: u16) {
            assert_eq!(bucket(&id(number), version.parse().unwrap(), salt), want, "{number} {version} {salt}");
        }
        check(0, "1.4.0", "", 3_411);
        check(1, "1.4.0", "", 3_267);
        check(1, "1.4.1", "", 7_903);
        check(1, "1.4.1", "salt", 340);
    }

    #[test]
    fn buckets_are_evenly_spread() {
        let version = Version::new(1, 4, 0);
        for share in [100, 1_000, 5_000] {
            let inside = (0..10_000).filter(|number| bucket(&id(*number), version, "s") < share).count();
            let want = usize::from(share);
            assert!(inside.abs_diff(want) <= 150, "{inside} of 10,000 at {share} basis points");
        }
    }

    #[test]
    fn another_version_begins_with_other_installations() {
        let first = |version| (0..10_000).filter(move |number| bucket(&id(*number), version, "s") < 1_000);
        let (one, other) = (first(Version::new(1, 4, 0)), first(Version::new(1, 4, 1)));
        let one: std::collections::HashSet<u32> = one.collect();
        let both = other.filter(|number| one.contains(number)).count();
        assert!(both < 250, "{both} are early in both");
    }
}
