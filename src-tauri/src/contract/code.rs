//! The error codes of the core, as the UI sees them.

use alexandria_library::domain;

use super::counterpart::counterpart;

counterpart! {
    /// The kind of a command's failure.
    ErrorCode of domain::ErrorCode {
        NoLibrary, LibraryExists, Locked, WrongPassphrase, WrongRecoveryCode, KeychainUnavailable, LibraryInUse,
        Damaged, NewerVersion, NotFound, UnsupportedFormat, Protected, PasswordRequired, WrongPassword, Malformed, LimitExceeded, MalformedQuery,
        ModelMissing, DiskFull, PermissionDenied, Cancelled, InvalidInput, Offline, UpdateRefused, Io, Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::super::counterpart::Counterpart;
    use super::*;

    #[test]
    fn error_codes_are_spelled_as_in_the_core() {
        for code in ErrorCode::ALL {
            let ours = serde_json::to_value(ErrorCode::from(*code)).unwrap();
            assert_eq!(ours, code.as_str());
        }
    }
}
