//! The command line of the signing stages. Secrets are named by a file or a variable; no option takes one.

use std::path::PathBuf;

use alexandria_release::{
    Apple, AppleKey, Authenticode, AuthenticodeKey, Gpg, Minisign, MinisignKey, Outcome, Secret, SigningStage,
    Timestamps, sign_files, verify_files,
};
use anyhow::Context as _;
use clap::{Args, ValueEnum};

/// A kind of signature.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Programs and installers of Windows
    Authenticode,
    /// Programs and application bundles of macOS
    Apple,
    /// A signature beside each file
    Minisign,
    /// A signed list of hashes
    Gpg,
}

/// `sign-files`
#[derive(Debug, Args)]
pub(crate) struct SignFiles {
    #[command(flatten)]
    material: Material,
    /// The folder of unsigned files
    #[arg(long)]
    input: PathBuf,
    /// The folder for the signed files, and those of other kinds
    #[arg(long)]
    output: PathBuf,
    /// Say what would be signed, and stop
    #[arg(long)]
    dry_run: bool,
}

/// `verify-files`
#[derive(Debug, Args)]
pub(crate) struct VerifyFiles {
    #[command(flatten)]
    material: Material,
    /// The folder of signed files
    #[arg(long)]
    input: PathBuf,
}

#[derive(Debug, Args)]
struct Material {
    /// The kind of signature
    #[arg(long, value_enum)]
    with: Kind,
    /// authenticode: certificates that the signer's follows from (PEM)
    #[arg(long)]
    ca: Option<PathBuf>,
    /// authenticode: certificates that the timestamp's follows from (PEM); without it, no timestamp is needed
    #[arg(long)]
    timestamp_ca: Option<PathBuf>,
    /// authenticode: the common name in the signer's certificate
    #[arg(long)]
    publisher: Option<String>,
    /// authenticode: certificates of others whose signed files are kept (PEM)
    #[arg(long)]
    foreign_ca: Option<PathBuf>,
    /// authenticode: the certificate that signs and those above it (PEM). apple: the certificate that must have signed (PEM)
    #[arg(long)]
    certificate: Option<PathBuf>,
    /// The private key. authenticode: PEM, or an address of a token (pkcs11:). apple: PKCS#12. minisign: its key file
    #[arg(long)]
    key: Option<PathBuf>,
    /// authenticode: the library that reaches the token
    #[arg(long)]
    pkcs11_module: Option<PathBuf>,
    /// authenticode: sign with this program, called with the unsigned and the signed file's path
    #[arg(long, conflicts_with = "key")]
    program: Option<PathBuf>,
    /// A file whose first line is the key's password
    #[arg(long, conflicts_with = "password_env")]
    password_file: Option<PathBuf>,
    /// The name of the variable that holds the key's password
    #[arg(long)]
    password_env: Option<String>,
    /// authenticode, apple: the server that says when it was signed
    #[arg(long)]
    timestamp_url: Option<String>,
    /// authenticode, for tests: a certificate that says when it was signed (PEM)
    #[arg(long, requires = "timestamp_key", conflicts_with = "timestamp_url")]
    timestamp_certificate: Option<PathBuf>,
    /// authenticode, for tests: its key (PEM)
    #[arg(long)]
    timestamp_key: Option<PathBuf>,
    /// apple: what the programs may do beyond the hardened runtime
    #[arg(long, default_value = "installers/macos/entitlements.plist")]
    entitlements: PathBuf,
    /// apple: refuse what Apple would not notarise
    #[arg(long)]
    notarization: bool,
    /// minisign, gpg: the public key's file
    #[arg(long)]
    public_key: Option<PathBuf>,
    /// minisign: the version of what is signed
    #[arg(long)]
    version: Option<String>,
    /// minisign: when the release was made, in seconds since 1970; now if it is missing
    #[arg(long, env = "SOURCE_DATE_EPOCH")]
    time: Option<i64>,
    /// gpg: fingerprint of the key
    #[arg(long)]
    gpg_key: Option<String>,
}

