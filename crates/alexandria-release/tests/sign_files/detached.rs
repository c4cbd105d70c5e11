//! Signatures beside files: minisign and GPG, and the order of the stages.

use std::fs;
use std::path::Path;

use alexandria_release::{Gpg, Minisign, MinisignKey, Outcome, Secret, SignError, verify_files};
use minisign::KeyPair;

use crate::material::{Folder, flipped, run};

const FILES: &[(&str, &[u8])] =
    &[("alexandria-1.4.0-setup.exe", b"an installer"), ("alexandria-1.4.0.dmg", b"an image")];

/// A stage with a new key in `name.key`.
pub(crate) fn minisign(folder: &Folder, name: &str, password: Option<&str>) -> Minisign {
    let pair = match password {
        Some(password) => KeyPair::generate_encrypted_keypair(Some(password.to_owned())).unwrap(),
        None => KeyPair::generate_unencrypted_keypair().unwrap(),
    };
    let file = |extension: &str| folder.path(&format!("{name}.{extension}"));
    fs::write(file("key"), pair.sk.to_box(None).unwrap().into_string()).unwrap();
    fs::write(file("pub"), pair.pk.to_box().unwrap().into_string()).unwrap();
    Minisign {
        public_key: file("pub"),
        version: "1.4.0".to_owned(),
        time: 1_796_039_777,
        key: Some(MinisignKey { file: file("key"), password: None }),
    }
}

#[test]
fn minisign_signs_each_file_and_refuses_changed_bytes() {
    let folder = Folder::new(FILES);
    let stage = minisign(&folder, "ours", None);
    assert!(folder.sign(&stage).unwrap().iter().all(|(_, outcome)| *outcome == Outcome::Signed));
    let out = folder.path("out");
    assert_eq!(verify_files(&stage, &out).unwrap().len(), 2);
    assert!(folder.sign(&stage).unwrap().iter().all(|(_, outcome)| *outcome == Outcome::Present));

    let comment = "trusted comment: timestamp:1796039777\tfile:alexandria-1.4.0.dmg\tversion:1.4.0";
    let path = out.join("alexandria-1.4.0.dmg.minisig");
    assert!(fs::read_to_string(&path).unwrap().lines().any(|line| line == comment));
    for name in ["alexandria-1.4.0.dmg", "alexandria-1.4.0.dmg.minisig"] {
        let path = out.join(name);
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // The first line is not signed, and says nothing.
        let untrusted = if text.starts_with("untrusted") { text.find('\n').unwrap() } else { 0 };
        for at in untrusted..bytes.len() {
            // The line feed at the end of the file has no meaning.
            if name.ends_with("minisig") && at + 1 == bytes.len() {
                continue;
            }
            fs::write(&path, flipped(&bytes, at)).unwrap();
            assert!(verify_files(&stage, &out).is_err(), "{name}: byte {at}");
        }
        fs::write(&path, bytes).unwrap();
    }
    verify_files(&stage, &out).unwrap();
}

#[test]
fn minisign_refuses_other_keys_versions_and_names() {
    let folder = Folder::new(FILES);
    let stage = minisign(&folder, "ours", None);
    folder.sign(&stage).unwrap();
    let out = folder.path("out");
    let check = |stage: &Minisign, expect: &str| {
        let error = verify_files(stage, &out).unwrap_err().to_string();
        assert!(error.contains(expect), "{expect}: {error}");
    };
    check(&Minisign { version: "1.4.1".to_owned(), ..stage.clone() }, "its signature is for");
    check(&minisign(&folder, "other", None), "is not validly signed");
    check(&Minisign { public_key: folder.path("none.pub"), ..stage.clone() }, "the key of minisign");
    // An old file under the name of a new one.
    let rename = |from: &str, to: &str| fs::rename(out.join(from), out.join(to)).unwrap();
    rename("alexandria-1.4.0.dmg", "alexandria-1.5.0.dmg");
    rename("alexandria-1.4.0.dmg.minisig", "alexandria-1.5.0.dmg.minisig");
    check(&stage, "its signature is for");
    fs::remove_file(out.join("alexandria-1.5.0.dmg.minisig")).unwrap();
    check(&stage, "it has no signature");
}

#[test]
fn minisign_opens_keys_with_a_password() {
    let folder = Folder::new(FILES);
    let mut stage = minisign(&folder, "ours", Some("open sesame"));
    assert!(matches!(folder.sign(&stage), Err(SignError::Key { .. })), "the key is encrypted");
    let password = folder.path("password");
    stage.key = Some(MinisignKey { file: folder.path("ours.key"), password: Some(Secret::File(password.clone())) });
    fs::write(&password, "wrong\n").unwrap();
    assert!(matches!(folder.sign(&stage), Err(SignError::Key { .. })));
    fs::write(&password, "open sesame\n").unwrap();
    assert_eq!(folder.sign(&stage).unwrap()[0].1, Outcome::Signed);
}

