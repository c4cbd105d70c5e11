//! The result of one health check.

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// As it should be.
    Ok,
    /// It works, but something is missing.
    Warning,
    /// A promise of the library is broken.
    Error,
}

/// What a person can do about a finding. Shells say how: the command line names a command, the window offers a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Repair the library.
    Repair,
    /// Restore a backup into another folder.
    RestoreBackup,
    /// Copy the file `vault` back, or restore a backup into another folder.
    RecoverVault,
    /// Add a recovery code.
    AddRecoveryCode,
    /// Let the keychain hold the key again.
    AddKeychain,
    /// Unlock the keychain, then repair the library or change its protection.
    FinishProtectionChange,
    /// Repair; if the finding stays, open the library with the credential that was not used now and repair again, or
    /// replace that credential.
    RepairWithOtherCredential,
    /// Import the books' files again, or restore a backup.
    ImportAgain,
    /// Wait for the embedding job, or run it.
    FinishEmbedding,
    /// Choose another folder.
    ChooseFolder,
    /// Check the permissions of the folder and the state of the disk.
    CheckFolder,
    /// Restrict the folder's permissions to its owner.
    RestrictFolder,
    /// Free disk space.
    FreeSpace,
}

/// The result of one health check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was checked, such as `database`.
    pub check: &'static str,
    /// How serious it is.
    pub severity: Severity,
    /// The result in words, lower case, without what to do about it.
    pub message: String,
    /// What to do about it.
    pub remedy: Option<Remedy>,
}

impl Finding {
    /// Everything is as it should be.
    pub fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, severity: Severity::Ok, message: message.into(), remedy: None }
    }

    /// Something is missing.
    pub fn warning(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, severity: Severity::Warning, message: message.into(), remedy: None }
    }

    /// Something is broken.
    pub fn error(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, severity: Severity::Error, message: message.into(), remedy: None }
    }

    /// The same finding with a remedy.
    #[must_use]
    pub fn with_remedy(self, remedy: Remedy) -> Self {
        Self { remedy: Some(remedy), ..self }
    }
}
