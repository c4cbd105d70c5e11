//! The package for Debian and Ubuntu.
//!
//! Tauri's bundler writes one as well, but compresses it poorly and knows neither a licence file nor scripts; see
//! `installers/linux/deb` for ours.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::release::{Package, Release, empty};
use crate::build::{SHIPPED, installed_folder, stage};
use crate::process::Process;

/// Files of `installers/linux/deb`, with their modes in the package.
const CONTROL: &[(&str, u32)] = &[("control", 0o644), ("preinst", 0o755), ("postrm", 0o755)];

/// Builds the package, with this version in its control file.
///
/// # Errors
/// If the Debian tools are missing or fail.
pub(super) fn build(release: &Release, version: &str) -> anyhow::Result<Package> {
    let root = release.output.join("deb");
    empty(&root)?;
    stage(&release.tree, &root.join("usr"))?;
    let architecture = architecture()?;
    let values = [
        ("@VERSION@", version.to_owned()),
        ("@ARCHITECTURE@", architecture.to_owned()),
        ("@INSTALLED_KB@", installed_kb(&release.tree)?.to_string()),
        ("@DEPENDS@", depends(release)?),
    ];
    let control = root.join("DEBIAN");
    fs::create_dir_all(&control)?;
    for (name, mode) in CONTROL {
        let mut text = release.source(&format!("deb/{name}"))?;
        for (placeholder, value) in &values {
            text = text.replace(placeholder, value);
        }
        let path = control.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(*mode))?;
    }
    let path = release.output.join(format!("alexandria_{version}_{architecture}.deb"));
    Process::new("dpkg-deb")
        .arguments(["--root-owner-group", "-Zxz", "-z9", "--build"])
        .arguments([&root, &path])
        .variable("SOURCE_DATE_EPOCH", &release.time)
        .run()?;
    Ok(Package { kind: "deb", path, prefix: "./usr/", list })
}

fn list(path: &Path) -> Process {
    Process::new("dpkg-deb").argument("--contents").argument(path)
}

/// What Debian calls this machine's processor.
///
/// # Errors
/// If there is no package for it.
pub(super) fn architecture() -> anyhow::Result<&'static str> {
    match std::env::consts::ARCH {
        "x86_64" => Ok("amd64"),
        "aarch64" => Ok("arm64"),
        other => bail!("there is no package for {other}: ONNX Runtime is not published for it"),
    }
}

/// The packages with the shared libraries that the programs and ONNX Runtime need, with the versions they need.
fn depends(release: &Release) -> anyhow::Result<String> {
    // The tool reads the name of the package from here.
    let scratch = release.output.join("shlibdeps");
    fs::create_dir_all(scratch.join("debian"))?;
    fs::write(scratch.join("debian/control"), "Source: alexandria\n\nPackage: alexandria\nArchitecture: any\n")?;
    let files = SHIPPED.iter().map(|name| release.tree.join(installed_folder(name)).join(name));
    let files = files.chain([release.tree.join("lib/alexandria/runtime/libonnxruntime.so")]);
    let listed = Process::new("dpkg-shlibdeps").argument("-O").arguments(files).folder(&scratch).output()?;
    listed
        .lines()
        .find_map(|line| line.strip_prefix("shlibs:Depends="))
        .map(str::to_owned)
        .context("dpkg-shlibdeps named no dependencies; it is in the package dpkg-dev")
}

/// The size of all files, in kilobytes of 1,024 bytes, as Debian's policy wants it.
fn installed_kb(folder: &Path) -> anyhow::Result<u64> {
    let mut total = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let (path, metadata) = {
            let entry = entry?;
            (entry.path(), entry.metadata()?)
        };
        total += if metadata.is_dir() { installed_kb(&path)? } else { metadata.len().div_ceil(1024) };
    }
    Ok(total)
}
