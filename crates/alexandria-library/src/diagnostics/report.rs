//! The report for those who help: plain text that the user reads in full before it leaves the computer, by the user's hand.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{Diagnostics, DiagnosticsError};
use crate::blocking::blocking;
use crate::folders::Folders;

/// Lines of the newest log in a report.
const MAX_LOG_LINES: usize = 200;

/// The text of a report: what the user says, the program, the system, figures, and the end of the newest log, which has
/// ids and codes only. No title, text, query or path is in it, unless the user writes one.
///
/// # Errors
/// When the log cannot be read.
pub async fn report_text(
    version: &str,
    diagnostics: &Diagnostics,
    folders: &Folders,
    feedback: &str,
) -> Result<String, DiagnosticsError> {
    let logs = folders.logs().to_owned();
    let log = blocking(move || Ok::<_, DiagnosticsError>(newest_log(&logs)?)).await?;
    Ok(text(version, diagnostics, feedback, &log))
}

/// Saves a report, which the user has seen, in a file.
///
/// # Errors
/// When it cannot be written.
pub async fn save_report_text(file: &Path, text: String) -> Result<(), DiagnosticsError> {
    let file = file.to_owned();
    blocking(move || Ok(std::fs::write(file, text)?)).await
}

fn text(version: &str, diagnostics: &Diagnostics, feedback: &str, log: &[String]) -> String {
    let Diagnostics { status, disk, memory, on_battery, start } = diagnostics;
    let mut lines =
        vec![format!("Alexandria {version} on {} ({})", std::env::consts::OS, std::env::consts::ARCH), String::new()];
    if !feedback.trim().is_empty() {
        lines.extend(["What happened".into(), feedback.trim().to_owned(), String::new()]);
    }
    lines.extend([
        "Library".into(),
        format!("publications: {}, in the bin: {}", status.publications, status.binned),
        format!("passages: {}, searchable by meaning: {}", status.passages, status.embedded),
        format!("embedding: {:?}, model installed: {}", status.embedding, status.model),
        format!("on battery: {}", on_battery.map_or("unknown".into(), |on| on.to_string())),
        String::new(),
        "Disk, bytes".into(),
    ]);
    let database = &disk.database;
    let kinds = [
        ("files", disk.files),
        ("files in the bin", disk.bin),
        ("text", database.text),
        ("index of words", database.terms),
        ("covers", database.covers),
        ("other data", database.other),
        ("unused in the database", database.free),
        ("vectors", disk.vectors),
        ("logs", disk.logs),
        ("updates", disk.updates),
        ("total", disk.total()),
    ];
    lines.extend(kinds.map(|(kind, bytes)| format!("{kind}: {bytes}")));
    if !memory.is_empty() {
        lines.extend([String::new(), "Memory, bytes (proportional set size)".into()]);
        lines.extend(memory.iter().map(|process| format!("{}: {}", process.name, process.bytes)));
    }
    if !start.is_empty() {
        lines.extend([String::new(), "Start, milliseconds".into()]);
        lines.extend(start.iter().map(|step| format!("{:?}: {}", step.stage, step.after.as_millis()).to_lowercase()));
    }
    if !log.is_empty() {
        lines.extend([String::new(), "End of the log".into()]);
        lines.extend_from_slice(log);
    }
    lines.iter().fold(String::new(), |mut text, line| {
        // Writing to a string cannot fail.
        let _infallible = writeln!(text, "{line}");
        text
    })
}

/// The last lines of the newest log file.
fn newest_log(folder: &Path) -> std::io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    // Their names end with the day.
    let newest: Option<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()).max();
    let Some(newest) = newest else { return Ok(Vec::new()) };
    let log = String::from_utf8_lossy(&std::fs::read(newest)?).into_owned();
    let lines: Vec<&str> = log.lines().collect();
    Ok(lines.iter().skip(lines.len().saturating_sub(MAX_LOG_LINES)).map(|line| (*line).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use crate::diagnostics::{DiskUsage, ProcessMemory, StartStage, StartStep};
    use crate::event::EmbeddingState;
    use crate::health::Status;

    fn diagnostics() -> Diagnostics {
        let status = Status {
            publications: 3,
            sections: 9,
            passages: 40,
            embedded: 12,
            binned: 1,
            embedding: EmbeddingState::Running,
            model: true,
        };
        let disk = DiskUsage { files: 1000, vectors: 24, ..DiskUsage::default() };
        let memory = vec![ProcessMemory { name: "alexandria".into(), bytes: 4096 }];
        let start = vec![StartStep { stage: StartStage::Shelf, after: Duration::from_millis(812) }];
        Diagnostics { status, disk, memory, on_battery: Some(false), start }
    }

    #[test]
    fn report_has_what_the_user_says_and_every_figure() {
        let log = ["an event".to_owned()];
        let report = text("1.2.3", &diagnostics(), "  It stopped.\n", &log);
        for expect in [
            "Alexandria 1.2.3 on ",
            "\nWhat happened\nIt stopped.\n",
            "publications: 3, in the bin: 1\n",
            "passages: 40, searchable by meaning: 12\n",
            "on battery: false\n",
            "\nfiles: 1000\n",
            "\nvectors: 24\n",
            "\ntotal: 1024\n",
            "\nalexandria: 4096\n",
            "\nStart, milliseconds\nshelf: 812\n",
            "\nEnd of the log\nan event\n",
        ] {
            assert!(report.contains(expect), "{expect:?} is not in {report}");
        }
        assert!(!text("1.2.3", &diagnostics(), " ", &[]).contains("What happened"));
    }

    #[test]
    fn report_ends_with_the_end_of_the_newest_log() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        assert_eq!(newest_log(&logs).unwrap(), [""; 0]);
        std::fs::create_dir(&logs).unwrap();
        let write = |day: &str, lines: Vec<String>| {
            std::fs::write(logs.join(format!("alexandria.2026-11-{day}.log")), lines.join("\n")).unwrap();
        };
        write("29", vec!["of yesterday".into()]);
        write("30", (0..300).map(|number| format!("line {number}")).collect());
        let lines = newest_log(&logs).unwrap();
        assert_eq!((lines.len(), lines[0].as_str(), lines[199].as_str()), (200, "line 100", "line 299"));
    }
}
