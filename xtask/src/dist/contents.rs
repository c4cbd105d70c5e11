//! What a package contains, compared with the list of what it must contain.

use anyhow::Context as _;

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Permission bits, in octal, as the list spells them.
    mode: String,
    /// Path below the prefix.
    path: String,
}

/// The files of a listing as `tar --list --verbose` and `dpkg-deb --contents` print it. Folders are left out.
///
/// # Errors
/// If a line is not of that form, or a file lies outside the prefix or belongs to someone else than root.
pub(super) fn parse(listing: &str, prefix: &str) -> anyhow::Result<Vec<Entry>> {
    let files = listing.lines().filter(|line| !line.starts_with('d'));
    files.map(|line| entry(line, prefix).with_context(|| format!("unexpected in a package: {line}"))).collect()
}

/// `-rwxr-xr-x root/root 123 2026-11-30 12:00 ./usr/bin/name`
fn entry(line: &str, prefix: &str) -> Option<Entry> {
    let mut fields = line.split_whitespace();
    let permissions = fields.next()?.strip_prefix('-')?;
    fields.next().filter(|owner| matches!(*owner, "root/root" | "0/0"))?;
    let path = fields.nth(3)?.strip_prefix(prefix)?;
    let bits = permissions.chars().map(|letter| if letter == '-' { '0' } else { '1' }).collect::<String>();
    Some(Entry { mode: format!("{:o}", u32::from_str_radix(&bits, 2).ok()?), path: path.to_owned() })
}

/// One line for each file that is missing, unexpected, or has another mode. Empty if there is none.
pub(super) fn differences(expected: &str, found: &[Entry]) -> Vec<String> {
    let expected: Vec<Entry> = expected
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .map(|(mode, path)| Entry { mode: mode.to_owned(), path: path.to_owned() })
        .collect();
    let missing = expected.iter().filter(|entry| !found.contains(entry)).map(|entry| (entry, "missing"));
    let unexpected = found.iter().filter(|entry| !expected.contains(entry)).map(|entry| (entry, "not in the list"));
    missing.chain(unexpected).map(|(Entry { mode, path }, what)| format!("{what}: {mode} {path}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTING: &str = "\
drwxr-xr-x root/root         0 2026-11-30 12:00 ./usr/bin/
-rwxr-xr-x root/root 120573592 2026-11-30 12:00 ./usr/bin/alexandria
-rw-r--r-- root/root       120 2026-11-30 12:00 ./usr/share/doc/copyright";

    fn check(expected: &str, expect: &[&str]) {
        assert_eq!(differences(expected, &parse(LISTING, "./usr/").unwrap()), expect);
    }

    #[test]
    fn contents_are_compared_with_the_list() {
        let same = "# a comment\n755 bin/alexandria\n644 share/doc/copyright\n";
        check(same, &[]);
        check(&same.replace("755", "644"), &["missing: 644 bin/alexandria", "not in the list: 755 bin/alexandria"]);
        check("755 bin/alexandria", &["not in the list: 644 share/doc/copyright"]);
        check(&format!("{same}644 lib/model.onnx"), &["missing: 644 lib/model.onnx"]);
    }

    #[test]
    fn links_and_files_outside_the_prefix_or_of_others_are_errors() {
        assert!(parse("-rw-r--r-- root/root 1 2026-11-30 12:00 ./etc/passwd", "./usr/").is_err());
        assert!(parse("-rw-r--r-- reader/root 1 2026-11-30 12:00 ./usr/x", "./usr/").is_err());
        assert!(parse("lrwxrwxrwx root/root 0 2026-11-30 12:00 ./usr/bin/x -> /tmp/x", "./usr/").is_err());
    }
}
