//! Packages for macOS on Apple's processors, from programs that were built there: the application bundle, which is laid out
//! on any system, its archive for updates, and the disk image, which only macOS can make.
//!
//! A bundle is laid out unsigned and signed by `cargo xtask release sign-files`; the signed one is then passed back in the
//! folder of the programs, and packed as it is. Absent: signatures and notarisation.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::commit::{VERSION, empty};
use super::options::Options;
use super::platform::Platform;
use super::{documents, runtime, tree};
use crate::build::{self, Profile, SHIPPED};
use crate::process::Process;
use crate::workspace::Workspace;

/// The files that are not built.
const SOURCES: &str = "installers/macos";

const BUNDLE: &str = "Alexandria.app";

/// The library that is code, and is signed with the bundle.
const LIBRARY: &str = "libonnxruntime.dylib";

/// The first bytes of a program for Apple's processors.
const MACH_O_ARM64: [u8; 8] = [0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1];

/// Lays out the bundle, or packs the signed one that is among the programs.
///
/// # Errors
/// If a program is missing or none for macOS; if the bundle would contain something else than the list says; if a tool is
/// missing or fails.
pub(super) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<Vec<PathBuf>> {
    let programs = match &options.programs {
        Some(folder) => folder.clone(),
        None if cfg!(target_os = "macos") => build::run(workspace, Profile::Release)?,
        None => bail!("programs for macOS are built on macOS; pass their folder with --programs"),
    };
    let output = workspace.target().join("dist");
    empty(&output)?;
    let signed = Some(programs.join(BUNDLE)).filter(|bundle| bundle.is_dir());
    let bundle = match &signed {
        Some(bundle) => bundle.clone(),
        None => layout(workspace, &programs, options, &output.join(BUNDLE))?,
    };
    let name = format!("alexandria-{VERSION}-macos-aarch64");
    let is_asked_for = |kind: &str| options.only.is_empty() || options.only.iter().any(|name| name == kind);
    let mut packages = Vec::new();
    if is_asked_for("app") {
        packages.push(match signed {
            Some(_) => archive(&bundle, &output.join(format!("{name}.app.tar.gz")))?,
            None => bundle.clone(),
        });
    }
    if is_asked_for("dmg") {
        packages.push(disk_image(&bundle, &output.join("image"), &output.join(format!("{name}.dmg")))?);
    }
    Ok(packages)
}

fn layout(workspace: &Workspace, programs: &Path, options: &Options, bundle: &Path) -> anyhow::Result<PathBuf> {
    let sources = workspace.root().join(SOURCES);
    let platform = Platform::macos();
    let runtime = runtime::folder(workspace, programs, &platform)?;
    stage(programs, &runtime, &fs::read_to_string(sources.join("Info.plist"))?, VERSION, bundle)?;
    let resources = bundle.join("Contents/Resources");
    tree::copy(&workspace.root().join("src-tauri/icons/icon.icns"), &resources.join("icon.icns"))?;
    documents::write(workspace, &platform, &runtime, &resources.join("doc"))?;
    let mut expected = fs::read_to_string(sources.join("contents.txt"))?;
    if let Some(update) = &options.update {
        tree::copy_folder(update, &resources.join("update"))?;
        expected += &fs::read_to_string(sources.join("contents-update.txt"))?;
    }
    let differences = tree::differences(&expected, &tree::files(bundle)?);
    ensure!(differences.is_empty(), "{}:\n{}", bundle.display(), differences.join("\n"));
    Ok(bundle.to_owned())
}

/// Puts the programs, the model and ONNX Runtime where they belong in a bundle: code where it is signed as code, and data
/// among the resources. The worker too is next to the programs that start it, for `codesign` knows that folder as one of code.
fn stage(programs: &Path, runtime: &Path, info: &str, version: &str, bundle: &Path) -> anyhow::Result<()> {
    let contents = bundle.join("Contents");
    tree::write(&contents.join("Info.plist"), &info.replace("@VERSION@", version))?;
    for name in SHIPPED {
        let path = programs.join(name);
        check(&path).with_context(|| format!("{} cannot be packaged", path.display()))?;
        executable(&path, &contents.join("MacOS").join(name))?;
    }
    let resources = contents.join("Resources/runtime");
    tree::copy_folder(runtime, &resources)?;
    let library = resources.join(LIBRARY);
    check(&library).with_context(|| format!("{} cannot be packaged", library.display()))?;
    executable(&library, &contents.join("Frameworks").join(LIBRARY))?;
    fs::remove_file(&library).with_context(|| format!("cannot move {}", library.display()))
}

/// Checks that a file is a program or library for Apple's processors.
fn check(path: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(path).context("it is missing; pass the folder in which cargo built it")?;
    ensure!(bytes.starts_with(&MACH_O_ARM64), "it is not a program for macOS on Apple's processors");
    Ok(())
}

fn executable(from: &Path, to: &Path) -> anyhow::Result<()> {
    tree::copy(from, to)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(to, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("cannot set the mode of {}", to.display()))?;
    }
    Ok(())
}