impl SignFiles {
    /// Signs, and says what happened to each file.
    pub(crate) fn run(&self, now: i64) -> anyhow::Result<String> {
        let stage = self.material.stage(now)?;
        let outcomes = sign_files(&*stage, &self.input, &self.output, self.dry_run)?;
        let lines = outcomes.iter().map(|(file, outcome)| {
            let word = match outcome {
                Outcome::Signed => "signed",
                Outcome::Present => "present",
                Outcome::Copied => "copied",
                Outcome::Planned => "would be signed",
            };
            format!("{}: {word}", file.display())
        });
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }
}

impl VerifyFiles {
    /// Verifies, and lists what is validly signed.
    pub(crate) fn run(&self, now: i64) -> anyhow::Result<String> {
        let verified = verify_files(&*self.material.stage(now)?, &self.input)?;
        Ok(verified.iter().map(|file| format!("{}: valid", file.display())).collect::<Vec<_>>().join("\n"))
    }
}

impl Material {
    fn stage(&self, now: i64) -> anyhow::Result<Box<dyn SigningStage>> {
        Ok(match self.with {
            Kind::Authenticode => Box::new(self.authenticode()?),
            Kind::Apple => Box::new(Apple {
                certificate: self.certificate.clone().context("apple needs --certificate, whose signature counts")?,
                entitlements: self.entitlements.clone(),
                key: self.key.clone().map(|p12| AppleKey {
                    p12,
                    password: self.password(),
                    timestamp_url: self.timestamp_url.clone(),
                    notarization: self.notarization,
                }),
            }),
            Kind::Minisign => Box::new(Minisign {
                public_key: self.public_key.clone().context("minisign needs --public-key")?,
                version: self.version.clone().context("minisign needs --version, which it signs as well")?,
                time: self.time.unwrap_or(now),
                key: self.key.clone().map(|file| MinisignKey { file, password: self.password() }),
            }),
            Kind::Gpg => {
                let (key, public_key) = (self.gpg_key.clone(), self.public_key.clone());
                anyhow::ensure!(key.is_some() || public_key.is_some(), "gpg needs --gpg-key or --public-key");
                Box::new(Gpg { key, public_key })
            }
        })
    }

    fn authenticode(&self) -> anyhow::Result<Authenticode> {
        let timestamps = match (&self.timestamp_url, &self.timestamp_certificate, &self.timestamp_key) {
            (Some(url), _, _) => Some(Timestamps::Server(url.clone())),
            (None, Some(certificate), Some(key)) => {
                Some(Timestamps::Key { certificate: certificate.clone(), key: key.clone() })
            }
            _ => None,
        };
        let pem = |key: &PathBuf| -> anyhow::Result<AuthenticodeKey> {
            Ok(AuthenticodeKey::Pem {
                certificate: self.certificate.clone().context("a key needs --certificate")?,
                key: key.clone(),
                module: self.pkcs11_module.clone(),
                password: self.password(),
                timestamps,
            })
        };
        let key = match (&self.program, &self.key) {
            (Some(program), _) => Some(AuthenticodeKey::Program(program.clone())),
            (None, Some(key)) => Some(pem(key)?),
            (None, None) => None,
        };
        Ok(Authenticode {
            ca: self.ca.clone().context("authenticode needs --ca, from which the signer's certificate follows")?,
            timestamp_ca: self.timestamp_ca.clone(),
            publisher: self.publisher.clone().context("authenticode needs --publisher, the signer's common name")?,
            foreign_ca: self.foreign_ca.clone(),
            key,
        })
    }

    fn password(&self) -> Option<Secret> {
        let file = self.password_file.clone().map(Secret::File);
        file.or_else(|| self.password_env.clone().map(Secret::Variable))
    }
}
