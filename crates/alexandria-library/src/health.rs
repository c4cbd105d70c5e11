//! Health checks of a library, with and without its key, repair of what can be derived again, and its size in numbers.

mod check;
mod finding;
mod preflight;
mod protection;
mod repair;
mod status;
#[cfg(test)]
mod tests;
mod watch;

pub(crate) use self::check::check;
pub use self::finding::{Finding, Remedy, Severity};
pub(crate) use self::preflight::check_without_key;
pub use self::repair::RepairError;
pub(crate) use self::repair::repair;
pub use self::status::Status;
pub(crate) use self::status::status;
pub use self::watch::Watch;
