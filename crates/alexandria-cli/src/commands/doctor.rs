//! `alexandria doctor [--repair]`.

use std::process::ExitCode;

use alexandria_library::domain::ErrorCode;
use alexandria_library::{Finding, Library, Remedy, Severity, Watch};
use serde::Serialize;

use crate::args::Args;
use crate::failure::{EXIT_UNHEALTHY, Failure};
use crate::interrupt::cancel_on_interrupt;
use crate::output::{Output, printable};
use crate::session;

#[derive(Debug, Serialize)]
struct FindingJson<'a> {
    check: &'a str,
    state: &'static str,
    message: String,
}

pub(crate) async fn run(args: &Args, repair: bool, output: &Output) -> Result<ExitCode, Failure> {
    let mut findings = Library::check_without_key(&session::folder(args)?).await?;
    match check_open(args, repair, output).await {
        Ok(others) => findings.extend(new_checks(&findings, others)),
        Err(failure) if failure.code == ErrorCode::Cancelled => return Err(failure),
        // The usual hint is to run this command.
        Err(Failure { code: ErrorCode::Damaged, message, .. }) => {
            findings.push(Finding::error("library", message).with_remedy(Remedy::RestoreBackup));
        }
        Err(Failure { message, hint, .. }) => {
            let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
            findings.push(Finding::error("library", message + &hint));
        }
    }
    let json: Vec<FindingJson<'_>> = findings.iter().map(json).collect();
    output.result(&json, || findings.iter().map(text).collect::<Vec<_>>().join("\n"))?;
    let unhealthy = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if unhealthy { ExitCode::from(EXIT_UNHEALTHY) } else { ExitCode::SUCCESS })
}

/// Opens the library and runs the checks that need its key.
async fn check_open(args: &Args, repair: bool, output: &Output) -> Result<Vec<Finding>, Failure> {
    let library = session::open(args, output).await?;
    let bar = output.progress("MB");
    let shown = bar.clone();
    let watch = Watch::new(cancel_on_interrupt(*output), move |done, total| {
        shown.set_length(total >> 20);
        shown.set_position(done >> 20);
    });
    let findings = if repair {
        library.repair(&watch).await.map_err(Failure::from)
    } else {
        library.check(&watch).await.map_err(Failure::from)
    };
    bar.finish_and_clear();
    findings
}

/// The findings in `others` whose checks are not in `done` yet.
fn new_checks(done: &[Finding], others: Vec<Finding>) -> Vec<Finding> {
    let is_new = |other: &Finding| done.iter().all(|finding| finding.check != other.check);
    others.into_iter().filter(is_new).collect()
}

fn json(finding: &Finding) -> FindingJson<'_> {
    let state = match finding.severity {
        Severity::Ok => "ok",
        Severity::Warning => "notice",
        Severity::Error => "problem",
    };
    FindingJson { check: finding.check, state, message: with_advice(finding) }
}

fn text(finding: &Finding) -> String {
    let label = match finding.severity {
        Severity::Ok => "ok",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    format!("{label:<8} {:<10} {}", finding.check, printable(&with_advice(finding)))
}

/// A finding's message, with what to do about it on this command line.
pub(super) fn with_advice(finding: &Finding) -> String {
    match finding.remedy {
        Some(remedy) => format!("{}; {}", finding.message, advice(remedy)),
        None => finding.message.clone(),
    }
}

const fn advice(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Repair => "run `alexandria doctor --repair`",
        Remedy::RestoreBackup => "move the library folder away and restore a backup with `alexandria restore`",
        Remedy::RecoverVault => {
            "put the file `vault` back from a copy of the folder, or move the folder away and restore a backup with \
             `alexandria restore`"
        }
        Remedy::AddRecoveryCode => "run `alexandria protect recovery` to create a recovery code to keep on paper",
        Remedy::AddKeychain => "run `alexandria protect keychain` to store it again",
        Remedy::FinishProtectionChange => {
            "unlock the keychain if it is locked and run `alexandria doctor --repair`, or make any other change with \
             `alexandria protect`"
        }
        Remedy::RepairWithOtherCredential => {
            "run `alexandria doctor --repair`; if this stays, the damage is in the passphrase or recovery code that you did \
             not use now: open the library with that one and repair again, or replace it with `alexandria protect`"
        }
        Remedy::ImportAgain => {
            "import these books' files again, which keeps your position in them, or restore a backup with \
             `alexandria restore`"
        }
        Remedy::FinishEmbedding => "run `alexandria import --wait semantic`, or keep a window open",
        Remedy::ChooseFolder => "choose another one with `--library`",
        Remedy::CheckFolder => "check its permissions and the disk",
        Remedy::RestrictFolder => "run `chmod 700` on it to prevent that",
        Remedy::FreeSpace => "free some space",
    }
}
