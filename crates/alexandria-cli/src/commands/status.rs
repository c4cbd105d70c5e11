//! `alexandria status`.

use std::process::ExitCode;

use alexandria_library::Status;
use serde::Serialize;

use crate::args::Args;
use crate::failure::Failure;
use crate::output::{Output, counted};
use crate::session;

#[derive(Debug, Serialize)]
struct StatusJson {
    publications: u64,
    sections: u64,
    passages: u64,
    binned: u64,
    coverage: CoverageJson,
    jobs: Vec<JobJson>,
    model: bool,
}

/// The number of passages that each search mode covers.
#[derive(Debug, Serialize)]
struct CoverageJson {
    exact: u64,
    semantic: u64,
}

#[derive(Debug, Serialize)]
struct JobJson {
    kind: &'static str,
    done: u64,
    total: u64,
}

pub(crate) async fn run(args: &Args, output: &Output) -> Result<ExitCode, Failure> {
    let library = session::open(args, output).await?;
    let status = library.status().await?;
    output.result(&json(&status), || text(&status))?;
    Ok(ExitCode::SUCCESS)
}

fn json(status: &Status) -> StatusJson {
    let pending = status.embedded < status.passages;
    let job = JobJson { kind: "embedding", done: status.embedded, total: status.passages };
    StatusJson {
        publications: status.publications,
        sections: status.sections,
        passages: status.passages,
        binned: status.binned,
        coverage: CoverageJson { exact: status.passages, semantic: status.embedded },
        jobs: pending.then_some(job).into_iter().collect(),
        model: status.model,
    }
}

fn text(status: &Status) -> String {
    let mut lines = vec![
        format!(
            "{}, {}, {}",
            counted(status.publications, "publication", "publications"),
            counted(status.sections, "section", "sections"),
            counted(status.passages, "passage", "passages")
        ),
        format!("Searchable by keyword: all {}", counted(status.passages, "passage", "passages")),
        format!("Searchable by meaning: {} of {}", status.embedded, counted(status.passages, "passage", "passages")),
    ];
    if status.embedded < status.passages {
        lines.push(
            "                       (`alexandria import --wait semantic` or an open window processes the rest)".into(),
        );
    }
    if status.binned > 0 {
        lines.push(format!("In the bin:            {}", counted(status.binned, "publication", "publications")));
    }
    if !status.model {
        lines.push("The embedding model is not installed; run `alexandria doctor` for details.".into());
    }
    lines.join("\n")
}
