//! Signing stages: each takes a folder of files, and writes a folder with the same files, signed.
//!
//! A stage is given its key in a file, a token or a program, never in its arguments, and verifies what it wrote with public
//! material only, before the file gets its name. The order is fixed: what is inside a file (Authenticode, Apple) comes
//! before signatures beside it (minisign), and these before the list of hashes (GPG); a stage refuses a folder that a
//! later one has signed. Absent: notarisation, which asks a server of Apple's, and building installers from signed
//! programs, which is `cargo xtask dist`.

mod apple;
mod authenticode;
mod error;
mod folder;
mod gpg;
mod minisign;
mod pe;
mod secret;
mod stage;
mod tool;

use std::fs;
use std::path::{Path, PathBuf};

pub use apple::{Apple, AppleKey};
pub use authenticode::{Authenticode, AuthenticodeKey, Timestamps};
pub use error::SignError;
pub use gpg::Gpg;
pub use minisign::{Minisign, MinisignKey};
pub use secret::Secret;
pub use stage::{Rank, SigningStage};

use folder::Unit;

/// Where a stage works before what it wrote is verified.
const UNVERIFIED: &str = ".unverified";

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was signed now.
    Signed,
    /// It had been signed before from the same input.
    Present,
    /// The stage does not sign files of its kind: it is there unchanged.
    Copied,
    /// It would be signed (`--dry-run`).
    Planned,
}

/// Signs every file of `input` that the stage signs into `output`, and copies the others. Can be run again after it was
/// interrupted, and does nothing if all is done.
///
/// Returns the files, relative to the folder, and what happened to each.
///
/// # Errors
/// If the folder was signed by a later stage; if a file is signed already; if the output contains something else; if a
/// tool fails; if what it wrote is not validly signed.
pub fn sign_files(
    stage: &dyn SigningStage,
    input: &Path,
    output: &Path,
    dry_run: bool,
) -> Result<Vec<(PathBuf, Outcome)>, SignError> {
    let (from, to) = (fs::canonicalize(input).map_err(|_| SignError::unreadable(input))?, folder::absolute(output)?);
    if from.starts_with(&to) || to.starts_with(&from) {
        return Err(SignError::SameFolder);
    }
    let units = folder::units(&from)?;
    if units.is_empty() {
        return Err(SignError::Empty { folder: input.to_owned() });
    }
    check_order(stage, &units)?;
    if !dry_run {
        folder::create(&to)?;
        folder::remove(&to.join(UNVERIFIED))?;
    }
    check_output(stage, &units, &to)?;
    let mut outcomes = Vec::new();
    for unit in &units {
        let outcome = sign_unit(stage, unit, (&from, &to), dry_run)?;
        outcomes.push((unit.path.clone(), outcome));
    }
    if !dry_run {
        folder::remove(&to.join(UNVERIFIED))?;
        stage.finish(&to)?;
    }
    Ok(outcomes)
}

/// Verifies the signature of every file of a folder that the stage signs, with public material only. Returns those files.
///
/// # Errors
/// If one is not validly signed, or there is none.
pub fn verify_files(stage: &dyn SigningStage, folder: &Path) -> Result<Vec<PathBuf>, SignError> {
    let mut verified = Vec::new();
    for unit in folder::units(folder)? {
        let path = folder.join(&unit.path);
        if stage.signs(&path)? {
            stage.verify(&path)?;
            verified.push(unit.path);
        }
    }
    if verified.is_empty() {
        return Err(SignError::Empty { folder: folder.to_owned() });
    }
    stage.verify_folder(folder)?;
    Ok(verified)
}

fn sign_unit(
    stage: &dyn SigningStage,
    unit: &Unit,
    (from, to): (&Path, &Path),
    dry_run: bool,
) -> Result<Outcome, SignError> {
    let (source, target) = (from.join(&unit.path), to.join(&unit.path));
    let is_signed = stage.signs(&source)?;
    let is_there = target.exists();
    if !is_signed {
        if !(is_there || dry_run) {
            folder::copy(&source, &target)?;
        } else if is_there && !folder::is_same(&source, &target)? {
            return Err(SignError::Unexpected { file: target });
        }
        return Ok(Outcome::Copied);
    }
    if stage.is_kept(&source)? {
        if !(is_there || dry_run) {
            folder::copy(&source, &target)?;
        } else if is_there && !folder::is_same(&source, &target)? {
            return Err(SignError::Unexpected { file: target });
        }
        return Ok(Outcome::Copied);
    }
    if is_there && stage.is_made_from(&source, &target)? {
        return Ok(Outcome::Present);
    }
    if dry_run {
        return Ok(Outcome::Planned);
    }
    let unverified = to.join(UNVERIFIED).join(&unit.path);
    folder::create_parent(&unverified)?;
    folder::remove(&unverified)?;
    stage.sign(&source, &unverified)?;
    stage.verify(&unverified)?;
    for (made, last) in stage.outputs(&unverified).into_iter().zip(stage.outputs(&target)) {
        folder::replace(&made, &last)?;
    }
    Ok(Outcome::Signed)
}

/// Refuses a folder that was signed by this stage or a later one.
fn check_order(stage: &dyn SigningStage, units: &[Unit]) -> Result<(), SignError> {
    for unit in units {
        if let Some(later) = Rank::of_signature(&unit.path).filter(|found| *found >= stage.rank()) {
            return Err(SignError::Order { file: unit.path.clone(), later: later.name(), stage: stage.name() });
        }
    }
    Ok(())
}

/// Refuses an output folder with files that no run with this input would write.
fn check_output(stage: &dyn SigningStage, units: &[Unit], output: &Path) -> Result<(), SignError> {
    let expected: Vec<PathBuf> = units.iter().flat_map(|unit| stage.outputs(&unit.path)).collect();
    for unit in folder::units_if_there(output)? {
        if !expected.contains(&unit.path) && !stage.finishes(&unit.path) {
            return Err(SignError::Unexpected { file: output.join(unit.path) });
        }
    }
    Ok(())
}
