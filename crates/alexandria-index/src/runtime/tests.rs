use std::fs;

use super::*;

fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

#[test]
fn a_missing_file_is_named() {
    let check = |present: &[&str], expect: &str| {
        let files: Vec<(&str, &[u8])> = present.iter().map(|name| (*name, b"x".as_slice())).collect();
        let error = RuntimeFiles::in_folder(folder_with(&files).path()).unwrap_err();
        assert!(matches!(error, RuntimeError::Missing { file } if file == expect), "{error}");
        assert_eq!(error.code(), ErrorCode::ModelMissing);
    };
    check(&[], pinned::MODEL.name);
    check(&[pinned::MODEL.name], pinned::TOKENIZER.name);
    check(&[pinned::MODEL.name, pinned::TOKENIZER.name], pinned::LIBRARY_NAME);
}

#[test]
fn a_file_of_the_wrong_content_is_damaged() {
    let pinned_hash = Sha256::digest(b"whole").into();
    let expected = PinnedFile { name: "model.onnx", size: 5, sha256: pinned_hash };
    let check = |content: &[u8], intact: bool| {
        let folder = folder_with(&[("model.onnx", content)]);
        let read = read_pinned(&folder.path().join("model.onnx"), &expected);
        assert_eq!(read.is_ok(), intact, "{content:?}");
        if let Err(error) = read {
            assert!(matches!(error, RuntimeError::Damaged { file: "model.onnx" }), "{error}");
        }
    };
    check(b"whole", true);
    check(b"wholf", false);
    check(b"whol", false);
    check(b"wholee", false);
    check(b"", false);
}

#[test]
fn the_installed_files_are_the_pinned_ones() {
    let files = RuntimeFiles::locate().expect("the tests need the model: run `cargo xtask setup`");
    files.verify().expect("the installed model is not the pinned one: run `cargo xtask setup`");
}
