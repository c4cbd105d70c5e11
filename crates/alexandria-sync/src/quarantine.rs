//! Records that are authentic but cannot be applied now. They are kept, counted, and tried again when that may help.

use alexandria_domain::Hlc;

use crate::crypto::OpenFault;
use crate::payload::PayloadError;
use crate::record::Record;

/// Why a record was put aside.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It does not open.
    #[error(transparent)]
    Sealed(#[from] OpenFault),
    /// Its content is malformed, or of a later version.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// It is stamped in the future. Applied when that time has come, so that all devices agree in the end.
    #[error("stamped in the future")]
    FutureStamp,
    /// An op inside is stamped later than the record says it may be.
    #[error("an op is stamped later than its record")]
    StampBeyondRecord(Hlc),
}

/// A record that was put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The record, in its bytes.
    pub record: Record,
    /// Why.
    pub reason: Reason,
}
