//! Copies what is served to the bucket and back, with the AWS command line, which speaks to every bucket of that kind.
//!
//! The order keeps clients from seeing half of a release: first what nothing refers to yet, last the few files that refer to
//! it. A file that never changes is never uploaded again. Absent: deleting.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

/// How long files may be cached.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// For the files that change. A client gets an old one rather than none for a day; it checks the age itself.
const BRIEFLY: &str = "public, max-age=60, stale-if-error=86400";

/// Files that are uploaded together.
#[derive(Debug)]
struct Group {
    /// Patterns of paths below the served folder, in which `*` also means `/`.
    include: &'static [&'static str],
    /// Those of them that are in another group.
    exclude: &'static [&'static str],
    cache: &'static str,
}

/// The groups in the order of the upload. Every file of a repository is in one.
const GROUPS: &[Group] = &[
    // Packages.
    Group {
        include: &["u/v1/t/*", "apt/pool/*", "rpm/*.rpm", "flatpak/objects/*", "flatpak/deltas/*"],
        exclude: &[],
        cache: FOREVER,
    },
    // Lists under names that never mean anything else.
    Group {
        include: &["u/v1/*.json", "apt/dists/*/by-hash/*", "rpm/*/repodata/*-*"],
        exclude: &["u/v1/timestamp.json", "u/v1/t/*"],
        cache: FOREVER,
    },
    // Lists under names that stay.
    Group {
        include: &["apt/*", "rpm/*", "flatpak/*"],
        exclude: &[
            "apt/pool/*",
            "apt/dists/*/by-hash/*",
            "apt/dists/*/InRelease",
            "rpm/*.rpm",
            "rpm/*/repodata/*-*",
            "rpm/*/repodata/repomd.xml*",
            "flatpak/objects/*",
            "flatpak/deltas/*",
            "flatpak/summary*",
        ],
        cache: BRIEFLY,
    },
    // What clients ask for first.
    Group {
        include: &["u/v1/timestamp.json", "apt/dists/*/InRelease", "rpm/*/repodata/repomd.xml*", "flatpak/summary*"],
        exclude: &[],
        cache: BRIEFLY,
    },
];

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its address, such as `s3://name`.
    pub address: String,
    /// The server, if it is not Amazon's.
    pub endpoint: Option<String>,
    /// The program that copies: `aws`.
    pub program: std::path::PathBuf,
}

impl Bucket {
    /// # Errors
    /// When the program cannot be started or fails.
    fn run(&self, arguments: &[String]) -> anyhow::Result<()> {
        let mut aws = Command::new(&self.program);
        if let Some(endpoint) = &self.endpoint {
            aws.args(["--endpoint-url", endpoint]);
        }
        let status = aws.args(arguments).status();
        let status = status.with_context(|| format!("{} cannot be started", self.program.display()))?;
        ensure!(status.success(), "copying to or from {} failed ({status})", self.address);
        Ok(())
    }
}

/// Uploads everything in `folder` that the bucket lacks.
///
/// # Errors
/// When a copy fails; what was uploaded by then does no harm.
pub fn upload(folder: &Path, bucket: &Bucket) -> anyhow::Result<()> {
    GROUPS.iter().try_for_each(|group| bucket.run(&arguments(group, folder, &bucket.address)))
}

/// Downloads the bucket into `folder`, so that the repository can be edited.
///
/// # Errors
/// When a copy fails.
pub fn download(bucket: &Bucket, folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let target = folder.display().to_string();
    bucket.run(&["s3", "sync", "--only-show-errors", "--exact-timestamps", &bucket.address, &target].map(str::to_owned))
}

