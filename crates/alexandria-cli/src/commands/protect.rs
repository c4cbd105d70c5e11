//! `alexandria protect`: what opens the library.

use std::path::Path;
use std::process::ExitCode;

use alexandria_library::domain::ErrorCode;
use alexandria_library::{
    Finding, KeychainError, KeychainStanding, Leftover, Library, Passphrase, Protection, Severity, SlotKind, Unlock,
};
use serde::Serialize;

use crate::args::{Args, CodeArgs, Protect, Way};
use crate::failure::Failure;
use crate::output::Output;
use crate::{prompt, session};

mod code;

pub(crate) async fn run(args: &Args, what: &Protect, output: &Output) -> Result<ExitCode, Failure> {
    match what {
        Protect::Show => show(args, output).await,
        Protect::Passphrase { new_passphrase_file } => passphrase(args, new_passphrase_file.as_deref(), output).await,
        Protect::Keychain => {
            let (library, with) = session::open_and_keep(args, output).await?;
            let leftovers = library.add_keychain(with).await?;
            done(output, "The keychain keeps the key.", &leftovers)
        }
        Protect::Recovery(code) => recovery(args, code, output).await,
        Protect::Remove { what } => {
            let (library, with) = session::open_and_keep(args, output).await?;
            let leftovers = library.remove_protection(with, kind(*what)).await?;
            done(output, "Removed. To make the old key useless as well, use `alexandria protect rotate`.", &leftovers)
        }
        Protect::Rotate(code) => rotate(args, code, output).await,
    }
}

async fn passphrase(args: &Args, new: Option<&Path>, output: &Output) -> Result<ExitCode, Failure> {
    let given = match new {
        Some(file) => Some(alexandria_library::passphrase_in(file).await?),
        None if output.can_ask() => None,
        None => {
            let advice = "there is nobody to ask for the new passphrase; name a file with --new-passphrase-file";
            return Err(Failure::new(ErrorCode::InvalidInput, advice));
        }
    };
    let (library, with) = session::open_and_keep(args, output).await?;
    let new = match given {
        Some(new) => new,
        None => prompt::new_passphrase(*output).await?,
    };
    let leftovers = library.set_passphrase(with, new).await?;
    done(output, "The passphrase is set.", &leftovers)
}

async fn recovery(args: &Args, how: &CodeArgs, output: &Output) -> Result<ExitCode, Failure> {
    let (library, with) = session::open_and_keep(args, output).await?;
    let new = library.prepare_recovery_code(with).await?;
    let shown = code::Shown::new(new.code(), how, output)?;
    let leftovers =
        shown.typed_back(output, async |reentry| library.confirm_recovery_code(&new, reentry).await).await?;
    done(output, "The recovery code is valid. Any older one no longer is.", &leftovers)
}

async fn rotate(args: &Args, how: &CodeArgs, output: &Output) -> Result<ExitCode, Failure> {
    let (library, with) = session::open_and_keep(args, output).await?;
    // With a recovery code to open the library, the passphrase file says what the passphrase is.
    let passphrase = match (&with, &args.passphrase_file) {
        (Unlock::Passphrase(_), _) => None,
        (_, Some(file)) => Some(alexandria_library::passphrase_in(file).await?),
        (_, None) => asked_for(&library, output).await?,
    };
    let rotation = library.prepare_rotation(with, passphrase).await?;
    let leftovers = match rotation.code() {
        Some(code) => {
            let shown = code::Shown::new(code, how, output)?;
            shown.typed_back(output, async |reentry| library.rotate(&rotation, Some(reentry)).await).await?
        }
        None => library.rotate(&rotation, None).await?,
    };
    done(output, "The library has a new key.", &leftovers)
}

/// The passphrase, if the library has one and there is somebody to ask for it.
async fn asked_for(library: &Library, output: &Output) -> Result<Option<Passphrase>, Failure> {
    if !output.can_ask() || !library.protection().await?.slots.contains(&SlotKind::Passphrase) {
        return Ok(None);
    }
    Ok(Some(prompt::passphrase("Passphrase", *output).await?))
}

fn kind(way: Way) -> SlotKind {
    match way {
        Way::Keychain => SlotKind::Keychain,
        Way::Passphrase => SlotKind::Passphrase,
        Way::RecoveryCode => SlotKind::RecoveryCode,
    }
}

/// Says that a change was made, and what it could not take away.
fn done(output: &Output, text: &str, leftovers: &[Leftover]) -> Result<ExitCode, Failure> {
    let remarks: Vec<String> = leftovers.iter().map(ToString::to_string).collect();
    output.result(&serde_json::json!({ "done": true, "leftovers": remarks }), || text.to_owned())?;
    remarks.iter().for_each(|remark| output.note(&format!("But {remark}.")));
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
    let advice = (finding.severity != Severity::Fine).then_some(finding.message);
    let lines = [SlotKind::Keychain, SlotKind::Passphrase, SlotKind::RecoveryCode].map(|kind| line(kind, &protection));
    let text = lines.into_iter().chain(advice.clone()).collect::<Vec<_>>().join("\n");
    let json = ProtectionJson {
        slots: protection.slots.iter().copied().map(name).collect(),
        unknown_slots: protection.unknown_slots,
        keychain: standing(protection.keychain),
        only_copy: protection.only_copy,
        advice,
    };
    output.result(&json, || text)?;
    Ok(ExitCode::SUCCESS)
}

fn line(kind: SlotKind, protection: &Protection) -> String {
    let opens = if protection.slots.contains(&kind) { "opens the library" } else { "-" };
    let remark = match (kind, protection.keychain) {
        (SlotKind::Keychain, KeychainStanding::HasKey) => String::new(),
        (SlotKind::Keychain, KeychainStanding::HasNone) => " (it works, and has no key of this library)".to_owned(),
        (SlotKind::Keychain, KeychainStanding::Trouble(error)) => format!(" ({error})"),
        _ => String::new(),
    };
    format!("{:<14} {opens}{remark}", name(kind))
}

const fn name(kind: SlotKind) -> &'static str {
    match kind {
        SlotKind::Keychain => "keychain",
        SlotKind::Passphrase => "passphrase",
        SlotKind::RecoveryCode => "recovery-code",
    }
}

const fn standing(keychain: KeychainStanding) -> &'static str {
    match keychain {
        KeychainStanding::HasKey => "has-key",
        KeychainStanding::HasNone | KeychainStanding::Trouble(KeychainError::NoEntry) => "has-none",
        KeychainStanding::Trouble(KeychainError::Locked) => "locked",
        KeychainStanding::Trouble(KeychainError::Unavailable) => "unavailable",
        KeychainStanding::Trouble(KeychainError::TimedOut) => "timed-out",
        KeychainStanding::Trouble(KeychainError::Ambiguous) => "ambiguous",
        KeychainStanding::Trouble(KeychainError::Malformed) => "malformed",
    }
}
