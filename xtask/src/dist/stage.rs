//! The tree of files that every package for Linux holds, below its prefix.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context as _;

use super::platform::Platform;
use super::release::{Release, VERSION};
use super::{licences, metainfo, parts, sbom};
use crate::build::{self, SHIPPED};
use crate::guide;
use crate::process::Process;
use crate::workspace::Workspace;

/// The id of the program in everything that a desktop reads.
pub(super) const ID: &str = "app.alexandria.reader";

/// The model and ONNX Runtime.
const RUNTIME: &str = "lib/alexandria/runtime";

/// The root of trust and the address of updates.
const UPDATE: &str = "lib/alexandria/update";

/// Where packages keep their documents.
const DOC: &str = "share/doc/alexandria";

/// Icons: the file in `src-tauri/icons`, and its folder and extension in the icon theme.
const ICONS: &[(&str, &str, &str)] = &[
    ("32x32.png", "32x32", "png"),
    ("128x128.png", "128x128", "png"),
    ("128x128@2x.png", "256x256", "png"),
    ("alexandria.svg", "scalable", "svg"),
];

/// Completions: the shell, and the file that it reads.
const COMPLETIONS: &[(&str, &str)] = &[
    ("bash", "share/bash-completion/completions/alexandria"),
    ("fish", "share/fish/vendor_completions.d/alexandria.fish"),
    // Debian and Fedora have different folders for packages.
    ("zsh", "share/zsh/site-functions/_alexandria"),
    ("zsh", "share/zsh/vendor-completions/_alexandria"),
];

/// Puts the tree together.
///
/// # Errors
/// If a file is missing or cannot be written, or a program fails.
pub(super) fn run(workspace: &Workspace, programs: &Path, release: &Release) -> anyhow::Result<()> {
    let tree = &release.tree;
    for name in SHIPPED {
        copy(&programs.join(name), &tree.join(build::installed_folder(name)).join(name), 0o755)?;
    }
    copy_folder(&workspace.runtime(), &tree.join(RUNTIME))?;
    for (file, size, extension) in ICONS {
        let icon = tree.join(format!("share/icons/hicolor/{size}/apps/{ID}.{extension}"));
        copy(&workspace.root().join("src-tauri/icons").join(file), &icon, 0o644)?;
    }
    for (shell, path) in COMPLETIONS {
        let script = Process::new(build::program(programs, "alexandria")).arguments(["completions", shell]).output()?;
        write(&tree.join(path), &format!("{script}\n"))?;
    }
    manual(&build::program(programs, "alexandria"), &tree.join("share/man/man1"))?;
    let desktop = format!("{ID}.desktop");
    write(&tree.join("share/applications").join(&desktop), &release.source(&desktop)?)?;
    let changelog = fs::read_to_string(workspace.root().join("CHANGELOG.md")).context("cannot read CHANGELOG.md")?;
    let name = format!("{ID}.metainfo.xml");
    let description = metainfo::with_releases(&release.source(&name)?, &changelog, VERSION, &release.time)?;
    write(&tree.join("share/metainfo").join(name), &description)?;

    let documents = tree.join(DOC);
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&workspace.root().join(licence), &documents.join(licence), 0o644)?;
    }
    write(&documents.join("copyright"), &release.source("copyright")?)?;
    guide::write(&workspace.root().join("docs/guide"), &documents)?;
    set_mode(&documents.join("guide.md"), 0o644)?;
    compressed(&documents.join("CHANGELOG.md"), &changelog)?;
    let platform = Platform::linux();
    let parts = parts::compiled_in(workspace, &platform)?;
    let materials = sbom::document(&parts, (&platform, &tree.join(RUNTIME)), VERSION, &release.time)?;
    write(&documents.join("alexandria.cdx.json"), &materials)?;
    compressed(&documents.join("third-party-licences.txt"), &licences::document(&parts)?)
}

/// Adds what makes a program look for updates by itself: the folder's `root.json` and `source.json`.
///
/// # Errors
/// If one is missing or is not JSON, or cannot be copied.
pub(super) fn add_update(folder: &Path, tree: &Path) -> anyhow::Result<()> {
    for name in ["root.json", "source.json"] {
        let path = folder.join(name);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice::<serde_json::Value>(&bytes)
            .with_context(|| format!("{} is no JSON", path.display()))?;
        copy(&path, &tree.join(UPDATE).join(name), 0o644)?;
    }
    Ok(())
}

/// The man pages, which the command writes itself.
fn manual(command: &Path, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Process::new(command).quietly().argument("manual").argument(folder).run()?;
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let page = entry?.path();
        set_mode(&page, 0o644)?;
        compress(&page)?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let context = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    fs::write(path, text).with_context(context)?;
    set_mode(path, 0o644)
}

/// Writes the text to the path with `.gz` after it.
fn compressed(path: &Path, text: &str) -> anyhow::Result<()> {
    write(path, text)?;
    compress(path)
}

/// Replaces the file by one with `.gz` after its name, which contains no time.
fn compress(path: &Path) -> anyhow::Result<()> {
    Process::new("gzip").quietly().arguments(["--best", "--no-name"]).argument(path).run()
}

fn copy(from: &Path, to: &Path, mode: u32) -> anyhow::Result<()> {
    let context = || format!("cannot copy {} to {}", from.display(), to.display());
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    fs::copy(from, to).with_context(context)?;
    set_mode(to, mode)
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            copy(&path, &target, 0o644)?;
        }
    }
    Ok(())
}

fn set_mode(path: &Path, mode: u32) -> anyhow::Result<()> {
    let context = || format!("cannot set the mode of {}", path.display());
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).with_context(context)
}
