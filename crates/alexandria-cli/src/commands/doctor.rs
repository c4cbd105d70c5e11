//! `alexandria doctor [--repair]`.

use std::process::ExitCode;

use alexandria_library::domain::ErrorCode;
use alexandria_library::{Finding, Library, Severity};
use serde::Serialize;

use crate::args::Args;
use crate::failure::{EXIT_UNHEALTHY, Failure};
use crate::output::{Output, printable};
use crate::session;

#[derive(Debug, Serialize)]
struct FindingJson<'a> {
    check: &'a str,
    state: &'static str,
    message: &'a str,
}

pub(crate) async fn run(args: &Args, repair: bool, output: &Output) -> Result<ExitCode, Failure> {
    let mut findings = Library::check_without_key(&session::folder(args)?).await?;
    match check_open(args, repair, output).await {
        Ok(others) => findings.extend(new_checks(&findings, others)),
        Err(failure) if failure.code == ErrorCode::Cancelled => return Err(failure),
        Err(Failure { message, hint, .. }) => {
            let message = hint.map_or(message.clone(), |hint| format!("{message}; {hint}"));
            findings.push(Finding { check: "library", severity: Severity::Problem, message });
        }
    }
    let json: Vec<FindingJson<'_>> = findings.iter().map(json).collect();
    output.result(&json, || findings.iter().map(text).collect::<Vec<_>>().join("\n"))?;
    let unhealthy = findings.iter().any(|finding| finding.severity == Severity::Problem);
    Ok(if unhealthy { ExitCode::from(EXIT_UNHEALTHY) } else { ExitCode::SUCCESS })
}

/// Opens the library and runs the checks that need its key.
async fn check_open(args: &Args, repair: bool, output: &Output) -> Result<Vec<Finding>, Failure> {
    let library = session::open(args, output).await?;
    Ok(if repair { library.repair().await? } else { library.check().await? })
}

/// The findings in `others` whose checks are not in `done` yet.
fn new_checks(done: &[Finding], others: Vec<Finding>) -> Vec<Finding> {
    let is_new = |other: &Finding| done.iter().all(|finding| finding.check != other.check);
    others.into_iter().filter(is_new).collect()
}

fn json(finding: &Finding) -> FindingJson<'_> {
    let state = match finding.severity {
        Severity::Fine => "ok",
        Severity::Notice => "notice",
        Severity::Problem => "problem",
    };
    FindingJson { check: finding.check, state, message: &finding.message }
}

fn text(finding: &Finding) -> String {
    let label = match finding.severity {
        Severity::Fine => "ok",
        Severity::Notice => "warning",
        Severity::Problem => "error",
    };
    format!("{label:<8} {:<10} {}", finding.check, printable(&finding.message))
}
