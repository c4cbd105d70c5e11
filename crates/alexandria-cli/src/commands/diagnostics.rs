//! `alexandria diagnostics [--report]` and `alexandria free-space`.

use std::process::ExitCode;

use alexandria_library::{Diagnostics, DiskUsage, Folders, FreedSpace, ProcessMemory, report_text};
use serde::Serialize;

use crate::args::Args;
use crate::failure::Failure;
use crate::output::Output;
use crate::session;

#[derive(Debug, Serialize)]
struct DiagnosticsJson {
    disk: DiskJson,
    memory: Vec<MemoryJson>,
    on_battery: Option<bool>,
}

/// Bytes by kind.
#[derive(Debug, Serialize)]
struct DiskJson {
    files: u64,
    bin: u64,
    text: u64,
    words_index: u64,
    covers: u64,
    other: u64,
    unused: u64,
    vectors: u64,
    logs: u64,
    updates: u64,
    total: u64,
}

#[derive(Debug, Serialize)]
struct MemoryJson {
    process: String,
    bytes: u64,
}

#[derive(Debug, Serialize)]
struct ReportJson {
    report: String,
}

#[derive(Debug, Serialize)]
struct FreedJson {
    freed: u64,
    before: DiskJson,
    after: DiskJson,
}

pub(crate) async fn run(args: &Args, report: bool, output: &Output) -> Result<ExitCode, Failure> {
    let folders = folders(args)?;
    let diagnostics = session::open(args, output).await?.diagnostics(&folders).await?;
    if report {
        let report = report_text(env!("CARGO_PKG_VERSION"), &diagnostics, &folders, "").await?;
        let text = report.trim_end().to_owned();
        output.result(&ReportJson { report }, || text)?;
        return Ok(ExitCode::SUCCESS);
    }
    output.result(&json(&diagnostics), || text(&diagnostics))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn free_space(args: &Args, output: &Output) -> Result<ExitCode, Failure> {
    let freed = session::open(args, output).await?.free_space(&folders(args)?).await?;
    let FreedSpace { before, after } = &freed;
    output.result(&FreedJson { freed: freed.bytes(), before: disk_json(before), after: disk_json(after) }, || {
        let (before, after) = (size(before.total()), size(after.total()));
        format!("Freed {}: Alexandria took {before} and takes {after} now.", size(freed.bytes()))
    })?;
    Ok(ExitCode::SUCCESS)
}

fn folders(args: &Args) -> Result<Folders, Failure> {
    Ok(Folders::of_account()?.with_library(&session::folder(args)?))
}

fn json(diagnostics: &Diagnostics) -> DiagnosticsJson {
    let memory = |ProcessMemory { name, bytes }: &ProcessMemory| MemoryJson { process: name.clone(), bytes: *bytes };
    DiagnosticsJson {
        disk: disk_json(&diagnostics.disk),
        memory: diagnostics.memory.iter().map(memory).collect(),
        on_battery: diagnostics.on_battery,
    }
}

const fn disk_json(disk: &DiskUsage) -> DiskJson {
    let database = disk.database;
    DiskJson {
        files: disk.files,
        bin: disk.bin,
        text: database.text,
        words_index: database.terms,
        covers: database.covers,
        other: database.other,
        unused: database.free,
        vectors: disk.vectors,
        logs: disk.logs,
        updates: disk.updates,
        total: disk.total(),
    }
}

fn text(diagnostics: &Diagnostics) -> String {
    let DiskUsage { files, bin, database, vectors, logs, updates } = diagnostics.disk;
    let mut lines = vec![row("Books and documents", files)];
    // What would make each smaller is said where there is something to do.
    let advised = |name: &str, bytes: u64, advice: &str| {
        let row = row(name, bytes);
        if bytes > 0 { format!("{row}   {advice}") } else { row }
    };
    lines.extend([
        advised("In the bin", bin, "`alexandria remove --forever` deletes what is in the bin now"),
        row("Text", database.text),
        row("Index of words", database.terms),
        row("Vectors", vectors),
        row("Covers", database.covers),
        row("Other data", database.other),
        advised("Unused", database.free, "`alexandria free-space` gives it back"),
        row("Logs", logs),
        row("Updates", updates),
        row("Together", diagnostics.disk.total()),
    ]);
    if !diagnostics.memory.is_empty() {
        lines.extend([String::new(), "Memory".to_owned()]);
        lines.extend(diagnostics.memory.iter().map(|process| row(&process.name, process.bytes)));
    }
    lines.join("\n")
}

fn row(name: &str, bytes: u64) -> String {
    format!("{name:<20} {:>10}", size(bytes))
}

/// Bytes in the unit that people use for files.
fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    match UNITS.into_iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_one_decimal() {
        let check = |bytes, expect: &str| assert_eq!(size(bytes), expect);
        check(0, "0 B");
        check(999, "999 B");
        check(1_000, "1.0 kB");
        check(123_456_789, "123.4 MB");
        check(5_050_000_000, "5.0 GB");
    }
}
