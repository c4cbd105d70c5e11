//! Authenticode: programs and installers of Windows, by `osslsigncode` 2.9 or newer, or by a program that asks a signing
//! service whose key cannot be exported.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::SignError;
use super::pe::Pe;
use super::secret::Secret;
use super::stage::{Rank, SigningStage};
use super::tool::Tool;

const NAME: &str = "authenticode";
const TOOL: &str = "osslsigncode";

/// The first bytes of a Windows Installer package.
const MSI: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// How files are signed for Windows, and whose signatures count.
#[derive(Clone, Debug)]
pub struct Authenticode {
    /// The certificates that the signer's has to follow from (PEM).
    pub ca: PathBuf,
    /// The certificates that the timestamp's has to follow from (PEM). Without it, a file without timestamp is accepted,
    /// which is only for tests: such a signature ends with the certificate.
    pub timestamp_ca: Option<PathBuf>,
    /// The common name that the signer's certificate must have: anybody can buy a certificate.
    pub publisher: String,
    /// The certificates of others, whose signed files are kept as they are: of signers and of timestamps.
    pub foreign_ca: Option<PathBuf>,
    /// What signs; without it, files can only be verified.
    pub key: Option<AuthenticodeKey>,
}

/// What signs.
#[derive(Clone, Debug)]
pub enum AuthenticodeKey {
    /// A key in a file or, with an address that starts with `pkcs11:`, in a token.
    Pem {
        /// The certificate, and those between it and the root (PEM).
        certificate: PathBuf,
        /// The key: a file, or the address of one in a token.
        key: PathBuf,
        /// The library that reaches the token.
        module: Option<PathBuf>,
        /// The password of the key.
        password: Option<Secret>,
        /// Who says when it was signed.
        timestamps: Option<Timestamps>,
    },
    /// A program that is called with the unsigned file and the path of the signed one, for services.
    Program(PathBuf),
}

/// Who says when a file was signed, so that the signature outlives the certificate.
#[derive(Clone, Debug)]
pub enum Timestamps {
    /// A server (RFC 3161).
    Server(String),
    /// A key here, for tests.
    Key {
        /// Its certificate (PEM).
        certificate: PathBuf,
        /// The key (PEM).
        key: PathBuf,
    },
}

impl SigningStage for Authenticode {
    fn name(&self) -> &'static str {
        NAME
    }

    fn rank(&self) -> Rank {
        Rank::Embedded
    }

    fn signs(&self, file: &Path) -> Result<bool, SignError> {
        if file.is_dir() {
            return Ok(false);
        }
        let bytes = read(file)?;
        Ok(bytes.starts_with(MSI) || Pe::parse(&bytes).is_some())
    }

    fn is_kept(&self, file: &Path) -> Result<bool, SignError> {
        let bytes = read(file)?;
        if !Pe::parse(&bytes).is_some_and(|program| program.is_signed()) {
            return Ok(false);
        }
        let already = || SignError::AlreadySigned { file: file.to_owned() };
        let trusted = self.foreign_ca.as_deref().ok_or_else(already)?;
        self.report(file, trusted, trusted)?;
        Ok(true)
    }

    fn sign(&self, from: &Path, to: &Path) -> Result<(), SignError> {
        let _output = match &self.key {
            None => return Err(SignError::NoKey { stage: NAME }),
            Some(AuthenticodeKey::Program(program)) => Tool::new(program).argument(from).argument(to).run()?,
            Some(AuthenticodeKey::Pem { certificate, key, module, password, timestamps }) => {
                let tool = Tool::new(TOOL).arguments(&["sign", "-h", "sha256", "-n", "Alexandria"]);
                let tool = tool.option("-certs", certificate).option("-key", key);
                let tool = module.iter().fold(tool, |tool, module| tool.option("-pkcs11module", module));
                let tool = match timestamps {
                    None => tool,
                    Some(Timestamps::Server(url)) => tool.arguments(&["-ts", url]),
                    Some(Timestamps::Key { certificate, key }) => {
                        tool.option("-TSA-certs", certificate).option("-TSA-key", key)
                    }
                };
                let tool = match password {
                    None => tool,
                    Some(secret) => tool.arguments(&["-readpass", "-"]).input(secret.read(NAME)?),
                };
                tool.option("-in", from).option("-out", to).run()?
            }
        };
        // Whatever signed must not have changed the program.
        check_content(from, to)
    }

    fn verify(&self, file: &Path) -> Result<(), SignError> {
        let bytes = read(file)?;
        if !bytes.starts_with(MSI) {
            let program = Pe::parse(&bytes).ok_or_else(|| SignError::invalid(file, "it is not a program"))?;
            if !program.is_signed() {
                return Err(SignError::invalid(file, "it has no signature"));
            }
            if !program.ends_with_signatures() {
                return Err(SignError::invalid(file, "something follows the signature"));
            }
            // The signature does not cover this field, and Windows does not read it for programs.
            if !program.has_valid_checksum() {
                return Err(SignError::invalid(file, "the checksum is not that of the file"));
            }
        }
        let trusted = self.foreign_ca.as_deref().filter(|_| !bytes.starts_with(MSI));
        let times = self.timestamp_ca.as_deref().unwrap_or(&self.ca);
        let report = match (self.report(file, &self.ca, times), trusted) {
            (Err(SignError::Invalid { .. }), Some(foreign)) => {
                return self.report(file, foreign, foreign).map(|_report| ());
            }
            (report, _) => report?,
        };
        let signer = signer(&report).ok_or_else(|| SignError::invalid(file, "no signer was reported"))?;
        if !has_common_name(signer, &self.publisher) {
            return Err(SignError::invalid(file, format!("it was signed by {signer}, not by {}", self.publisher)));
        }
        Ok(())
    }

    fn is_made_from(&self, from: &Path, signed: &Path) -> Result<bool, SignError> {
        // Nothing shows which package a signed one was made from, so packages are signed again.
        if read(from)?.starts_with(MSI) {
            return Ok(false);
        }
        match check_content(from, signed).and_then(|()| self.verify(signed)) {
            Err(SignError::OtherContent { .. } | SignError::Invalid { .. }) => Ok(false),
            other => other.map(|()| true),
        }
    }
}

