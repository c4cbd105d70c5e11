//! `cargo xtask install-test`: installs finished packages of this system, uses them and removes them. For the last look at a
//! release, after it was signed: nothing is built here but the tests.
//!
//! What is run on each system is data ([`life`]). Absent: RPM packages, which need Fedora; what the window shows, which the
//! tests of the desktop look at.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::process::{Process, say};
use crate::workspace::Workspace;

/// The version that packages must have.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is imported and found again by its meaning, for which the library of the model has to be loaded.
const BOOK: &str = "docs/guide/index.md";
const QUESTION: &str = "is my data sent anywhere";

/// What happens to a package.
#[derive(Debug, Default, PartialEq, Eq)]
struct Life {
    /// Command lines that install it.
    install: Vec<Vec<String>>,
    /// The command, once it is installed.
    command: PathBuf,
    /// Command lines that remove it.
    remove: Vec<Vec<String>>,
}

/// Tests every package for this system in `packages`.
///
/// # Errors
/// If there is none, or one cannot be installed, used or removed.
pub(crate) fn run(workspace: &Workspace, packages: &Path) -> anyhow::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(packages).with_context(|| format!("cannot read {}", packages.display()))? {
        files.push(entry?.path().canonicalize()?);
    }
    files.sort();
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let scratch = workspace.target().join("install-test");
    let mut tested = 0;
    for package in &files {
        empty(&scratch)?;
        if let Some(life) = life(package, std::env::consts::OS, &scratch, variable)? {
            say(&format!("install-test: {}", package.display()));
            live(workspace, &life, &scratch)?;
            tested += 1;
        }
        tested += usize::from(in_clean_system(workspace, package, &scratch)?);
    }
    ensure!(tested > 0, "there is no package for this system in {}", packages.display());
    say(&format!("install-test: {tested} packages passed"));
    Ok(())
}

/// The life of a package that is installed on this machine, or `None` for a package of another kind or system.
fn life(
    package: &Path,
    system: &str,
    scratch: &Path,
    variable: impl Fn(&str) -> Option<PathBuf>,
) -> anyhow::Result<Option<Life>> {
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    let (file, folder) = (package.display().to_string(), scratch.display().to_string());
    let set = |name: &str| variable(name).with_context(|| format!("the variable {name} is not set"));
    let line = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<String>>();
    let is = |wanted: &str, extension: &str| system == wanted && name.ends_with(extension);
    let life = if is("linux", ".tar.zst") && name.contains(std::env::consts::ARCH) {
        let folder_in_archive = format!("alexandria-{VERSION}-linux-{}", std::env::consts::ARCH);
        Life {
            install: vec![line(&["tar", "--extract", "--directory", &folder, "--file", &file])],
            command: scratch.join(&folder_in_archive).join("bin/alexandria"),
            remove: vec![line(&["rm", "--recursive", &scratch.join(&folder_in_archive).display().to_string()])],
        }
    } else if is("windows", "-setup.exe") {
        let installed = set("LOCALAPPDATA")?.join("Programs/Alexandria");
        let uninstaller = installed.join("uninstall.exe").display().to_string();
        // With `_?`, which has to be last, the program that was started is the one that removes, and can be waited for.
        let itself = format!("_?={}", installed.display());
        Life {
            install: vec![line(&[&file, "/S"])],
            command: installed.join("app/bin/alexandria.exe"),
            remove: vec![line(&[&uninstaller, "/S", &itself])],
        }
    } else if is("windows", ".msi") {
        Life {
            install: vec![line(&["msiexec", "/i", &file, "/qn", "/norestart"])],
            command: set("ProgramFiles")?.join("Alexandria/bin/alexandria.exe"),
            remove: vec![line(&["msiexec", "/x", &file, "/qn", "/norestart"])],
        }
    } else if is("macos", ".app.tar.gz") {
        let application = scratch.join("Alexandria.app").display().to_string();
        Life {
            install: vec![
                line(&["tar", "-xzf", &file, "-C", &folder]),
                line(&["codesign", "--verify", "--deep", "--strict", &application]),
            ],
            command: scratch.join("Alexandria.app/Contents/MacOS/alexandria"),
            remove: vec![line(&["rm", "-r", &application])],
        }
    } else if is("macos", ".dmg") {
        let (disk, application) = (scratch.join("disk"), scratch.join("Alexandria.app"));
        let (mounted, application) = (disk.display().to_string(), application.display().to_string());
        Life {
            install: vec![
                line(&["hdiutil", "attach", "-nobrowse", "-readonly", "-mountpoint", &mounted, &file]),
                line(&["cp", "-R", &disk.join("Alexandria.app").display().to_string(), &folder]),
                line(&["hdiutil", "detach", &mounted]),
                line(&["codesign", "--verify", "--deep", "--strict", &application]),
            ],
            command: scratch.join("Alexandria.app/Contents/MacOS/alexandria"),
            remove: vec![line(&["rm", "-r", &application])],
        }
    } else {
        return Ok(None);
    };
    Ok(Some(life))
}

