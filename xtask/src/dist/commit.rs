//! Version and time of the commit that packages are made from, and the folders that they are made in.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::process::Process;

/// The version of everything in the workspace.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The time of the commit that is checked out, in seconds since 1970.
///
/// # Errors
/// If git does not know it.
pub(super) fn commit_time(root: &Path) -> anyhow::Result<String> {
    let time = Process::new("git").arguments(["log", "-1", "--format=%ct"]).folder(root).output()?;
    if time.is_empty() || !time.bytes().all(|byte| byte.is_ascii_digit()) {
        bail!("git does not say when the commit was made; packages are made from a clone");
    }
    Ok(time)
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

/// Makes a folder that is empty.
///
/// # Errors
/// If its content cannot be removed, or it cannot be made.
pub(super) fn empty(folder: &Path) -> anyhow::Result<()> {
    let context = || format!("cannot empty {}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(context)?;
    }
    fs::create_dir_all(folder).with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

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
