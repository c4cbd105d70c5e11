//! `alexandria update` and `alexandria network-log`.

use std::process::ExitCode;

use alexandria_library::{
    Artifact, Check, Decision, Folders, Installed, NetworkEntry, NetworkOutcome, Obstacle, Packaging, Trigger,
    UpdateError, UpdateStatus, Updates,
};
use serde::Serialize;

use crate::args::UpdateArgs;
use crate::failure::Failure;
use crate::interrupt::cancel_on_interrupt;
use crate::output::{Output, printable};

#[derive(Debug, Serialize)]
struct UpdateJson {
    version: String,
    channel: &'static str,
    mode: &'static str,
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    available: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    installed: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

#[derive(Debug, Serialize)]
struct RequestJson<'a> {
    time: String,
    feature: &'static str,
    server: &'a str,
    sent: u64,
    received: u64,
    status: Option<u16>,
    outcome: &'static str,
}

pub(crate) async fn run(options: &UpdateArgs, output: &Output) -> Result<ExitCode, Failure> {
    let updates = open().await?;
    let mut preferences = updates.status().await?.preferences;
    if options.channel.is_some() || options.mode.is_some() {
        preferences.channel = options.channel.map_or(preferences.channel, Into::into);
        preferences.mode = options.mode.map_or(preferences.mode, Into::into);
        updates.decide(preferences).await?;
        if !options.check && options.from.is_none() {
            let status = updates.status().await?;
            output.result(&json(&status, "not-checked", None, None), || chosen(&status))?;
            return Ok(ExitCode::SUCCESS);
        }
    }
    let check = match &options.from {
        Some(file) => updates.check_file(file).await?,
        None => updates.check(Trigger::User).await.map_err(explain)?,
    };
    let status = updates.status().await?;
    let (Decision::Update(artifact) | Decision::RollBack(artifact)) = &check.decision else {
        let report = json(&status, name(&check.decision), None, None);
        output.result(&report, || nothing(&check.decision, &status))?;
        return Ok(ExitCode::SUCCESS);
    };
    if options.check {
        let report = json(&status, name(&check.decision), Some(artifact), None);
        output.result(&report, || offer(&check.decision, artifact))?;
        return Ok(ExitCode::SUCCESS);
    }
    output.note(&offer(&check.decision, artifact));
    let installed = install(&updates, &check, output).await?;
    let report = json(&status, name(&check.decision), Some(artifact), Some(&installed));
    output.result(&report, || done(&installed, &status.packaging))?;
    Ok(ExitCode::SUCCESS)
}

/// The failure of a check, with what to do about it.
fn explain(error: UpdateError) -> Failure {
    let is_not_allowed = error.is_not_allowed();
    let failure = Failure::from(error);
    if is_not_allowed {
        failure.with_hint("`alexandria update --mode manual` allows them when you ask; --from FILE needs no network")
    } else {
        failure
    }
}