fn arguments(group: &Group, folder: &Path, address: &str) -> Vec<String> {
    let folder = folder.display().to_string();
    let mut arguments =
        ["s3", "sync", "--only-show-errors", &folder, address, "--exclude", "*"].map(str::to_owned).to_vec();
    // Later patterns win.
    for (option, patterns) in [("--include", group.include), ("--exclude", group.exclude)] {
        arguments.extend(patterns.iter().flat_map(|pattern| [option.to_owned(), (*pattern).to_owned()]));
    }
    arguments.extend(["--cache-control".to_owned(), group.cache.to_owned()]);
    if group.cache == FOREVER {
        // A file of the same name is the same file.
        arguments.push("--size-only".to_owned());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the AWS command line matches: `*` is any text.
    fn matches(pattern: &str, path: &str) -> bool {
        let Some((first, rest)) = pattern.split_once('*') else { return pattern == path };
        let Some(path) = path.strip_prefix(first) else { return false };
        (0..=path.len()).any(|at| path.get(at..).is_some_and(|tail| matches(rest, tail)))
    }

    /// The place of the group of a path, and whether it is cached forever.
    fn check(path: &str, place: usize, is_immutable: bool) {
        let any = |patterns: &[&str]| patterns.iter().any(|pattern| matches(pattern, path));
        let groups = GROUPS.iter().enumerate();
        let found: Vec<(usize, bool)> = groups
            .filter(|(_, group)| any(group.include) && !any(group.exclude))
            .map(|(place, group)| (place, group.cache == FOREVER))
            .collect();
        assert_eq!(found, [(place, is_immutable)], "{path}");
    }

    #[test]
    fn what_refers_to_other_files_is_uploaded_after_them() {
        check("u/v1/t/stable/ab12.alexandria-1.4.0-linux-x86_64.deb", 0, true);
        check("apt/pool/main/a/alexandria/alexandria_1.4.0_amd64.deb", 0, true);
        check("rpm/stable/alexandria-1.4.0-1.x86_64.rpm", 0, true);
        check("flatpak/objects/ab/cd.filez", 0, true);
        for name in ["1.root", "7.snapshot", "3.targets", "9.stable", "4.beta"] {
            check(&format!("u/v1/{name}.json"), 1, true);
        }
        check("apt/dists/stable/main/binary-amd64/by-hash/SHA256/ab12", 1, true);
        check("rpm/stable/repodata/ab12-primary.xml.gz", 1, true);
        check("apt/dists/stable/main/binary-amd64/Packages.gz", 2, false);
        check("apt/dists/stable/Release.gpg", 2, false);
        check("flatpak/config", 2, false);
        check("u/v1/timestamp.json", 3, false);
        check("apt/dists/stable/InRelease", 3, false);
        check("rpm/stable/repodata/repomd.xml", 3, false);
        check("rpm/stable/repodata/repomd.xml.asc", 3, false);
        check("flatpak/summary.sig", 3, false);
    }

    #[test]
    fn only_files_that_never_change_are_compared_by_size() {
        let lines = GROUPS.iter().map(|group| arguments(group, Path::new("served"), "s3://updates").join(" "));
        let lines: Vec<String> = lines.collect();
        assert!(
            lines.iter().all(|line| line.starts_with("s3 sync --only-show-errors served s3://updates --exclude * "))
        );
        assert!(lines.iter().all(|line| line.contains("immutable") == line.ends_with(" --size-only")), "{lines:?}");
        let last = "--include flatpak/summary* --cache-control public, max-age=60, stale-if-error=86400";
        assert!(lines.last().is_some_and(|line| line.ends_with(last)), "{lines:?}");
    }

    #[cfg(unix)]
    #[test]
    fn failed_copy_ends_the_upload() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("aws");
        let calls = || std::fs::read_to_string(folder.path().join("calls")).unwrap_or_default().lines().count();
        let bucket = Bucket {
            address: "s3://updates".to_owned(),
            endpoint: Some("https://storage.example.org".to_owned()),
            program: program.clone(),
        };
        assert!(upload(folder.path(), &bucket).unwrap_err().to_string().contains("cannot be started"));
        let script = |fails_at: usize| {
            let calls = folder.path().join("calls").display().to_string();
            let text = format!(
                "#!/bin/sh\n[ \"$1\" = --endpoint-url ] || exit 9\necho \"$*\" >> {calls}\n[ \"$(wc -l < {calls})\" != {fails_at} ]\n"
            );
            // Another program writes it: while this one has it open, a child of another test would hold it, and it is busy.
            let write = "printf %s \"$1\" > \"$2\" && chmod 755 \"$2\"";
            let status = Command::new("sh").args(["-c", write, "sh", &text]).arg(&program).status().unwrap();
            assert!(status.success());
        };
        script(2);
        assert!(upload(folder.path(), &bucket).unwrap_err().to_string().contains("failed"));
        assert_eq!(calls(), 2, "it went on after a failure");
        std::fs::remove_file(folder.path().join("calls")).unwrap();
        script(0);
        upload(folder.path(), &bucket).unwrap();
        assert_eq!(calls(), GROUPS.len());
        download(&bucket, &folder.path().join("new")).unwrap();
        assert_eq!(calls(), GROUPS.len() + 1);
    }
}
