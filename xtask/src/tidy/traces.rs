//! No trace of the machine the code was written on: home folders, build folders, hosts of package mirrors.
//! A clone has to work anywhere, and a lock file that names a mirror works only where that mirror is.

use super::finding::Finding;
use super::tree::Tree;

/// Beginnings of paths that exist on one machine only. Split in two so that this file does not find itself.
const PLACES: &[&str] = &[
    concat!("/wor", "k/"),
    concat!("/roo", "t/"),
    concat!("/hom", "e/"),
    concat!("/User", "s/"),
    concat!(":\\User", "s\\"),
];

/// Hosts that packages come from; lock files of npm name them unless told not to.
const HOSTS: &[&str] = &[
    concat!("registry.npm", "js.org"),
    concat!("registry.yarn", "pkg.com"),
    concat!("pypi", ".org"),
    concat!("files.python", "hosted.org"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("deb.", "debian.org"),
];

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
        if let Some(place) = PLACES.iter().find(|place| names_place(line, place)) {
            let message =
                format!("a path of one machine (`{place}`); build it from the repository's root or the user's folders");
            findings.push(Finding::at(path, index + 1, message));
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

/// Whether `line` has a path that begins with `place`, rather than one or an address with that part in its middle.
fn names_place(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let within =
            |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '~' | '/' | '}' | '>');
        place.starts_with(':') || !before.is_some_and(within)
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
    fn paths_of_one_machine_are_found() {
        for place in PLACES {
            check(&format!("fine\nsee {place}somebody"), &[2]);
            check(&format!("'{place}somebody'"), &[1]);
        }
    }

    #[test]
    fn the_same_letters_inside_another_path_are_none() {
        check(concat!("https://example.org/wor", "k/1 $HOME/wor", "k/ docs/hom", "e/"), &[]);
    }

    #[test]
    fn package_hosts_are_found() {
        for host in HOSTS {
            check(&format!("\"resolved\": \"https://{host}/a.tgz\""), &[1]);
        }
        check("registry+https://github.com/rust-lang/crates.io-index", &[]);
    }
}
