use std::fs;

use alexandria_domain::CodedError;

use super::*;

fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

#[test]
fn in_folder_names_the_missing_file() {
    let check = |present: &[&str], expect: &str| {
        let files: Vec<(&str, &[u8])> = present.iter().map(|name| (*name, b"x".as_slice())).collect();
        let error = RuntimeFiles::in_folder(folder_with(&files).path()).unwrap_err();
        assert!(matches!(error, RuntimeError::Missing { file } if file == expect), "{error}");
        assert_eq!(error.code(), ErrorCode::ModelMissing);
    };
    check(&[], pinned::MODEL.name);
    check(&[pinned::MODEL.name], pinned::TOKENIZER.name);
    check(&[pinned::MODEL.name, pinned::TOKENIZER.name], pinned::LIBRARY.name);
}

#[test]
fn library_of_a_bundle_is_found_among_its_frameworks_and_verified_by_the_system() {
    let bundle = tempfile::tempdir().unwrap();
    let (runtime, frameworks) = (bundle.path().join("Resources/runtime"), bundle.path().join("Frameworks"));
    fs::create_dir_all(&runtime).unwrap();
    fs::create_dir_all(&frameworks).unwrap();
    for path in [runtime.join(pinned::MODEL.name), runtime.join(pinned::TOKENIZER.name)] {
        fs::write(path, b"").unwrap();
    }
    let check = |is_macos: bool, expect: Option<&str>| {
        let files = RuntimeFiles::in_layout(&runtime, is_macos);
        let library = files.as_ref().ok().map(|files| files.library_path().canonicalize().unwrap());
        assert_eq!(
            library,
            expect.map(|path| bundle.path().join(path).join(pinned::LIBRARY.name).canonicalize().unwrap())
        );
        files
    };
    check(true, None).unwrap_err();
    fs::write(frameworks.join(pinned::LIBRARY.name), b"signed").unwrap();
    check(true, Some("Frameworks")).unwrap().verified_library().unwrap();
    check(false, None).unwrap_err();
    // A library that is not signed with the program has to be the pinned one.
    fs::remove_file(frameworks.join(pinned::LIBRARY.name)).unwrap();
    fs::write(runtime.join(pinned::LIBRARY.name), b"other").unwrap();
    check(true, Some("Resources/runtime")).unwrap().verified_library().unwrap_err();
}

#[test]
fn read_pinned_rejects_other_content() {
    let pinned_hash = Sha256::digest(b"right").into();
    let expected = PinnedFile { name: "model.onnx", size: 5, sha256: pinned_hash };
    let check = |content: &[u8], intact: bool| {
        let folder = folder_with(&[("model.onnx", content)]);
        let read = read_pinned(&folder.path().join("model.onnx"), &expected);
        assert_eq!(read.is_ok(), intact, "{content:?}");
        if let Err(error) = read {
            assert!(matches!(error, RuntimeError::Damaged { file: "model.onnx" }), "{error}");
        }
    };
    check(b"right", true);
    check(b"righs", false);
    check(b"righ", false);
    check(b"rightt", false);
    check(b"", false);
}

#[test]
fn verified_library_rejects_a_changed_file() {
    let installed = RuntimeFiles::locate().expect("the tests need the runtime: run `cargo xtask setup`");
    let folder = folder_with(&[(pinned::MODEL.name, b""), (pinned::TOKENIZER.name, b"")]);
    let copy = folder.path().join(pinned::LIBRARY.name);
    let mut bytes = fs::read(installed.library_path()).unwrap();
    fs::write(&copy, &bytes).unwrap();
    let files = RuntimeFiles::in_folder(folder.path()).unwrap();
    assert_eq!(files.verified_library().unwrap(), copy);
    // One bit in the middle: size and beginning are right.
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&copy, &bytes).unwrap();
    let error = files.verified_library().unwrap_err();
    assert!(matches!(error, RuntimeError::Damaged { file } if file == pinned::LIBRARY.name), "{error}");
}

#[test]
fn verify_accepts_the_installed_files() {
    let files = RuntimeFiles::locate().expect("the tests need the model: run `cargo xtask setup`");
    files.verify().expect("the installed model is not the pinned one: run `cargo xtask setup`");
}

#[test]
fn installed_runtime_comes_before_the_environment() {
    let machine = tempfile::tempdir().unwrap();
    let at = |path: &str| machine.path().join(path);
    let check = |executable: &str, variables: &[(&str, &str)], expect: Option<&str>| {
        let variable = |name: &str| {
            let set = variables.iter().find(|(known, _)| *known == name);
            set.map_or_else(|| (name == CACHE_DIR_VARIABLE).then(|| at("no cache")), |(_, path)| Some(at(path)))
        };
        let found = runtime_folder(&at(executable), variable);
        assert_eq!(found.map(|folder| folder.components().as_path().to_owned()), expect.map(at), "{executable}");
    };
    for folder in ["usr/bin", "usr/lib/alexandria/runtime", "build/deps", "build/runtime", "cache/runtime"] {
        fs::create_dir_all(at(folder)).unwrap();
    }
    for folder in ["build/runtime", "cache/runtime"] {
        fs::write(at(folder).join(pinned::MODEL.name), b"").unwrap();
    }
    let named = (RUNTIME_DIR_VARIABLE, "named");
    let cache = (CACHE_DIR_VARIABLE, "cache");
    // Also if it is incomplete: what is missing is then reported.
    check("usr/bin/alexandria", &[named, cache], Some("usr/bin/../lib/alexandria/runtime"));
    check("build/alexandria", &[named, cache], Some("named"));
    check("build/alexandria", &[cache], Some("build/runtime"));
    check("build/deps/test", &[cache], Some("build/deps/../runtime"));
    check("elsewhere/alexandria", &[cache], Some("cache/runtime"));
    check("elsewhere/alexandria", &[], None);
}
