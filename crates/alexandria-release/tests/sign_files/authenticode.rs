//! Programs of Windows, where osslsigncode is installed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use alexandria_release::{
    Authenticode, AuthenticodeKey, Outcome, SignError, SigningStage as _, Timestamps, sign_files,
};

use crate::material::{Folder, certificates, flipped, has, program, run};

const CONTENT: &[u8] = b"what the program does";

/// Where the checksum is in our small program.
const CHECKSUM: usize = 64 + 24 + 64;

fn is_missing() -> bool {
    !has("osslsigncode", &["verify", "--help"], "-ignore-crl")
}

/// The stage with the certificates in `keys`.
fn stage(folder: &Folder, name: &str) -> Authenticode {
    let file = |what: &str| folder.path("keys").join(format!("{name}{what}"));
    Authenticode {
        ca: file(".pem"),
        timestamp_ca: Some(file(".pem")),
        publisher: "Alexandria".to_owned(),
        foreign_ca: None,
        key: Some(AuthenticodeKey::Pem {
            certificate: file("-signer.pem"),
            key: file("-signer.key"),
            module: None,
            password: None,
            timestamps: Some(Timestamps::Key { certificate: file("-time.pem"), key: file("-time.key") }),
        }),
    }
}

fn folder() -> Folder {
    let folder = Folder::new(&[("bin/alexandria.exe", &program(CONTENT)), ("lib/model.onnx", b"model")]);
    fs::create_dir(folder.path("keys")).unwrap();
    certificates(&folder.path("keys"), "ours", "/O=Alexandria/CN=Alexandria");
    folder
}

/// Sets the checksum to that of the file, as somebody would who changes it.
fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[CHECKSUM..CHECKSUM + 4].fill(0);
    let mut sum = 0_u32;
    for pair in bytes.chunks(2) {
        sum += u32::from(u16::from_le_bytes([pair[0], pair.get(1).copied().unwrap_or_default()]));
        sum = (sum & 0xffff) + (sum >> 16);
    }
    let checksum = sum + u32::try_from(bytes.len()).unwrap();
    bytes[CHECKSUM..CHECKSUM + 4].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

#[test]
fn authenticode_signs_programs_and_copies_the_rest() {
    if is_missing() {
        return;
    }
    let folder = folder();
    let stage = stage(&folder, "ours");
    let names =
        |outcome| vec![("bin/alexandria.exe".to_owned(), outcome), ("lib/model.onnx".to_owned(), Outcome::Copied)];
    let planned = sign_files(&stage, &folder.path("in"), &folder.path("out"), true).unwrap();
    assert_eq!(planned[0].1, Outcome::Planned);
    assert!(!folder.path("out").exists(), "a dry run writes nothing");

    assert_eq!(folder.sign(&stage).unwrap(), names(Outcome::Signed));
    assert_eq!(fs::read(folder.path("out/lib/model.onnx")).unwrap(), b"model");
    let signed = folder.path("out/bin/alexandria.exe");
    let first = fs::read(&signed).unwrap();
    assert_eq!(folder.sign(&stage).unwrap(), names(Outcome::Present));
    assert_eq!(fs::read(&signed).unwrap(), first);
    // A damaged output is signed again, and so is that of an older input.
    fs::write(&signed, flipped(&first, 0x210)).unwrap();
    assert_eq!(folder.sign(&stage).unwrap(), names(Outcome::Signed));
    fs::write(folder.path("in/bin/alexandria.exe"), program(b"a newer program")).unwrap();
    assert_eq!(folder.sign(&stage).unwrap(), names(Outcome::Signed));
    // What lies in the output and is not from this input is nothing that should be published.
    fs::write(folder.path("out/bin/other.exe"), "").unwrap();
    assert!(matches!(folder.sign(&stage), Err(SignError::Unexpected { .. })));
}

#[test]
fn authenticode_refuses_changed_bytes() {
    if is_missing() {
        return;
    }
    let folder = folder();
    let stage = stage(&folder, "ours");
    folder.sign(&stage).unwrap();
    let path = folder.path("out/bin/alexandria.exe");
    let signed = fs::read(&path).unwrap();
    let length = program(CONTENT).len();
    assert!(signed.len() > length);
    // Everywhere, without the checksum.
    for at in 0..signed.len() {
        fs::write(&path, flipped(&signed, at)).unwrap();
        assert!(stage.verify(&path).is_err(), "byte {at} of {}", signed.len());
    }
    // In the program, with it.
    for at in (0..length).step_by(13).filter(|at| !(CHECKSUM..CHECKSUM + 4).contains(at)) {
        fs::write(&path, with_checksum(flipped(&signed, at))).unwrap();
        assert!(stage.verify(&path).is_err(), "byte {at} of {length}");
    }
    for (bytes, what) in [
        (program(CONTENT), "without a signature"),
        (signed[..signed.len() - 8].to_vec(), "too short"),
        (with_checksum([&*signed, b"more..."].concat()), "with more after the signature"),
        (b"MZ".to_vec(), "no program"),
    ] {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(stage.verify(&path), Err(SignError::Invalid { .. })), "{what}");
    }
    fs::write(&path, with_checksum(signed.clone())).unwrap();
    stage.verify(&path).unwrap();
}

