//! Checks of an open library: that everything it promises to keep is there and authenticates. Changes nothing.

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

use alexandria_domain::PublicationId;
use alexandria_domain::op::Membership;
use alexandria_index::RuntimeFiles;

use super::finding::{Finding, Remedy};
use super::watch::Watch;
use crate::blocking::blocking;
use crate::change::now_millis;
use crate::engines::Engines;
use crate::protection::{self, LibraryVault};
use crate::semantic_index::SemanticIndex;
use crate::shelf::ShelfError;

/// Unknown files that a finding names; the others are only counted.
const MAX_NAMED: usize = 5;
/// Bytes of a file that are read at once; a check can be cancelled in between.
const READ_BYTES: usize = 1 << 20;

/// Checks encryption and integrity of the database, every encrypted file and the vector index to their last bytes, the
/// index against the database, the model, and the protection.
pub(crate) async fn check(
    engines: &Arc<Engines>,
    index: &SemanticIndex,
    vault: &LibraryVault,
    watch: &Watch,
) -> Result<Vec<Finding>, ShelfError> {
    let (reading, watched) = (Arc::clone(engines), watch.clone());
    let checks = move || {
        let database = check_database(&reading)?;
        Ok::<_, ShelfError>(vec![database, check_files(&reading, &watched)?, check_model()])
    };
    let mut findings = blocking(checks).await?;
    watch.stop_if_cancelled()?;
    findings.push(check_vectors(engines, index).await?);
    findings.push(match protection::inspect(&vault.folder).await {
        Ok(protection) => Finding::of_protection(&protection),
        Err(error) => Finding::error("protection", error.to_string()),
    });
    Ok(findings)
}

async fn check_vectors(engines: &Arc<Engines>, index: &SemanticIndex) -> Result<Finding, ShelfError> {
    let reading = Arc::clone(engines);
    let totals = blocking(move || Ok::<_, ShelfError>(reading.store.totals()?)).await?;
    let Some(stored) = index.inspect().await? else {
        let message = "the vector index is damaged, or is not the one this library wrote";
        return Ok(Finding::error("vectors", message).with_remedy(Remedy::Repair));
    };
    let marked = totals.embedded_with_bin;
    Ok(match totals.not_embedded() {
        _ if stored < marked => Finding::error("vectors", format!("{stored} of {marked} vectors are in the index"))
            .with_remedy(Remedy::Repair),
        0 => Finding::ok("vectors", format!("every passage is searchable by meaning ({})", totals.passages)),
        missing => Finding::warning("vectors", format!("passages not searchable by meaning yet: {missing}"))
            .with_remedy(Remedy::FinishEmbedding),
    })
}

fn check_database(engines: &Engines) -> Result<Finding, ShelfError> {
    let report = engines.store.check()?;
    let future = engines.store.future_ops(now_millis())?;
    if report.problems.is_empty() && future > 0 {
        let message = format!(
            "changes dated more than a day after this computer's clock: {future}; no other can be saved until then, or \
             until a repair dates them now, for which the clock must be right"
        );
        return Ok(Finding::error("database", message).with_remedy(Remedy::Repair));
    }
    if report.problems.is_empty() {
        return Ok(Finding::ok("database", "encrypted, and every page authenticates"));
    }
    let remedy = if report.repairable { Remedy::Repair } else { Remedy::RestoreBackup };
    Ok(Finding::error("database", report.problems.join("; ")).with_remedy(remedy))
}

/// Reads every encrypted file to its end; each chunk authenticates itself and its position. Then looks for files whose
/// publications the database does not know.
fn check_files(engines: &Engines, watch: &Watch) -> Result<Finding, ShelfError> {
    // Listed first, so that a book that is imported meanwhile is not taken for an unknown one.
    let listed = engines.blobs.list()?;
    let mut damaged = Vec::new();
    let mut publications = engines.store.publications(Membership::Shelf)?;
    publications.extend(engines.store.publications(Membership::Bin)?);
    let count = publications.len();
    let mut progress =
        Progress { watch, done: 0, total: publications.iter().map(|publication| publication.byte_size).sum() };
    for publication in publications {
        let is_intact = match engines.blobs.read(&publication.id) {
            Ok(file) => progress.read_to_end(file)?,
            Err(_) => false,
        };
        if !is_intact {
            damaged.push(format!("{} ({})", publication.metadata.title, publication.id));
        }
    }
    let mut problems = Vec::new();
    if !damaged.is_empty() {
        problems.push(format!("damaged or missing: {}; their text can still be searched", damaged.join(", ")));
    }
    problems.extend(unknown_files(engines, listed)?.map(|unknown| {
        format!(
            "encrypted files of books that the database does not know: {unknown}; an older database seems to have been \
             restored; the files are kept"
        )
    }));
    Ok(if problems.is_empty() {
        Finding::ok("files", format!("every encrypted file authenticates ({count})"))
    } else {
        Finding::error("files", problems.join("; ")).with_remedy(Remedy::ImportAgain)
    })
}

/// How much of the files was read.
struct Progress<'a> {
    watch: &'a Watch,
    done: u64,
    total: u64,
}

impl Progress<'_> {
    /// Reads a file to its end. Returns whether it is intact.
    fn read_to_end(&mut self, mut file: impl Read) -> Result<bool, ShelfError> {
        let mut buffer = vec![0; READ_BYTES];
        loop {
            self.watch.stop_if_cancelled()?;
            match file.read(&mut buffer) {
                Ok(0) => return Ok(true),
                Ok(read) => self.done += read as u64,
                Err(_) => return Ok(false),
            }
            self.watch.report(self.done.min(self.total), self.total);
        }
    }
}

/// How many of the `listed` files belong to no publication, with the first of their ids. The file of an unfinished
/// deletion still belongs to its publication.
fn unknown_files(engines: &Engines, listed: Vec<PublicationId>) -> Result<Option<String>, ShelfError> {
    let mut known = HashSet::new();
    for membership in [Membership::Shelf, Membership::Bin, Membership::Gone] {
        known.extend(engines.store.publications(membership)?.into_iter().map(|publication| publication.id));
    }
    let mut unknown: Vec<PublicationId> = listed.into_iter().filter(|id| !known.contains(id)).collect();
    if !unknown.is_empty() {
        // A publication that was deleted meanwhile lost its file before its row.
        let present: HashSet<PublicationId> = engines.blobs.list()?.into_iter().collect();
        unknown.retain(|id| present.contains(id));
    }
    let count = unknown.len();
    let names: Vec<String> = unknown.iter().take(MAX_NAMED).map(ToString::to_string).collect();
    let more = if count > MAX_NAMED { ", …" } else { "" };
    Ok((count > 0).then(|| format!("{count} ({}{more})", names.join(", "))))
}

/// Checks that the embedding model and its runtime are installed and unchanged.
pub(super) fn check_model() -> Finding {
    match RuntimeFiles::locate().and_then(|files| files.verify()) {
        Ok(()) => Finding::ok("model", "the embedding model and its runtime are installed and unchanged"),
        Err(error) => Finding::error("model", error.to_string()),
    }
}