impl Authenticode {
    /// What osslsigncode says about a file whose signature is valid under these certificates, of signers and of timestamps.
    fn report(&self, file: &Path, ca: &Path, times: &Path) -> Result<String, SignError> {
        // Revocation is asked for by Windows; the build machine may have no network.
        let tool = Tool::new(TOOL).arguments(&["verify", "-ignore-cdp", "-ignore-crl"]).option("-CAfile", ca);
        let report = tool.option("-TSA-CAfile", times).option("-in", file).verifying(file)?;
        let lines = || report.lines().map(str::trim);
        if self.timestamp_ca.is_some() && !lines().any(|line| line == "Timestamp Server Signature verification: ok") {
            return Err(SignError::invalid(file, "it has no valid timestamp"));
        }
        if !lines().any(|line| line == "Signature verification: ok") {
            return Err(SignError::invalid(file, report));
        }
        Ok(report)
    }
}

/// Whether a signed program contains what the unsigned one does, and only that.
fn check_content(from: &Path, signed: &Path) -> Result<(), SignError> {
    let (before, after) = (read(from)?, read(signed)?);
    if before.starts_with(MSI) {
        return Ok(());
    }
    let content = |bytes: &[u8]| Pe::parse(bytes).and_then(|program| program.content());
    if content(&before).is_some() && content(&before) == content(&after) {
        return Ok(());
    }
    Err(SignError::OtherContent { file: signed.to_owned() })
}

/// The subject of the certificate that signed, as osslsigncode prints it: the first one.
fn signer(report: &str) -> Option<&str> {
    report.lines().find_map(|line| line.trim().strip_prefix("Subject:")).map(str::trim)
}

/// Whether a subject such as `/O=Organisation/CN=Name` has this common name.
fn has_common_name(subject: &str, name: &str) -> bool {
    subject.split('/').any(|part| part.strip_prefix("CN=") == Some(name))
}

fn read(file: &Path) -> Result<Vec<u8>, SignError> {
    fs::read(file).map_err(SignError::file(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publisher_is_the_common_name_of_the_first_certificate() {
        let check = |subject, expect| assert_eq!(has_common_name(subject, "Alexandria"), expect, "{subject}");
        check("/O=Somebody/CN=Alexandria", true);
        check("/CN=Alexandria/C=DE", true);
        check("/CN=Alexandria 2", false);
        check("/O=CN=Alexandria", false);
        check("/O=Alexandria/CN=Somebody", false);
        let report = "Signer #0:\n\t\tSubject: /CN=First\n\t\tIssuer : /CN=CA\n\t\tSubject: /CN=Second";
        assert_eq!(signer(report), Some("/CN=First"));
        assert_eq!(signer("No signature found"), None);
    }
}
