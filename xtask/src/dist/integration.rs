//! What desktops read is valid: the desktop file and the description for software centres, each checked by its own tool.
//!
//! Absent: whether a desktop then does what they say, which the tests of installed packages show.

use std::path::Path;

use anyhow::{Context as _, ensure};

use super::stage::ID;
use crate::process::Process;

/// Installs the tools.
const INSTALL: &str = "as root: apt-get install appstream desktop-file-utils";

/// What the description lacks until the project has a homepage.
const ACCEPTED: &str = "url-homepage-missing";

/// Checks the two files below the prefix.
///
/// # Errors
/// If one is invalid, or its tool is not installed.
pub(super) fn check(tree: &Path) -> anyhow::Result<()> {
    desktop_entry(&tree.join(format!("share/applications/{ID}.desktop")))?;
    metainfo(&tree.join(format!("share/metainfo/{ID}.metainfo.xml")))
}

fn desktop_entry(path: &Path) -> anyhow::Result<()> {
    let report = report(Process::new("desktop-file-validate").argument(path))?;
    ensure!(report.is_empty(), "{report}");
    Ok(())
}

fn metainfo(path: &Path) -> anyhow::Result<()> {
    let report = report(Process::new("appstreamcli").arguments(["validate", "--no-net"]).argument(path))?;
    ensure!(report.contains("Validation"), "appstreamcli validated nothing: {report}");
    let problems = problems(&report);
    ensure!(problems.is_empty(), "{}:\n{}", path.display(), problems.join("\n"));
    Ok(())
}

/// All that a tool prints, whatever its exit code.
fn report(process: Process) -> anyhow::Result<String> {
    let output = process.into_command().output();
    let output =
        output.with_context(|| format!("a tool that checks files for desktops is not installed; {INSTALL}"))?;
    Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim().to_owned())
}

/// Errors and warnings in a report of appstreamcli.
fn problems(report: &str) -> Vec<&str> {
    let lines = report.lines().map(str::trim);
    lines
        .filter(|line| line.starts_with("E:") || line.starts_with("W:"))
        .filter(|line| !line.contains(ACCEPTED))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use alexandria_tests_skip::{Requirement, skip};

    use super::super::metainfo::with_releases;
    use super::*;

    const DESKTOP: &str = include_str!("../../../installers/linux/app.alexandria.reader.desktop");
    const METAINFO: &str = include_str!("../../../installers/linux/app.alexandria.reader.metainfo.xml");

    /// `expect` is in the error about the text, or empty if the text is valid.
    fn check(validate: fn(&Path) -> anyhow::Result<()>, name: &str, text: &str, expect: &str) {
        let folder = std::env::temp_dir().join(format!("xtask-integration-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        let message = validate(&path).err().map(|error| format!("{error:#}")).unwrap_or_default();
        fs::remove_dir_all(folder).unwrap();
        assert!(message.contains(expect) && message.is_empty() == expect.is_empty(), "{expect}: {message}");
    }

    fn is_missing(tool: &str) -> bool {
        // Without arguments it fails, but it starts.
        Process::new(tool).output().is_err()
    }

    #[test]
    fn desktop_file_is_valid() {
        if is_missing("desktop-file-validate") {
            return skip(Requirement::Tools, "desktop-file-validate is not installed");
        }
        let check = |text: &str, expect| check(desktop_entry, &format!("{ID}.desktop"), text, expect);
        check(DESKTOP, "");
        check(&DESKTOP.replace("%U", "%U %F"), "may contain at most one");
        check(&DESKTOP.replace("Categories=Office", "Categories=Books"), "unregistered");
        check(&DESKTOP.replace("Type=Application\n", ""), "required key \"Type\"");
    }

    #[test]
    fn description_is_valid() {
        if is_missing("appstreamcli") {
            return skip(Requirement::Tools, "appstreamcli is not installed");
        }
        let complete = with_releases(METAINFO, "## Unreleased", "0.2.0", "1796039777").unwrap();
        let check = |text: &str, expect| check(metainfo, &format!("{ID}.metainfo.xml"), text, expect);
        check(&complete, "");
        check(&complete.replace("<metadata_license>CC0-1.0</metadata_license>", ""), "metadata-license-missing");
        check(&complete.replace("</component>", ""), "xml-markup-invalid");
    }

    /// A desktop passes on what was opened only if `Exec` has a field code, and files and links both only if it is `%U`.
    #[test]
    fn files_and_links_are_passed_on() {
        let check = |line: &str| assert!(DESKTOP.lines().any(|found| found == line), "{line}");
        check("Exec=alexandria-desktop %U");
        check("MimeType=application/epub+zip;application/x-fictionbook+xml;x-scheme-handler/alexandria;");
        check("StartupWMClass=alexandria-desktop");
    }

    #[test]
    fn only_errors_and_warnings_are_problems() {
        let report = "I: a:9: unknown-tag\nW: a:~: url-homepage-missing\nW: a:3: tag-empty\nE: a:1: xml\nfailed";
        assert_eq!(problems(report), ["W: a:3: tag-empty", "E: a:1: xml"]);
    }
}
