//! `alexandria account …`: an account on a sync server.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use alexandria_library::domain::{CodedError, ErrorCode};
use alexandria_library::{
    AccountError, AccountInfo, Library, Passphrase, SecondFactorCode, SignIn, SignInSecret, SignUp,
    suggested_device_name,
};
use serde::Serialize;

use crate::args::{Account, AccountSecretArgs, Args, ServerArgs, SignInArgs, SignUpArgs};
use crate::failure::Failure;
use crate::output::{Output, printable};
use crate::{prompt, session};

/// The account of a library.
#[derive(Debug, Serialize)]
struct AccountJson {
    account: Option<String>,
    name: Option<String>,
    server: Option<String>,
    device: Option<String>,
}

pub(crate) async fn run(args: &Args, action: &Account, output: &Output) -> Result<ExitCode, Failure> {
    match action {
        Account::Show => {
            let library = session::open(args, output).await?;
            show(library.account().await?.as_ref(), output)
        }
        Account::SignUp(options) => sign_up(args, options, output).await,
        Account::SignIn(options) => sign_in(args, options, output).await,
        Account::SignOut => {
            let library = session::open(args, output).await?;
            library.sign_out().await.map_err(failure)?;
            let json = serde_json::json!({ "signed_out": true });
            output.result(&json, || "Signed out. Your books and notes stay in this library.".to_owned())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn show(account: Option<&AccountInfo>, output: &Output) -> Result<ExitCode, Failure> {
    let json = AccountJson {
        account: account.map(|account| account.account.clone()),
        name: account.and_then(|account| account.name.clone()),
        server: account.map(|account| account.server.clone()),
        device: account.map(|account| account.device.to_string()),
    };
    output.result(&json, || match account {
        None => "This library is in no account. `alexandria account sign-up` makes one.".to_owned(),
        Some(account) => {
            let name = account.name.as_deref().unwrap_or("an account");
            format!("Signed in as {} on {}.\nThis device: {}", printable(name), account.server, account.device)
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn sign_up(args: &Args, options: &SignUpArgs, output: &Output) -> Result<ExitCode, Failure> {
    if let Some(file) = &options.write_to
        && file.exists()
    {
        let message = "the file for the recovery code exists already; no account was made";
        return Err(Failure::new(ErrorCode::InvalidInput, message).with_hint("choose another name"));
    }
    let invitation = match &options.invitation_file {
        Some(file) => Some(alexandria_library::invitation_in(file).await?),
        None => None,
    };
    let password = match &options.password_file {
        Some(file) => alexandria_library::passphrase_in(file).await?,
        None if output.can_prompt() => prompt::new_password(*output).await?,
        None => return Err(cannot_prompt()),
    };
    let (library, new) = session::open_or_create(args, output).await?;
    if let Some(new) = &new {
        output.note(&new.text());
    }
    let ServerArgs { server, name, device_name } = &options.server;
    let created = library
        .sign_up(SignUp {
            server: server.clone(),
            name: name.clone(),
            password,
            device_name: device_name.clone().unwrap_or_else(suggested_device_name),
            invitation,
            email_code: options.email_code.clone(),
        })
        .await
        .map_err(failure)?;
    present(&created.recovery_code.expose_text(), options.write_to.as_deref(), output)?;
    output.note("The account is ready. `alexandria sync --once` sends this library, encrypted, to the server.");
    Ok(ExitCode::SUCCESS)
}

/// Shows the recovery code, or writes it to a file that nobody else can read.
fn present(code: &str, file: Option<&Path>, output: &Output) -> Result<(), Failure> {
    let Some(file) = file else {
        output.note("If all your devices and the password are lost, only this recovery code opens the account.");
        output.note("Write it down and keep it away from this computer. It is shown only once:");
        return output.secret("recovery_code", code);
    };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options.open(file).and_then(|mut file| writeln!(file, "{code}"));
    match written {
        Ok(()) => {
            output.note("The recovery code has been written to the file. Print it, or move it off this computer.");
            output.result(&serde_json::json!({ "signed_up": true }), String::new)
        }
        Err(error) => {
            // The account exists: the code must not be lost.
            output.note(&format!("The file cannot be written ({error}). This is the recovery code, shown only once:"));
            output.secret("recovery_code", code)
        }
    }
}

async fn sign_in(args: &Args, options: &SignInArgs, output: &Output) -> Result<ExitCode, Failure> {
    let (secret, second_factor) = secret(&options.secret, output).await?;
    let (library, unlock, new) = session::open_or_create_with_unlock(args, output).await?;
    if let Some(new) = &new {
        output.note(&new.text());
    }
    let ServerArgs { server, name, device_name } = &options.server;
    library
        .sign_in(SignIn {
            server: server.clone(),
            name: name.clone(),
            secret,
            second_factor,
            device_name: device_name.clone().unwrap_or_else(suggested_device_name),
            unlock,
            add_books: options.add_books,
        })
        .await
        .map_err(failure)?;
    signed_in(&library, output).await
}

async fn signed_in(library: &Library, output: &Output) -> Result<ExitCode, Failure> {
    show(library.account().await?.as_ref(), output)?;
    output.note(
        "`alexandria sync --once` brings this library in step; `alexandria cloud list` shows what can be fetched.",
    );
    Ok(ExitCode::SUCCESS)
}

/// The password or the recovery code, and the second factor if one was given.
pub(super) async fn secret(
    options: &AccountSecretArgs,
    output: &Output,
) -> Result<(SignInSecret, Option<SecondFactorCode>), Failure> {
    let secret = match (&options.code_file, &options.password_file) {
        (Some(file), _) => SignInSecret::RecoveryCode(alexandria_library::account_recovery_code_in(file).await?),
        (None, Some(file)) => SignInSecret::Password(alexandria_library::passphrase_in(file).await?),
        (None, None) if output.can_prompt() => SignInSecret::Password(password(output).await?),
        (None, None) => return Err(cannot_prompt()),
    };
    let second_factor = match &options.second_factor_file {
        Some(file) => Some(alexandria_library::second_factor_in(file).await?),
        None => None,
    };
    Ok((secret, second_factor))
}

async fn password(output: &Output) -> Result<Passphrase, Failure> {
    prompt::passphrase("Password of the account", *output).await
}

fn cannot_prompt() -> Failure {
    let message = "cannot prompt for the account's password: there is no terminal, or --json was given";
    Failure::new(ErrorCode::InvalidInput, message).with_hint("use --password-file FILE")
}

/// What to do about an error of the account.
pub(super) fn failure(error: AccountError) -> Failure {
    let hint = match &error {
        AccountError::NotSignedIn => Some("`alexandria account sign-in` adds this library to an account"),
        AccountError::SignedIn => Some("`alexandria account sign-out` leaves it first"),
        AccountError::SecondFactorNeeded => Some("give it with --second-factor-file FILE"),
        AccountError::InvitationNeeded => Some("give it with --invitation-file FILE"),
        AccountError::NotEmpty(_) => Some("say --add-books, or use an empty library with --library DIR"),
        AccountError::OtherDevice | AccountError::Stored => {
            Some("run `alexandria account sign-out`, then sign in again")
        }
        AccountError::NoSuchDevice => Some("`alexandria devices list` shows the ids"),
        AccountError::OwnDevice => Some("`alexandria account sign-out` leaves the account on this device"),
        AccountError::Contradiction(_) | AccountError::DeviceLog(_) => {
            Some("nothing was changed; ask whoever runs the server before you try again")
        }
        error if error.code() == ErrorCode::WrongPassphrase => Some("try again, or use --code-file FILE"),
        _ => None,
    };
    let failure = Failure::from(error);
    match hint {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    }
}