/// Prints every request the program made.
pub(crate) async fn network_log(output: &Output) -> Result<ExitCode, Failure> {
    let entries = open().await?.network_log().await?;
    let json: Vec<RequestJson<'_>> = entries.iter().map(request).collect();
    output.result(&json, || {
        if entries.is_empty() {
            return "Alexandria has made no network requests.".into();
        }
        entries.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn open() -> Result<Updates, Failure> {
    Ok(Updates::open(&Folders::of_account()?, env!("CARGO_PKG_VERSION")).await?)
}

async fn install(updates: &Updates, check: &Check, output: &Output) -> Result<Installed, Failure> {
    let bar = output.progress("kB");
    let progress = bar.clone();
    let report = move |done: u64, total: u64| {
        progress.set_length(total >> 10);
        progress.set_position(done >> 10);
    };
    let installed = updates.install(check, &cancel_on_interrupt(*output), report).await;
    bar.finish_and_clear();
    Ok(installed?)
}

const fn name(decision: &Decision) -> &'static str {
    match decision {
        Decision::UpToDate => "up-to-date",
        Decision::Update(_) => "update",
        Decision::RollBack(_) => "roll-back",
        Decision::Withdrawn => "withdrawn",
        Decision::ByHand { .. } => "by-hand",
    }
}

fn json(
    status: &UpdateStatus,
    decision: &'static str,
    artifact: Option<&Artifact>,
    installed: Option<&Installed>,
) -> UpdateJson {
    UpdateJson {
        version: status.version.to_string(),
        channel: status.preferences.channel.as_str(),
        mode: status.preferences.mode.as_str(),
        decision,
        available: artifact.map(|artifact| artifact.release.version.to_string()),
        notes: artifact.map(|artifact| artifact.release.notes.clone()),
        installed: installed.map(|installed| match installed {
            Installed::AtNextStart(_) => "at-next-start",
            Installed::ByPackageManager(_) => "by-package-manager",
            Installed::ByHand(..) => "by-hand",
        }),
        path: match installed {
            Some(Installed::ByHand(_, path)) => Some(path.display().to_string()),
            _ => None,
        },
    }
}

fn chosen(status: &UpdateStatus) -> String {
    format!("Channel: {}\nUpdates: {}", status.preferences.channel.as_str(), status.preferences.mode.as_str())
}

fn offer(decision: &Decision, artifact: &Artifact) -> String {
    let release = &artifact.release;
    let lead = match decision {
        Decision::RollBack(_) => {
            format!("This version was withdrawn. Alexandria {} takes its place.", release.version)
        }
        _ => format!("Alexandria {} is available.", release.version),
    };
    if release.notes.is_empty() { lead } else { format!("{lead}\n\n{}\n", printable_lines(&release.notes)) }
}

/// Each line made printable.
fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

fn nothing(decision: &Decision, status: &UpdateStatus) -> String {
    match decision {
        Decision::Withdrawn => format!(
            "Alexandria {} was withdrawn because of a fault, and there is no other version for you yet. Back up your \
             library (`alexandria backup FILE`) and look again tomorrow.",
            status.version
        ),
        Decision::ByHand { version, reason: Obstacle::Client } => {
            format!("Alexandria {version} is available, but has to be installed by hand; download it from the website.")
        }
        Decision::ByHand { version, reason: Obstacle::System } => {
            format!("Alexandria {version} is available, but needs a newer operating system than this one.")
        }
        Decision::UpToDate | Decision::Update(_) | Decision::RollBack(_) => {
            format!("Alexandria {} is up to date ({} channel).", status.version, status.preferences.channel.as_str())
        }
    }
}

fn done(installed: &Installed, packaging: &Packaging) -> String {
    match installed {
        Installed::AtNextStart(version) => {
            format!("Alexandria {version} is installed. It runs from the next start on.")
        }
        Installed::ByPackageManager(version) => {
            let command = match packaging {
                Packaging::Rpm => "sudo dnf upgrade alexandria",
                Packaging::Flatpak => "flatpak update app.alexandria.reader",
                _ => "sudo apt update && sudo apt install alexandria",
            };
            format!("Your system installs Alexandria {version}:\n\n    {command}")
        }
        Installed::ByHand(version, path) => format!(
            "Alexandria {version} is downloaded and verified:\n\n    {}\n\nUnpack it where this version is.",
            path.display()
        ),
    }
}

fn request(entry: &NetworkEntry) -> RequestJson<'_> {
    RequestJson {
        time: entry.time.to_string(),
        feature: "updates",
        server: &entry.server,
        sent: entry.sent,
        received: entry.received,
        status: entry.status,
        outcome: outcome(entry.outcome),
    }
}

const fn outcome(outcome: NetworkOutcome) -> &'static str {
    match outcome {
        NetworkOutcome::Unfinished => "unfinished",
        NetworkOutcome::Answered => "answered",
        NetworkOutcome::Failed => "failed",
    }
}

fn line(entry: &NetworkEntry) -> String {
    let status = entry.status.map_or_else(|| "–".to_owned(), |status| status.to_string());
    format!(
        "{}  updates  {}  {} bytes sent, {} received  {} ({status})",
        entry.time.strftime("%Y-%m-%d %H:%M:%S"),
        printable(&entry.server),
        entry.sent,
        entry.received,
        outcome(entry.outcome)
    )
}
