//! Why a worker process has no result.

use std::io;
use std::time::Duration;

use alexandria_domain::{CodedError, ErrorCode};
use alexandria_extract::ExtractError;

/// Why a worker process has no result. Messages contain nothing from the file.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The file is no book that can be read; the worker works.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The program is not where this program expects it.
    #[error("the program that reads files (alexandria-worker) is not installed")]
    NotInstalled,
    /// The program belongs to another version of Alexandria: an update was installed while this one runs.
    #[error("the program that reads files (alexandria-worker) is of another version")]
    OtherVersion,
    /// The process cannot be started.
    #[error("the process that reads files cannot be started: {0}")]
    Start(#[source] io::Error),
    /// The process could not limit its own memory and time, and read nothing.
    #[error("the process that reads files cannot be confined on this system")]
    NotConfined,
    /// It took too long and was ended.
    #[error("reading the file took longer than {} s", .0.as_secs())]
    TimedOut(Duration),
    /// It needed too much memory.
    #[error("reading the file needs more than {} MiB of memory", .0 >> 20)]
    OutOfMemory(u64),
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// A bug of ours or of a parser was noticed by itself.
    #[error("the process that reads files stopped because of a bug; please report this")]
    Panicked,
    /// The process crashed.
    #[error("the process that reads files crashed{}", signal_suffix(*.0))]
    Crashed(Option<i32>),
    /// The process tried what it may not do: a bug, or an attack by the file.
    #[error("the process that reads files was stopped when it tried something forbidden")]
    ForbiddenCall,
    /// What it wrote ends before the result does.
    #[error("the process that reads files returned an incomplete result")]
    Incomplete,
    /// What it wrote is no result.
    #[error("the process that reads files returned an invalid result: {0}")]
    InvalidResult(&'static str),
    /// The connection to it failed.
    #[error("the result of the process that reads files cannot be received: {0}")]
    Receive(#[source] io::Error),
}

impl WorkerError {
    /// Whether a part of the file may be the reason, so that the rest can be read by another process.
    pub(crate) const fn may_be_of_page(&self) -> bool {
        matches!(
            self,
            Self::TimedOut(_)
                | Self::OutOfMemory(_)
                | Self::Panicked
                | Self::Crashed(_)
                | Self::ForbiddenCall
                | Self::Incomplete
        )
    }
}

fn signal_suffix(signal: Option<i32>) -> String {
    signal.map(|signal| format!(" (signal {signal})")).unwrap_or_default()
}

impl CodedError for WorkerError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Extract(error) => error.code(),
            Self::Start(error) | Self::Receive(error) => ErrorCode::of_io(error),
            Self::TimedOut(_) | Self::OutOfMemory(_) => ErrorCode::LimitExceeded,
            Self::Cancelled => ErrorCode::Cancelled,
            // A broken installation, or a bug. If a file does this on purpose, it is malicious, and it is refused as well.
            Self::NotInstalled
            | Self::OtherVersion
            | Self::NotConfined
            | Self::Panicked
            | Self::Crashed(_)
            | Self::ForbiddenCall
            | Self::Incomplete
            | Self::InvalidResult(_) => ErrorCode::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worker_errors_have_codes_and_say_what_is_wrong() {
        let check = |error: WorkerError, code, message: &str| {
            assert_eq!((error.code(), error.to_string().as_str()), (code, message));
        };
        check(ExtractError::UnsupportedFormat.into(), ErrorCode::UnsupportedFormat, "the file format is not supported");
        check(
            WorkerError::TimedOut(Duration::from_secs(60)),
            ErrorCode::LimitExceeded,
            "reading the file took longer than 60 s",
        );
        check(
            WorkerError::OutOfMemory(1 << 30),
            ErrorCode::LimitExceeded,
            "reading the file needs more than 1024 MiB of memory",
        );
        check(WorkerError::Cancelled, ErrorCode::Cancelled, "cancelled");
        check(WorkerError::Crashed(None), ErrorCode::Internal, "the process that reads files crashed");
        check(WorkerError::Crashed(Some(11)), ErrorCode::Internal, "the process that reads files crashed (signal 11)");
        let full = io::Error::from(io::ErrorKind::PermissionDenied);
        assert_eq!(WorkerError::Start(full).code(), ErrorCode::PermissionDenied);
    }
}
