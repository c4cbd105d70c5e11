//! The stages one after the other, as a release runs them: by the command, with secrets in files and variables.

use std::fs;
use std::process::{Command, Output};

use crate::detached::minisign;
use crate::material::{Folder, certificates, flipped, has, program};

#[test]
fn stages_follow_each_other_and_final_bytes_are_verified() {
    if !has("osslsigncode", &["verify", "--help"], "-ignore-crl") {
        return;
    }
    let folder = Folder::new(&[("alexandria-1.4.0-setup.exe", &program(b"an installer"))]);
    fs::create_dir(folder.path("keys")).unwrap();
    certificates(&folder.path("keys"), "ours", "/CN=Alexandria");
    minisign(&folder, "ours", Some("open sesame"));
    let command = |line: &str| -> Output {
        Command::new(env!("CARGO_BIN_EXE_alexandria-release"))
            .args(line.split_whitespace())
            .current_dir(folder.0.path())
            .env("TEST_PASSWORD", "open sesame")
            .output()
            .unwrap()
    };
    let succeeds = |line: &str| {
        let output = command(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let windows = "--with authenticode --ca keys/ours.pem --timestamp-ca keys/ours.pem --publisher Alexandria";
    let key = "--certificate keys/ours-signer.pem --key keys/ours-signer.key";
    let time = "--timestamp-certificate keys/ours-time.pem --timestamp-key keys/ours-time.key";
    let file = "alexandria-1.4.0-setup.exe";
    let dry = succeeds(&format!("sign-files {windows} {key} {time} --input in --output windows --dry-run"));
    assert_eq!(dry, format!("{file}: would be signed"));
    let signed = succeeds(&format!("sign-files {windows} {key} {time} --input in --output windows"));
    assert_eq!(signed, format!("{file}: signed"));
    let minisign = "--with minisign --public-key ours.pub --version 1.4.0";
    let opened = "--key ours.key --password-env TEST_PASSWORD";
    succeeds(&format!("sign-files {minisign} {opened} --input windows --output final"));
    let verify = [format!("verify-files {windows} --input final"), format!("verify-files {minisign} --input final")];
    for line in &verify {
        assert_eq!(succeeds(line), format!("{file}: valid"));
    }
    // The other way round would make the signatures beside the files wrong.
    let wrong = command(&format!("sign-files {windows} {key} {time} --input final --output wrong"));
    let error = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(!wrong.status.success() && error.contains("after which authenticode must not sign"), "{error}");
    // What Authenticode does not cover, minisign does: no byte can be changed.
    let path = folder.path("final").join(file);
    let bytes = fs::read(&path).unwrap();
    for at in (0..bytes.len()).step_by(bytes.len() / 20) {
        fs::write(&path, flipped(&bytes, at)).unwrap();
        assert!(!command(&verify[1]).status.success(), "byte {at}");
    }
}
