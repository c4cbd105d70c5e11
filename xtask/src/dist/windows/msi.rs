//! The package for administrators: `installers/windows/alexandria.wxs`, compiled by wixl on Linux and by WiX 3 on Windows.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::dist::tree;
use crate::process::Process;

/// Compiles the package of a tree.
///
/// # Errors
/// If the compiler is missing or fails, or the version is none for MSI.
pub(super) fn build(sources: &Path, staged: &Path, version: &str, package: &Path) -> anyhow::Result<PathBuf> {
    check_version(version)?;
    let template = fs::read_to_string(sources.join("alexandria.wxs")).context("cannot read alexandria.wxs")?;
    let source = package.with_extension("wxs");
    tree::write(&source, &filled(&template, &tree::files(staged)?, version)?)?;
    if cfg!(windows) {
        let object = package.with_extension("wixobj");
        let candle = Process::new("candle").arguments(["-nologo", "-arch", "x64", "-out"]);
        candle.argument(&object).argument(&source).folder(staged).run()?;
        let light = Process::new("light").arguments(["-nologo", "-out"]);
        light.argument(package).argument(&object).folder(staged).run()?;
    } else {
        let wixl = Process::new("wixl");
        ensure!(
            Process::new("wixl").argument("--version").succeeds(),
            "wixl is not installed; on Debian, as root: apt-get install wixl"
        );
        // It finds files only by a relative path.
        wixl.arguments(["--arch", "x64", "--output"]).argument(package).argument(&source).folder(staged).run()?;
    }
    Ok(package.to_owned())
}

/// Windows Installer compares three numbers, of which the first two are below 256.
fn check_version(version: &str) -> anyhow::Result<()> {
    let numbers: Vec<Option<u16>> = version.split('.').map(|number| number.parse().ok()).collect();
    match numbers.as_slice() {
        [Some(0..256), Some(0..256), Some(_)] => Ok(()),
        _ => bail!("{version} is no version for Windows Installer"),
    }
}

/// The source with the files of the tree in place of `@FOLDERS@` and `@COMPONENTS@`.
fn filled(template: &str, files: &[String], version: &str) -> anyhow::Result<String> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in files {
        let (folder, name) = file.rsplit_once('/').context("a file lies in no folder of the package")?;
        folders.entry(folder).or_default().push(name);
    }
    let (mut xml, mut references) = (String::new(), String::new());
    for (folder, names) in folders {
        let parts: Vec<&str> = folder.split('/').collect();
        for (depth, part) in parts.iter().enumerate() {
            let id = id(parts.get(..=depth).unwrap_or_default().join("/").as_str());
            // Each folder is written out from the top, under ids of this branch.
            writeln!(xml, r#"<Directory Id="d{}_{id}" Name="{part}">"#, self::id(folder))?;
        }
        for name in names {
            let id = id(&format!("{folder}/{name}"));
            writeln!(xml, r#"<Component Id="c_{id}" Guid="*" Win64="yes">"#)?;
            writeln!(xml, r#"<File Id="f_{id}" Source="{folder}/{name}" KeyPath="yes"/>"#)?;
            writeln!(xml, "</Component>")?;
            writeln!(references, r#"<ComponentRef Id="c_{id}"/>"#)?;
        }
        xml += &"</Directory>\n".repeat(parts.len());
    }
    Ok(template
        .replace("@VERSION@", version)
        .replace("@FOLDERS@", xml.trim_end())
        .replace("@COMPONENTS@", references.trim_end()))
}

/// A path as part of an identifier.
fn id(path: &str) -> String {
    path.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn versions_are_three_numbers() {
        for (version, expect) in
            [("1.2.3", true), ("0.1.65535", true), ("256.0.0", false), ("1.2", false), ("1.2.a", false)]
        {
            assert_eq!(check_version(version).is_ok(), expect, "{version}");
        }
    }
}
