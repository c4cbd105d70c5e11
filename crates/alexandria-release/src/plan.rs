//! What stands between a version and its publication, and what the repository says now.

use std::fmt::Write as _;

use alexandria_update::{BASIS_POINTS, Channel, Version};
use anyhow::{Context as _, bail};

use crate::repository::Repository;

/// The section of a version in a changelog in the form of *Keep a Changelog*, without its heading.
///
/// # Errors
/// When there is no such section or it is empty.
pub fn notes(changelog: &str, version: Version) -> anyhow::Result<String> {
    let is_heading = |line: &&str| {
        let title = line.strip_prefix("## ").and_then(|title| title.split_whitespace().next());
        title.is_some_and(|title| title.trim_matches(['[', ']']) == version.to_string())
    };
    let mut lines = changelog.lines().skip_while(|line| !is_heading(line));
    lines
        .next()
        .with_context(|| format!("the changelog has no section {version}; describe the release there first"))?;
    let section: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    let text = section.join("\n").trim().to_owned();
    if text.is_empty() {
        bail!("the changelog's section of {version} is empty");
    }
    Ok(text)
}

/// Checks that `version` can be published in `channel`, and says what the steps are.
///
/// # Errors
/// When it cannot be published, with the reason.
pub fn plan(repository: &Repository, channel: Channel, version: Version, changelog: &str) -> anyhow::Result<String> {
    notes(changelog, version)?;
    let releases = repository.releases(channel)?;
    let published = releases.iter().any(|(_, release)| release.version == version);
    if let Some((_, newest)) = releases.first()
        && newest.version > version
    {
        bail!("{} is in {} already, which is newer than {version}", newest.version, channel.as_str());
    }
    let is_in_beta = repository.releases(Channel::Beta)?.iter().any(|(_, release)| release.version == version);
    let mut text = String::new();
    if published {
        writeln!(text, "{version} is published in {}; raise its rollout next", channel.as_str())?;
    } else if channel == Channel::Stable && is_in_beta {
        writeln!(text, "{version} is in beta: promote it, then raise its rollout")?;
    } else {
        writeln!(text, "stage, sign and publish {version} in {}, then raise its rollout", channel.as_str())?;
    }
    Ok(text)
}

/// The releases of both channels, and when each part of the metadata expires.
///
/// # Errors
/// When a release's description is invalid.
pub fn status(repository: &Repository) -> anyhow::Result<String> {
    let mut text = String::new();
    writeln!(text, "root {}, valid until {}", repository.root.signed.version, repository.root.signed.expires)?;
    for channel in Channel::ALL {
        let list = repository.list(channel)?;
        writeln!(text, "{} (list {}, valid until {})", channel.as_str(), list.version, list.expires)?;
        for (name, release) in repository.releases(channel)? {
            let state = match (release.blocked, release.rollout_bp) {
                (true, _) => "withdrawn".to_owned(),
                (false, BASIS_POINTS) => "for everyone".to_owned(),
                (false, share) => format!("for {} %", f64::from(share) / 100.0),
            };
            let file = name.rsplit('/').next().unwrap_or_default();
            writeln!(text, "  {} {file}: {state}", release.version)?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.4.0] - 2026-12-01\n\n### Added\n\n- updates\n\n## 1.3.0\n\n";

    #[test]
    fn notes_are_the_section_of_the_version() {
        assert_eq!(notes(CHANGELOG, Version::new(1, 4, 0)).unwrap(), "### Added\n\n- updates");
        assert!(notes(CHANGELOG, Version::new(1, 3, 0)).unwrap_err().to_string().contains("is empty"));
        assert!(notes(CHANGELOG, Version::new(1, 4, 1)).unwrap_err().to_string().contains("has no section"));
    }
}
