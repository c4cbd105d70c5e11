//! `alexandria protect`: what unlocks the library.

use std::path::Path;
use std::process::ExitCode;

use alexandria_library::domain::ErrorCode;
use alexandria_library::{
    CleanupFailure, Finding, KeychainError, KeychainStatus, Library, Passphrase, Protection, Severity, SlotKind, Unlock,
};
use serde::Serialize;

use crate::args::{Args, CodeArgs, Protect, UnlockMethod};
use crate::failure::Failure;
use crate::output::Output;
use crate::{prompt, session};

mod code;

pub(crate) async fn run(args: &Args, action: &Protect, output: &Output) -> Result<ExitCode, Failure> {
    match action {
        Protect::Show => show(args, output).await,
        Protect::Passphrase { new_passphrase_file } => passphrase(args, new_passphrase_file.as_deref(), output).await,
        Protect::Keychain => {
            let (library, with) = session::open_with_unlock(args, output).await?;
            let leftovers = library.add_keychain(with).await?;
            done(output, "The library key is stored in the keychain.", &leftovers)
        }
        Protect::Recovery(code) => recovery(args, code, output).await,
        Protect::Remove { what: method } => {
            let (library, with) = session::open_with_unlock(args, output).await?;
            let leftovers = library.remove_protection(with, kind(*method)).await?;
            done(output, "Removed. To replace the library key as well, run `alexandria protect rotate`.", &leftovers)
        }
        Protect::Rotate(code) => rotate(args, code, output).await,
    }
}

async fn passphrase(args: &Args, new: Option<&Path>, output: &Output) -> Result<ExitCode, Failure> {
    let from_file = match new {
        Some(file) => Some(alexandria_library::passphrase_in(file).await?),
        None if output.can_prompt() => None,
        None => {
            let message = "cannot prompt for the new passphrase: there is no terminal, or --json was given";
            return Err(Failure::new(ErrorCode::InvalidInput, message).with_hint("use --new-passphrase-file FILE"));
        }
    };
    let (library, with) = session::open_with_unlock(args, output).await?;
    let new = match from_file {
        Some(new) => new,
        None => prompt::new_passphrase(*output).await?,
    };
    let leftovers = library.set_passphrase(with, new).await?;
    done(output, "The passphrase has been set.", &leftovers)
}

async fn recovery(args: &Args, how: &CodeArgs, output: &Output) -> Result<ExitCode, Failure> {
    let (library, with) = session::open_with_unlock(args, output).await?;
    let new = library.prepare_recovery_code(with).await?;
    let code = code::UnconfirmedCode::present(new.code(), how, output)?;
    let leftovers = code.confirm(output, async |reentry| library.confirm_recovery_code(&new, reentry).await).await?;
    done(output, "The recovery code is now valid; any earlier one is not.", &leftovers)
}

async fn rotate(args: &Args, how: &CodeArgs, output: &Output) -> Result<ExitCode, Failure> {
    let (library, with) = session::open_with_unlock(args, output).await?;
    // If a recovery code unlocked the library, --passphrase-file supplies the passphrase to keep.
    let passphrase = match (&with, &args.passphrase_file) {
        (Unlock::Passphrase(_), _) => None,
        (_, Some(file)) => Some(alexandria_library::passphrase_in(file).await?),
        (_, None) => prompt_if_protected(&library, output).await?,
    };
    let rotation = library.prepare_rotation(with, passphrase).await?;
    let leftovers = match rotation.code() {
        Some(code) => {
            let code = code::UnconfirmedCode::present(code, how, output)?;
            code.confirm(output, async |reentry| library.rotate(&rotation, Some(reentry)).await).await?
        }
        None => library.rotate(&rotation, None).await?,
    };
    done(output, "The library key has been replaced.", &leftovers)
}

/// Prompts for the passphrase if the library has one and a user can be prompted.
async fn prompt_if_protected(library: &Library, output: &Output) -> Result<Option<Passphrase>, Failure> {
    if !output.can_prompt() || !library.protection().await?.slots.contains(&SlotKind::Passphrase) {
        return Ok(None);
    }
    Ok(Some(prompt::passphrase("Passphrase", *output).await?))
}

fn kind(method: UnlockMethod) -> SlotKind {
    match method {
        UnlockMethod::Keychain => SlotKind::Keychain,
        UnlockMethod::Passphrase => SlotKind::Passphrase,
        UnlockMethod::RecoveryCode => SlotKind::RecoveryCode,
    }
}

/// Reports that a change was made, and what it could not remove.
fn done(output: &Output, text: &str, leftovers: &[CleanupFailure]) -> Result<ExitCode, Failure> {
    let warnings: Vec<String> = leftovers.iter().map(ToString::to_string).collect();
    output.result(&serde_json::json!({ "done": true, "leftovers": warnings }), || text.to_owned())?;
    warnings.iter().for_each(|warning| output.note(&format!("warning: {warning}")));
    Ok(ExitCode::SUCCESS)
}

#[derive(Debug, Serialize)]
struct ProtectionJson {
    slots: Vec<&'static str>,
    unknown_slots: usize,
    keychain: &'static str,
    only_copy: bool,
    advice: Option<String>,
}

async fn show(args: &Args, output: &Output) -> Result<ExitCode, Failure> {
    let protection = Library::protection_of(&session::folder(args)?).await?;
    let finding = Finding::of_protection(&protection);
    let advice = (finding.severity != Severity::Ok).then(|| super::doctor::with_advice(&finding));
    let lines = [SlotKind::Keychain, SlotKind::Passphrase, SlotKind::RecoveryCode].map(|kind| line(kind, &protection));
    let warning = advice.as_ref().map(|advice| format!("warning: {advice}"));
    let text = lines.into_iter().chain(warning).collect::<Vec<_>>().join("\n");
    let json = ProtectionJson {
        slots: protection.slots.iter().copied().map(name).collect(),
        unknown_slots: protection.unknown_slots,
        keychain: keychain_name(protection.keychain),
        only_copy: protection.primary_missing,
        advice,
    };
    output.result(&json, || text)?;
    Ok(ExitCode::SUCCESS)
}

fn line(kind: SlotKind, protection: &Protection) -> String {
    let opens = if protection.slots.contains(&kind) { "unlocks the library" } else { "-" };
    let note = match (kind, protection.keychain) {
        (SlotKind::Keychain, KeychainStatus::HasKey) => String::new(),
        (SlotKind::Keychain, KeychainStatus::NoKey) => " (works, but has no key for this library)".to_owned(),
        (SlotKind::Keychain, KeychainStatus::Error(error)) => format!(" ({error})"),
        _ => String::new(),
    };
    format!("{:<14} {opens}{note}", name(kind))
}

const fn name(kind: SlotKind) -> &'static str {
    match kind {
        SlotKind::Keychain => "keychain",
        SlotKind::Passphrase => "passphrase",
        SlotKind::RecoveryCode => "recovery-code",
    }
}

const fn keychain_name(keychain: KeychainStatus) -> &'static str {
    match keychain {
        KeychainStatus::HasKey => "has-key",
        KeychainStatus::NoKey | KeychainStatus::Error(KeychainError::NoEntry) => "has-none",
        KeychainStatus::Error(KeychainError::Locked) => "locked",
        KeychainStatus::Error(KeychainError::Unavailable) => "unavailable",
        KeychainStatus::Error(KeychainError::TimedOut) => "timed-out",
        KeychainStatus::Error(KeychainError::Ambiguous) => "ambiguous",
        KeychainStatus::Error(KeychainError::Malformed) => "malformed",
    }
}
