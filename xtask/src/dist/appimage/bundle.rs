//! What an AppImage brings along: WebKitGTK with its processes, GTK, and the libraries that they need, as this system has
//! them, each with its copyright file.
//!
//! Absent: modules for input methods, media and remote folders.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::dist::release::Release;
use crate::process::Process;

/// The library that contains the path of WebKit's processes.
const WEBKIT: &str = "libwebkit2gtk-4.1.so.0";

/// Schemas without which GTK's dialogs end the program.
const SCHEMAS: &str = "/usr/share/glib-2.0/schemas";

/// Fills `bundle` below the root of the AppImage, whose `usr` is there.
///
/// # Errors
/// If something that belongs into it is not installed.
pub(super) fn fill(release: &Release, root: &Path) -> anyhow::Result<()> {
    let triple = format!("{}-linux-gnu", std::env::consts::ARCH);
    let system = Path::new("/usr/lib").join(&triple);
    let bundle = root.join("bundle");
    let libraries = bundle.join("lib");
    fs::create_dir_all(libraries.join("gio"))?;

    let processes = system.join("webkit2gtk-4.1");
    let mut roots = vec![root.join("usr/bin/alexandria-desktop")];
    for folder in [processes.clone(), processes.join("injected-bundle")] {
        let target = libraries.join(folder.strip_prefix("/usr/lib")?);
        for file in files(&folder)?.into_iter().filter(|file| !file.ends_with("MiniBrowser")) {
            copy(&file, &target)?;
            roots.push(file);
        }
    }
    let loader = system.join("gdk-pixbuf-2.0/2.10.0/loaders/libpixbufloader-svg.so");
    copy(&loader, &libraries)?;
    roots.push(loader.clone());

    let host = release.source("appimage/host-libraries.txt")?;
    let needed = needed(&roots, &host)?;
    for (name, path) in &needed {
        fs::copy(path, libraries.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
    }
    relocate(&libraries.join(WEBKIT), &processes.to_string_lossy())?;
    pixbuf_loaders(&system, &loader, &libraries)?;
    schemas(&bundle.join("share/glib-2.0/schemas"))?;
    copyright_files(needed.keys().map(|name| system.join(name)).chain(roots), &triple, &bundle.join("share/doc"))
}

/// Fails if a library is bundled that the system has to provide.
pub(super) fn check(host: &str, bundle: &Path) -> anyhow::Result<()> {
    let names = files(&bundle.join("lib"))?;
    let names = names.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
    let wrong: Vec<String> = names.filter(|name| is_from_host(host, name)).collect();
    ensure!(wrong.is_empty(), "an AppImage must not contain {}", wrong.join(", "));
    Ok(())
}

/// Whether the list names the library, whose file name has a version.
fn is_from_host(host: &str, file: &str) -> bool {
    let name = file.split(".so").next().unwrap_or_default();
    host.lines().any(|line| line == name)
}

/// The libraries that these files need and the list does not leave to the system: their names and where they are.
fn needed(roots: &[PathBuf], host: &str) -> anyhow::Result<BTreeMap<String, PathBuf>> {
    let mut all = BTreeMap::new();
    for root in roots {
        let listing = Process::new("ldd").argument(root).output()?;
        let libraries = parse_ldd(&listing).with_context(|| format!("{} cannot run here", root.display()))?;
        all.extend(libraries.into_iter().filter(|(name, _)| !is_from_host(host, name)));
    }
    Ok(all)
}

/// Lines such as `libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f0000000000)`.
fn parse_ldd(listing: &str) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let lines = listing.lines().filter_map(|line| line.trim().split_once(" => "));
    lines
        .map(|(name, place)| match place.split_once(" (") {
            Some((path, _address)) => Ok((name.to_owned(), PathBuf::from(path))),
            None => bail!("{name} is not installed"),
        })
        .collect()
}

/// Makes the paths of WebKit's processes in the library relative to the current folder: `/usr` becomes `././`, which is as
/// long, because other bytes must not move.
fn relocate(library: &Path, processes: &str) -> anyhow::Result<()> {
    let bytes = fs::read(library).with_context(|| format!("cannot read {}", library.display()))?;
    let relative = processes.replacen("/usr", "././", 1);
    let (bytes, count) = replace(bytes, processes.as_bytes(), relative.as_bytes());
    ensure!(count > 0, "{} does not contain {processes}; WebKit finds its processes otherwise now", library.display());
    fs::write(library, bytes).with_context(|| format!("cannot write {}", library.display()))
}

/// The bytes with each occurrence of `from` replaced by `to`, which is as long, and how many there were.
fn replace(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> (Vec<u8>, usize) {
    let starts: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, window)| *window == from).map(|(start, _)| start).collect();
    for start in &starts {
        for (byte, new) in bytes.iter_mut().skip(*start).zip(to) {
            *byte = *new;
        }
    }
    (bytes, starts.len())
}

