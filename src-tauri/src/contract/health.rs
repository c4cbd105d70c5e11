//! Health checks of the open library.

use serde::Serialize;
use ts_rs::TS;

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

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum HealthSeverity {
    /// As it should be.
    Ok,
    /// It works, but something is missing.
    Warning,
    /// A promise of the library is broken.
    Error,
}

/// Declares the UI's counterpart of the library's remedies. The match is exhaustive, so a new one must be named here.
macro_rules! remedies {
    ($($remedy:ident),* $(,)?) => {
        /// What the reader can do about a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum HealthRemedy {
            $(#[doc = concat!("See `alexandria_library::Remedy::", stringify!($remedy), "`.")] $remedy,)*
        }

        impl From<alexandria_library::Remedy> for HealthRemedy {
            fn from(remedy: alexandria_library::Remedy) -> Self {
                match remedy {
                    $(alexandria_library::Remedy::$remedy => Self::$remedy,)*
                }
            }
        }
    };
}

remedies! {
    Repair, RestoreBackup, RecoverVault, AddRecoveryCode, AddKeychain, FinishProtectionChange, RepairWithOtherCredential,
    ImportAgain, FinishEmbedding, ChooseFolder, CheckFolder, RestrictFolder, FreeSpace,
}

impl From<alexandria_library::Severity> for HealthSeverity {
    fn from(severity: alexandria_library::Severity) -> Self {
        match severity {
            alexandria_library::Severity::Ok => Self::Ok,
            alexandria_library::Severity::Warning => Self::Warning,
            alexandria_library::Severity::Error => Self::Error,
        }
    }
}

impl From<alexandria_library::Finding> for HealthFinding {
    fn from(finding: alexandria_library::Finding) -> Self {
        let alexandria_library::Finding { check, severity, message, remedy } = finding;
        Self { check, severity: severity.into(), message, remedy: remedy.map(Into::into) }
    }
}
