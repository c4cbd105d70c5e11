//! Keeps this library in step with the other devices of its account: carries out what the sync engine decides.
//!
//! The engine (`alexandria-sync`) says what is stored and sent, and when; here it is stored in the library's database and sent by
//! `alexandria-net`. Absent: who this device is, which is in `account`.

mod cards;
mod codec;
mod driver;
mod error;
mod files;
mod requests;
mod rows;
mod service;
mod upload;

pub use self::cards::CloudBook;
pub(crate) use self::driver::SyncTrigger;
pub use self::error::SyncRunError;
pub use self::files::FileTransferError;
pub use self::service::SyncReport;
pub(crate) use self::service::SyncService;
