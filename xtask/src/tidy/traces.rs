//! No paths or hosts of a developer's machine: home folders, build folders, package mirrors. A clone has to work anywhere,
//! and a lock file that names a mirror works only where that mirror is reachable.

use super::finding::Finding;
use super::tree::Tree;

/// Prefixes of paths that exist on one machine only. Split so that this file does not match.
const MACHINE_PATHS: &[&str] = &[
    concat!("/wor", "k/"),
    concat!("/roo", "t/"),
    concat!("/hom", "e/"),
    concat!("/User", "s/"),
    concat!(":\\User", "s\\"),
];

/// Package registries; npm writes them to its lock file by default.
const HOSTS: &[&str] = &[
    concat!("registry.npm", "js.org"),
    concat!("registry.yarn", "pkg.com"),
    concat!("pypi", ".org"),
    concat!("files.python", "hosted.org"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("deb.", "debian.org"),
];

/// Files whose purpose is an address that everybody can reach.
const PUBLIC: &[(&str, &str)] =
    &[("xtask/src/dist/flatpak/sources.rs", "flatpak-builder has no registry settings and fetches by address")];

/// Checks every text file of the tree.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let sources = tree.sources(|_| true)?;
    Ok(sources.iter().flat_map(|source| of_text(&source.path, &source.text)).collect())
}

fn of_text(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(prefix) = MACHINE_PATHS.iter().find(|prefix| has_path(line, prefix)) {
            let message = format!(
                "a path of one machine (`{prefix}`); build it from the repository's root or the user's folders"
            );
            findings.push(Finding::at(path, index + 1, message));
        }
        if PUBLIC.iter().any(|(public, _)| *public == path) {
            continue;
        }
        if let Some(host) = HOSTS.iter().find(|host| line.contains(*host)) {
            let message = format!(
                "a package host (`{host}`); leave it to the package manager's settings (npm: omit-lockfile-registry-resolved)"
            );
            findings.push(Finding::at(path, index + 1, message));
        }
    }
    findings
}

/// Whether `line` has a path that starts with `prefix`, not one or an address with that part in its middle.
fn has_path(line: &str, prefix: &str) -> bool {
    line.match_indices(prefix).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let within =
            |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '~' | '/' | '}' | '>');
        prefix.starts_with(':') || !before.is_some_and(within)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[usize]) {
        let found: Vec<String> = of_text("a.md", text).iter().map(Finding::to_string).collect();
        assert_eq!(found.len(), expect.len(), "{found:?}");
        for (found, line) in found.iter().zip(expect) {
            assert!(found.starts_with(&format!("a.md:{line}: ")), "{found}");
        }
    }

    #[test]
    fn machine_paths_are_reported() {
        for prefix in MACHINE_PATHS {
            check(&format!("fine\nsee {prefix}somebody"), &[2]);
            check(&format!("'{prefix}somebody'"), &[1]);
        }
    }

    #[test]
    fn parts_of_other_paths_are_ignored() {
        check(concat!("https://example.org/wor", "k/1 $HOME/wor", "k/ docs/hom", "e/"), &[]);
    }

    #[test]
    fn package_hosts_are_reported() {
        for host in HOSTS {
            check(&format!("\"resolved\": \"https://{host}/a.tgz\""), &[1]);
        }
        check("registry+https://github.com/rust-lang/crates.io-index", &[]);
        for (path, _) in PUBLIC {
            assert_eq!(of_text(path, &format!("https://{}/a", HOSTS[0])), []);
            assert_eq!(of_text(path, MACHINE_PATHS[0]).len(), 1, "paths are reported everywhere");
        }
    }
}