/// Installs, uses and removes.
fn live(workspace: &Workspace, life: &Life, scratch: &Path) -> anyhow::Result<()> {
    perform(&life.install)?;
    let printed = Process::new(&life.command).argument("--version").output()?;
    ensure!(printed == format!("alexandria {VERSION}"), "{} says that it is `{printed}`", life.command.display());
    search_by_meaning(workspace, &life.command, &scratch.join("library"))?;
    if cfg!(target_os = "linux") {
        update_and_return(workspace, &life.command)?;
    }
    perform(&life.remove)?;
    ensure!(!life.command.exists(), "{} is still there", life.command.display());
    ensure!(scratch.join("library").is_dir(), "the library was removed with the program");
    Ok(())
}

fn perform(lines: &[Vec<String>]) -> anyhow::Result<()> {
    for line in lines {
        let (program, arguments) = line.split_first().context("an empty command line")?;
        Process::new(program).arguments(arguments).run()?;
    }
    Ok(())
}

/// Imports a book into a new library and finds it by its meaning: the model and ONNX Runtime work in their signed form.
fn search_by_meaning(workspace: &Workspace, command: &Path, library: &Path) -> anyhow::Result<()> {
    let passphrase = library.with_extension("passphrase");
    fs::write(&passphrase, "correct horse battery staple\n").context("cannot write the passphrase")?;
    #[cfg(unix)]
    fs::set_permissions(&passphrase, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    let run = |arguments: &[&str]| {
        let process = Process::new(command).argument("--library").argument(library);
        process.argument("--passphrase-file").argument(&passphrase).arguments(arguments)
    };
    let book = workspace.root().join(BOOK).display().to_string();
    run(&["import", "--wait", "semantic", &book]).run()?;
    let found = run(&["search", "--mode", "semantic", QUESTION]).output()?;
    if !found.contains("Alexandria") {
        bail!("a search by meaning found nothing: {found}");
    }
    Ok(())
}

/// The tests of updates and of the return to the previous version, with the installed programs.
fn update_and_return(workspace: &Workspace, command: &Path) -> anyhow::Result<()> {
    let programs = command.parent().context("the command is in no folder")?;
    let cargo = workspace.cargo().arguments(["test", "--locked", "--package", "alexandria-tests-update"]);
    cargo.arguments(["--test", "update_command"]).variable("ALEXANDRIA_BIN_DIR", programs).run()
}

/// Tests packages that are not installed on this machine: in a clean root, or unpacked. Whether this is one.
#[cfg(target_os = "linux")]
fn in_clean_system(workspace: &Workspace, package: &Path, scratch: &Path) -> anyhow::Result<bool> {
    crate::dist::test_finished(workspace, package, scratch)
}

#[cfg(not(target_os = "linux"))]
fn in_clean_system(_: &Workspace, _: &Path, _: &Path) -> anyhow::Result<bool> {
    Ok(false)
}

fn empty(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}