/// Packs a signed bundle as the updater wants it.
fn archive(bundle: &Path, target: &Path) -> anyhow::Result<PathBuf> {
    let folder = bundle.parent().context("the bundle lies in no folder")?;
    let tar = Process::new("tar").arguments(["-czf".as_ref(), target.as_os_str(), "-C".as_ref(), folder.as_os_str()]);
    // Without it, the tar of macOS adds files of its own.
    tar.variable("COPYFILE_DISABLE", "1").argument(BUNDLE).run()?;
    Ok(target.to_owned())
}

/// A disk image with the bundle and a link to the folder of applications.
#[cfg(target_os = "macos")]
fn disk_image(bundle: &Path, folder: &Path, target: &Path) -> anyhow::Result<PathBuf> {
    empty(folder)?;
    // Not our own copy, which would lose nothing but links; this one is Apple's.
    Process::new("ditto").argument(bundle).argument(folder.join(BUNDLE)).run()?;
    std::os::unix::fs::symlink("/Applications", folder.join("Applications"))?;
    Process::new("hdiutil")
        .arguments(["create", "-volname", "Alexandria", "-fs", "HFS+", "-format", "UDZO", "-ov", "-srcfolder"])
        .arguments([folder, target])
        .run()?;
    Ok(target.to_owned())
}

#[cfg(not(target_os = "macos"))]
fn disk_image(_bundle: &Path, _folder: &Path, _target: &Path) -> anyhow::Result<PathBuf> {
    bail!("disk images are made on macOS")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFO: &str = include_str!("../../../installers/macos/Info.plist");
    const ENTITLEMENTS: &str = include_str!("../../../installers/macos/entitlements.plist");

    /// A property list as Python reads it, as JSON.
    fn read(plist: &str) -> serde_json::Value {
        let script = "import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.argv[1].encode())))";
        let text = Process::new("python3").arguments(["-c", script, plist]).output().unwrap();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn info_describes_the_bundle() {
        let info = read(&INFO.replace("@VERSION@", "1.2.3"));
        let check = |pointer: &str, expect: &str| {
            assert_eq!(info.pointer(pointer).and_then(serde_json::Value::as_str), Some(expect), "{pointer}");
        };
        let shipped = SHIPPED.iter().find(|name| name.ends_with("desktop")).unwrap();
        check("/CFBundleExecutable", shipped);
        check("/CFBundleIdentifier", "app.alexandria.reader");
        check("/CFBundleShortVersionString", "1.2.3");
        check("/CFBundleVersion", "1.2.3");
        check("/LSMinimumSystemVersion", "14.0");
        check("/LSArchitecturePriority/0", "arm64");
        check("/CFBundleURLTypes/0/CFBundleURLSchemes/0", "alexandria");
        check("/CFBundleDocumentTypes/0/LSItemContentTypes/0", "org.idpf.epub-container");
        check("/CFBundleDocumentTypes/0/LSHandlerRank", "Alternate");
        assert_eq!(info.pointer("/CFBundleDocumentTypes/1"), None);
    }

    #[test]
    fn entitlements_are_empty() {
        assert_eq!(read(ENTITLEMENTS), serde_json::json!({}));
    }

    #[test]
    fn bundle_is_laid_out_with_code_where_it_is_signed() {
        let folder = std::env::temp_dir().join(format!("xtask-macos-{}", std::process::id()));
        let (programs, bundle) = (folder.join("programs"), folder.join(BUNDLE));
        empty(&programs.join("runtime/licences")).unwrap();
        let stage = || stage(&programs, &programs.join("runtime"), INFO, "1.2.3", &bundle);
        let error = || stage().err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(error().contains("alexandria cannot be packaged: it is missing"), "{}", error());
        let mut program = MACH_O_ARM64.to_vec();
        for name in ["alexandria", "alexandria-desktop", "alexandria-worker", "runtime/libonnxruntime.dylib"] {
            fs::write(programs.join(name), &program).unwrap();
        }
        for name in ["model.onnx", "tokenizer.json", "licences/one"] {
            fs::write(programs.join("runtime").join(name), name).unwrap();
        }
        stage().unwrap();
        let expect = [
            "Contents/Frameworks/libonnxruntime.dylib",
            "Contents/Info.plist",
            "Contents/MacOS/alexandria",
            "Contents/MacOS/alexandria-desktop",
            "Contents/MacOS/alexandria-worker",
            "Contents/Resources/runtime/licences/one",
            "Contents/Resources/runtime/model.onnx",
            "Contents/Resources/runtime/tokenizer.json",
        ];
        assert_eq!(tree::files(&bundle).unwrap(), expect);
        // For Intel's processors.
        program[4] = 7;
        fs::write(programs.join("alexandria"), &program).unwrap();
        assert!(error().contains("it is not a program for macOS on Apple's processors"), "{}", error());
        fs::remove_dir_all(folder).unwrap();
    }
}
