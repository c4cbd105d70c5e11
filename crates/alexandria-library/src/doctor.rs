//! Diagnostics: checks what the library promises and says what to do where a promise is broken.

use std::collections::HashSet;
use std::sync::Arc;

use alexandria_domain::PublicationId;
use alexandria_domain::op::Membership;
use alexandria_index::RuntimeFiles;
use alexandria_vault::{CopyStatus, Inspection, KeychainStatus, SlotKind};

use crate::open::{Core, Library};
use crate::shelf::ShelfError;
use crate::worker::blocking;

/// Unknown files that a finding names; the others are only counted.
const NAMED: usize = 5;

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// As promised.
    Fine,
    /// Works, with something missing.
    Notice,
    /// A promise is broken.
    Problem,
}

/// The outcome of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was checked, such as `database`.
    pub check: &'static str,
    /// How it stands.
    pub severity: Severity,
    /// What was seen, and what to do about it.
    pub message: String,
}

impl Finding {
    fn fine(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, severity: Severity::Fine, message: message.into() }
    }

    fn notice(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, severity: Severity::Notice, message: message.into() }
    }

    fn problem(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, severity: Severity::Problem, message: message.into() }
    }

    /// How safe a library is from being lost together with what opens it.
    #[must_use]
    pub fn of_protection(protection: &Inspection) -> Self {
        let check = "protection";
        let has = |kind| protection.slots.contains(&kind);
        if protection.primary_missing {
            return Self::problem(
                check,
                "the vault is damaged and only its copy is left; `alexandria doctor --repair` mends it",
            );
        }
        let of_copy = match protection.copy {
            CopyStatus::Same | CopyStatus::Missing => None,
            CopyStatus::Damaged => Some(
                "the vault's copy is damaged, and nothing would stand in for the vault; \
                 `alexandria doctor --repair` makes it again",
            ),
            CopyStatus::Outdated => Some(
                "a change of what protects the library was cut short, and whoever knows what it took away could still \
                 get at the key; unlock the keychain if it is locked, and use `alexandria doctor --repair`, or make any \
                 other change with `alexandria protect`",
            ),
            CopyStatus::Conflicting => Some(
                "the vault or its copy is damaged; `alexandria doctor --repair` keeps the one that opens the library; \
                 if this stays, the damage is in the passphrase or the recovery code that you did not use now: open the \
                 library with that one and repair once more, or make a new one with `alexandria protect`",
            ),
        };
        if let Some(problem) = of_copy {
            return Self::problem(check, problem);
        }
        match protection.keychain {
            KeychainStatus::NoKey if has(SlotKind::Keychain) => {
                return Self::notice(
                    check,
                    "the keychain has lost the key; `alexandria protect keychain` gives it back",
                );
            }
            KeychainStatus::Error(error) if has(SlotKind::Keychain) => {
                return Self::notice(check, error.to_string());
            }
            _ => {}
        }
        if protection.copy == CopyStatus::Missing {
            return Self::notice(
                check,
                "the vault has no copy that would stand in for it; `alexandria doctor --repair` makes one",
            );
        }
        match (has(SlotKind::Keychain), has(SlotKind::Passphrase), has(SlotKind::RecoveryCode)) {
            (_, false, false) => Self::notice(
                check,
                "only the keychain opens this library, and a lost keychain would lose it; \
                 `alexandria protect recovery` makes a recovery code to keep on paper",
            ),
            (_, true, false) => {
                Self::fine(check, "a passphrase opens the library; a recovery code would help if it is forgotten")
            }
            (_, _, true) => Self::fine(check, "a recovery code opens the library when nothing else does"),
        }
    }
}

impl Library {
    /// Checks the library: encryption and integrity of the database, every encrypted file and the vector index to their
    /// last bytes, the index against the database, the model. Changes nothing: [`repair`](Self::repair) does.
    ///
    /// # Errors
    /// When a check itself cannot run.
    pub async fn check(&self) -> Result<Vec<Finding>, ShelfError> {
        let core = Arc::clone(&self.core);
        let mut findings =
            blocking(move || Ok::<_, ShelfError>(vec![database(&core)?, files(&core)?, model()])).await?;
        findings.push(self.vectors().await?);
        findings.push(match self.protection().await {
            Ok(protection) => Finding::of_protection(&protection),
            Err(error) => Finding::problem("protection", error.to_string()),
        });
        Ok(findings)
    }

