//! Application bundles of macOS, by `rcodesign` (the crate apple-codesign), which runs on every system.
//!
//! What was signed is verified without Apple's tools: each program's code by rcodesign, whose signature it is by OpenSSL,
//! and everything else in the bundle against its seal, here. On macOS, `codesign` has to agree. Absent: notarisation, and
//! disk images, which macOS makes and signs.

mod seal;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use alexandria_update::hex;
use sha2::{Digest as _, Sha256};

use super::error::SignError;
use super::folder::is_bundle;
use super::secret::Secret;
use super::stage::{Rank, SigningStage};
use super::tool::Tool;
use seal::Seal;

const NAME: &str = "apple";
const TOOL: &str = "rcodesign";

/// The first bytes of programs and libraries for 64-bit processors.
const MACH_O: [u8; 4] = [0xcf, 0xfa, 0xed, 0xfe];

/// How bundles are signed, and whose signatures count.
#[derive(Clone, Debug)]
pub struct Apple {
    /// The certificate that must have signed (PEM).
    pub certificate: PathBuf,
    /// What the window may do beyond the hardened runtime: nothing, in an empty list.
    pub entitlements: PathBuf,
    /// What signs; without it, bundles can only be verified.
    pub key: Option<AppleKey>,
}

/// A key and its certificate in a PKCS#12 file.
#[derive(Clone, Debug)]
pub struct AppleKey {
    /// The file.
    pub p12: PathBuf,
    /// Its password.
    pub password: Option<Secret>,
    /// Who says when it was signed; Apple's server for notarisation, and nobody otherwise.
    pub timestamp_url: Option<String>,
    /// Whether to refuse what Apple would not notarise, such as a certificate that is not from Apple.
    pub notarization: bool,
}

impl SigningStage for Apple {
    fn name(&self) -> &'static str {
        NAME
    }

    fn rank(&self) -> Rank {
        Rank::Embedded
    }

    fn signs(&self, file: &Path) -> Result<bool, SignError> {
        Ok(file.is_dir() && is_bundle(file))
    }

    fn sign(&self, from: &Path, to: &Path) -> Result<(), SignError> {
        let AppleKey { p12, password, timestamp_url, notarization } =
            self.key.as_ref().ok_or(SignError::NoKey { stage: NAME })?;
        let tool = Tool::new(TOOL).argument("sign").option("--p12-file", p12);
        // rcodesign reads passwords from files only.
        let written = match password {
            Some(Secret::Variable(_)) => password.as_ref().map(written).transpose()?,
            Some(Secret::File(_)) | None => None,
        };
        let file = written.as_ref().map(tempfile::NamedTempFile::path).or(match password {
            Some(Secret::File(path)) => Some(path),
            _ => None,
        });
        let tool = file.iter().fold(tool, |tool, file| tool.option("--p12-password-file", file));
        let tool = tool.option("--entitlements-xml-file", &self.entitlements);
        let tool = match timestamp_url {
            Some(url) => tool.arguments(&["--timestamp-url", url]),
            None if *notarization => tool,
            None => tool.arguments(&["--timestamp-url", "none"]),
        };
        let tool = if *notarization {
            tool.argument("--for-notarization")
        } else {
            let programs = mach_o_files(from)?.into_iter().filter(|path| path.starts_with("Contents/MacOS"));
            let tool = tool.arguments(&["--code-signature-flags", "runtime"]);
            programs.fold(tool, |tool, path| {
                tool.argument("--code-signature-flags").argument(format!("{}:runtime", path.display()))
            })
        };
        tool.argument(from).argument(to).run().map(|_output| ())
    }

    fn verify(&self, bundle: &Path) -> Result<(), SignError> {
        if cfg!(target_os = "macos") {
            let codesign = Tool::new("codesign").arguments(&["--verify", "--deep", "--strict"]);
            codesign.argument(bundle).verifying(bundle)?;
        }
        let seal = Seal::read(bundle)?;
        let main = seal.main_program();
        let code = mach_o_files(bundle)?;
        if !code.contains(&main) {
            return Err(SignError::invalid(&bundle.join(main), "it is not a program"));
        }
        for path in &code {
            let directory = self.verify_code(&bundle.join(path))?;
            if *path != main {
                seal.check_code(path, &directory)?;
            }
        }
        let info = Tool::new(TOOL).argument("print-signature-info").argument(bundle.join(&main)).verifying(bundle)?;
        for (slot, file) in [("Info (1)", "Contents/Info.plist"), ("Resources (3)", seal::PATH)] {
            let path = bundle.join(file);
            let hash = hex(&Sha256::digest(fs::read(&path).map_err(SignError::file(&path))?));
            if !info.contains(&format!("'{slot}: {hash}'")) {
                return Err(SignError::invalid(&path, "the program's signature is for another one"));
            }
        }
        seal.check_resources(&code)
    }

    fn is_made_from(&self, _from: &Path, _signed: &Path) -> Result<bool, SignError> {
        // Signing rewrites programs, and nothing shows what they were made from, so bundles are signed again.
        Ok(false)
    }
}

impl Apple {
    /// Verifies that a program or library is as it was signed, with the hardened runtime if it is a program, and by whom.
    /// Returns the directory of hashes that the signature is for.
    fn verify_code(&self, file: &Path) -> Result<Vec<u8>, SignError> {
        Tool::new(TOOL).argument("verify").argument(file).verifying(file)?;
        let extract = |what: &str| Tool::new(TOOL).arguments(&["extract", what]).argument(file);
        let directory = extract("code-directory-raw").verifying_bytes(file)?;
        let signature = extract("cms-pem").verifying(file)?;
        let mut content = tempfile::NamedTempFile::new().map_err(SignError::file(file))?;
        content.write_all(&directory).map_err(SignError::file(file))?;
        // Only this certificate counts, whatever others the signature brings.
        let openssl = Tool::new("openssl").arguments(&["cms", "-verify", "-inform", "PEM", "-binary"]);
        let openssl = openssl.arguments(&["-nointern", "-noverify", "-purpose", "any", "-out", "/dev/null"]);
        let openssl = openssl.option("-certfile", &self.certificate).option("-content", content.path());
        openssl.input(signature).verifying(file)?;
        let info = Tool::new(TOOL).argument("print-signature-info").argument(file).verifying(file)?;
        let is_program = file.parent().is_some_and(|folder| folder.ends_with("Contents/MacOS"));
        if is_program
            && !info.lines().any(|line| line.contains("flags: CodeSignatureFlags(") && line.contains("RUNTIME"))
        {
            return Err(SignError::invalid(file, "it is signed without the hardened runtime"));
        }
        Ok(directory)
    }
}

/// The programs and libraries of a bundle, relative to it.
fn mach_o_files(bundle: &Path) -> Result<Vec<PathBuf>, SignError> {
    let mut found = Vec::new();
    for path in seal::files(bundle)? {
        let full = bundle.join(&path);
        if full.is_file() && fs::read(&full).map_err(SignError::file(&full))?.starts_with(&MACH_O) {
            found.push(path);
        }
    }
    Ok(found)
}

/// A file with a password, which only we can read, and which is removed when it is dropped.
fn written(secret: &Secret) -> Result<tempfile::NamedTempFile, SignError> {
    let password = secret.read(NAME)?;
    let key = |error: std::io::Error| SignError::Key { stage: NAME, reason: error.to_string() };
    let mut file = tempfile::NamedTempFile::new().map_err(key)?;
    file.write_all(password.as_bytes()).map_err(key)?;
    Ok(file)
}
