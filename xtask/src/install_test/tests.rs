use super::*;

/// The command lines of a package's life, and where its command is.
fn check(name: &str, system: &str, expect: Option<(&[&str], &str, &[&str])>) {
    let variable = |name: &str| match name {
        "LOCALAPPDATA" => Some(PathBuf::from("local")),
        "ProgramFiles" => Some(PathBuf::from("programs")),
        _ => None,
    };
    let found = life(&Path::new("packages").join(name), system, Path::new("scratch"), variable).unwrap();
    let lines = |lines: &[Vec<String>]| lines.iter().map(|line| line.join(" ").replace('\\', "/")).collect::<Vec<_>>();
    match (found, expect) {
        (None, None) => {}
        (Some(found), Some((install, command, remove))) => {
            assert_eq!(lines(&found.install), install, "{name}");
            assert_eq!(found.command, Path::new(command), "{name}");
            assert_eq!(lines(&found.remove), remove, "{name}");
        }
        (found, expect) => panic!("{name} on {system}: {found:?}, not {expect:?}"),
    }
}

#[test]
fn packages_of_each_system_are_installed_and_removed() {
    check(
        "alexandria-1.4.0-windows-x86_64-setup.exe",
        "windows",
        Some((
            &["packages/alexandria-1.4.0-windows-x86_64-setup.exe /S"],
            "local/Programs/Alexandria/app/bin/alexandria.exe",
            &["local/Programs/Alexandria/uninstall.exe /S _?=local/Programs/Alexandria"],
        )),
    );
    check(
        "alexandria.msi",
        "windows",
        Some((
            &["msiexec /i packages/alexandria.msi /qn /norestart"],
            "programs/Alexandria/bin/alexandria.exe",
            &["msiexec /x packages/alexandria.msi /qn /norestart"],
        )),
    );
    check(
        "alexandria.app.tar.gz",
        "macos",
        Some((
            &[
                "tar -xzf packages/alexandria.app.tar.gz -C scratch",
                "codesign --verify --deep --strict scratch/Alexandria.app",
            ],
            "scratch/Alexandria.app/Contents/MacOS/alexandria",
            &["rm -r scratch/Alexandria.app"],
        )),
    );
}

#[test]
fn packages_of_other_systems_and_kinds_are_left_alone() {
    for (name, system) in [
        ("alexandria-setup.exe", "linux"),
        ("alexandria.dmg", "windows"),
        ("alexandria-1.4.0-linux-riscv64.tar.zst", "linux"),
        ("SHA256SUMS", "linux"),
        ("alexandria.rpm", "linux"),
    ] {
        check(name, system, None);
    }
}

#[test]
fn folder_without_a_package_is_an_error() {
    let folder = std::env::temp_dir().join(format!("xtask-install-test-{}", std::process::id()));
    empty(&folder).unwrap();
    fs::write(folder.join("SHA256SUMS"), "").unwrap();
    let workspace = Workspace::at(&folder).unwrap();
    let error = run(&workspace, &folder).unwrap_err().to_string();
    fs::remove_dir_all(folder).unwrap();
    assert!(error.contains("no package for this system"), "{error}");
}

#[test]
fn installation_that_fails_ends_the_test() {
    let check = |line: &[&str], expect: &str| {
        let line = line.iter().map(ToString::to_string).collect();
        let error = perform(&[line]).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}, not {expect}");
    };
    check(&["no-such-installer"], "cannot be started");
    check(&[], "empty command line");
}