/// A key of GnuPG in a folder of its own: its fingerprint, and the public key in `FOLDER/public.gpg`.
fn gpg_key(home: &Path) -> String {
    fs::create_dir(home).unwrap();
    #[cfg(unix)]
    fs::set_permissions(home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let home = home.to_str().unwrap();
    let user = "test@alexandria.invalid";
    let gpg = ["--homedir", home, "--batch", "--quiet", "--passphrase", ""];
    run(Path::new("."), "gpg", &[&gpg[..], &["--quick-generate-key", user, "ed25519", "sign", "1d"]].concat());
    run(Path::new("."), "gpg", &[&gpg[..], &["--output", &format!("{home}/public.gpg"), "--export", user]].concat());
    user.to_owned()
}

/// The key is in a folder of GnuPG's, which only its environment names; so the command signs, as a release does.
#[test]
fn gpg_signs_the_list_of_hashes() {
    let folder = Folder::new(FILES);
    let home = folder.path("gnupg");
    let key = gpg_key(&home);
    let sign = || {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_alexandria-release"))
            .args(["sign-files", "--with", "gpg", "--gpg-key", &key, "--input"])
            .arg(folder.path("in"))
            .arg("--output")
            .arg(folder.path("out"))
            .env("GNUPGHOME", &home)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    sign();
    let out = folder.path("out");
    let signature = fs::read(out.join("SHA256SUMS.asc")).unwrap();
    sign();
    assert_eq!(fs::read(out.join("SHA256SUMS.asc")).unwrap(), signature, "signing again does nothing");
    run(Path::new("."), "gpgconf", &["--homedir", home.to_str().unwrap(), "--kill", "gpg-agent"]);

    let public = |path| Gpg { key: None, public_key: Some(path) };
    let ours = public(home.join("public.gpg"));
    assert_eq!(verify_files(&ours, &out).unwrap().len(), 2);
    for name in ["alexandria-1.4.0.dmg", "SHA256SUMS"] {
        let bytes = fs::read(out.join(name)).unwrap();
        for at in 0..bytes.len() {
            fs::write(out.join(name), flipped(&bytes, at)).unwrap();
            assert!(verify_files(&ours, &out).is_err(), "{name}: byte {at}");
        }
        fs::write(out.join(name), bytes).unwrap();
    }
    fs::write(out.join("more.deb"), "").unwrap();
    assert!(matches!(verify_files(&ours, &out), Err(SignError::Invalid { .. })), "a file that is not listed");
    fs::remove_file(out.join("more.deb")).unwrap();
    let other = folder.path("other");
    gpg_key(&other);
    run(Path::new("."), "gpgconf", &["--homedir", other.to_str().unwrap(), "--kill", "gpg-agent"]);
    assert!(matches!(verify_files(&public(other.join("public.gpg")), &out), Err(SignError::Invalid { .. })));
    verify_files(&ours, &out).unwrap();
}

#[test]
fn stages_refuse_a_wrong_order() {
    let sign = |file: &str, stage: &dyn alexandria_release::SigningStage| {
        let folder = Folder::new(&[("setup.exe", b"x"), (file, b"")]);
        folder.sign(stage).map(|_| ()).map_err(|error| error.to_string())
    };
    let keys = Folder::new(&[("a", b"")]);
    let minisign = minisign(&keys, "ours", None);
    let authenticode = alexandria_release::Authenticode {
        ca: keys.path("a"),
        timestamp_ca: None,
        publisher: String::new(),
        foreign_ca: None,
        key: None,
    };
    let gpg = Gpg { key: Some("none".to_owned()), public_key: None };
    let check = |file: &str, stage, expect: &str| {
        let error = sign(file, stage).unwrap_err();
        assert!(error.contains(expect), "{file}: {error}");
    };
    check("setup.exe.minisig", &authenticode, "was made by minisign, after which authenticode must not sign");
    check("SHA256SUMS", &authenticode, "was made by gpg, after which authenticode must not sign");
    check("SHA256SUMS.asc", &minisign, "was made by gpg, after which minisign must not sign");
    check("setup.exe.minisig", &minisign, "was made by minisign, after which minisign must not sign");
    check("SHA256SUMS.asc", &gpg, "was made by gpg, after which gpg must not sign");
    assert_eq!(sign("other.exe", &minisign), Ok(()));
}

#[test]
fn folders_of_input_and_output_are_apart() {
    let folder = Folder::new(FILES);
    let stage = minisign(&folder, "ours", None);
    for (from, to) in [("in", "in"), ("in", "in/out"), ("", "in")] {
        assert!(matches!(folder.sign_from(from, &stage, to), Err(SignError::SameFolder)), "{from} {to}");
    }
    assert!(matches!(folder.sign_from("none", &stage, "out"), Err(SignError::Unreadable { .. })));
    fs::create_dir(folder.path("empty")).unwrap();
    assert!(matches!(folder.sign_from("empty", &stage, "out"), Err(SignError::Empty { .. })));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", folder.path("in/link")).unwrap();
        assert!(matches!(folder.sign(&stage), Err(SignError::NotAFile { .. })));
    }
}
