//! Checks of arguments that every implementation makes, so that all refuse the same.

use super::blob::NewBlob;
use super::error::StoreError;
use super::record::NewRecord;
use super::snapshot::NewSnapshot;

/// The largest number that a database keeps.
const MAX_NUMBER: u64 = i64::MAX.unsigned_abs();

/// A number as databases keep it.
pub(super) fn number(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Invalid("a number is out of range"))
}

/// Text that every database can keep.
pub(super) fn text(value: &str) -> Result<(), StoreError> {
    if value.contains('\0') {
        return Err(StoreError::Invalid("a text contains a NUL character"));
    }
    Ok(())
}

/// Text that must not be empty.
pub(super) fn name(value: &str) -> Result<(), StoreError> {
    if value.is_empty() {
        return Err(StoreError::Invalid("a name is empty"));
    }
    text(value)
}

/// Numbers of records begin with 1.
pub(super) fn records(records: &[NewRecord]) -> Result<(), StoreError> {
    for record in records {
        if record.seq == 0 || record.seq > MAX_NUMBER {
            return Err(StoreError::Invalid("the number of a record is out of range"));
        }
    }
    Ok(())
}

/// The parts must make up the size.
pub(super) fn blob(new: &NewBlob, object: &str) -> Result<(), StoreError> {
    name(object)?;
    if new.size == 0 || new.size > MAX_NUMBER || new.part_size == 0 {
        return Err(StoreError::Invalid("the size of a blob is out of range"));
    }
    if new.size.div_ceil(u64::from(new.part_size)) != new.digests.len() as u64 {
        return Err(StoreError::Invalid("a blob needs one digest for each part"));
    }
    Ok(())
}

/// Each chain once, in order.
pub(super) fn snapshot(snapshot: &NewSnapshot) -> Result<(), StoreError> {
    if snapshot.covered.iter().any(|coverage| coverage.seq > MAX_NUMBER) {
        return Err(StoreError::Invalid("the number of a record is out of range"));
    }
    let chains = snapshot.covered.iter().map(|coverage| (coverage.device, coverage.stream));
    if !chains.is_sorted_by(|earlier, later| earlier < later) {
        return Err(StoreError::Invalid("a snapshot names its chains in order and once"));
    }
    Ok(())
}
