//! The releases in the description that software centres show, from the changelog.

use anyhow::Context as _;

use super::commit::date;

/// Stands in the description where the releases belong.
const PLACEHOLDER: &str = "@RELEASES@";

/// The description with a release for each section of the changelog, `## 1.2.0 (2026-11-30)`. The section `Unreleased` is
/// `version`, and its date that of the commit, in seconds since 1970.
///
/// # Errors
/// If a heading has another form, the date is no number, or the description has no place for releases.
pub(super) fn with_releases(description: &str, changelog: &str, version: &str, time: &str) -> anyhow::Result<String> {
    let seconds = time.parse().with_context(|| format!("{time} is not a time"))?;
    let headings = changelog.lines().filter_map(|line| line.strip_prefix("## "));
    let releases: Vec<String> = headings
        .map(|heading| match heading.trim() {
            "Unreleased" => Ok(release(version, &date(seconds))),
            heading => {
                let parts = heading.strip_suffix(')').and_then(|heading| heading.split_once(" ("));
                let (version, date) = parts.with_context(|| format!("not a version and a date: {heading}"))?;
                Ok(release(version, date))
            }
        })
        .collect::<anyhow::Result<_>>()?;
    let (before, after) = description.split_once(PLACEHOLDER).context("the description has no place for releases")?;
    Ok(format!("{before}{}{after}", releases.join("\n    ")))
}

fn release(version: &str, date: &str) -> String {
    format!("<release version=\"{version}\" date=\"{date}\"/>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(changelog: &str, expect: Option<&str>) {
        let made = with_releases("<a>@RELEASES@</a>", changelog, "0.2.0", "1796039777");
        assert_eq!(made.ok().as_deref(), expect);
    }

    #[test]
    fn sections_of_the_changelog_become_releases() {
        let unreleased = r#"<release version="0.2.0" date="2026-11-30"/>"#;
        check("# Changelog\n\n## Unreleased\n\n### Added\n", Some(&format!("<a>{unreleased}</a>")));
        let older = r#"<release version="0.1.0" date="2026-10-01"/>"#;
        check("## Unreleased\n## 0.1.0 (2026-10-01)\n", Some(&format!("<a>{unreleased}\n    {older}</a>")));
        check("## 0.1.0", None);
        assert!(with_releases("<a/>", "## Unreleased", "0.2.0", "0").is_err());
    }
}
