//! minisign: a signature beside each file, which the installers' updates and readers check. Its trusted comment names the
//! file and the version, so that an old file cannot pass for a new one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use minisign::{SecretKey, SecretKeyBox};
use minisign_verify::{PublicKey, Signature};

use super::error::SignError;
use super::folder;
use super::secret::Secret;
use super::stage::{Rank, SigningStage};

const NAME: &str = "minisign";

/// How files are signed with minisign.
#[derive(Clone, Debug)]
pub struct Minisign {
    /// The public key's file.
    pub public_key: PathBuf,
    /// The version of what is signed.
    pub version: String,
    /// The seconds since 1970 in the signature; always the same for one release, so that signing again changes nothing.
    pub time: i64,
    /// What signs; without it, files can only be verified.
    pub key: Option<MinisignKey>,
}

/// A key in a file, as `minisign -G` makes it.
#[derive(Clone, Debug)]
pub struct MinisignKey {
    /// The file.
    pub file: PathBuf,
    /// Its password; keys of tests have none.
    pub password: Option<Secret>,
}

impl SigningStage for Minisign {
    fn name(&self) -> &'static str {
        NAME
    }

    fn rank(&self) -> Rank {
        Rank::Detached
    }

    fn signs(&self, file: &Path) -> Result<bool, SignError> {
        // Bundles of macOS are published as archives.
        Ok(file.is_file() && Rank::of_signature(file).is_none())
    }

    fn sign(&self, from: &Path, to: &Path) -> Result<(), SignError> {
        let key = self.key.as_ref().ok_or(SignError::NoKey { stage: NAME })?.open()?;
        let data = File::open(from).map_err(SignError::file(from))?;
        let (trusted, untrusted) = (self.trusted_comment(from, self.time), "signature of Alexandria");
        let signed = minisign::sign(None, &key, data, Some(&trusted), Some(untrusted)).map_err(key_error)?;
        folder::copy(from, to)?;
        let signature = beside(to);
        fs::write(&signature, signed.into_string()).map_err(SignError::file(&signature))
    }

    fn verify(&self, file: &Path) -> Result<(), SignError> {
        let invalid = |error: minisign_verify::Error| SignError::invalid(file, error.to_string());
        let key = PublicKey::from_file(&self.public_key)
            .map_err(|error| SignError::Key { stage: NAME, reason: error.to_string() })?;
        let path = beside(file);
        if !path.is_file() {
            return Err(SignError::invalid(file, "it has no signature"));
        }
        let text = fs::read_to_string(&path).map_err(SignError::file(&path))?;
        let signature = Signature::decode(&text).map_err(invalid)?;
        let bytes = fs::read(file).map_err(SignError::file(file))?;
        key.verify(&bytes, &signature, false).map_err(invalid)?;
        // Only now is the trusted comment to be trusted.
        let comment = signature.trusted_comment();
        let time = comment.split('\t').find_map(|part| part.strip_prefix("timestamp:")?.parse().ok());
        if time.is_none_or(|time| comment != self.trusted_comment(file, time)) {
            return Err(SignError::invalid(file, format!("its signature is for `{comment}`")));
        }
        Ok(())
    }

    fn is_made_from(&self, from: &Path, signed: &Path) -> Result<bool, SignError> {
        if !folder::is_same(from, signed)? {
            return Ok(false);
        }
        match self.verify(signed) {
            Err(SignError::Invalid { .. }) => Ok(false),
            other => other.map(|()| true),
        }
    }

    fn outputs(&self, file: &Path) -> Vec<PathBuf> {
        vec![file.to_owned(), beside(file)]
    }
}

impl Minisign {
    /// The fields that Tauri's updater reads as well, with tabs between them.
    fn trusted_comment(&self, file: &Path, time: i64) -> String {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        format!("timestamp:{time}\tfile:{name}\tversion:{}", self.version)
    }
}

impl MinisignKey {
    fn open(&self) -> Result<SecretKey, SignError> {
        let text = fs::read_to_string(&self.file).map_err(SignError::file(&self.file))?;
        let boxed = SecretKeyBox::from_string(&text).map_err(key_error)?;
        match &self.password {
            Some(secret) => boxed.into_secret_key(Some(secret.read(NAME)?)).map_err(key_error),
            None => boxed.into_unencrypted_secret_key().map_err(key_error),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err wants")]
fn key_error(error: minisign::PError) -> SignError {
    SignError::Key { stage: NAME, reason: error.to_string() }
}

/// The signature's path.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".minisig");
    name.into()
}
