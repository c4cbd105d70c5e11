//! `alexandria sync [--once]`: brings the library in step with the account's other devices.

use std::process::ExitCode;

use alexandria_library::domain::ErrorCode;
use alexandria_library::{SyncAlarm, SyncRunError, SyncStatus, WaitingFor};
use serde::Serialize;

use super::account;
use crate::args::Args;
use crate::failure::Failure;
use crate::interrupt::cancel_on_interrupt;
use crate::output::{Output, counted};
use crate::session;

/// How a run ended.
#[derive(Debug, Serialize)]
struct SyncJson {
    status: &'static str,
    reason: Option<String>,
    files_sent: u64,
    files_not_sent: Vec<NotSentJson>,
}

#[derive(Debug, Serialize)]
struct NotSentJson {
    publication: String,
    reason: String,
}

pub(crate) async fn run(args: &Args, once: bool, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let cancel = cancel_on_interrupt(*output);
    let report = library.sync_once(&cancel).await.map_err(failure)?;
    let (name, reason) = report.status.map_or(("stopped", None), words);
    let not_sent =
        report.not_sent.iter().map(|(id, reason)| NotSentJson { publication: id.to_string(), reason: reason.clone() });
    let json =
        SyncJson { status: name, reason: reason.clone(), files_sent: report.sent, files_not_sent: not_sent.collect() };
    output.result(&json, || {
        let mut text = match &reason {
            None => "In step.".to_owned(),
            Some(reason) => format!("Not in step: {reason}."),
        };
        if report.sent > 0 {
            text.push_str(&format!(" Sent {}.", counted(report.sent, "book", "books")));
        }
        for (id, reason) in &report.not_sent {
            text.push_str(&format!("\nnot sent: {id}: {reason}"));
        }
        text
    })?;
    if let Some(SyncStatus::NeedsReader(alarm)) = report.status {
        return Err(alarm_failure(alarm));
    }
    if !once && !cancel.is_cancelled() {
        output.note("Keeping in step. Press Ctrl-C to stop.");
        let stop = library.clone();
        tokio::spawn(async move {
            cancel.cancelled().await;
            stop.stop_jobs();
        });
        library.keep_in_step().await;
    }
    Ok(if report.not_sent.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(crate::failure::EXIT_PARTIAL) })
}

/// A status as one word, and what it waits for.
fn words(status: SyncStatus) -> (&'static str, Option<String>) {
    match status {
        SyncStatus::InStep => ("in-step", None),
        SyncStatus::Working { .. } => {
            ("working", Some("it was stopped before everything was sent and fetched".to_owned()))
        }
        SyncStatus::Waiting(reason) => ("waiting", Some(waiting(reason).to_owned())),
        SyncStatus::NeedsReader(alarm) => ("needs-you", Some(alarm.to_string())),
    }
}

const fn waiting(reason: WaitingFor) -> &'static str {
    match reason {
        WaitingFor::Permission => "sync is paused",
        WaitingFor::Connection => "the server cannot be reached",
        WaitingFor::CleanConnection => {
            "something that is not the server answers; perhaps this network asks you to sign in"
        }
        WaitingFor::Server => "the server is busy or refuses",
        WaitingFor::Disk => "the disk is full",
        WaitingFor::Clock => "this computer's clock is ahead of the server's",
    }
}

fn alarm_failure(alarm: SyncAlarm) -> Failure {
    let failure = Failure::new(ErrorCode::Damaged, alarm.to_string());
    match alarm {
        SyncAlarm::Revoked => Failure::new(ErrorCode::PermissionDenied, alarm.to_string())
            .with_hint("`alexandria account sign-out` leaves the account; your books stay in this library"),
        SyncAlarm::UpgradeNeeded => Failure::new(ErrorCode::NewerVersion, alarm.to_string()),
        SyncAlarm::SignInNeeded => {
            failure.with_hint("run `alexandria account sign-out`, then `alexandria account sign-in`")
        }
        _ => failure.with_hint("nothing was lost here; ask whoever runs the server what happened"),
    }
}

/// What to do about an error of sync.
pub(super) fn failure(error: SyncRunError) -> Failure {
    match error {
        SyncRunError::Account(error) => account::failure(error),
        other => Failure::from(other),
    }
}
