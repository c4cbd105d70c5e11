//! Steps that the hosted workflows run between those that sign: what is handed from one job to the next, and what is seen from
//! outside.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use alexandria_release::{
    Bucket, HttpFetch, KeyFolder, check_checksums, check_tag, download, import_file, import_keys, notes, upload, watch,
    write_checksums,
};
use alexandria_update::{Repository, Version};
use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use tough::schema::{Root, Signed};
use url::Url;

use crate::console::{read, say, version};

/// A step of a hosted workflow.
#[derive(Debug, Subcommand)]
pub(crate) enum PipelineStep {
    /// Check that a tag is signed by a release manager, on the main branch, and names the version
    CheckTag {
        /// Such as v1.4.0
        tag: String,
        /// What the main branch is called in this checkout
        #[arg(long, default_value = "origin/main")]
        main: String,
    },
    /// Write SHA256SUMS of everything in a folder, and print its hash
    Checksums { folder: PathBuf },
    /// Check that a folder holds exactly what its SHA256SUMS lists
    CheckChecksums {
        folder: PathBuf,
        /// The hash that `checksums` printed
        #[arg(long)]
        sha256: String,
    },
    /// Write what is new in a version, as the changelog says it
    Notes {
        #[arg(value_parser = version)]
        version: Version,
        #[arg(long)]
        out: PathBuf,
        #[arg(long, default_value = "CHANGELOG.md")]
        changelog: PathBuf,
    },
    /// Write keys from variables such as ALEXANDRIA_KEY_TIMESTAMP into a folder
    ImportKeys {
        #[arg(long)]
        keys: PathBuf,
        /// The names of the keys
        #[arg(required = true)]
        names: Vec<String>,
    },
    /// Write the file that a variable holds in Base64, readable by this user only
    ImportFile {
        /// The variable's name
        #[arg(long)]
        variable: String,
        #[arg(long)]
        out: PathBuf,
    },
    /// Write the folder that makes packages look for updates: for `cargo xtask dist --update`
    Trust {
        /// The root of trust
        #[arg(long)]
        root: PathBuf,
        /// The address of the metadata
        #[arg(long)]
        url: Url,
        #[arg(long)]
        out: PathBuf,
    },
    /// Upload what is served, in the order that clients need
    Upload {
        /// The folder that is served
        #[arg(long)]
        folder: PathBuf,
        #[command(flatten)]
        place: BucketPlace,
    },
    /// Download what is served
    Download {
        /// The folder to download to
        #[arg(long)]
        folder: PathBuf,
        #[command(flatten)]
        place: BucketPlace,
    },
    /// Look at the published repository as a new installation does
    Watch {
        /// The address of the metadata
        #[arg(long)]
        url: Url,
        /// The root of trust that programs are packaged with
        #[arg(long)]
        root: PathBuf,
        /// Days that the metadata must be valid
        #[arg(long, default_value_t = 3)]
        days: i64,
    },
}

/// Where the bucket is.
#[derive(Debug, Args)]
pub(crate) struct BucketPlace {
    /// The address of the bucket, such as s3://name
    #[arg(long)]
    bucket: String,
    /// The server; Amazon's if it is missing or empty
    #[arg(long)]
    endpoint: Option<String>,
}

impl BucketPlace {
    fn bucket(self) -> Bucket {
        // As a variable of a workflow is that is not set.
        let endpoint = self.endpoint.filter(|endpoint| !endpoint.is_empty());
        Bucket { address: self.bucket, endpoint, program: "aws".into() }
    }
}

/// Runs a step.
pub(crate) async fn run(step: PipelineStep, now: Timestamp) -> anyhow::Result<()> {
    match step {
        PipelineStep::CheckTag { tag, main } => {
            say(&check_tag(Path::new("."), &tag, &main)?.to_string());
            Ok(())
        }
        PipelineStep::Checksums { folder } => {
            say(&write_checksums(&folder)?);
            Ok(())
        }
        PipelineStep::CheckChecksums { folder, sha256 } => {
            let files = check_checksums(&folder, &sha256)?;
            say(&format!("{}: {files} files, as listed", folder.display()));
            Ok(())
        }
        PipelineStep::Notes { version, out, changelog } => {
            let text = notes(&read(&changelog)?, version)?;
            std::fs::write(&out, text + "\n").with_context(|| format!("cannot write {}", out.display()))
        }
        PipelineStep::ImportKeys { keys, names } => {
            import_keys(&KeyFolder::new(&keys), &names, |variable| std::env::var(variable).ok())
        }
        PipelineStep::ImportFile { variable, out } => import_file(&out, &variable, std::env::var(&variable).ok()),
        PipelineStep::Trust { root, url, out } => trust(&root, &url, &out),
        PipelineStep::Upload { folder, place } => upload(&folder, &place.bucket()),
        PipelineStep::Download { folder, place } => download(&place.bucket(), &folder),
        PipelineStep::Watch { url, root, days } => look(url, &root, days, now).await,
    }
}

fn trust(root: &Path, url: &Url, out: &Path) -> anyhow::Result<()> {
    is_folder(url)?;
    ensure!(url.scheme() == "https", "programs ask for updates over https only");
    let bytes = std::fs::read(root).with_context(|| format!("cannot read {}", root.display()))?;
    let parsed: Signed<Root> =
        serde_json::from_slice(&bytes).with_context(|| format!("{} is not a root of trust", root.display()))?;
    parsed.signed.verify_role(&parsed).context("the root of trust is not signed by its own keys")?;
    std::fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    std::fs::write(out.join("root.json"), bytes)?;
    std::fs::write(out.join("source.json"), serde_json::json!({ "url": url.as_str() }).to_string() + "\n")?;
    Ok(())
}

fn is_folder(url: &Url) -> anyhow::Result<()> {
    ensure!(url.path().ends_with('/'), "the address of the metadata is a folder and ends in a slash");
    Ok(())
}

async fn look(url: Url, root: &Path, days: i64, now: Timestamp) -> anyhow::Result<()> {
    is_folder(&url)?;
    let state = tempfile::tempdir().context("cannot create a temporary folder")?;
    let root = std::fs::read(root).with_context(|| format!("cannot read {}", root.display()))?;
    let repository = Repository { root, targets: url.join("t/")?, metadata: url };
    let fetch = Arc::new(HttpFetch::new(state.path())?);
    let sight = watch(repository, fetch, &state.path().join("metadata"), now, days).await?;
    say(&format!("{} packages; the metadata is valid until {}", sight.artifacts, sight.expires));
    if !sight.findings.is_empty() {
        bail!("{}", sight.findings.join("\n"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
