//! Keys that sign metadata: in files for tests and the continuous integration, or behind a program such as one that asks
//! a hardware token.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, bail, ensure};
use async_trait::async_trait;
use aws_lc_rs::rand::SecureRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use tokio::io::AsyncWriteExt as _;
use tough::key_source::KeySource;
use tough::schema::key::{Ed25519Key, Ed25519Scheme, Key};
use tough::sign::Sign;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Makes an Ed25519 key in `path` (PKCS#8, DER), readable by the owner only, and returns its public part.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn generate(path: &Path) -> anyhow::Result<Key> {
    let key = Ed25519KeyPair::generate().context("no random numbers")?;
    let bytes = key.to_pkcs8().context("the key cannot be encoded")?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("cannot create {}", path.display()))?;
    std::io::Write::write_all(&mut file, bytes.as_ref())?;
    file.sync_all()?;
    Ok(public_key(key.public_key().as_ref()))
}

/// The TUF form of an Ed25519 public key.
fn public_key(bytes: &[u8]) -> Key {
    Key::Ed25519 {
        keyval: Ed25519Key { public: bytes.to_vec().into(), _extra: std::collections::HashMap::new() },
        scheme: Ed25519Scheme::Ed25519,
        _extra: std::collections::HashMap::new(),
    }
}

/// A key in a file.
#[derive(Clone)]
pub struct FileKey {
    path: PathBuf,
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey")
    }
}

#[async_trait]
impl KeySource for FileKey {
    async fn as_sign(&self) -> Result<Box<dyn Sign>, BoxError> {
        let bytes = tokio::fs::read(&self.path).await?;
        Ok(Box::new(Ed25519KeyPair::from_pkcs8(&bytes).map_err(|error| error.to_string())?))
    }

    async fn write(&self, _value: &str, _key_id: &str) -> Result<(), BoxError> {
        Err("keys are not replaced in place".into())
    }
}

/// A key behind a program: it receives the message on standard input and answers with the 64 bytes of an Ed25519 signature.
#[derive(Clone, Debug)]
pub struct CommandKey {
    program: PathBuf,
    public: [u8; 32],
}

impl CommandKey {
    /// The key that `program` signs with.
    #[must_use]
    pub const fn new(program: PathBuf, public: [u8; 32]) -> Self {
        Self { program, public }
    }
}

#[async_trait]
impl KeySource for CommandKey {
    async fn as_sign(&self) -> Result<Box<dyn Sign>, BoxError> {
        Ok(Box::new(self.clone()))
    }

    async fn write(&self, _value: &str, _key_id: &str) -> Result<(), BoxError> {
        Err("keys are not replaced in place".into())
    }
}

#[async_trait]
impl Sign for CommandKey {
    fn tuf_key(&self) -> Key {
        public_key(&self.public)
    }

    async fn sign(&self, message: &[u8], _rng: &(dyn SecureRandom + Sync)) -> Result<Vec<u8>, BoxError> {
        let mut child =
            tokio::process::Command::new(&self.program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut input = child.stdin.take().ok_or("the signing program has no standard input")?;
        input.write_all(message).await?;
        drop(input);
        let output = child.wait_with_output().await?;
        if !output.status.success() || output.stdout.len() != 64 {
            return Err("the signing program did not answer with a signature".into());
        }
        Ok(output.stdout)
    }
}

/// A folder of keys: `NAME.key` for a key in a file, or `NAME.sign` (a program) with `NAME.pub` (its public key in
/// hexadecimal).
#[derive(Clone, Debug)]
pub struct KeyFolder {
    folder: PathBuf,
}

impl KeyFolder {
    /// The keys in `folder`. It must not lie inside a repository: keys are never committed or served.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Whether the key `name` is here.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.file(name).exists() || self.program(name).exists()
    }

    /// Where the key `name` is, if it is in a file.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.key"))
    }

    fn program(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.sign"))
    }

    /// The key `name`.
    ///
    /// # Errors
    /// When it is not here, or the public key of a program is invalid.
    pub fn key(&self, name: &str) -> anyhow::Result<Box<dyn KeySource>> {
        if self.file(name).exists() {
            return Ok(Box::new(FileKey { path: self.file(name) }));
        }
        let program = self.program(name);
        if !program.exists() {
            bail!("there is no key {name} in {}: neither {name}.key nor {name}.sign", self.folder.display());
        }
        let path = self.folder.join(format!("{name}.pub"));
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let text = text.trim();
        ensure!(text.len() == 64 && text.is_ascii(), "{} is not a public key in hexadecimal", path.display());
        let mut public = [0; 32];
        for (byte, digits) in public.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(digits)?;
            *byte = u8::from_str_radix(digits, 16).with_context(|| format!("{} is not hexadecimal", path.display()))?;
        }
        Ok(Box::new(CommandKey::new(program, public)))
    }

    /// The keys `names`, all of them.
    ///
    /// # Errors
    /// When one is missing.
    pub fn keys<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> anyhow::Result<Vec<Box<dyn KeySource>>> {
        names.into_iter().map(|name| self.key(name)).collect()
    }
}
