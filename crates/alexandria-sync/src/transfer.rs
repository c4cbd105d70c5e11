//! Files and covers: what is uploaded and downloaded, in which order, and what is removed.
//!
//! The library names the jobs, and names them again after a restart: whatever has a card that does not say `available` yet,
//! and whatever [`policy`] wants here. Nothing else is stored, because the server knows which parts it has. Absent: bytes,
//! digests and files, which the driver reads and writes; records and cards (see [`crate::Engine`]).

mod job;
mod pace;
pub mod policy;
pub mod removal;
mod transfers;

pub use self::job::{BlobKind, Direction, Job, Priority, Subject};
pub use self::transfers::{
    MAX_ACTIVE, TransferError, TransferInput, TransferOutput, TransferReply, TransferRequest, TransferStatus, Transfers,
};
