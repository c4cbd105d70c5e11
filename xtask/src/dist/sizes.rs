//! The sizes of the packages, compared with those that were last accepted.

use anyhow::{Context as _, bail};

use super::release::Package;

/// A package may grow by this share before someone has to accept its new size.
const ALLOWED_GROWTH_PERCENT: u64 = 5;

/// The table of sizes. `accepted` has a line for each kind: its name and its size in bytes.
///
/// # Errors
/// If a package has grown too much, or has no accepted size.
pub(super) fn table(accepted: &str, packages: &[Package]) -> anyhow::Result<String> {
    let mut lines = vec!["| package | MB | accepted, MB |".to_owned(), "|---|---|---|".to_owned()];
    let mut grown = Vec::new();
    for package in packages {
        let (bytes, limit) = (package.bytes()?, accepted_bytes(accepted, package.kind)?);
        let name = package.path.file_name().unwrap_or_default().to_string_lossy();
        lines.push(format!("| {name} | {} | {} |", megabytes(bytes), megabytes(limit)));
        if is_too_large(bytes, limit) {
            grown.push(format!("{name} has grown by more than {ALLOWED_GROWTH_PERCENT} %"));
        }
    }
    if !grown.is_empty() {
        bail!("{}\n{}; find out why, then set installers/linux/sizes.txt", lines.join("\n"), grown.join(", "));
    }
    Ok(lines.join("\n"))
}

fn accepted_bytes(accepted: &str, kind: &str) -> anyhow::Result<u64> {
    let mut lines = accepted.lines().filter_map(|line| line.split_once(' '));
    let size = lines.find(|(name, _)| *name == kind).and_then(|(_, size)| size.trim().parse().ok());
    size.with_context(|| format!("installers/linux/sizes.txt has no size for {kind}"))
}

const fn is_too_large(bytes: u64, accepted: u64) -> bool {
    bytes > accepted + accepted / 100 * ALLOWED_GROWTH_PERCENT
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1_000_000, bytes / 100_000 % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_beyond_the_limit_is_too_large() {
        for (bytes, expect) in [(90, false), (100, false), (105, false), (106, true)] {
            assert_eq!(is_too_large(bytes * 1_000_000, 100_000_000), expect, "{bytes}");
        }
    }

    #[test]
    fn accepted_sizes_are_read_by_kind() {
        let accepted = "# bytes\ndeb 87654321\ntar.zst 1\n";
        assert_eq!(accepted_bytes(accepted, "deb").unwrap(), 87_654_321);
        assert!(accepted_bytes(accepted, "rpm").is_err());
        assert_eq!(megabytes(87_654_321), "87.6");
    }
}
