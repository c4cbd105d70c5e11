//! GPG: a signed list of hashes, `SHA256SUMS`, for those who check a download by hand.

use std::fs;
use std::path::{Path, PathBuf};

use alexandria_update::hex;

use super::error::SignError;
use super::folder;
use super::stage::{Rank, SigningStage};
use super::tool::Tool;
use crate::staged::measure;

const NAME: &str = "gpg";
const LIST: &str = "SHA256SUMS";
const SIGNATURE: &str = "SHA256SUMS.asc";

/// How lists of hashes are signed with GPG.
#[derive(Clone, Debug)]
pub struct Gpg {
    /// The fingerprint of the key, or what else GnuPG knows it by.
    pub key: Option<String>,
    /// The public key's file; without it, the keyring that signs verifies as well.
    pub public_key: Option<PathBuf>,
}

impl SigningStage for Gpg {
    fn name(&self) -> &'static str {
        NAME
    }

    fn rank(&self) -> Rank {
        Rank::List
    }

    fn signs(&self, file: &Path) -> Result<bool, SignError> {
        let is_of_this_stage = Rank::of_signature(file) == Some(Rank::List);
        Ok(file.is_file() && !is_of_this_stage && !has_folder(file, super::UNVERIFIED))
    }

    fn sign(&self, from: &Path, to: &Path) -> Result<(), SignError> {
        folder::copy(from, to)
    }

    /// A single file has no signature of its own: [`verify_folder`](Self::verify_folder) verifies all.
    fn verify(&self, _file: &Path) -> Result<(), SignError> {
        Ok(())
    }

    fn is_made_from(&self, from: &Path, signed: &Path) -> Result<bool, SignError> {
        folder::is_same(from, signed)
    }

    fn finishes(&self, file: &Path) -> bool {
        file == Path::new(LIST) || file == Path::new(SIGNATURE)
    }

    fn finish(&self, folder: &Path) -> Result<(), SignError> {
        let list = self.list(folder)?;
        let path = folder.join(LIST);
        let is_current = fs::read_to_string(&path).is_ok_and(|found| found == list);
        if is_current && self.verify_list(folder).is_ok() {
            return Ok(());
        }
        fs::write(&path, list).map_err(SignError::file(&path))?;
        self.sign_list(folder)
    }

    fn verify_folder(&self, folder: &Path) -> Result<(), SignError> {
        self.verify_list(folder)?;
        let path = folder.join(LIST);
        let found = fs::read_to_string(&path).map_err(SignError::file(&path))?;
        if found == self.list(folder)? {
            return Ok(());
        }
        Err(SignError::invalid(&path, "it lists other files or other content"))
    }
}

impl Gpg {
    /// Signs the list of hashes of a folder, and verifies the signature.
    ///
    /// # Errors
    /// If there is no list, the key cannot sign, or what GnuPG wrote is not valid.
    pub fn sign_list(&self, folder: &Path) -> Result<(), SignError> {
        let key = self.key.as_deref().ok_or(SignError::NoKey { stage: NAME })?;
        let tool = Tool::new("gpg").arguments(&["--batch", "--yes", "--armor", "--detach-sign"]);
        let tool = tool.arguments(&["--digest-algo", "SHA512", "--local-user", key]);
        tool.option("--output", &folder.join(SIGNATURE)).argument(folder.join(LIST)).run()?;
        self.verify_list(folder)
    }

    /// Verifies the signature of a folder's list. The exit status proves nothing: GnuPG accepts any key that it knows.
    fn verify_list(&self, folder: &Path) -> Result<(), SignError> {
        let (list, signature) = (folder.join(LIST), folder.join(SIGNATURE));
        let verifier = match &self.public_key {
            Some(path) => Tool::new("gpgv").option("--keyring", &folder::absolute(path)?),
            None => Tool::new("gpg").arguments(&["--batch", "--verify"]),
        };
        let verifier = verifier.arguments(&["--status-fd", "1"]).argument(&signature).argument(&list);
        let status = verifier.verifying(&list)?;
        let signers = status.lines().filter_map(|line| line.strip_prefix("[GNUPG:] VALIDSIG "));
        let mut fingerprints = signers.flat_map(str::split_whitespace);
        let is_by = |key: &str| fingerprints.any(|found| found.eq_ignore_ascii_case(key));
        match (&self.public_key, &self.key) {
            // Only this key can have verified it.
            (Some(_), _) if status.contains("[GNUPG:] VALIDSIG ") => Ok(()),
            (None, Some(key)) if self.fingerprint(key)?.as_deref().is_some_and(is_by) => Ok(()),
            _ => Err(SignError::invalid(&list, "it is not signed by the key")),
        }
    }

    /// The fingerprint of what GnuPG knows by this name.
    fn fingerprint(&self, key: &str) -> Result<Option<String>, SignError> {
        let listed = Tool::new("gpg").arguments(&["--batch", "--with-colons", "--list-keys", key]).run()?;
        let line = listed.lines().find_map(|line| line.strip_prefix("fpr:"));
        Ok(line.and_then(|line| line.split(':').find(|field| !field.is_empty())).map(str::to_owned))
    }

    /// The list of a folder, as `sha256sum` writes it.
    fn list(&self, folder: &Path) -> Result<String, SignError> {
        let mut list = String::new();
        for unit in folder::units(folder)? {
            let path = folder.join(&unit.path);
            if self.signs(&path)? {
                let (_, hash) = measure(&path).map_err(|_| SignError::unreadable(&path))?;
                let name = unit.path.to_string_lossy().replace('\\', "/");
                list += &format!("{}  {name}\n", hex(&hash));
            }
        }
        Ok(list)
    }
}

fn has_folder(file: &Path, name: &str) -> bool {
    file.components().any(|part| part.as_os_str() == name)
}
