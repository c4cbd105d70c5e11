//! `alexandria doctor [--repair]`.

use std::process::ExitCode;

use alexandria_library::domain::ErrorCode;
use alexandria_library::{Finding, Library, Severity};
use serde::Serialize;

use crate::args::Args;
use crate::failure::{Failure, PROBLEM_FOUND};
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
    match own(args, repair, output).await {
        // What was looked at from outside is not told twice.
        Ok(own) => findings.extend(missing_in(&findings, own)),
        Err(failure) if failure.code == ErrorCode::Cancelled => return Err(failure),
        Err(Failure { message, .. }) => {
            findings.push(Finding { check: "library", severity: Severity::Problem, message });
        }
    }
    let json: Vec<FindingJson<'_>> = findings.iter().map(json).collect();
    output.result(&json, || findings.iter().map(text).collect::<Vec<_>>().join("\n"))?;
    let broken = findings.iter().any(|finding| finding.severity == Severity::Problem);
    Ok(if broken { ExitCode::from(PROBLEM_FOUND) } else { ExitCode::SUCCESS })
}

/// What the library says of itself, which it can only when it opens.
async fn own(args: &Args, repair: bool, output: &Output) -> Result<Vec<Finding>, Failure> {
    let library = session::open(args, output).await?;
    Ok(if repair { library.repair().await? } else { library.check().await? })
}

/// Those of checks that are not in the list yet.
fn missing_in(list: &[Finding], others: Vec<Finding>) -> Vec<Finding> {
    let is_missing = |other: &Finding| list.iter().all(|finding| finding.check != other.check);
    others.into_iter().filter(is_missing).collect()
}

fn json(finding: &Finding) -> FindingJson<'_> {
    FindingJson { check: finding.check, state: state(finding.severity), message: &finding.message }
}

const fn state(severity: Severity) -> &'static str {
    match severity {
        Severity::Fine => "ok",
        Severity::Notice => "notice",
        Severity::Problem => "problem",
    }
}

fn text(finding: &Finding) -> String {
    format!("{:<8} {:<10} {}", state(finding.severity), finding.check, printable(&finding.message))
}