/// The list of image loaders, without folders, so that the loader is found among the bundled libraries.
fn pixbuf_loaders(system: &Path, loader: &Path, libraries: &Path) -> anyhow::Result<()> {
    let listing = Process::new(system.join("gdk-pixbuf-2.0/gdk-pixbuf-query-loaders")).argument(loader).output()?;
    let name = loader.file_name().unwrap_or_default().to_string_lossy();
    let relative = listing.replace(&*loader.to_string_lossy(), &name);
    ensure!(relative.contains(&format!("\"{name}\"")), "gdk-pixbuf-query-loaders does not list {}", loader.display());
    Ok(fs::write(libraries.join("loaders.cache"), format!("{relative}\n"))?)
}

fn schemas(target: &Path) -> anyhow::Result<()> {
    let of_gtk = |path: &PathBuf| path.to_string_lossy().contains("/org.gtk.");
    for schema in files(Path::new(SCHEMAS))?.into_iter().filter(of_gtk) {
        copy(&schema, target)?;
    }
    Process::new("glib-compile-schemas").argument(target).run()
}

/// Copies the copyright files of the Debian packages that these files come from.
fn copyright_files(files: impl Iterator<Item = PathBuf>, triple: &str, target: &Path) -> anyhow::Result<()> {
    // Systems that were upgraded have moved the files, but not what their package manager knows.
    let old = format!("/lib/{triple}");
    let places = files.flat_map(|path| {
        let name = path.file_name().unwrap_or_default().to_owned();
        [path, Path::new(&old).join(name)]
    });
    let owners = Process::new("dpkg-query").argument("--search").arguments(places).output()?;
    let packages: BTreeSet<&str> = owners.lines().filter_map(|line| line.split(':').next()).collect();
    ensure!(!packages.is_empty(), "dpkg does not know the bundled libraries; an AppImage is made on Debian or Ubuntu");
    for package in packages {
        copy(&Path::new("/usr/share/doc").join(package).join("copyright"), &target.join(package))?;
    }
    Ok(())
}

/// The files in a folder.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let context =
        || format!("cannot read {}; `cargo xtask setup` installs what an AppImage contains", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        let path = entry.with_context(context)?.path();
        if path.is_file() {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn copy(file: &Path, folder: &Path) -> anyhow::Result<()> {
    let context = || format!("cannot copy {} to {}", file.display(), folder.display());
    fs::create_dir_all(folder).with_context(context)?;
    fs::copy(file, folder.join(file.file_name().unwrap_or_default())).with_context(context)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = include_str!("../../../../installers/linux/appimage/host-libraries.txt");

    #[test]
    fn libraries_of_the_display_and_the_drivers_come_from_the_system() {
        let check = |file, expect| assert_eq!(is_from_host(HOST, file), expect, "{file}");
        check("libwayland-client.so.0", true);
        check("libwayland-cursor.so.0", true);
        check("libwayland-egl.so.1", true);
        check("libxkbcommon.so.0", true);
        check("libxcb.so.1", true);
        check("libwayland-server.so.0", false);
        check("libxcb-shm.so.0", false);
        check("libwebkit2gtk-4.1.so.0", false);
    }

    #[test]
    fn bundle_with_a_library_of_the_system_is_rejected() {
        let folder = std::env::temp_dir().join(format!("xtask-bundle-{}", std::process::id()));
        fs::create_dir_all(folder.join("lib")).unwrap();
        fs::write(folder.join("lib/libgtk-3.so.0"), "").unwrap();
        assert!(check(HOST, &folder).is_ok());
        fs::write(folder.join("lib/libwayland-client.so.0"), "").unwrap();
        let error = check(HOST, &folder).unwrap_err().to_string();
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(error, "an AppImage must not contain libwayland-client.so.0");
    }

    #[test]
    fn libraries_are_read_from_ldd() {
        let listing = "\tlinux-vdso.so.1 (0x0)\n\tlibz.so.1 => /lib/x/libz.so.1 (0x0)\n\t/lib64/ld-linux.so.2 (0x0)";
        assert_eq!(parse_ldd(listing).unwrap(), [("libz.so.1".to_owned(), PathBuf::from("/lib/x/libz.so.1"))]);
        assert!(parse_ldd("\tlibz.so.1 => not found").is_err());
    }

    #[test]
    fn paths_are_replaced_without_moving_other_bytes() {
        let check = |bytes: &str, expect: &str, expect_count| {
            let (changed, count) = replace(bytes.into(), b"/usr/lib/w", b"././/lib/w");
            assert_eq!((String::from_utf8(changed).unwrap().as_str(), count), (expect, expect_count));
        };
        check("a/usr/lib/w\0/usr/lib/webkit/x\0/usr/lib", "a././/lib/w\0././/lib/webkit/x\0/usr/lib", 2);
        check("/usr/lib", "/usr/lib", 0);
    }
}
