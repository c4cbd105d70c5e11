//! The recovery code on screen. It opens nothing until it is typed back.

use std::sync::{Arc, Mutex, PoisonError};

use alexandria_library::NewRecoveryCode;

/// At most one code, from its display to its confirmation.
#[derive(Default)]
pub(crate) struct RecoveryCodeDisplay {
    code: Mutex<Option<Arc<NewRecoveryCode>>>,
}

impl RecoveryCodeDisplay {
    /// Replaces the code, or forgets it.
    pub(crate) fn set(&self, code: Option<Arc<NewRecoveryCode>>) {
        *self.code.lock().unwrap_or_else(PoisonError::into_inner) = code;
    }

    /// The code on screen.
    pub(crate) fn current(&self) -> Option<Arc<NewRecoveryCode>> {
        self.code.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