#[test]
fn authenticode_refuses_other_signers() {
    if is_missing() {
        return;
    }
    let folder = folder();
    certificates(&folder.path("keys"), "other", "/CN=Alexandria");
    let ours = stage(&folder, "ours");
    let check = |stage: &Authenticode, expect: &str| {
        let error = folder.sign(stage).unwrap_err().to_string();
        assert!(error.contains(expect), "{expect}: {error}");
        assert!(!folder.path("out/bin/alexandria.exe").exists(), "{expect}");
    };
    check(&Authenticode { ca: folder.path("keys/other.pem"), ..ours.clone() }, "is not validly signed");
    check(&Authenticode { publisher: "Alexandri".to_owned(), ..ours.clone() }, "not by Alexandri");
    check(&Authenticode { timestamp_ca: Some(folder.path("keys/other.pem")), ..ours.clone() }, "no valid timestamp");
    check(&Authenticode { key: None, ..ours.clone() }, "no key to sign with");
    let without_time = match ours.key.clone() {
        Some(AuthenticodeKey::Pem { certificate, key, .. }) => {
            AuthenticodeKey::Pem { certificate, key, module: None, password: None, timestamps: None }
        }
        _ => panic!("the key is in a file"),
    };
    check(&Authenticode { key: Some(without_time), ..ours.clone() }, "is not validly signed");

    // A file that somebody else has signed is kept only if he is trusted.
    folder.sign_from("in", &stage(&folder, "other"), "theirs").unwrap();
    let trusting = Authenticode { foreign_ca: Some(folder.path("keys/other.pem")), ..ours.clone() };
    assert!(matches!(folder.sign_from("theirs", &ours, "out"), Err(SignError::AlreadySigned { .. })));
    let kept = folder.sign_from("theirs", &trusting, "out").unwrap();
    assert_eq!(kept[0].1, Outcome::Copied);
    trusting.verify(&folder.path("out/bin/alexandria.exe")).unwrap();
    assert!(ours.verify(&folder.path("out/bin/alexandria.exe")).is_err());
}

/// A service is called by a program, which is not trusted to sign what it was given.
#[test]
fn authenticode_accepts_what_a_program_signs_only_if_it_is_the_same() {
    if is_missing() {
        return;
    }
    let folder = folder();
    let keys = folder.path("keys").display().to_string();
    let signing = |name: &str, before: &str| {
        let path = folder.path(name);
        let script = format!(
            "#!/bin/sh\nset -e\n{before}\nexec osslsigncode sign -h sha256 -certs {keys}/ours-signer.pem -key \
             {keys}/ours-signer.key -TSA-certs {keys}/ours-time.pem -TSA-key {keys}/ours-time.key -in \"$1\" -out \"$2\"\n"
        );
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Authenticode { key: Some(AuthenticodeKey::Program(path)), ..stage(&folder, "ours") }
    };
    let evil = folder.path("evil.exe");
    fs::write(&evil, program(b"something else")).unwrap();
    let replacing = signing("replacing", &format!("set -- {} \"$2\"", evil.display()));
    assert!(matches!(folder.sign(&replacing), Err(SignError::OtherContent { .. })));
    assert!(!folder.path("out/bin/alexandria.exe").exists());
    assert_eq!(folder.sign(&signing("honest", "")).unwrap()[0].1, Outcome::Signed);
}

#[test]
fn authenticode_opens_keys_with_a_password_from_a_file() {
    if is_missing() {
        return;
    }
    let folder = folder();
    let keys = folder.path("keys");
    run(
        &keys,
        "openssl",
        &["pkcs8", "-topk8", "-in", "ours-signer.key", "-out", "locked.key", "-passout", "pass:open sesame"],
    );
    let with = |password: &str| {
        fs::write(keys.join("password"), password).unwrap();
        let mut stage = stage(&folder, "ours");
        if let Some(AuthenticodeKey::Pem { key, password, .. }) = &mut stage.key {
            *key = keys.join("locked.key");
            *password = Some(alexandria_release::Secret::File(keys.join("password")));
        }
        folder.sign(&stage)
    };
    assert!(matches!(with("wrong\n"), Err(SignError::Program { .. })));
    assert!(matches!(with("\n"), Err(SignError::Key { .. })));
    assert_eq!(with("open sesame\n").unwrap()[0].1, Outcome::Signed);
}