    async fn vectors(&self) -> Result<Finding, ShelfError> {
        let core = Arc::clone(&self.core);
        let totals = blocking(move || Ok::<_, ShelfError>(core.store.totals()?)).await?;
        let Some(stored) = self.core.vectors_as_left::<ShelfError>().await? else {
            return Ok(Finding::problem(
                "vectors",
                "the index is damaged, or not the one this library left here; `alexandria doctor --repair` begins it anew",
            ));
        };
        Ok(match totals.not_embedded() {
            _ if stored < totals.embedded_with_bin => Finding::problem(
                "vectors",
                format!(
                    "{stored} of {} vectors are in the index; `alexandria doctor --repair` marks the others to be made again",
                    totals.embedded_with_bin
                ),
            ),
            0 => Finding::fine("vectors", format!("every passage is searchable by meaning ({})", totals.passages)),
            missing => Finding::notice(
                "vectors",
                format!(
                    "passages not searchable by meaning yet: {missing}; `alexandria import --wait semantic` or an open window goes on with it"
                ),
            ),
        })
    }
}

fn database(core: &Core) -> Result<Finding, ShelfError> {
    let report = core.store.check()?;
    let problems = report.problems.join("; ");
    Ok(match (problems.is_empty(), report.repairable) {
        (true, _) => Finding::fine("database", "encrypted, and every page authenticates"),
        (false, true) => Finding::problem("database", format!("{problems}; `alexandria doctor --repair` mends it")),
        (false, false) => {
            let message =
                format!("{problems}; move the library's folder away and use `alexandria restore` with a backup");
            Finding::problem("database", message)
        }
    })
}

/// Reads every encrypted file to its end; each chunk authenticates itself and its place. Then looks for files whose books
/// the database does not know.
fn files(core: &Core) -> Result<Finding, ShelfError> {
    // First, so that a book that is imported meanwhile is not taken for an unknown one.
    let listed = core.blobs.list()?;
    let mut broken = Vec::new();
    let mut count = 0_usize;
    for membership in [Membership::Shelf, Membership::Bin] {
        for publication in core.store.publications(membership)? {
            count += 1;
            let read =
                core.blobs.read(&publication.id).map_err(|error| error.to_string()).and_then(|mut file| {
                    std::io::copy(&mut file, &mut std::io::sink()).map_err(|error| error.to_string())
                });
            if read.is_err() {
                broken.push(format!("{} ({})", publication.metadata.title, publication.id));
            }
        }
    }
    let mut problems = Vec::new();
    if !broken.is_empty() {
        problems.push(format!(
            "damaged or missing: {}; their text can still be searched; import their files again, which mends them and \
             keeps your place in them, or restore a backup",
            broken.join(", ")
        ));
    }
    problems.extend(unknown(core, listed)?.map(|unknown| {
        format!(
            "encrypted files of books that the database does not know: {unknown}; an older database seems to have been \
             put back; the files are kept; import those books again, or restore a backup"
        )
    }));
    Ok(if problems.is_empty() {
        Finding::fine("files", format!("every encrypted file authenticates ({count})"))
    } else {
        Finding::problem("files", problems.join("; "))
    })
}

/// How many of the `listed` files belong to no publication, and the first of their names. One of a deletion that is not
/// finished still belongs to its publication.
fn unknown(core: &Core, listed: Vec<PublicationId>) -> Result<Option<String>, ShelfError> {
    let mut known = HashSet::new();
    for membership in [Membership::Shelf, Membership::Bin, Membership::Gone] {
        known.extend(core.store.publications(membership)?.into_iter().map(|publication| publication.id));
    }
    let mut unknown: Vec<PublicationId> = listed.into_iter().filter(|id| !known.contains(id)).collect();
    if !unknown.is_empty() {
        // One that was deleted meanwhile lost its file before its row.
        let still: HashSet<PublicationId> = core.blobs.list()?.into_iter().collect();
        unknown.retain(|id| still.contains(id));
    }
    let count = unknown.len();
    let names: Vec<String> = unknown.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if count > NAMED { ", …" } else { "" };
    Ok((count > 0).then(|| format!("{count} ({}{more})", names.join(", "))))
}

fn model() -> Finding {
    match RuntimeFiles::locate().and_then(|files| files.verify()) {
        Ok(()) => Finding::fine("model", "the embedding model and its runtime are as shipped"),
        Err(error) => Finding::problem("model", error.to_string()),
    }
}
