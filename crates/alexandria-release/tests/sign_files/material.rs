//! Keys, certificates and files for the tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use alexandria_release::{Outcome, SignError, SigningStage, sign_files};
use alexandria_tests_skip::{Requirement, skip};
use tempfile::TempDir;

/// A folder with unsigned files in `in`.
pub(crate) struct Folder(pub(crate) TempDir);

impl Folder {
    pub(crate) fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, content) in files {
            let path = folder.path("in").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Signs `in` into `out`.
    pub(crate) fn sign(&self, stage: &dyn SigningStage) -> Result<Vec<(String, Outcome)>, SignError> {
        self.sign_from("in", stage, "out")
    }

    pub(crate) fn sign_from(
        &self,
        from: &str,
        stage: &dyn SigningStage,
        to: &str,
    ) -> Result<Vec<(String, Outcome)>, SignError> {
        let outcomes = sign_files(stage, &self.path(from), &self.path(to), false)?;
        Ok(outcomes.into_iter().map(|(path, outcome)| (path.to_string_lossy().into_owned(), outcome)).collect())
    }
}

/// Runs a program, which has to succeed.
pub(crate) fn run(folder: &Path, program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Certificates: an authority `NAME.pem`, and from it `NAME-signer.pem` and `NAME-time.pem` with their keys.
pub(crate) fn certificates(folder: &Path, name: &str, publisher: &str) {
    let openssl = |arguments: &[&str]| run(folder, "openssl", arguments);
    let file = |what: &str| format!("{name}{what}");
    let new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let authority = ["req", "-x509", "-days", "30", "-subj", "/CN=Test CA", "-out", &file(".pem")];
    let extensions =
        ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"];
    openssl(&[&authority[..], &["-keyout", &file(".key")], &new_key, &extensions].concat());
    for (what, subject, usage) in [
        ("-signer", publisher, "extendedKeyUsage=codeSigning"),
        ("-time", "/CN=Test time", "extendedKeyUsage=critical,timeStamping"),
    ] {
        let (key, request, certificate) = (file(&format!("{what}.key")), file(".csr"), file(&format!("{what}.pem")));
        openssl(&[&["req", "-subj", subject, "-out", &request, "-keyout", &key][..], &new_key].concat());
        let extensions = file(".ext");
        fs::write(
            folder.join(&extensions),
            format!("basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n{usage}\n"),
        )
        .unwrap();
        openssl(&[
            "x509",
            "-req",
            "-days",
            "30",
            "-in",
            &request,
            "-CA",
            &file(".pem"),
            "-CAkey",
            &file(".key"),
            "-CAcreateserial",
            "-extfile",
            &extensions,
            "-out",
            &certificate,
        ]);
    }
}

/// Whether a program is there and, asked with these arguments, mentions `expect`. Skips the test otherwise.
pub(crate) fn has(program: &str, arguments: &[&str], expect: &str) -> bool {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
    let is_there = String::from_utf8_lossy(&text).contains(expect);
    if !is_there {
        skip(Requirement::Signing, &format!("{program} is not installed, or too old"));
    }
    is_there
}

/// A small program for 64-bit Windows, which was never meant to run.
pub(crate) fn program(content: &[u8]) -> Vec<u8> {
    let mut bytes = b"MZ".to_vec();
    bytes.resize(0x3c, 0);
    bytes.extend(64_u32.to_le_bytes());
    bytes.extend(b"PE\0\0");
    // Processor, one section, times and tables, the length of the optional header, flags.
    for number in [0x8664_u16, 1, 0, 0, 0, 0, 0, 0, 240, 0x22] {
        bytes.extend(number.to_le_bytes());
    }
    let mut optional = vec![0; 240];
    let mut set = |at: usize, value: u32| optional[at..at + 4].copy_from_slice(&value.to_le_bytes());
    set(0, 0x020b);
    // Alignment in memory and in the file, system version, sizes of the image and of the headers, subsystem.
    for (at, value) in [(32, 0x1000), (36, 0x200), (48, 6), (56, 0x2000), (60, 0x200), (68, 3), (108, 16)] {
        set(at, value);
    }
    bytes.extend(optional);
    bytes.extend(b".data\0\0\0");
    let length = u32::try_from(content.len().next_multiple_of(0x200)).unwrap();
    for number in [length, 0x1000, length, 0x200, 0, 0, 0, 0x4000_0040] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.resize(0x200, 0);
    bytes.extend(content);
    bytes.resize(0x200 + length as usize, 0);
    bytes
}

/// The file with one bit flipped.
pub(crate) fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}
