//! The error codes of the core, as the UI sees them.

use alexandria_library::domain;
use serde::Serialize;
use ts_rs::TS;

/// Declares the UI's counterpart of the core's codes. The match is exhaustive, so a new code of the core must be named here.
macro_rules! codes {
    ($($code:ident),* $(,)?) => {
        /// The kind of a command's failure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum ErrorCode {
            $(#[doc = concat!("See `domain::ErrorCode::", stringify!($code), "`.")] $code,)*
        }

        impl From<domain::ErrorCode> for ErrorCode {
            fn from(code: domain::ErrorCode) -> Self {
                match code {
                    $(domain::ErrorCode::$code => Self::$code,)*
                }
            }
        }

        #[cfg(test)]
        const ALL: &[domain::ErrorCode] = &[$(domain::ErrorCode::$code),*];
    };
}

codes! {
    NoLibrary, LibraryExists, Locked, WrongPassphrase, WrongRecoveryCode, KeychainUnavailable, LibraryInUse, Damaged,
    NewerVersion, NotFound, UnsupportedFormat, Protected, Malformed, LimitExceeded, MalformedQuery, ModelMissing, DiskFull, PermissionDenied,
    Cancelled, InvalidInput, Io, Internal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_codes_are_spelled_as_in_the_core() {
        for code in ALL {
            let ours = serde_json::to_value(ErrorCode::from(*code)).unwrap();
            assert_eq!(ours, code.as_str());
        }
    }
}
