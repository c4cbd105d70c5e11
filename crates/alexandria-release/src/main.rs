//! `cargo xtask release`: publishes releases step by step. Every step can be repeated, and `--dry-run` shows what it would
//! sign.

mod console;
mod pipeline;
mod sign_options;
#[cfg(test)]
mod workflow_tests;

use std::path::{Path, PathBuf};

use alexandria_release::{
    About, Ceremony, Change, KeyFolder, Layout, Repository, Staged, bundle, create, notes, plan, resign, rotate,
    sign_sums, stage, status, verify,
};
use alexandria_update::{Channel, Version};
use anyhow::{Context as _, bail, ensure};
use clap::{Args, Parser, Subcommand};
use jiff::Timestamp;

use crate::console::{read, say, version};
use crate::pipeline::PipelineStep;
use crate::sign_options::{SignFiles, VerifyFiles};

/// Publish releases: sign and edit the update repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask release")]
struct Arguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, Subcommand)]
enum Step {
    #[command(flatten)]
    Pipeline(PipelineStep),
    /// Create the keys that are missing and a repository without releases
    Ceremony {
        #[command(flatten)]
        signing: Signing,
        /// Where to write the transcript, which contains no secret
        #[arg(long)]
        transcript: Option<PathBuf>,
    },
    /// Replace the keys that are in another folder
    Rotate {
        #[command(flatten)]
        signing: Signing,
        /// The folder with the new keys
        #[arg(long)]
        new_keys: PathBuf,
        /// Where to write the transcript, which contains no secret
        #[arg(long)]
        transcript: Option<PathBuf>,
    },
    /// Check whether a version can be published, and show what the repository offers
    Plan {
        #[command(flatten)]
        place: Place,
        #[arg(value_parser = version)]
        version: Version,
        #[arg(long, value_parser = channel)]
        channel: Channel,
        #[arg(long, default_value = "CHANGELOG.md")]
        changelog: PathBuf,
    },
    /// Collect the final packages of a version
    Stage(Box<Stage>),
    /// Write SHA256SUMS and sign it with GPG
    Sign {
        /// The staged release
        #[arg(long)]
        staged: PathBuf,
        /// Fingerprint of the GPG key
        #[arg(long)]
        gpg_key: String,
    },
    /// Sign the files of a folder into another: Windows, macOS, minisign, GPG
    SignFiles(Box<SignFiles>),
    /// Check the signatures that `sign-files` made, with public material only
    VerifyFiles(Box<VerifyFiles>),
    /// List a staged release in a channel, for nobody yet
    Publish {
        #[command(flatten)]
        edit: Editing,
        /// The staged release
        #[arg(long)]
        staged: PathBuf,
        #[arg(long, value_parser = channel)]
        channel: Channel,
    },
    /// List a release of beta in stable: the same bytes, for nobody yet
    Promote {
        #[command(flatten)]
        edit: Editing,
        #[arg(value_parser = version)]
        version: Version,
    },
    /// Offer a release to a share of the installations
    Rollout {
        #[command(flatten)]
        edit: Editing,
        #[arg(value_parser = version)]
        version: Version,
        /// Percent, with up to two decimals; 0 halts
        #[arg(value_parser = share)]
        percent: u16,
        #[arg(long, value_parser = channel)]
        channel: Channel,
    },
    /// Withdraw a release
    Block {
        #[command(flatten)]
        edit: Editing,
        #[arg(value_parser = version)]
        version: Version,
        #[arg(long, value_parser = channel)]
        channel: Channel,
    },
    /// Withdraw a release, and send those who have it back to an older one
    Rollback {
        #[command(flatten)]
        edit: Editing,
        #[arg(value_parser = version)]
        from: Version,
        #[arg(value_parser = version)]
        to: Version,
        #[arg(long, value_parser = channel)]
        channel: Channel,
    },
    /// Make the newest lists visible, and renew what expires soon
    Resign {
        #[command(flatten)]
        signing: Signing,
    },
    /// Check the repository as a new installation would
    Verify {
        #[command(flatten)]
        place: Place,
        /// The root of trust that programs are packaged with
        #[arg(long)]
        root: PathBuf,
    },
    /// Pack a published release into one file, for devices that are never online
    Bundle {
        #[command(flatten)]
        place: Place,
        #[arg(value_parser = version)]
        version: Version,
        #[arg(long, value_parser = channel)]
        channel: Channel,
        /// The kind of installation, such as linux-x86_64-appimage
        #[arg(long)]
        target: String,
        /// The folder for the file
        #[arg(long)]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Place {
    /// The folder that is served
    #[arg(long)]
    repository: PathBuf,
}

impl Place {
    fn layout(&self) -> Layout {
        Layout::new(&self.repository)
    }
}

#[derive(Debug, Args)]
struct Signing {
    #[command(flatten)]
    place: Place,
    /// The folder with the keys
    #[arg(long)]
    keys: PathBuf,
}

impl Signing {
    fn keys(&self) -> KeyFolder {
        KeyFolder::new(&self.keys)
    }
}

#[derive(Debug, Args)]
struct Editing {
    #[command(flatten)]
    signing: Signing,
    /// Show what would be signed, and stop
    #[arg(long, env = "ALEXANDRIA_DRY_RUN")]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct Stage {
    /// The folder with the packages
    #[arg(long)]
    packages: PathBuf,
    /// The folder to stage in
    #[arg(long)]
    out: PathBuf,
    #[arg(value_parser = version)]
    version: Version,
    /// The newest schema of the library database that the program can open
    #[arg(long)]
    db_schema: u32,
    /// The oldest version that may update to this one directly
    #[arg(long, value_parser = version)]
    min_from: Option<Version>,
    /// The oldest glibc that the Linux packages run on
    #[arg(long)]
    min_glibc: Option<String>,
    /// The kinds of installation that there must be packages for
    #[arg(long, value_delimiter = ',', required = true)]
    targets: Vec<String>,
    #[arg(long, default_value = "CHANGELOG.md")]
    changelog: PathBuf,
}

fn channel(text: &str) -> Result<Channel, String> {
    let found = Channel::ALL.into_iter().find(|channel| channel.as_str() == text);
    found.ok_or_else(|| "there are the channels stable and beta".to_owned())
}

/// Percent with up to two decimals, in hundredths.
fn share(text: &str) -> Result<u16, String> {
    let wrong = || "a share is a percentage from 0 to 100 with up to two decimals".to_owned();
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 2 {
        return Err(wrong());
    }
    let number = |text: &str| text.parse::<u16>().map_err(|_| wrong());
    let share = number(whole)?.checked_mul(100).ok_or_else(wrong)? + number(&format!("{decimals:0<2}"))?;
    if share <= 10_000 { Ok(share) } else { Err(wrong()) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    run(Arguments::parse().step, Timestamp::now()).await
}

async fn run(step: Step, now: Timestamp) -> anyhow::Result<()> {
    match step {
        Step::Pipeline(step) => pipeline::run(step, now).await,
        Step::Ceremony { signing, transcript } => {
            std::fs::create_dir_all(&signing.keys)?;
            let done = create(&signing.place.layout(), &signing.keys(), now).await?;
            finish(&done, transcript.as_deref())
        }
        Step::Rotate { signing, new_keys, transcript } => {
            let layout = signing.place.layout();
            let done = rotate(&layout, &signing.keys(), &KeyFolder::new(&new_keys), now).await?;
            finish(&done, transcript.as_deref())
        }
        Step::Plan { place, version, channel, changelog } => {
            let repository = Repository::open(&place.layout(), now)?;
            say(&status(&repository)?);
            say(&plan(&repository, channel, version, &read(&changelog)?)?);
            Ok(())
        }
        Step::Stage(arguments) => staged(&arguments),
        Step::Sign { staged, gpg_key } => sign_sums(&staged, &gpg_key),
        Step::SignFiles(options) => {
            say(&options.run(now.as_second())?);
            Ok(())
        }
        Step::VerifyFiles(options) => {
            say(&options.run(now.as_second())?);
            Ok(())
        }
        Step::Publish { edit, staged, channel } => {
            let staged = Staged::open(&staged)?;
            change(&edit, Change::Publish { channel, staged }, now).await
        }
        Step::Promote { edit, version } => change(&edit, Change::Promote { version }, now).await,
        Step::Rollout { edit, version, percent, channel } => {
            change(&edit, Change::Rollout { channel, version, basis_points: percent }, now).await
        }
        Step::Block { edit, version, channel } => change(&edit, Change::Block { channel, version }, now).await,
        Step::Rollback { edit, from, to, channel } => change(&edit, Change::RollBack { channel, from, to }, now).await,
        Step::Resign { signing } => {
            let signed = resign(&Repository::open(&signing.place.layout(), now)?, &signing.keys()).await?;
            say(&if signed.is_empty() {
                "everything is fresh".into()
            } else {
                format!("signed {}", signed.join(", "))
            });
            Ok(())
        }
        Step::Verify { place, root } => check(&place.layout(), &root, now).await,
        Step::Bundle { place, version, channel, target, out } => {
            let scratch = out.join(".state");
            let path = bundle(&place.layout(), (channel, version, &target), &scratch, &out).await?;
            std::fs::remove_dir_all(&scratch)?;
            say(&path.display().to_string());
            Ok(())
        }
    }
}

fn staged(arguments: &Stage) -> anyhow::Result<()> {
    let about = About {
        version: arguments.version,
        db_schema: arguments.db_schema,
        min_from: arguments.min_from,
        min_glibc: arguments.min_glibc.clone(),
        notes: notes(&read(&arguments.changelog)?, arguments.version)?,
        targets: arguments.targets.clone(),
    };
    let staged = stage(&arguments.packages, &arguments.out, &about)?;
    for artifact in &staged.artifacts {
        say(&format!("{} ({} bytes)", artifact.file, artifact.length));
    }
    Ok(())
}

/// Shows what a change would sign, signs it, and makes it visible if the keys for that are here as well.
async fn change(edit: &Editing, change: Change, now: Timestamp) -> anyhow::Result<()> {
    let keys = edit.signing.keys();
    let mut repository = Repository::open(&edit.signing.place.layout(), now)?;
    let planned = repository.plan(&change)?;
    if planned.is_empty() {
        say("nothing to change: this was done before");
    } else {
        say(&planned.diff);
        if edit.dry_run {
            say("nothing was signed (--dry-run)");
            return Ok(());
        }
        repository.sign(planned, &keys).await?;
    }
    if edit.dry_run {
        return Ok(());
    }
    if !(keys.has("snapshot") && keys.has("timestamp")) {
        say("signed; it becomes visible with `cargo xtask release resign` and the keys snapshot and timestamp");
        return Ok(());
    }
    let signed = resign(&repository, &keys).await?;
    if !signed.is_empty() {
        say(&format!("signed {}", signed.join(", ")));
    }
    Ok(())
}

async fn check(layout: &Layout, root: &Path, now: Timestamp) -> anyhow::Result<()> {
    let root = std::fs::read(root).with_context(|| format!("cannot read {}", root.display()))?;
    let state = std::env::temp_dir().join(format!("alexandria-verify-{}", std::process::id()));
    ensure!(!state.exists(), "{} exists; remove it", state.display());
    let report = verify(layout, &root, &state).await;
    std::fs::remove_dir_all(&state)?;
    let report = report?;
    let days = report.expires.duration_since(now).as_hours() / 24;
    for artifact in &report.artifacts {
        say(&format!(
            "{} {}: {} bytes, hash as signed",
            artifact.channel.as_str(),
            artifact.file_name(),
            artifact.length
        ));
    }
    say(&format!("the metadata is valid until {} ({days} days)", report.expires));
    if days < 3 {
        bail!("the metadata expires in {days} days; run `cargo xtask release resign`");
    }
    Ok(())
}

fn finish(done: &Ceremony, transcript: Option<&Path>) -> anyhow::Result<()> {
    say(&done.transcript);
    if let Some(path) = transcript {
        std::fs::write(path, &done.transcript).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_is_a_percentage_with_two_decimals() {
        let check = |text: &str, want: Option<u16>| assert_eq!(share(text).ok(), want, "{text}");
        check("0", Some(0));
        check("1", Some(100));
        check("0.5", Some(50));
        check("12.34", Some(1_234));
        check("100", Some(10_000));
        for wrong in ["", "-1", "100.01", "101", "1.234", "x", "655"] {
            check(wrong, None);
        }
    }

    #[test]
    fn command_line_is_consistent() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }
}
