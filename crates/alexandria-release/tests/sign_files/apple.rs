//! Bundles of macOS, where rcodesign is installed.

use std::fs;
use std::path::Path;

use alexandria_release::{Apple, AppleKey, Outcome, Secret, SignError, SigningStage as _};

use crate::material::{Folder, flipped, has, run};

const INFO: &str = include_str!("../../../../installers/macos/Info.plist");
const ENTITLEMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../installers/macos/entitlements.plist");

/// A bundle with small programs, and two certificates as Apple gives them, made by nobody.
fn folder() -> Folder {
    let folder = Folder::new(&[
        ("Alexandria.app/Contents/Info.plist", INFO.as_bytes()),
        ("Alexandria.app/Contents/Resources/runtime/model.onnx", b"model"),
        ("readme.txt", b"beside it"),
    ]);
    let rcodesign = |arguments: &[&str]| run(folder.0.path(), "rcodesign", arguments);
    for name in ["MacOS/alexandria", "MacOS/alexandria-desktop"] {
        rcodesign(&["debug-create-macho", &format!("in/Alexandria.app/Contents/{name}")]);
    }
    let library = "in/Alexandria.app/Contents/Frameworks/libonnxruntime.dylib";
    rcodesign(&["debug-create-macho", "--file-type", "dylib", library]);
    for name in ["ours", "other"] {
        let profile =
            ["generate-self-signed-certificate", "--profile", "developer-id-application", "--person-name", name];
        let p12 = format!("{name}.p12");
        rcodesign(
            &[&profile[..], &["--p12-file", &p12, "--p12-password", "open sesame", "--pem-filename", name]].concat(),
        );
    }
    fs::write(folder.path("password"), "open sesame\n").unwrap();
    folder
}

fn stage(folder: &Folder, name: &str) -> Apple {
    Apple {
        certificate: folder.path(&format!("{name}.crt")),
        entitlements: ENTITLEMENTS.into(),
        key: Some(AppleKey {
            p12: folder.path(&format!("{name}.p12")),
            password: Some(Secret::File(folder.path("password"))),
            timestamp_url: None,
            notarization: false,
        }),
    }
}

fn is_missing() -> bool {
    !has("rcodesign", &["--version"], "0.29")
}

#[test]
fn apple_signs_bundles_and_refuses_what_was_changed() {
    if is_missing() {
        return;
    }
    let folder = folder();
    let stage = stage(&folder, "ours");
    let outcomes = folder.sign(&stage).unwrap();
    let expect = [("Alexandria.app".to_owned(), Outcome::Signed), ("readme.txt".to_owned(), Outcome::Copied)];
    assert_eq!(outcomes, expect);
    let bundle = folder.path("out/Alexandria.app");
    for name in [
        "Info.plist",
        "MacOS/alexandria",
        "MacOS/alexandria-desktop",
        "Frameworks/libonnxruntime.dylib",
        "Resources/runtime/model.onnx",
        "_CodeSignature/CodeResources",
    ] {
        let path = bundle.join("Contents").join(name);
        let bytes = fs::read(&path).unwrap();
        // What is changed at the start, in the middle and in the signature, before the zeros that follow it.
        let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        for at in [0, end / 3, end / 2, end] {
            fs::write(&path, flipped(&bytes, at)).unwrap();
            assert!(stage.verify(&bundle).is_err(), "{name}: byte {at} of {}", bytes.len());
        }
        fs::remove_file(&path).unwrap();
        assert!(stage.verify(&bundle).is_err(), "{name} is missing");
        fs::write(&path, bytes).unwrap();
    }
    let more = bundle.join("Contents/Resources/more.dylib");
    fs::write(&more, "").unwrap();
    assert!(matches!(stage.verify(&bundle), Err(SignError::Invalid { .. })), "a file that is not sealed");
    fs::remove_file(more).unwrap();
    stage.verify(&bundle).unwrap();
    // As stapling adds Apple's ticket.
    fs::write(bundle.join("Contents/CodeResources"), "a ticket").unwrap();
    stage.verify(&bundle).unwrap();
}

#[test]
fn apple_refuses_other_signers_and_weaker_signatures() {
    if is_missing() {
        return;
    }
    let folder = folder();
    let (ours, other) = (stage(&folder, "ours"), stage(&folder, "other"));
    folder.sign(&ours).unwrap();
    let bundle = folder.path("out/Alexandria.app");
    assert!(matches!(other.verify(&bundle), Err(SignError::Invalid { .. })));
    assert!(ours.verify(&folder.path("in/Alexandria.app")).is_err(), "it is not signed");
    // One program by somebody else, in a bundle of ours.
    folder.sign_from("in", &other, "theirs").unwrap();
    let program = Path::new("Alexandria.app/Contents/MacOS/alexandria");
    fs::copy(folder.path("theirs").join(program), folder.path("out").join(program)).unwrap();
    assert!(ours.verify(&bundle).is_err());
    // Without the hardened runtime.
    run(
        folder.0.path(),
        "rcodesign",
        &[
            "sign",
            "--p12-file",
            "ours.p12",
            "--p12-password-file",
            "password",
            "--timestamp-url",
            "none",
            "in/Alexandria.app",
            "weak/Alexandria.app",
        ],
    );
    let error = ours.verify(&folder.path("weak/Alexandria.app")).unwrap_err().to_string();
    assert!(error.contains("without the hardened runtime"), "{error}");
    // Apple would not notarise what is signed with this certificate.
    let mut notarized = ours;
    notarized.key = notarized.key.map(|key| AppleKey { notarization: true, ..key });
    assert!(matches!(folder.sign_from("in", &notarized, "notarized"), Err(SignError::Program { .. })));
}
