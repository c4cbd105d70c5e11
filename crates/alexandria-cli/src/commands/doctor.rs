//! `alexandria doctor [--repair]`.

use std::process::ExitCode;

use alexandria_library::{Finding, Severity};
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
    let library = session::open(args).await?;
    let findings = if repair { library.repair().await? } else { library.check().await? };
    let json: Vec<FindingJson<'_>> = findings.iter().map(json).collect();
    output.result(&json, || findings.iter().map(text).collect::<Vec<_>>().join("\n"))?;
    let broken = findings.iter().any(|finding| finding.severity == Severity::Problem);
    Ok(if broken { ExitCode::from(PROBLEM_FOUND) } else { ExitCode::SUCCESS })
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
