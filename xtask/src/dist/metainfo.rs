//! The releases in the description that software centres show, from the changelog.

use anyhow::Context as _;

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

/// The day in the Gregorian calendar, in UTC, as `2026-11-30`. From Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`.
pub(super) fn date(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
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

    #[test]
    fn days_become_dates() {
        for (seconds, expect) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_709_251_199, "2024-02-29"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(seconds), expect);
        }
    }
}
