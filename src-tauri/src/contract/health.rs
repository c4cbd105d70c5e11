//! Health checks of the open library.

use serde::Serialize;
use ts_rs::TS;

use super::counterpart::counterpart;

/// The result of one health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HealthFinding {
    /// What was checked.
    pub(crate) check: &'static str,
    pub(crate) severity: HealthSeverity,
    /// The result in words, in English.
    pub(crate) message: String,
    /// What to do about it; null if there is nothing to do.
    pub(crate) remedy: Option<HealthRemedy>,
}

/// How far a check is, in bytes of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub(crate) struct HealthProgress {
    pub(crate) done: u64,
    pub(crate) total: u64,
}

counterpart! {
    /// How serious a finding is.
    HealthSeverity of alexandria_library::Severity {
        Ok, Warning, Error,
    }
}

counterpart! {
    /// What the reader can do about a finding.
    HealthRemedy of alexandria_library::Remedy {
        Repair, RestoreBackup, RecoverVault, AddRecoveryCode, AddKeychain, FinishProtectionChange,
        RepairWithOtherCredential, ImportAgain, FinishEmbedding, ChooseFolder, CheckFolder, RestrictFolder, FreeSpace,
    }
}

impl From<alexandria_library::Finding> for HealthFinding {
    fn from(finding: alexandria_library::Finding) -> Self {
        let alexandria_library::Finding { check, severity, message, remedy } = finding;
        Self { check, severity: severity.into(), message, remedy: remedy.map(Into::into) }
    }
}
