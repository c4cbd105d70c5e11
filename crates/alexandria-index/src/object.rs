//! The encrypted object store under LanceDB: every file it writes is sealed, whatever it holds.
//!
//! LanceDB is given a registry with one provider, ours, under the one scheme that has no short cuts past it
//! (`provider::SCHEME`); a plain path finds no provider and fails. Files are in the ALX1 format (`docs/formats/blob.md`); what
//! the index adds to it is in `docs/formats/index-store.md`. Nothing is cached here, and no path is part of what is
//! authenticated, because LanceDB copies and renames files.

mod provider;
mod sealed;
#[cfg(test)]
mod tests;
mod upload;

pub(crate) use provider::{registry, uri_of};
pub(crate) use sealed::FILE_ID;
pub use sealed::SealedStore;
